#include "tessera/update/fixed_components.hpp"

#include <algorithm>

namespace tessera::update {
namespace {

RuleSettings of_free_components(RuleSettings settings) {
  settings.rank -= settings.fixed;
  settings.fixed = 0;
  settings.penalty.orthogonality = 0;
  return settings;
}

/// What the rule of the free components does not see: that they are to be orthogonal to the fixed
/// ones too. All other penalties are a constant on what is fixed.
RuleSettings of_all_components(const RuleSettings& settings) {
  return {.rows = settings.rows,
          .rank = settings.rank,
          .penalty = {.orthogonality = settings.penalty.orthogonality}};
}

}  // namespace

template <class Real>
FixedComponents<Real>::FixedComponents(const RuleSettings& settings)
    : UpdateRule<Real>(of_all_components(settings)),
      fixed_(settings.fixed),
      free_gram_(settings.rank - fixed_, settings.rank - fixed_),
      free_cross_(settings.rows, settings.rank - fixed_),
      free_factor_(settings.rows, settings.rank - fixed_),
      free_attraction_(settings.penalty.coupling > 0 ? settings.rows : 0, settings.rank - fixed_) {
  if (fixed_ < settings.rank) {
    rule_ = make_update_rule<Real>(of_free_components(settings));
  }
}

template <class Real>
void FixedComponents<Real>::prepare() {
  if (!rule_) {
    return;
  }
  const Index free = free_gram_.rows();
  for (Index l = 0; l < free; ++l) {
    std::copy_n(this->gram().row(fixed_ + l) + fixed_, free, free_gram_.view().row(l));
  }
  rule_->begin(free_gram_.view(), free_coupling());
}

template <class Real>
void FixedComponents<Real>::improve(Index first_row, ConstMatrixView<Real> cross,
                                    MatrixView<Real> factor) {
  if (!rule_) {
    return;
  }
  const auto gram = this->gram();
  const Index free = free_gram_.rows();
  const Range rows{first_row, first_row + factor.rows()};
  const auto free_cross = free_cross_.view().rows(rows);
  const auto free_factor = free_factor_.view().rows(rows);
  for (Index row = 0; row < factor.rows(); ++row) {
    for (Index l = 0; l < free; ++l) {
      double c = cross(row, fixed_ + l);
      for (Index j = 0; j < fixed_; ++j) {
        c -= static_cast<double>(factor(row, j)) * gram(j, fixed_ + l);
      }
      free_cross(row, l) = static_cast<Real>(c);
    }
    std::copy_n(factor.row(row) + fixed_, free, free_factor.row(row));
  }
  rule_->update_rows(first_row, free_cross, free_factor);
  for (Index row = 0; row < factor.rows(); ++row) {
    std::copy_n(free_factor.row(row), free, factor.row(row) + fixed_);
  }
}

template <class Real>
Coupling<Real> FixedComponents<Real>::free_coupling() {
  const auto& [attraction, degrees] = this->coupling();
  for (Index row = 0; row < attraction.rows(); ++row) {
    std::copy_n(attraction.row(row) + fixed_, free_attraction_.columns(),
                free_attraction_.view().row(row));
  }
  return this->coupling().is_set() ? Coupling<Real>{free_attraction_.view(), degrees}
                                   : Coupling<Real>{};
}

template class FixedComponents<float>;
template class FixedComponents<double>;

}  // namespace tessera::update
