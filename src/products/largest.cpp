#include "tessera/products/largest.hpp"

#include <algorithm>
#include <span>

namespace tessera::products {
namespace {

bool comes_before(const RankedEntry& left, const RankedEntry& right) {
  return left.value > right.value || (left.value == right.value && left.row < right.row);
}

/// Keeps the first `most` of the entries that are offered, as a heap whose top is the last of them.
void offer(std::vector<RankedEntry>& kept, const RankedEntry& entry, std::size_t most) {
  if (kept.size() < most) {
    kept.push_back(entry);
    std::ranges::push_heap(kept, comes_before);
  } else if (most > 0 && comes_before(entry, kept.front())) {
    std::ranges::pop_heap(kept, comes_before);
    kept.back() = entry;
    std::ranges::push_heap(kept, comes_before);
  }
}

template <class Real>
std::vector<std::vector<RankedEntry>> largest_of_piece(const Factor<Real>& factor,
                                                       std::size_t most) {
  std::vector<std::vector<RankedEntry>> columns(static_cast<std::size_t>(factor.rank()));
  for (Index local = 0; local < factor.owned.size(); ++local) {
    for (Index l = 0; l < factor.rank(); ++l) {
      const auto value = static_cast<double>(factor.piece(local, l));
      if (value > 0) {
        offer(columns[static_cast<std::size_t>(l)], {factor.owned.begin + local, value}, most);
      }
    }
  }
  return columns;
}

}  // namespace

template <class Real>
std::vector<std::vector<RankedEntry>> largest_of_columns(const Factor<Real>& factor, Index most,
                                                         const mpi::Communicator& comm) {
  // Every process sends equally many, filled up with zeros, which no list holds.
  const auto listed = static_cast<std::size_t>(std::clamp<Index>(most, 0, factor.global_rows));
  auto columns = largest_of_piece(factor, listed);
  std::vector<Index> rows;
  std::vector<double> values;
  for (auto& column : columns) {
    column.resize(listed);
    for (const RankedEntry& entry : column) {
      rows.push_back(entry.row);
      values.push_back(entry.value);
    }
  }
  const auto processes = static_cast<std::size_t>(comm.size());
  const std::vector<Index> lengths(processes, std::ssize(rows));
  std::vector<Index> all_rows(rows.size() * processes);
  std::vector<double> all_values(rows.size() * processes);
  comm.all_gather(std::span<const Index>(rows), lengths, std::span(all_rows));
  comm.all_gather(std::span<const double>(values), lengths, std::span(all_values));

  for (std::size_t l = 0; l < columns.size(); ++l) {
    columns[l].clear();
    for (std::size_t process = 0; process < processes; ++process) {
      const std::size_t begin = process * rows.size() + l * listed;
      for (std::size_t at = begin; at < begin + listed; ++at) {
        if (all_values[at] > 0) {
          offer(columns[l], {all_rows[at], all_values[at]}, listed);
        }
      }
    }
    std::ranges::sort(columns[l], comes_before);
  }
  return columns;
}

template std::vector<std::vector<RankedEntry>> largest_of_columns(const Factor<float>&, Index,
                                                                  const mpi::Communicator&);
template std::vector<std::vector<RankedEntry>> largest_of_columns(const Factor<double>&, Index,
                                                                  const mpi::Communicator&);

}  // namespace tessera::products
