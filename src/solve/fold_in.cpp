#include "tessera/solve/fold_in.hpp"

#include <algorithm>
#include <cmath>

#include "tessera/solve/alternate.hpp"

namespace tessera::solve {
namespace {

/// Enough for multiplicative steps on one factor, a convex problem, from any start.
constexpr Index kMostIterations = 200;
constexpr double kTolerance = 1e-6;

/// Copies, or sets to a constant, the rows of a factor that are held out.
template <class Real, class IsHeldOut, class Row>
void for_each_held_out(Factor<Real>& factor, const IsHeldOut& is_held_out, const Row& set) {
  for (Index row = 0; row < factor.owned.size(); ++row) {
    if (is_held_out(factor.owned.begin + row)) {
      set(row, factor.piece.view().row(row));
    }
  }
}

/// What one factor is fitted with while the other stays: exactly where there is an exact rule.
Settings one_factor_settings(Settings settings, bool observed) {
  auto& solver = settings.solver;
  if (solver.is_frobenius() && !observed) {
    solver.algorithm = Algorithm::anls_bpp;
  }
  solver.extrapolation = Switch::off;
  settings.stopping = {.max_iterations = kMostIterations, .tolerance = kTolerance};
  return settings;
}

}  // namespace

template <class Real>
void fold_in(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid, FactorPair<Real>& factors,
             const HoldoutRule& held_out, const Settings& settings) {
  const auto holds_row = [&](Index row) { return held_out.holds_row(a.row_order.original(row)); };
  const auto holds_column = [&](Index column) {
    return held_out.holds_column(a.column_order.original(column));
  };
  const Settings one_factor = one_factor_settings(settings, a.observed_only);
  // Multiplicative steps need a start above zero; what it is does not matter.
  const auto start =
      static_cast<Real>(std::sqrt(a.summary.mean / static_cast<double>(settings.solver.rank)));
  const auto fill = [&](Index, Real* row) { std::fill_n(row, factors.rank(), start); };
  PhaseTimes unused;

  FactorPair<Real> for_rows = factors;
  for_each_held_out(for_rows.w, holds_row, fill);
  fit_weights<Real>(a, grid, for_rows, one_factor, {}, unused);

  FactorPair<Real> for_columns = factors;
  for_each_held_out(for_columns.h, holds_column, fill);
  fit_components<Real>(a, grid, for_columns, one_factor, unused);

  const auto copy_from = [&](const Factor<Real>& source) {
    return [&](Index row, Real* target) {
      std::copy_n(source.piece.view().row(row), factors.rank(), target);
    };
  };
  for_each_held_out(factors.w, holds_row, copy_from(for_rows.w));
  for_each_held_out(factors.h, holds_column, copy_from(for_columns.h));
}

template void fold_in(const DataMatrix<float>&, const mpi::ProcessGrid&, FactorPair<float>&,
                      const HoldoutRule&, const Settings&);
template void fold_in(const DataMatrix<double>&, const mpi::ProcessGrid&, FactorPair<double>&,
                      const HoldoutRule&, const Settings&);

}  // namespace tessera::solve
