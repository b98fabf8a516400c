#pragma once

#include <cstdint>

#include "tessera/core/types.hpp"

/// Small symmetric systems of equations solved side by side, one in each lane of vectors. Lanes
/// never mix and a vector is always full, so the arithmetic of a system depends neither on its lane
/// nor on its neighbours. In double. Nothing here allocates.
namespace tessera::kernels {

inline constexpr Index kLanes = 8;

/// Rows of L that lie, and are computed, together.
inline constexpr Index kLaneBlock = 4;

/// G_PP·x = c for a set P of components in each lane, and the factorization G_PP = L·Lᵀ. What is
/// said to be of `places × kLanes` holds place p of each lane one behind the other.
struct LaneSystem {
  const double* gram = nullptr;  ///< symmetric G, row-major; row and column k are zero
  Index stride = 0;              ///< of the rows of G, whole multiples of kLanes
  /// places × kLanes: the component in each place, ascending; k where a lane's set is smaller
  const Index* members = nullptr;
  Index order = 0;                  ///< places: the size of the largest set
  const double* sizes = nullptr;    ///< kLanes: of the sets
  const double* growths = nullptr;  ///< kLanes: by which the diagonal of each lane is multiplied
  double* lower = nullptr;          ///< L, lane_factor_size(order) entries
  double* inverses = nullptr;       ///< places × kLanes: 1 / L_ii
};

/// Entries of L for so many places.
[[nodiscard]] Index lane_factor_size(Index places);

/// Computes L, without square roots of what is not above the noise of rounding, size·ε of a
/// diagonal entry: `unstable`, of kLanes entries, is 1 for lanes where that was met, else 0.
void factorize_lanes(const LaneSystem& system, double* unstable);

/// x = G_PP⁻¹·c from L; `values`, places × kLanes, are c before and x after.
void solve_lanes(const LaneSystem& system, double* values);

/// result = Σ_p x_p·G_p − start for one lane of a system: the gradient of its row. `coefficients`
/// are x, places × kLanes as solve_lanes() left them; start and result have `stride` entries.
void combine_members(const LaneSystem& system, Index lane, Index count, const double* coefficients,
                     const double* start, double* result);

/// result = (row − shift)·scale in double, entry by entry of `count`. @return the largest
/// magnitude.
template <class Real>
double scale_row(const Real* row, double shift, const double* scale, Index count, double* result);

/// Sets bit l % 64 of word l / 64 where values[l] < bound, and clears the other bits of these
/// words. @pre `words` has room for `count` bits.
void mark_below(const double* values, Index count, double bound, std::uint64_t* words);

}  // namespace tessera::kernels
