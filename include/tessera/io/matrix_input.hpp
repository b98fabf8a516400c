#pragma once

#include <memory>

#include "tessera/config/options.hpp"
#include "tessera/io/matrix_source.hpp"
#include "tessera/io/matrix_summary.hpp"
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

  /// The same part of another file, such as a mask, in which --transpose, --rows and --columns mean
  /// the same. Collective.
  /// @throws mpi::AgreedError; (code input) names both shapes when the files differ in theirs.
  [[nodiscard]] MatrixInput same_part_of(const std::string& path,
                                         const mpi::Communicator& comm) const;
  /// The stored entries of a sparse file, the non-zero ones of a dense file, where the entries of
  /// `a` lie. Collective. @pre a is m×n.
  template <class Real>
  [[nodiscard]] SparseBlock<Real> read_onto(const DataMatrix<Real>& a,
                                            const mpi::ProcessGrid& grid) const;

 private:
  MatrixInput(InputOptions options, std::unique_ptr<MatrixSource> source, Selection selection);
  void describe();

  void require_memory_for_entries(double bytes, const mpi::Communicator& comm) const;
  template <class Real>
  void require_memory_for_lines(bool densify, const mpi::ProcessGrid& grid) const;
  /// This process's block of a dense file.
  template <class Real>
  [[nodiscard]] DenseBlock<Real> read_block(const Distribution& distribution,
                                            const mpi::ProcessGrid& grid) const;
  /// The selected entries of a file, by their places in A, wherever they were read.
  template <class Real>
  [[nodiscard]] Entries<Real> read_selected(const mpi::ProcessGrid& grid) const;
  template <class Real>
  [[nodiscard]] DataMatrix<Real> read_dense(const mpi::ProcessGrid& grid) const;
  template <class Real>
  [[nodiscard]] DataMatrix<Real> read_sparse(const mpi::ProcessGrid& grid) const;

  InputOptions options_;
  std::unique_ptr<MatrixSource> source_;
  Selection selection_;
  MatrixDescription description_;
};

}  // namespace tessera::io
