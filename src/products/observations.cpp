#include "tessera/products/observations.hpp"

namespace tessera::products {
namespace {

/// Σ ω over the entries of each row or column of the block: index_of(row, column) says which.
template <class Real, class IndexOf>
std::vector<double> sums(const DataMatrix<Real>& a, Range range, const IndexOf& index_of) {
  const auto& block = std::get<SparseBlock<Real>>(a.block);
  std::vector<double> weights(static_cast<std::size_t>(range.size()));
  std::size_t at = 0;
  for_each_entry(block, [&](Index row, Index column, Real) {
    weights[static_cast<std::size_t>(index_of(row, column) - range.begin)] +=
        a.weights.empty() ? 1.0 : static_cast<double>(a.weights[at]);
    ++at;
  });
  return weights;
}

std::vector<double> part(const std::vector<double>& all, Range block, Range piece) {
  const auto begin = all.begin() + (piece.begin - block.begin);
  return {begin, begin + piece.size()};
}

}  // namespace

template <class Real>
std::vector<double> observed_weights_of_rows(const DataMatrix<Real>& a,
                                             const mpi::ProcessGrid& grid) {
  const Range block = a.distribution.row_block(grid.row());
  auto all = sums(a, block, [](Index row, Index) { return row; });
  grid.row_comm().all_reduce_sum(std::span<double>(all));
  return part(all, block, a.distribution.w_piece(grid.row(), grid.column()));
}

template <class Real>
std::vector<double> observed_weights_of_columns(const DataMatrix<Real>& a,
                                                const mpi::ProcessGrid& grid) {
  const Range block = a.distribution.column_block(grid.column());
  auto all = sums(a, block, [](Index, Index column) { return column; });
  grid.column_comm().all_reduce_sum(std::span<double>(all));
  return part(all, block, a.distribution.h_piece(grid.row(), grid.column()));
}

template <class Real>
void fill_unobserved(Factor<Real>& factor, std::span<const double> weights, Index first,
                     const mpi::Communicator& comm) {
  const auto k = static_cast<std::size_t>(factor.rank());
  std::vector<double> totals(k + 1);  // of the observed rows, and how many there are
  for (std::size_t row = 0; row < weights.size(); ++row) {
    if (weights[row] > 0) {
      totals[k] += 1;
      for (std::size_t l = 0; l < k; ++l) {
        totals[l] += factor.piece.view().row(static_cast<Index>(row))[l];
      }
    }
  }
  comm.all_reduce_sum(std::span<double>(totals));
  for (std::size_t row = 0; row < weights.size(); ++row) {
    for (auto l = static_cast<std::size_t>(first); l < k && weights[row] == 0; ++l) {
      factor.piece(static_cast<Index>(row), static_cast<Index>(l)) =
          static_cast<Real>(totals[l] / totals[k]);
    }
  }
}

#define TESSERA_INSTANTIATE(Real)                                                    \
  template std::vector<double> observed_weights_of_rows(const DataMatrix<Real>&,     \
                                                        const mpi::ProcessGrid&);    \
  template std::vector<double> observed_weights_of_columns(const DataMatrix<Real>&,  \
                                                           const mpi::ProcessGrid&); \
  template void fill_unobserved(Factor<Real>&, std::span<const double>, Index,       \
                                const mpi::Communicator&);
TESSERA_INSTANTIATE(float)
TESSERA_INSTANTIATE(double)
#undef TESSERA_INSTANTIATE

}  // namespace tessera::products
