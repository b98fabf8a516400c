#include "tessera/products/restore_order.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "tessera/matrix/partition.hpp"

namespace tessera::products {

template <class Real>
void restore_order(Factor<Real>& factor, const Ordering& order, const mpi::Communicator& comm) {
  if (!order.is_shuffled()) {
    return;
  }
  const Index k = factor.rank();
  const auto targets = Partition::even(factor.global_rows, comm.size());

  // Rows sorted by the process that is to own them, each with its original index.
  std::vector<Index> rows(static_cast<std::size_t>(factor.owned.size()));
  std::iota(rows.begin(), rows.end(), Index{0});
  const auto original = [&](Index row) { return order.original(factor.owned.begin + row); };
  std::ranges::sort(rows, {}, original);
  std::vector<Index> send_counts(static_cast<std::size_t>(comm.size()));
  std::vector<Index> send_indices;
  std::vector<Real> send_values;
  for (const Index row : rows) {
    ++send_counts[static_cast<std::size_t>(targets.owner(original(row)))];
    send_indices.push_back(original(row));
    send_values.insert(send_values.end(), factor.piece.view().row(row),
                       factor.piece.view().row(row) + k);
  }

  const std::vector<Index> ones(send_counts.size(), 1);
  std::vector<Index> receive_counts(send_counts.size());
  comm.all_to_all(std::span<const Index>(send_counts), ones, std::span<Index>(receive_counts),
                  ones);
  Factor<Real> restored(factor.global_rows, targets.part(comm.rank()), k);
  std::vector<Index> indices(static_cast<std::size_t>(restored.owned.size()));
  std::vector<Real> values(indices.size() * static_cast<std::size_t>(k));
  comm.all_to_all(std::span<const Index>(send_indices), send_counts, std::span<Index>(indices),
                  receive_counts);
  const auto in_values = [k](std::vector<Index> counts) {
    std::ranges::for_each(counts, [k](Index& count) { count *= k; });
    return counts;
  };
  comm.all_to_all(std::span<const Real>(send_values), in_values(send_counts),
                  std::span<Real>(values), in_values(receive_counts));
  for (std::size_t row = 0; row < indices.size(); ++row) {
    std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(row) * k, k,
                restored.piece.view().row(indices[row] - restored.owned.begin));
  }
  factor = std::move(restored);
}

template void restore_order(Factor<float>&, const Ordering&, const mpi::Communicator&);
template void restore_order(Factor<double>&, const Ordering&, const mpi::Communicator&);

}  // namespace tessera::products
