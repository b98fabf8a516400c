#pragma once

#include <span>

#include "tessera/matrix/matrix.hpp"

namespace tessera {

/// What the penalty ½μ·tr(FᵀLF), L = D − S, means for the own rows of a factor F: its gradient is
/// μ·D·F − μ·S·F. Empty where there is no such penalty.
template <class Real>
struct Coupling {
  ConstMatrixView<Real> attraction;    ///< μ·S·F, rows × k
  std::span<const Real> degrees = {};  ///< of μ·D, one per row

  [[nodiscard]] bool is_set() const { return attraction.columns() > 0; }
};

}  // namespace tessera
