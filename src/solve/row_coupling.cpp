#include "tessera/solve/row_coupling.hpp"

#include <vector>

namespace tessera::solve {
namespace {

/// piece_of(i, j) for all processes of the grid, by rank.
template <class PieceOf>
std::vector<Range> all_pieces(GridShape shape, const PieceOf& piece_of) {
  std::vector<Range> pieces;
  for (int i = 0; i < shape.rows; ++i) {
    for (int j = 0; j < shape.columns; ++j) {
      pieces.push_back(piece_of(i, j));
    }
  }
  return pieces;
}

}  // namespace

template <class Real>
RowCoupling<Real> couple_w(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                           const SolverOptions& solver, PhaseTimes& times) {
  if (solver.penalty_w.coupling == 0) {
    return {};
  }
  const auto pieces =
      all_pieces(grid.shape(), [&](int i, int j) { return a.distribution.w_piece(i, j); });
  return RowCoupling<Real>(products::GraphProduct<Real>(a.row_graph, solver.penalty_w.coupling,
                                                        pieces, grid.comm(), solver.rank, times));
}

template <class Real>
RowCoupling<Real> couple_h(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                           const SolverOptions& solver, PhaseTimes& times) {
  if (solver.penalty_h.coupling == 0) {
    return {};
  }
  const auto pieces =
      all_pieces(grid.shape(), [&](int i, int j) { return a.distribution.h_piece(i, j); });
  const auto path =
      path_graph<Real>(pieces[static_cast<std::size_t>(grid.comm().rank())], a.column_order);
  return RowCoupling<Real>(products::GraphProduct<Real>(path, solver.penalty_h.coupling, pieces,
                                                        grid.comm(), solver.rank, times));
}

#define TESSERA_INSTANTIATE(Real)                                                       \
  template RowCoupling<Real> couple_w(const DataMatrix<Real>&, const mpi::ProcessGrid&, \
                                      const SolverOptions&, PhaseTimes&);               \
  template RowCoupling<Real> couple_h(const DataMatrix<Real>&, const mpi::ProcessGrid&, \
                                      const SolverOptions&, PhaseTimes&);

TESSERA_INSTANTIATE(float)
TESSERA_INSTANTIATE(double)

}  // namespace tessera::solve
