#include "tessera/products/cooccurrence.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <variant>

#include "tessera/core/error.hpp"

namespace tessera::products {
namespace {

/// Where a column stands in a list.
struct Place {
  std::size_t list;
  Index at;
};

/// The places of every column that any list holds. Most columns are in none, and are told from
/// the others by one look.
class PlacesOfColumns {
 public:
  PlacesOfColumns(const std::vector<std::vector<Index>>& lists, const Ordering& order)
      : number_(static_cast<std::size_t>(order.size()), kNone) {
    for (std::size_t list = 0; list < lists.size(); ++list) {
      for (std::size_t at = 0; at < lists[list].size(); ++at) {
        std::int32_t& number = number_[static_cast<std::size_t>(order.position(lists[list][at]))];
        if (number == kNone) {
          number = static_cast<std::int32_t>(places_.size());
          places_.emplace_back();
        }
        places_[static_cast<std::size_t>(number)].push_back({list, static_cast<Index>(at)});
      }
    }
  }

  [[nodiscard]] std::span<const Place> of(Index column) const {
    const std::int32_t number = number_[static_cast<std::size_t>(column)];
    return number == kNone ? std::span<const Place>() : places_[static_cast<std::size_t>(number)];
  }

 private:
  static constexpr std::int32_t kNone = -1;
  std::vector<std::int32_t> number_;  ///< of each column of A
  std::vector<std::vector<Place>> places_;
};

/// Collects what a row holds of each list, and counts its pairs when the row ends.
class RowCounter {
 public:
  explicit RowCounter(const std::vector<std::vector<Index>>& lists) : present_(lists.size()) {
    for (const auto& list : lists) {
      counts_.emplace_back(std::ssize(list), std::ssize(list));
    }
  }

  void note(Index row, const Place& place) {
    if (row != row_) {
      end_row();
      row_ = row;
    }
    auto& present = present_[place.list];
    if (present.empty()) {
      touched_.push_back(place.list);
    }
    present.push_back(place.at);
  }

  void end_row() {
    for (const std::size_t list : touched_) {
      for (const Index one : present_[list]) {
        for (const Index other : present_[list]) {
          ++counts_[list](one, other);
        }
      }
      present_[list].clear();
    }
    touched_.clear();
  }

  [[nodiscard]] std::vector<Matrix<Index>>& counts() { return counts_; }

 private:
  Index row_ = -1;
  std::vector<std::vector<Index>> present_;  ///< places in each list
  std::vector<std::size_t> touched_;         ///< lists of which the row holds something
  std::vector<Matrix<Index>> counts_;
};

}  // namespace

template <class Real>
std::vector<Matrix<Index>> count_cooccurrences(const DataMatrix<Real>& a,
                                               const std::vector<std::vector<Index>>& lists,
                                               const mpi::ProcessGrid& grid) {
  if (grid.shape().columns != 1) {
    throw ShapeError("count_cooccurrences: the processes must hold whole rows, but the grid is " +
                     grid.shape().to_string());
  }
  const PlacesOfColumns places(lists, a.column_order);
  RowCounter counter(lists);
  const auto note = [&](Index row, Index column, Real value) {
    if (value != 0) {
      for (const Place& place : places.of(column)) {
        counter.note(row, place);
      }
    }
  };
  std::visit([&](const auto& block) { for_each_entry(block, note); }, a.block);
  counter.end_row();

  auto counts = std::move(counter.counts());
  std::vector<Index> message;
  for (const auto& matrix : counts) {
    std::ranges::copy(matrix.span(), std::back_inserter(message));
  }
  grid.comm().all_reduce_sum(std::span(message));
  auto next = message.begin();
  for (auto& matrix : counts) {
    std::copy_n(next, matrix.size(), matrix.span().begin());
    next += matrix.size();
  }
  return counts;
}

template std::vector<Matrix<Index>> count_cooccurrences(const DataMatrix<float>&,
                                                        const std::vector<std::vector<Index>>&,
                                                        const mpi::ProcessGrid&);
template std::vector<Matrix<Index>> count_cooccurrences(const DataMatrix<double>&,
                                                        const std::vector<std::vector<Index>>&,
                                                        const mpi::ProcessGrid&);

}  // namespace tessera::products
