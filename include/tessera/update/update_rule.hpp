#pragma once

#include <memory>

#include "tessera/config/options.hpp"
#include "tessera/matrix/matrix.hpp"

namespace tessera::update {

/// What a rule had to do beside its formula, since it was made.
struct Diagnostics {
  Index ridge_updates = 0;   ///< updates whose singular gram matrix needed a ridge
  double largest_ridge = 0;  ///< relative to the mean diagonal of the gram matrix
};

/// How one factor is improved while the other stays fixed: F ≥ 0 is moved towards
/// argmin ½tr(F G Fᵀ) − tr(F Cᵀ), row by row, from G and C alone.
///
/// A rule is local: no MPI, no knowledge of the grid. Whatever it decides (a step length, an inner
/// stop) it decides for a row by that row, G and C, so results do not depend on how rows are spread
/// over processes. One object serves one factor and owns its per-row state.
template <class Real>
class UpdateRule {
 public:
  UpdateRule() = default;
  virtual ~UpdateRule() = default;
  UpdateRule(const UpdateRule&) = delete;
  UpdateRule& operator=(const UpdateRule&) = delete;

  /// Improves the local rows of a factor.
  /// @pre gram is k×k, replicated; cross and factor are rows × k. @throws ShapeError otherwise.
  void update(ConstMatrixView<double> gram, ConstMatrixView<Real> cross, MatrixView<Real> factor);

  /// Whether the loss can never rise, rounding aside.
  [[nodiscard]] virtual bool is_monotone() const { return true; }
  [[nodiscard]] virtual Diagnostics diagnostics() const { return {}; }

 private:
  virtual void apply(ConstMatrixView<double> gram, ConstMatrixView<Real> cross,
                     MatrixView<Real> factor) = 0;
};

/// The rule of an algorithm for a factor piece of `rows` × `rank`.
template <class Real>
[[nodiscard]] std::unique_ptr<UpdateRule<Real>> make_update_rule(Algorithm algorithm, Index rows,
                                                                 Index rank);

}  // namespace tessera::update
