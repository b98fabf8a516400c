#pragma once

#include <span>

#include "tessera/update/index_set.hpp"
#include "tessera/update/update_rule.hpp"

namespace tessera::update {

/// One row of min ½f·G·fᵀ − f·cᵀ over f ≥ 0, solved on its passive set: f_P = G_PP⁻¹·c_P, 0
/// outside.
struct PassiveSolution {
  Index row;                         ///< which of the rows that are solved together
  std::span<const double> incoming;  ///< f ≥ 0 as it was before the update
  std::span<double> coefficients;    ///< f; may be negative
  std::span<const double> gradient;  ///< f·G − c; rounding aside 0 on the passive set
  double noise;                      ///< bound of the gradient's rounding
  IndexSet passive;                  ///< the passive set
  bool is_optimum = true;            ///< or, in the end, the best that was found
};

/// How a row gets from one passive set to the next, until its solution is the optimum: f ≥ 0 on
/// the passive set, gradient ≥ 0 outside. Owns what a row has to remember from one to the next.
class Pivoting {
 public:
  Pivoting() = default;
  virtual ~Pivoting() = default;
  Pivoting(const Pivoting&) = delete;
  Pivoting& operator=(const Pivoting&) = delete;

  /// A new row takes this place. Any set without dead components may be its first passive set.
  virtual void begin(Index row) = 0;

  /// @return true to have the row solved again on solution.passive, which has changed; false when
  /// solution.coefficients is the answer.
  virtual bool exchange(PassiveSolution& solution) = 0;

  /// Rows so far that needed the fall-back, or that ended short of the optimum.
  virtual void add_to(Diagnostics& diagnostics) const = 0;
};

}  // namespace tessera::update
