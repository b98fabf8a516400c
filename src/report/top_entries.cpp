#include "tessera/report/top_entries.hpp"

#include <algorithm>

namespace tessera::report {
namespace {

bool is_stronger(FactorEntry a, FactorEntry b) {
  return a.weight != b.weight ? a.weight > b.weight : a.index < b.index;
}

}  // namespace

TopEntries::TopEntries(Index components, Index count)
    : lists_(static_cast<std::size_t>(components)), count_(count) {}

void TopEntries::insert(std::vector<FactorEntry>& list, FactorEntry entry) const {
  if (!(entry.weight > 0) ||
      (std::ssize(list) == count_ && (count_ == 0 || !is_stronger(entry, list.back())))) {
    return;
  }
  if (std::ssize(list) == count_) {
    list.pop_back();
  }
  list.insert(std::ranges::upper_bound(list, entry, is_stronger), entry);
}

void TopEntries::add(ConstMatrixView<double> rows, Index first_index) {
  for (Index row = 0; row < rows.rows(); ++row) {
    for (std::size_t component = 0; component < lists_.size(); ++component) {
      insert(lists_[component], {first_index + row, rows(row, static_cast<Index>(component))});
    }
  }
}

void TopEntries::combine(const mpi::Communicator& comm) {
  const Index places = std::ssize(lists_) * count_;
  std::vector<Index> indices(static_cast<std::size_t>(places), 0);
  std::vector<double> weights(static_cast<std::size_t>(places), 0);  // 0: nothing there
  for (std::size_t component = 0; component < lists_.size(); ++component) {
    auto place = component * static_cast<std::size_t>(count_);
    for (const auto& [index, weight] : lists_[component]) {
      indices[place] = index;
      weights[place++] = weight;
    }
    lists_[component].clear();
  }
  const std::vector<Index> lengths(static_cast<std::size_t>(comm.size()), places);
  const auto all = static_cast<std::size_t>(places * comm.size());
  std::vector<Index> all_indices(all);
  std::vector<double> all_weights(all);
  comm.all_gather(std::span<const Index>(indices), lengths, std::span<Index>(all_indices));
  comm.all_gather(std::span<const double>(weights), lengths, std::span<double>(all_weights));
  for (std::size_t place = 0; place < all; ++place) {
    const std::size_t component =
        place % static_cast<std::size_t>(places) / static_cast<std::size_t>(count_);
    insert(lists_[component], {all_indices[place], all_weights[place]});
  }
}

}  // namespace tessera::report
