#include "tessera/kernels/optimality.hpp"

#include <algorithm>

#include "tessera/kernels/row_times_gram.hpp"

namespace tessera::kernels {
namespace {

/// An entry of μ(D − S)F.
template <class Real>
double pull(const Coupling<Real>& coupling, ConstMatrixView<Real> factor, Index row, Index l) {
  const double degree = coupling.degrees[static_cast<std::size_t>(row)];
  return degree * static_cast<double>(factor(row, l)) -
         static_cast<double>(coupling.attraction(row, l));
}

/// Adds what one row contributes; `products` is its row of F·G.
template <class Real>
void add_row(const Subproblem<Real>& subproblem, Index row, const Real* products, Optimality& sum) {
  const auto& [gram, cross, factor, l1, scale, upper_bound, coupling] = subproblem;
  for (Index l = 0; l < factor.columns(); ++l) {
    const double weight = scale[static_cast<std::size_t>(l)];
    const double c = weight * static_cast<double>(cross(row, l));
    double gradient = weight * (static_cast<double>(products[l]) + l1) - c;
    if (coupling.is_set()) {
      gradient += weight * pull(coupling, factor, row, l);
    }
    if (factor(row, l) <= 0) {
      gradient = std::min(gradient, 0.0);
    } else if (factor(row, l) >= upper_bound) {
      gradient = std::max(gradient, 0.0);
    }
    sum.projected_gradient += gradient * gradient;
    sum.cross += c * c;
  }
}

}  // namespace

template <class Real>
Optimality measure_optimality(const Subproblem<Real>& subproblem, MatrixView<Real> workspace) {
  const auto factor = subproblem.factor;
  const Index k = factor.columns();
  require_shape("the cross product", subproblem.cross, factor.rows(), k);
  require_shape("the workspace", workspace, kTileRows, k);
  Optimality sum;
  for (Index begin = 0; begin < factor.rows(); begin += kTileRows) {
    const Range rows{begin, std::min(begin + kTileRows, factor.rows())};
    rows_times_gram<Real>(factor.rows(rows), subproblem.gram, workspace.rows({0, rows.size()}));
    for (Index row = rows.begin; row < rows.end; ++row) {
      add_row(subproblem, row, workspace.row(row - begin), sum);
    }
  }
  return sum;
}

template Optimality measure_optimality(const Subproblem<float>&, MatrixView<float>);
template Optimality measure_optimality(const Subproblem<double>&, MatrixView<double>);

}  // namespace tessera::kernels
