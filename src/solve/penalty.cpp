#include "tessera/solve/penalty.hpp"

#include "tessera/solve/observed_penalty.hpp"
#include "tessera/solve/row_coupling.hpp"

namespace tessera::solve {

template <class Real>
double penalty_of_rows(ConstMatrixView<Real> factor, const Penalty& penalty) {
  if (!penalty.is_set()) {
    return 0;
  }
  double entries = 0;
  double squares = 0;
  double products = 0;  // Σ_{l≠l'} f_l·f_l' = (Σ f_l)² − Σ f_l²
  for (Index row = 0; row < factor.rows(); ++row) {
    double row_entries = 0;
    double row_squares = 0;
    for (Index l = 0; l < factor.columns(); ++l) {
      const double value = factor(row, l);
      row_entries += value;
      row_squares += value * value;
    }
    entries += row_entries;
    squares += row_squares;
    products += row_entries * row_entries - row_squares;
  }
  return penalty.l1 * entries + 0.5 * penalty.l2 * squares + 0.5 * penalty.orthogonality * products;
}

template <class Real>
double penalty_value(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                     const FactorPair<Real>& factors, const SolverOptions& solver) {
  PhaseTimes unused;
  const auto w = factors.w.piece.view();
  const auto h = factors.h.piece.view();
  auto coupling_w = couple_w(a, grid, solver, unused);
  auto coupling_h = couple_h(a, grid, solver, unused);
  coupling_w.renew(w);
  coupling_h.renew(h);
  const ObservedPenalty<Real> of_rows(a, grid, solver);
  return grid.comm().sum(of_rows.share(factors.w, factors.h) + coupling_w.penalty() +
                         coupling_h.penalty());
}

#define TESSERA_INSTANTIATE(Real)                                                 \
  template double penalty_of_rows(ConstMatrixView<Real>, const Penalty&);         \
  template double penalty_value(const DataMatrix<Real>&, const mpi::ProcessGrid&, \
                                const FactorPair<Real>&, const SolverOptions&);

TESSERA_INSTANTIATE(float)
TESSERA_INSTANTIATE(double)

}  // namespace tessera::solve
