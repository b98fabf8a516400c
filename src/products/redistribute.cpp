#include "tessera/products/redistribute.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "tessera/matrix/partition.hpp"
#include "tessera/matrix/piece_owners.hpp"

namespace tessera::products {
namespace {

/// Which process wants a row, from the ranges of all processes. Collective.
PieceOwners gather_owners(Range wanted, const mpi::Communicator& comm) {
  const Index own[] = {wanted.begin, wanted.end};
  std::vector<Index> bounds(2 * static_cast<std::size_t>(comm.size()));
  const mpi::Layout two_each(std::vector<Index>(static_cast<std::size_t>(comm.size()), 2));
  comm.all_gather(std::span<const Index>(own), two_each, std::span(bounds));
  std::vector<Range> pieces;
  for (std::size_t at = 0; at < bounds.size(); at += 2) {
    pieces.push_back({bounds[at], bounds[at + 1]});
  }
  return PieceOwners(pieces);
}

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
  const PieceOwners owners = gather_owners(wanted, comm);

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
