#pragma once

#include "tessera/matrix/matrix.hpp"
#include "tessera/update/lanes.hpp"

namespace tessera::update {

/// A gram matrix whose components are brought to one scale, Ĝ = S·G·S with ½ ≤ Ĝ_ll < 2. S is
/// diagonal with powers of two, which rounds nothing: min ½f·G·fᵀ − f·cᵀ over f ≥ 0 is the same
/// problem as that of Ĝ, ĉ = S·c and f = S·f̂. A dead component has S_ll = 0.
class ScaledGram {
 public:
  explicit ScaledGram(Index rank);

  /// @pre gram is k×k and symmetric.
  void assign(ConstMatrixView<double> gram);

  [[nodiscard]] Index rank() const { return rank_; }
  [[nodiscard]] bool is_zero() const { return is_zero_; }
  [[nodiscard]] bool is_live(Index l) const { return scale(l) > 0; }
  /// S_ll
  [[nodiscard]] double scale(Index l) const { return scales_[static_cast<std::size_t>(l)]; }
  /// 1 / S_ll, or 0 for a dead component
  [[nodiscard]] double inverse_scale(Index l) const {
    return inverse_scales_[static_cast<std::size_t>(l)];
  }
  /// Row l of Ĝ, padded with zeros to padded_size(k); l may be any row of the padding too.
  [[nodiscard]] const double* row(Index l) const { return matrix_.view().row(l); }

  /// The gradients f̂·Ĝ − ĉ of a tile of rows.
  void gradient(const LaneTile& f, const LaneTile& c, LaneTile& result) const;
  /// ½f̂·Ĝ·f̂ᵀ − f̂·ĉᵀ of one row.
  [[nodiscard]] double objective(std::span<const double> f, std::span<const double> c) const;

 private:
  Index rank_;
  bool is_zero_ = true;
  AlignedVector<double> scales_;
  AlignedVector<double> inverse_scales_;
  Matrix<double> matrix_;  ///< Ĝ with rows and columns of zeros up to padded_size(k)
};

}  // namespace tessera::update
