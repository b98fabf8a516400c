#pragma once

#include <cstdint>

#include "tessera/core/types.hpp"
#include "tessera/matrix/matrix.hpp"

/// Matrices whose factorization is known. Pure functions of the global index: any process makes
/// any rows, and the matrix is the same whatever the number of processes.
namespace tessera::init {

/// A = max(0, W·H + noise), W and H with entries |N(0, 1)|.
struct LowRankOptions {
  Index rows = 0;     ///< m
  Index columns = 0;  ///< n
  Index rank = 0;     ///< k
  double noise = 0;   ///< standard deviation, relative to the expected entry 2k/π of W·H
  std::uint64_t seed = 0;
};

/// Global rows [rows.begin, rows.end) of the matrix. Without noise its rank and its non-negative
/// rank are k, up to rounding to Real.
/// @pre `slab` is rows.size() × options.columns. @throws ShapeError.
template <class Real>
void fill_lowrank_rows(const LowRankOptions& options, Range rows, MatrixView<Real> slab);

/// The swimmer: 256 pictures of 32×32 pixels, 0 or 1. A torso of 12 pixels and four limbs of 6,
/// each limb in one of 4 positions, every combination once. The 17 parts share no pixel.
///
/// Row index = 64·left arm + 16·right arm + 4·left leg + right leg, each position in 0..3.
///
/// The linear rank is 13 (1 + 4·3), the non-negative rank 16: the torso is in every picture and
/// can be added to the four positions of any one limb, so an exact factorization may show a ghost
/// of it. Source: Donoho & Stodden, NIPS 2003; the coordinates of the strokes are ours.
inline constexpr Index kSwimmerImages = 256;
inline constexpr Index kSwimmerSide = 32;
inline constexpr Index kSwimmerPixels = kSwimmerSide * kSwimmerSide;
inline constexpr Index kSwimmerParts = 17;

/// The parts, 17×1024: the torso, then limb l (left arm, right arm, left leg, right leg) in
/// position q at row 1 + 4·l + q.
template <class Real>
[[nodiscard]] Matrix<Real> swimmer_parts();

/// Pictures [rows.begin, rows.end), pixels stored row by row.
/// @pre `slab` is rows.size() × 1024 and rows lie within [0, 256). @throws ShapeError.
template <class Real>
void swimmer_rows(Range rows, MatrixView<Real> slab);

}  // namespace tessera::init
