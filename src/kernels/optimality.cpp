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

}  // namespace

template <class Real>
Optimality measure_optimality(const Subproblem<Real>& subproblem, std::span<Real> workspace) {
  const auto& [gram, cross, factor, l1, scale, upper_bound, coupling] = subproblem;
  const Index k = factor.columns();
  require_shape("the gram matrix", gram, k, k);
  require_shape("the cross product", cross, factor.rows(), k);
  Optimality sum;
  for (Index row = 0; row < factor.rows(); ++row) {
    row_times_gram(factor.row(row), gram, workspace.data());
    for (Index l = 0; l < k; ++l) {
      const double weight = scale[static_cast<std::size_t>(l)];
      const double c = weight * static_cast<double>(cross(row, l));
      double gradient =
          weight * (static_cast<double>(workspace[static_cast<std::size_t>(l)]) + l1) - c;
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
  return sum;
}

template Optimality measure_optimality(const Subproblem<float>&, std::span<float>);
template Optimality measure_optimality(const Subproblem<double>&, std::span<double>);

}  // namespace tessera::kernels
