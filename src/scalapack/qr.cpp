#include "tessera/scalapack/qr.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "tessera/mpi/agree.hpp"

#include "prototypes.hpp"

namespace tessera::scalapack {
namespace {

constexpr int kOne = 1;  // Fortran counts from 1

/// Columns that are factorized before the others are brought up to date.
constexpr Index kPanelColumns = 32;

/// The blocks of rows, one per process, all as long as the largest piece.
struct Blocks {
  Index rows = 0;  ///< of a block
  int first = 0;   ///< process whose block comes first; the others follow in rank order, cyclically
};

/// A tall matrix as ScaLAPACK wants it: one block of rows per process, column by column.
struct TallMatrix {
  Matrix<double> columns;  ///< k × rows of a block: each row is a column of the local piece
  std::array<int, 9> descriptor{};
  int rows = 0;  ///< of all blocks together
  int k = 0;

  [[nodiscard]] int* desc() { return descriptor.data(); }
  [[nodiscard]] double* data() { return columns.view().data(); }
};

void require_success(const char* routine, int info) {
  if (info != 0) {
    throw Error(ExitCode::other,
                std::string(routine) + " refused its argument " + std::to_string(-info));
  }
}

void require_addressable(Index largest, Index k, const mpi::Communicator& comm) {
  constexpr Index kLargestEntries = kLargestPieceBytes / Index{sizeof(double)};
  if (largest > kLargestEntries / k ||
      largest > std::numeric_limits<int>::max() / Index{comm.size()}) {
    throw mpi::AgreedError(
        ExitCode::usage,
        "the QR factorization of a matrix of " + std::to_string(k) + " columns has " +
            std::to_string(largest) +
            " rows on a process, more than the 32-bit integers of ScaLAPACK can address. Use more "
            "processes, or a smaller rank");
  }
}

/// What is returned, and what is thrown, is the same on every process.
///
/// The largest piece comes first: it has no padding, so that no reflection that starts in it
/// reaches a row of zeros.
Blocks choose_blocks(ConstMatrixView<double> piece, const mpi::Communicator& comm) {
  const Index rows = comm.sum(piece.rows());
  const Index largest = comm.max(piece.rows());
  const Index k = piece.columns();
  if (rows < k) {
    throw ShapeError("the matrix to orthonormalize is " + std::to_string(rows) + "x" +
                     std::to_string(k) + ", but must not have more columns than rows");
  }
  require_addressable(largest, k, comm);
  return {largest, comm.min(piece.rows() == largest ? comm.rank() : comm.size())};
}

TallMatrix make_tall(ConstMatrixView<double> piece, const Blocks& blocks, const Context& context) {
  const Index k = piece.columns();
  TallMatrix tall;
  tall.columns = Matrix<double>(k, blocks.rows);
  for (Index row = 0; row < piece.rows(); ++row) {
    for (Index l = 0; l < k; ++l) {
      tall.columns(l, row) = piece(row, l);
    }
  }
  const int block_rows = static_cast<int>(blocks.rows);
  tall.rows = block_rows * context.comm().size();
  tall.k = static_cast<int>(k);
  const int panel = static_cast<int>(std::min(k, kPanelColumns));
  const int first_column = 0;
  const int handle = context.handle();
  int info = 0;
  descinit_(tall.desc(), &tall.rows, &tall.k, &block_rows, &panel, &blocks.first, &first_column,
            &handle, &block_rows, &info);
  require_success("descinit", info);
  return tall;
}

/// Calls call(work, length) to ask for the length of the workspace, then with it.
template <class Call>
void with_workspace(const char* routine, Call&& call) {
  double wanted = 0;
  require_success(routine, call(&wanted, -1));
  AlignedVector<double> work(static_cast<std::size_t>(wanted));
  require_success(routine, call(work.data(), static_cast<int>(wanted)));
}

/// Leaves R in the upper triangle of the matrix, and below it, with `tau`, the reflections.
void factorize(TallMatrix& tall, AlignedVector<double>& tau) {
  with_workspace("pdgeqrf", [&](double* work, int length) {
    int info = 0;
    pdgeqrf_(&tall.rows, &tall.k, tall.data(), &kOne, &kOne, tall.desc(), tau.data(), work, &length,
             &info);
    return info;
  });
}

/// Replaces the reflections by Q.
void form_q(TallMatrix& tall, const AlignedVector<double>& tau) {
  with_workspace("pdorgqr", [&](double* work, int length) {
    int info = 0;
    pdorgqr_(&tall.rows, &tall.k, &tall.k, tall.data(), &kOne, &kOne, tall.desc(), tau.data(), work,
             &length, &info);
    return info;
  });
}

/// R on every process: each adds the rows that it holds to zeros, which rounds nothing.
Matrix<double> gather_triangle(const TallMatrix& tall, const Blocks& blocks,
                               const mpi::Communicator& comm) {
  const Index begin = (comm.rank() - blocks.first + comm.size()) % comm.size() * blocks.rows;
  Matrix<double> r(tall.k, tall.k);
  for (Index i = begin; i < std::min<Index>(begin + blocks.rows, tall.k); ++i) {
    for (Index j = i; j < tall.k; ++j) {
      r(i, j) = tall.columns(j, i - begin);
    }
  }
  comm.all_reduce_sum(r.span());
  return r;
}

}  // namespace

Matrix<double> orthonormalize(MatrixView<double> piece, const Context& context) {
  const Blocks blocks = choose_blocks(piece, context.comm());
  TallMatrix tall = make_tall(piece, blocks, context);
  AlignedVector<double> tau(static_cast<std::size_t>(tall.k));
  factorize(tall, tau);
  Matrix<double> r = gather_triangle(tall, blocks, context.comm());
  form_q(tall, tau);

  for (Index l = 0; l < tall.k; ++l) {
    const double sign = r(l, l) < 0 ? -1 : 1;
    for (Index j = l; j < tall.k; ++j) {
      r(l, j) *= sign;
    }
    for (Index row = 0; row < piece.rows(); ++row) {
      piece(row, l) = sign * tall.columns(l, row);
    }
  }
  return r;
}

}  // namespace tessera::scalapack
