#pragma once

#include "tessera/matrix/matrix.hpp"
#include "tessera/matrix/sparse_block.hpp"

/// What the machine can do at best, measured right before what is compared with it, since clocks
/// and neighbours change. All in seconds of this thread's processor time.
namespace tessera::bench {

/// Processor time of this thread.
[[nodiscard]] double thread_seconds();

/// Operations per second of OpenBLAS's product of two square matrices: the limit of everything that
/// is bound by arithmetic.
template <class Real>
[[nodiscard]] double square_product_rate();

/// Seconds that it takes to read the stored entries of A one after the other and to touch every
/// cache line of the row of F that each entry names. Nothing that forms A·F or Aᵀ·W entry by entry
/// moves fewer lines to the core; the arithmetic can be hidden behind that.
template <class Real>
[[nodiscard]] double gather_seconds(const SparseBlock<Real>& a, ConstMatrixView<Real> f);

}  // namespace tessera::bench
