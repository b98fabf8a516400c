#pragma once

#include <vector>

#include "tessera/matrix/matrix.hpp"

namespace tessera::report {

/// Two components and the cosine of the angle between their rows of H.
struct SimilarPair {
  Index first = 0;  ///< below second
  Index second = 0;
  double cosine = 0;
};

/// Cosines between all rows of H: g_ll' / √(g_ll·g_l'l') for the gram matrix G = H·Hᵀ. In [0, 1],
/// since no entry is negative; 0 with a row of zeros. @pre gram is k×k.
[[nodiscard]] Matrix<double> cosines(ConstMatrixView<double> gram);

/// The pairs of the largest cosines, at most `count`, by falling cosine, then by component.
[[nodiscard]] std::vector<SimilarPair> most_similar(ConstMatrixView<double> cosines, Index count);

/// The first `count` rows in an order that puts similar ones side by side: begins with row 0, and
/// each next one is of those left the most similar to the one before, the first of equal ones.
[[nodiscard]] std::vector<Index> similarity_order(ConstMatrixView<double> cosines, Index count);

}  // namespace tessera::report
