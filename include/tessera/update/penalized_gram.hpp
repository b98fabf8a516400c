#pragma once

#include "tessera/config/options.hpp"
#include "tessera/matrix/matrix.hpp"

namespace tessera::update {

/// G ← G + λ₂I + ω(11ᵀ − I), ω = penalty.orthogonality: what the quadratic penalties make of a gram
/// matrix. Σ_{l<l'} ⟨F_:l, F_:l'⟩ = ½tr(F·(11ᵀ − I)·Fᵀ).
template <class Real>
void add_penalty(const Penalty& penalty, MatrixView<Real> gram) {
  for (Index l = 0; l < gram.rows(); ++l) {
    for (Index j = 0; j < gram.columns(); ++j) {
      gram(l, j) += static_cast<Real>(l == j ? penalty.l2 : penalty.orthogonality);
    }
  }
}

}  // namespace tessera::update
