#include "tessera/products/redistribute.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "tessera/matrix/partition.hpp"

namespace tessera::products {
namespace {

/// Which process wants a row, from the ranges of all processes, which need not stand in rank order.
class Owners {
 public:
  Owners(Range wanted, const mpi::Communicator& comm) {
    std::vector<Index> begins(static_cast<std::size_t>(comm.size()));
    const mpi::Layout one_each(std::vector<Index>(begins.size(), 1));
    // An empty range owns no row, wherever it begins.
    const Index begin = wanted.empty() ? kNowhere : wanted.begin;
    comm.all_gather(std::span(&begin, 1), one_each, std::span(begins));
    for (std::size_t process = 0; process < begins.size(); ++process) {
      if (begins[process] != kNowhere) {
        starts_.push_back({begins[process], static_cast<int>(process)});
      }
    }
    std::ranges::sort(starts_, {}, &Start::row);
  }

  [[nodiscard]] int of(Index row) const {
    return std::prev(std::ranges::upper_bound(starts_, row, {}, &Start::row))->process;
  }

 private:
  static constexpr Index kNowhere = -1;
  struct Start {
    Index row;
    int process;
  };
  std::vector<Start> starts_;
};

std::vector<Index> times(std::vector<Index> counts, Index k) {
  std::ranges::for_each(counts, [k](Index& count) { count *= k; });
  return counts;
}

}  // namespace

template <class Real>
Factor<Real> redistribute(const Factor<Real>& factor, Range wanted,
                          const std::function<Index(Index)>& target,
                          const mpi::Communicator& comm) {
  const Index k = factor.rank();
  const Owners owners(wanted, comm);

  // Rows sorted by the process that is to own them, each with its new index.
  std::vector<Index> targets(static_cast<std::size_t>(factor.owned.size()));
  std::vector<int> processes(targets.size());
  std::vector<Index> send_counts(static_cast<std::size_t>(comm.size()));
  for (std::size_t row = 0; row < targets.size(); ++row) {
    targets[row] = target(factor.owned.begin + static_cast<Index>(row));
    processes[row] = owners.of(targets[row]);
    ++send_counts[static_cast<std::size_t>(processes[row])];
  }
  std::vector<std::size_t> rows(targets.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  std::ranges::stable_sort(rows, {}, [&](std::size_t row) { return processes[row]; });
  std::vector<Index> send_indices(rows.size());
  std::vector<Real> send_values(rows.size() * static_cast<std::size_t>(k));
  for (std::size_t position = 0; position < rows.size(); ++position) {
    send_indices[position] = targets[rows[position]];
    std::copy_n(factor.piece.view().row(static_cast<Index>(rows[position])), k,
                send_values.begin() + static_cast<std::ptrdiff_t>(position) * k);
  }

  const std::vector<Index> ones(send_counts.size(), 1);
  std::vector<Index> receive_counts(send_counts.size());
  comm.all_to_all(std::span<const Index>(send_counts), ones, std::span<Index>(receive_counts),
                  ones);
  Factor<Real> result(factor.global_rows, wanted, k);
  std::vector<Index> indices(static_cast<std::size_t>(wanted.size()));
  std::vector<Real> values(indices.size() * static_cast<std::size_t>(k));
  comm.all_to_all(std::span<const Index>(send_indices), send_counts, std::span<Index>(indices),
                  receive_counts);
  comm.all_to_all(std::span<const Real>(send_values), times(send_counts, k),
                  std::span<Real>(values), times(receive_counts, k));
  for (std::size_t position = 0; position < indices.size(); ++position) {
    std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(position) * k, k,
                result.piece.view().row(indices[position] - wanted.begin));
  }
  return result;
}

template <class Real>
void restore_order(Factor<Real>& factor, const Ordering& order, const mpi::Communicator& comm) {
  if (order.is_shuffled()) {
    const auto even = Partition::even(factor.global_rows, comm.size());
    factor = redistribute<Real>(
        factor, even.part(comm.rank()), [&](Index row) { return order.original(row); }, comm);
  }
}

template Factor<float> redistribute(const Factor<float>&, Range, const std::function<Index(Index)>&,
                                    const mpi::Communicator&);
template Factor<double> redistribute(const Factor<double>&, Range,
                                     const std::function<Index(Index)>&, const mpi::Communicator&);
template void restore_order(Factor<float>&, const Ordering&, const mpi::Communicator&);
template void restore_order(Factor<double>&, const Ordering&, const mpi::Communicator&);

}  // namespace tessera::products
