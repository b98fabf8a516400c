#pragma once

#include <limits>

#include "tessera/core/types.hpp"
#include "tessera/matrix/matrix.hpp"

namespace tessera::report {

/// How well the strongest columns of a component go together in the rows of a matrix. NaN where
/// there is no pair of columns that occur.
struct Coherence {
  double umass;  ///< at most about 0; near 0: what is weaker comes with what is stronger
  double npmi;   ///< from -1 (never together) over 0 (as by chance) to 1 (always together)
};

inline constexpr Coherence kNoCoherence = {std::numeric_limits<double>::quiet_NaN(),
                                           std::numeric_limits<double>::quiet_NaN()};

/// D(v, w) is the number of rows in which both columns are not zero, D(v) that of one column, and
/// v_1, v_2, ... are the columns by falling weight. Means over all pairs l < m of columns that
/// occur at all:
///
/// UMass: log((D(v_m, v_l) + 1) / D(v_l)). Source: Mimno et al. 2011, "Optimizing semantic
/// coherence in topic models", eq. 1, with its smoothing constant 1; there it is the sum.
///
/// NPMI: log(p(v, w) / (p(v)·p(w))) / -log p(v, w) with p = D / rows, not smoothed: its limits are
/// -1 where the columns never meet, and 1 where every row holds both. Source: Bouma 2009; for
/// topics Lau, Newman & Baldwin 2014.
///
/// @param counts D of the columns, c×c and symmetric, D(v) on its diagonal
/// @param rows of the matrix they are counted in
[[nodiscard]] Coherence coherence(const ConstMatrixView<Index>& counts, Index rows);

}  // namespace tessera::report
