#pragma once

#include <optional>
#include <string>

#include "tessera/config/options.hpp"
#include "tessera/io/hdf5.hpp"
#include "tessera/io/hdf5_names.hpp"
#include "tessera/io/matrix_source.hpp"

namespace tessera::io::hdf5 {

/// Members of a sparse group. Line i, a row or a column, has the entries [indptr[i], indptr[i+1])
/// of `data` (the values) and `indices` (where they stand in the line).
inline constexpr const char* kValues = "data";
inline constexpr const char* kIndices = "indices";
inline constexpr const char* kOffsets = "indptr";
inline constexpr const char* kShape = "shape";

/// Attributes by which AnnData marks what an object is, and its values for sparse matrices.
inline constexpr const char* kEncodingType = "encoding-type";
inline constexpr const char* kEncodingVersion = "encoding-version";
inline constexpr const char* kByRows = "csr_matrix";
inline constexpr const char* kByColumns = "csc_matrix";

/// A sparse matrix in a group that has been looked at.
struct SparseGroup {
  MatrixDescription description;            ///< `dataset` is the path of the group
  NameLayout layout = NameLayout::anndata;  ///< whose layout it has
  bool by_rows = true;                      ///< lines are rows, else columns
  Index entries = 0;                        ///< stored
  Index chunk = 1;                          ///< entries that one process should read together

  [[nodiscard]] Index lines() const { return by_rows ? description.rows : description.columns; }
  [[nodiscard]] Index line_length() const {
    return by_rows ? description.columns : description.rows;
  }
};

/// Looks for a sparse matrix on one process, without reading entries: the object asked for, else
/// /X, else /matrix (10x Genomics from version 3), else the only group at the root that has the
/// three arrays (10x Genomics version 2, named after the genome). Nothing if that is no group that
/// claims to be sparse.
///
/// A 10x Genomics file stores features × barcodes by columns; it is described as barcodes ×
/// features by rows, which are the same bytes.
/// @throws InputError, without file and group in front, if the group's parts are missing, do not
/// fit each other or cannot be read. Whether indptr rises and indices are in range shows when the
/// entries are read.
[[nodiscard]] std::optional<SparseGroup> find_sparse_group(hid_t file, const InputOptions& input);

}  // namespace tessera::io::hdf5
