#pragma once

namespace tessera {

/// What is done to the entries of A before it is factorized (`--scale`).
enum class Scaling {
  none,
  max,      ///< the largest entry becomes 1
  rows_l1,  ///< the sum of every row becomes 1
  rows_l2,  ///< the 2-norm of every row becomes 1
  log1p,    ///< every entry a becomes log(1 + a)
  tfidf,    ///< rare columns weigh more, then rows_l2
};

}  // namespace tessera
