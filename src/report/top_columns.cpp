#include "tessera/report/top_columns.hpp"

#include <algorithm>

namespace tessera::report {
namespace {

bool is_stronger(ColumnWeight a, ColumnWeight b) {
  return a.weight != b.weight ? a.weight > b.weight : a.column < b.column;
}

}  // namespace

TopColumns::TopColumns(Index components, Index count)
    : lists_(static_cast<std::size_t>(components)), count_(count) {}

void TopColumns::insert(std::vector<ColumnWeight>& list, ColumnWeight entry) const {
  if (!(entry.weight > 0) ||
      (std::ssize(list) == count_ && (count_ == 0 || !is_stronger(entry, list.back())))) {
    return;
  }
  if (std::ssize(list) == count_) {
    list.pop_back();
  }
  list.insert(std::ranges::upper_bound(list, entry, is_stronger), entry);
}

void TopColumns::add(ConstMatrixView<double> h, Index first_column) {
  for (Index row = 0; row < h.rows(); ++row) {
    for (std::size_t component = 0; component < lists_.size(); ++component) {
      insert(lists_[component], {first_column + row, h(row, static_cast<Index>(component))});
    }
  }
}

void TopColumns::combine(const mpi::Communicator& comm) {
  const Index places = std::ssize(lists_) * count_;
  std::vector<Index> columns(static_cast<std::size_t>(places), 0);
  std::vector<double> weights(static_cast<std::size_t>(places), 0);  // 0: nothing there
  for (std::size_t component = 0; component < lists_.size(); ++component) {
    auto place = component * static_cast<std::size_t>(count_);
    for (const auto& [column, weight] : lists_[component]) {
      columns[place] = column;
      weights[place++] = weight;
    }
    lists_[component].clear();
  }
  const std::vector<Index> lengths(static_cast<std::size_t>(comm.size()), places);
  const auto all = static_cast<std::size_t>(places * comm.size());
  std::vector<Index> all_columns(all);
  std::vector<double> all_weights(all);
  comm.all_gather(std::span<const Index>(columns), lengths, std::span<Index>(all_columns));
  comm.all_gather(std::span<const double>(weights), lengths, std::span<double>(all_weights));
  for (std::size_t place = 0; place < all; ++place) {
    const std::size_t component =
        place % static_cast<std::size_t>(places) / static_cast<std::size_t>(count_);
    insert(lists_[component], {all_columns[place], all_weights[place]});
  }
}

}  // namespace tessera::report
