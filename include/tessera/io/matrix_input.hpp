#pragma once

#include <memory>

#include "tessera/config/options.hpp"
#include "tessera/io/matrix_source.hpp"
#include "tessera/io/selection.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera::io {

/// The matrix A that a user asked for: a file, or a part of it, possibly transposed. Opened and
/// checked, not read. This is where a file's rows and columns become those of A.
class MatrixInput {
 public:
  /// Opens the file. Collective; @throws mpi::AgreedError.
  MatrixInput(const InputOptions& options, const mpi::Communicator& comm);

  /// As A: rows and columns are m and n.
  [[nodiscard]] const MatrixDescription& description() const { return description_; }
  /// Whether the file stores some entries only.
  [[nodiscard]] bool is_sparse() const;
  /// Names of the rows and columns of A, on process 0. Collective.
  [[nodiscard]] MatrixNames read_names(const mpi::Communicator& comm) const;

  /// Reads A, cut into blocks for the grid, and sums up what it holds. Entries that cannot be
  /// factorized are kept: inspect shows them, require_factorizable() refuses them. Collective.
  template <class Real>
  [[nodiscard]] DataMatrix<Real> read(const mpi::ProcessGrid& grid) const;

 private:
  template <class Real>
  [[nodiscard]] DataMatrix<Real> read_dense(const mpi::ProcessGrid& grid) const;
  template <class Real>
  [[nodiscard]] DataMatrix<Real> read_sparse(const mpi::ProcessGrid& grid) const;

  InputOptions options_;
  std::unique_ptr<MatrixSource> source_;
  Selection selection_;
  MatrixDescription description_;
};

/// What the blocks of all processes hold together. Collective.
template <class Real>
[[nodiscard]] MatrixSummary summarize(const DataMatrix<Real>& a, const mpi::Communicator& comm);

/// @throws mpi::AgreedError (code input) that names file, row, column and value of the first
/// negative, NaN or infinite entry, and the remedy. Collective.
template <class Real>
void require_factorizable(const DataMatrix<Real>& a, const MatrixDescription& description,
                          const mpi::Communicator& comm);

}  // namespace tessera::io
