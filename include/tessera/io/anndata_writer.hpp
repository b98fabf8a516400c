#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tessera/core/aligned.hpp"
#include "tessera/io/anndata_table.hpp"
#include "tessera/io/matrix_source.hpp"
#include "tessera/matrix/matrix.hpp"
#include "tessera/mpi/communicator.hpp"

/// Compressed HDF5 files in AnnData's encoding, which Tessera, anndata.read_h5ad and h5py read.
namespace tessera::io {

/// Consecutive rows of a sparse matrix, compressed by rows.
template <class Real>
struct SparseRows {
  Range rows;                           ///< global
  std::vector<Index> offsets;           ///< rows.size() + 1, from 0
  AlignedVector<std::int32_t> columns;  ///< global
  AlignedVector<Real> values;
};

/// @throws mpi::AgreedError (code input) if columns cannot be numbered by 32 bits.
/// @pre the same on all processes
void require_numbered_columns(Index columns);

/// Consecutive rows of a dense matrix.
template <class Real>
struct DenseRows {
  Range rows;  ///< global
  ConstMatrixView<Real> entries;
};

/// A file to be written: /X, /obs and /var.
struct AnnDataFile {
  std::string path;
  Index rows = 0;
  Index columns = 0;
  MatrixNames names;        ///< of process 0; "0", "1", ... stands in for names that are not known
  std::string image_shape;  ///< attribute of a dense /X of pictures, "HxW" or "HxWx3"
  Categorical labels = {};  ///< of the rows, on process 0: a column of /obs; empty: none
  /// Of process 0: what data calls the columns where their names are for people; may be empty.
  std::vector<std::string> column_ids = {};
  NumberColumn column_numbers = {};  ///< of process 0; may be empty
  Notes notes = {};                  ///< of process 0; without a topic: none
};

/// Where they stand.
inline constexpr const char* kColumnIds = "/var/id";

/// Writes a sparse matrix as group /X (CSR, gzip) with values as wide as Real. The rows of the
/// processes follow one another in rank order. All processes compress, process 0 writes; the file
/// appears under its name only when complete, and the job ends when writing fails, as in
/// write_factor_file(). Collective.
/// @throws mpi::AgreedError (code io) when the file cannot be created or renamed; (code other) when
/// rows or names do not fit the shape.
template <class Real>
void write_sparse_file(const AnnDataFile& file, const SparseRows<Real>& own,
                       const mpi::Communicator& comm);

/// Writes a dense matrix as dataset /X (gzip); otherwise as write_sparse_file().
template <class Real>
void write_dense_compressed(const AnnDataFile& file, const DenseRows<Real>& own,
                            const mpi::Communicator& comm);

}  // namespace tessera::io
