#include "tessera/products/factor_exchange.hpp"

#include <numeric>
#include <vector>

namespace tessera::products {
namespace {

std::vector<Index> times_rank(std::vector<Index> rows, Index rank) {
  for (Index& count : rows) {
    count *= rank;
  }
  return rows;
}

}  // namespace

template <class Real>
FactorExchange<Real>::FactorExchange(const mpi::Communicator& comm,
                                     const std::vector<Index>& rows_of_process, Index rank,
                                     PhaseTimes& times)
    : comm_(comm),
      times_(times),
      layout_(times_rank(rows_of_process, rank)),
      panel_(std::accumulate(rows_of_process.begin(), rows_of_process.end(), Index{0}), rank) {}

template <class Real>
FactorExchange<Real> FactorExchange<Real>::of_w(const DataMatrix<Real>& a,
                                                const mpi::ProcessGrid& grid, Index rank,
                                                PhaseTimes& times) {
  std::vector<Index> rows;
  for (int j = 0; j < grid.shape().columns; ++j) {
    rows.push_back(a.distribution.w_piece(grid.row(), j).size());
  }
  return {grid.row_comm(), rows, rank, times};
}

template <class Real>
FactorExchange<Real> FactorExchange<Real>::of_h(const DataMatrix<Real>& a,
                                                const mpi::ProcessGrid& grid, Index rank,
                                                PhaseTimes& times) {
  std::vector<Index> rows;
  for (int i = 0; i < grid.shape().rows; ++i) {
    rows.push_back(a.distribution.h_piece(i, grid.column()).size());
  }
  return {grid.column_comm(), rows, rank, times};
}

template <class Real>
FactorExchange<Real> FactorExchange<Real>::of_whole_w(const DataMatrix<Real>& a,
                                                      const mpi::ProcessGrid& grid, Index rank,
                                                      PhaseTimes& times) {
  std::vector<Index> rows;
  for (int process = 0; process < grid.comm().size(); ++process) {
    const int columns = grid.shape().columns;
    rows.push_back(a.distribution.w_piece(process / columns, process % columns).size());
  }
  return {grid.comm(), rows, rank, times};
}

template <class Real>
ConstMatrixView<Real> FactorExchange<Real>::gather(ConstMatrixView<Real> piece) {
  const auto scope = times_.scope(Phase::all_gather);
  comm_.all_gather(std::span<const Real>(piece.span()), layout_, panel_.span());
  return panel();
}

template <class Real>
void FactorExchange<Real>::scatter_sum(ConstMatrixView<Real> partial, MatrixView<Real> own) const {
  const auto scope = times_.scope(Phase::reduce_scatter);
  comm_.reduce_scatter(std::span<const Real>(partial.span()), layout_, own.span());
}

template class FactorExchange<float>;
template class FactorExchange<double>;

}  // namespace tessera::products
