#include <algorithm>
#include <optional>

#include "tessera/io/entry_router.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::io {
namespace {

/// The permutation is part of where entries lie, never of the result: it has no seed to choose.
constexpr std::uint64_t kShuffleSeed = 0x7e55e7a;
/// A permutation scatters neighbours, which the products pay for: it must gain this much.
constexpr double kWorthPermuting = 0.01;

/// Stored entries of each row and each column of A, over all processes.
struct Counts {
  std::vector<Index> rows;
  std::vector<Index> columns;
};

template <class Real>
Counts count_entries(const Entries<Real>& entries, Index m, Index n,
                     const mpi::Communicator& comm) {
  Counts counts = mpi::agree(comm, [&] {
    return Counts{std::vector<Index>(static_cast<std::size_t>(m)),
                  std::vector<Index>(static_cast<std::size_t>(n))};
  });
  for (const auto& piece : entries.pieces()) {
    for (const Index position : piece.positions) {
      ++counts.rows[static_cast<std::size_t>(position / n)];
      ++counts.columns[static_cast<std::size_t>(position % n)];
    }
  }
  comm.all_reduce_sum(std::span<Index>(counts.rows));
  comm.all_reduce_sum(std::span<Index>(counts.columns));
  return counts;
}

/// Counts in the order in which rows or columns stand in A.
std::vector<Index> reorder(const std::vector<Index>& counts, const Ordering& order) {
  std::vector<Index> result(counts.size());
  for (std::size_t original = 0; original < counts.size(); ++original) {
    result[static_cast<std::size_t>(order.position(static_cast<Index>(original)))] =
        counts[original];
  }
  return result;
}

Placement cut(const Counts& counts, Ordering row_order, Ordering column_order, GridShape shape) {
  const auto partition = [](const std::vector<Index>& weights, const Ordering& order, int parts) {
    return Partition::balanced(order.is_shuffled() ? reorder(weights, order) : weights, parts);
  };
  Distribution distribution(partition(counts.rows, row_order, shape.rows),
                            partition(counts.columns, column_order, shape.columns));
  return {std::move(distribution), row_order, column_order};
}

/// Fills in how many entries each process would hold. Collective.
template <class Real>
void measure(Placement& placement, const Entries<Real>& entries, const mpi::ProcessGrid& grid) {
  const auto& distribution = placement.distribution;
  const Index n = distribution.n();
  std::vector<Index> loads(static_cast<std::size_t>(grid.comm().size()));
  for (const auto& piece : entries.pieces()) {
    for (const Index position : piece.positions) {
      const int i = distribution.rows().owner(placement.row_order.position(position / n));
      const int j = distribution.columns().owner(placement.column_order.position(position % n));
      ++loads[static_cast<std::size_t>(i * grid.shape().columns + j)];
    }
  }
  grid.comm().all_reduce_sum(std::span<Index>(loads));
  Index total = 0;
  for (const Index load : loads) {
    total += load;
  }
  const double mean = static_cast<double>(total) / static_cast<double>(loads.size());
  placement.own_entries = loads[static_cast<std::size_t>(grid.comm().rank())];
  placement.imbalance =
      total > 0 ? static_cast<double>(*std::ranges::max_element(loads)) / mean : 1.0;
}

}  // namespace

template <class Real>
Placement place(const Entries<Real>& entries, Index m, Index n, Balance balance,
                const mpi::ProcessGrid& grid) {
  const GridShape shape = grid.shape();
  if (balance == Balance::even || shape.size() == 1) {
    Placement even{Distribution(m, n, shape.rows, shape.columns), Ordering(m), Ordering(n)};
    measure(even, entries, grid);
    return even;
  }
  const Counts counts = count_entries(entries, m, n, grid.comm());
  std::optional<Placement> in_order;
  if (balance != Balance::permute) {
    in_order = cut(counts, Ordering(m), Ordering(n), shape);
    measure(*in_order, entries, grid);
    if (balance == Balance::entries || in_order->imbalance <= 1.0 + kWorthPermuting) {
      return *std::move(in_order);
    }
  }
  Placement permuted = cut(counts, Ordering::shuffled(m, kShuffleSeed),
                           Ordering::shuffled(n, kShuffleSeed + 1), shape);
  measure(permuted, entries, grid);
  const bool better = !in_order || permuted.imbalance < in_order->imbalance - kWorthPermuting;
  return better ? std::move(permuted) : *std::move(in_order);
}

template <class Real>
Placement place_onto(const Entries<Real>& entries, const DataMatrix<Real>& a,
                     const mpi::ProcessGrid& grid) {
  Placement placement{a.distribution, a.row_order, a.column_order};
  measure(placement, entries, grid);
  return placement;
}

template Placement place_onto(const Entries<float>&, const DataMatrix<float>&,
                              const mpi::ProcessGrid&);
template Placement place_onto(const Entries<double>&, const DataMatrix<double>&,
                              const mpi::ProcessGrid&);
template Placement place(const Entries<float>&, Index, Index, Balance, const mpi::ProcessGrid&);
template Placement place(const Entries<double>&, Index, Index, Balance, const mpi::ProcessGrid&);

}  // namespace tessera::io
