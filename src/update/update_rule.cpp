#include "tessera/update/update_rule.hpp"

#include "tessera/core/error.hpp"
#include "tessera/update/als.hpp"
#include "tessera/update/gradient.hpp"
#include "tessera/update/hals.hpp"
#include "tessera/update/multiplicative.hpp"

namespace tessera::update {

template <class Real>
void UpdateRule<Real>::update(ConstMatrixView<double> gram, ConstMatrixView<Real> cross,
                              MatrixView<Real> factor) {
  require_shape("the gram matrix", gram, factor.columns(), factor.columns());
  require_shape("the cross product", cross, factor.rows(), factor.columns());
  apply(gram, cross, factor);
}

template <class Real>
std::unique_ptr<UpdateRule<Real>> make_update_rule(Algorithm algorithm, Index rows, Index rank) {
  switch (algorithm) {
    case Algorithm::hals:
      return std::make_unique<Hals<Real>>(rank);
    case Algorithm::mu:
      return std::make_unique<Multiplicative<Real>>(rank);
    case Algorithm::als:
      return std::make_unique<Als<Real>>(rank);
    case Algorithm::gradient:
      return std::make_unique<ProjectedGradient<Real>>(rows, rank);
  }
  throw Error(ExitCode::other, "no update rule for this algorithm");
}

template class UpdateRule<float>;
template class UpdateRule<double>;
template std::unique_ptr<UpdateRule<float>> make_update_rule(Algorithm, Index, Index);
template std::unique_ptr<UpdateRule<double>> make_update_rule(Algorithm, Index, Index);

}  // namespace tessera::update
