#pragma once

#include "tessera/matrix/matrix.hpp"
#include "tessera/scalapack/context.hpp"

namespace tessera::scalapack {

/// QR factorization of a tall matrix Y (rows × k) whose rows are spread over the processes of the
/// context, any number on each: replaces this process's rows of Y by those of Q (rows × k, QᵀQ = I)
/// and returns R (k×k, upper triangle, Y = Q·R), replicated to the bit.
///
/// The diagonal of R is >= 0, so Q and R belong to Y alone where its columns are independent,
/// whatever the order of its rows. Where a column depends on earlier ones, Q is completed by
/// arbitrary columns, and QᵀQ = I holds if one process has at least k rows; else those columns and
/// later ones may be shorter. Y = Q·R holds always.
///
/// p?geqrf and p?orgqr on a p×1 grid, in which every process holds one block of rows: its own, and
/// rows of zeros up to the largest piece. These change neither R nor the other rows of Q, and spare
/// moving a tall matrix. Source: Golub & Van Loan, Matrix Computations, ch. 5; ScaLAPACK Users'
/// Guide. Collective.
/// @throws ShapeError if Y has fewer rows than columns.
/// @throws mpi::AgreedError (usage) if a piece is more than ScaLAPACK's 32-bit integers can
/// address.
[[nodiscard]] Matrix<double> orthonormalize(MatrixView<double> piece, const Context& context);

/// The largest number of bytes of a process's padded piece: ScaLAPACK counts them in 32 bits.
inline constexpr Index kLargestPieceBytes = 2147483647;

}  // namespace tessera::scalapack
