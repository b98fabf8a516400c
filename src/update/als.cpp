#include "tessera/update/als.hpp"

#include <algorithm>
#include <limits>

namespace tessera::update {
namespace {

using EigenView = Eigen::Map<const Eigen::MatrixXd>;

/// Whether a Cholesky factorization exists with pivots above the rounding noise of G's entries.
bool is_stable(const Eigen::LLT<Eigen::MatrixXd>& cholesky, double largest_diagonal) {
  if (cholesky.info() != Eigen::Success) {
    return false;
  }
  const auto& lower = cholesky.matrixLLT();
  const double noise =
      static_cast<double>(lower.rows()) * std::numeric_limits<double>::epsilon() * largest_diagonal;
  for (Index l = 0; l < lower.rows(); ++l) {
    if (lower(l, l) * lower(l, l) <= noise) {
      return false;
    }
  }
  return true;
}

}  // namespace

template <class Real>
Als<Real>::Als(const RuleSettings& settings)
    : UpdateRule<Real>(settings.rank, settings.penalty),
      regularized_(settings.rank, settings.rank),
      cholesky_(settings.rank),
      row_(settings.rank) {}

template <class Real>
void Als<Real>::apply(ConstMatrixView<double> gram, ConstMatrixView<Real> cross,
                      MatrixView<Real> factor) {
  const Index k = gram.rows();
  const EigenView original(gram.data(), k, k);
  const double mean_diagonal = original.trace() / static_cast<double>(k);
  if (mean_diagonal <= 0) {
    return;  // the other factor is zero: every F is optimal
  }
  cholesky_.compute(original);
  if (!is_stable(cholesky_, original.diagonal().maxCoeff())) {
    double ridge = static_cast<double>(k) * std::numeric_limits<double>::epsilon();
    do {
      ridge *= 10;
      regularized_ = original;
      regularized_.diagonal().array() += ridge * mean_diagonal;
      cholesky_.compute(regularized_);
    } while (!is_stable(cholesky_, regularized_.diagonal().maxCoeff()));
    ++diagnostics_.ridge_updates;
    diagnostics_.largest_ridge = std::max(diagnostics_.largest_ridge, ridge);
  }
  // Row by row, in an aligned buffer: the bits of a row do not depend on its neighbours.
  for (Index row = 0; row < factor.rows(); ++row) {
    std::transform(cross.row(row), cross.row(row) + k, row_.data(),
                   [this](Real value) { return static_cast<double>(value) - this->l1(); });
    cholesky_.solveInPlace(row_);
    std::transform(row_.data(), row_.data() + k, factor.row(row),
                   [](double value) { return static_cast<Real>(std::max(0.0, value)); });
  }
}

template class Als<float>;
template class Als<double>;

}  // namespace tessera::update
