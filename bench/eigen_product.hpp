#pragma once

#include <cstdint>
#include <span>

#include "tessera/matrix/matrix.hpp"
#include "tessera/matrix/sparse_block.hpp"

/// Eigen's products of a sparse and a dense matrix, both stored by rows, for comparison: compiled
/// for the processor that compiles it, as who wants speed from Eigen does.
namespace tessera::bench {

/// result = A·F. `offsets` are those of A's rows; Eigen wants them as short as the column numbers.
template <class Real>
void eigen_multiply(const SparseBlock<Real>& a, std::span<const std::int32_t> offsets,
                    ConstMatrixView<Real> f, MatrixView<Real> result);

/// result += Aᵀ·F.
template <class Real>
void eigen_add_transposed_multiply(const SparseBlock<Real>& a,
                                   std::span<const std::int32_t> offsets, ConstMatrixView<Real> f,
                                   MatrixView<Real> result);

}  // namespace tessera::bench
