#pragma once

#include <memory>

#include "tessera/config/options.hpp"
#include "tessera/matrix/coupling.hpp"
#include "tessera/matrix/matrix.hpp"

namespace tessera::update {

/// What a rule had to do beside its formula, since it was made.
struct Diagnostics {
  /// Updates where a singular gram matrix needed a ridge: the most in any process or thread.
  Index ridge_updates = 0;
  double largest_ridge = 0;   ///< relative to the diagonal of the gram matrix
  Index fallback_rows = 0;    ///< of block pivoting, solved by Lawson–Hanson instead
  Index unfinished_rows = 0;  ///< of Lawson–Hanson, left feasible but short of the optimum
};

/// How many steps a rule takes within one update.
struct InnerSteps {
  Index most = 1;           ///< the same for every row
  bool ends_early = false;  ///< whether a row may end before, once it hardly changes
};

/// What a rule is made for: one factor's piece on this process.
struct RuleSettings {
  Algorithm algorithm = Algorithm::hals;
  Index rows = 0;   ///< of the piece
  Index rank = 0;   ///< k
  Index fixed = 0;  ///< the first so many components stay as they are
  InnerSteps inner = {};
  Step step = Step::armijo;
  Penalty penalty = {};
  double upper_bound = 0;  ///< of the factor's entries; 0: none
};

/// How one factor is improved while the other stays fixed: F ≥ 0 is moved towards
/// argmin ½tr(F G Fᵀ) − tr(F Cᵀ) + λ₁‖F‖₁ + ½λ₂‖F‖²_F + ωΣ_{l<l'}⟨F_:l, F_:l'⟩, row by row, from G
/// and C alone. Rules that can (config/options.hpp says which) also keep F below an upper bound,
/// and take a coupling of the rows.
///
/// A rule is local: no MPI, no knowledge of the grid. Whatever it decides (a step length, an inner
/// stop) it decides for a row by that row, G and C, so results do not depend on how rows are spread
/// over processes. One object serves one factor and owns its per-row state.
template <class Real>
class UpdateRule {
 public:
  explicit UpdateRule(const RuleSettings& settings);
  virtual ~UpdateRule() = default;
  UpdateRule(const UpdateRule&) = delete;
  UpdateRule& operator=(const UpdateRule&) = delete;

  /// Starts an update of the factor, whose rows update_rows() then improves, each once and in any
  /// order. `coupling` is that of the incoming factor, of all rows, and has to live until the end.
  /// @pre gram is k×k, replicated; the coupling, where there is one, is rows × k.
  /// @throws ShapeError otherwise.
  void begin(ConstMatrixView<double> gram, const Coupling<Real>& coupling = {});

  /// Improves the rows of the piece from `first_row` on. How the rows are cut changes no bit.
  /// @pre cross and factor are these rows × k, no more than the piece has. @throws ShapeError
  /// otherwise.
  void update_rows(Index first_row, ConstMatrixView<Real> cross, MatrixView<Real> factor);

  /// begin() and update_rows() for all rows at once.
  void update(ConstMatrixView<double> gram, ConstMatrixView<Real> cross, MatrixView<Real> factor,
              const Coupling<Real>& coupling = {});

  /// Numbers of each row that an update leaves for the next one; 0 for rules that forget.
  [[nodiscard]] virtual Index state_width() const { return 0; }
  /// @pre the piece's rows × state_width().
  virtual void save_state(MatrixView<Real> /*rows*/) const {}
  /// What save_state() has told of the same rows.
  virtual void load_state(ConstMatrixView<Real> /*rows*/) {}

  [[nodiscard]] virtual Diagnostics diagnostics() const { return {}; }

 protected:
  /// λ₁, by which a rule lowers C (the multiplicative one raises its denominator).
  [[nodiscard]] double l1() const { return penalty_.l1; }
  /// Infinity where there is none.
  [[nodiscard]] Real upper_bound() const { return upper_bound_; }
  /// G + λ₂I + ω(11ᵀ − I), of the update that has begun.
  [[nodiscard]] ConstMatrixView<double> gram() const { return gram_.view(); }
  /// Of all rows of the factor that is being updated.
  [[nodiscard]] const Coupling<Real>& coupling() const { return coupling_; }

 private:
  /// What an update needs of gram(), and what it begins with.
  virtual void prepare() = 0;
  /// The rule itself, for the rows from `first_row` on. `cross` is C without λ₁.
  virtual void improve(Index first_row, ConstMatrixView<Real> cross, MatrixView<Real> factor) = 0;

  Index rows_;
  Penalty penalty_;
  Real upper_bound_;
  Coupling<Real> coupling_;
  Matrix<double> gram_;  ///< G + λ₂I + ω(11ᵀ − I)
};

/// The steps of one update that the user asked for, or that suit the algorithm: a function of the
/// whole factor (own_rows × k), the other factor's rows and A's stored entries, never of the piece.
[[nodiscard]] InnerSteps inner_steps(const SolverOptions& solver, Index own_rows, Index other_rows,
                                     Index stored_entries);

/// The rule of settings.algorithm, for the components that are not fixed. @throws UsageError when
/// it cannot take the penalties or the bound.
template <class Real>
[[nodiscard]] std::unique_ptr<UpdateRule<Real>> make_update_rule(const RuleSettings& settings);

}  // namespace tessera::update
