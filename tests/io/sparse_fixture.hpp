#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tessera/io/entries.hpp"
#include "tessera/io/hdf5.hpp"
#include "tessera/matrix/matrix.hpp"

/// Sparse matrices in HDF5 files as other programs write them.
namespace tessera::testing {

/// How the format is marked; 10x Genomics has no marks but further members.
enum class Marks { anndata, old_anndata, none };

/// The parts of a sparse group; a test spoils some of them before they are written.
struct SparseParts {
  std::string group = "/X";
  Marks marks = Marks::anndata;
  std::string format = "csr_matrix";
  std::vector<double> data;
  std::vector<Index> indices;
  std::vector<Index> indptr;
  std::vector<Index> shape;  ///< as stored
  hid_t value_type = H5T_IEEE_F32LE;
  hid_t index_type = H5T_STD_I32LE;
  hid_t offset_type = H5T_STD_I64LE;
  hsize_t chunk = 0;    ///< 0: contiguous, else gzip; the indices have chunks of chunk / 2 + 1
  std::string without;  ///< a member that is not written
};

/// Whether the matrix of these tests stores an entry there; some rows and columns are empty.
[[nodiscard]] bool is_stored(Index row, Index column);

/// The matrix of these tests, compressed by rows or by columns; stored entries are entry(i, j) + 1.
[[nodiscard]] SparseParts sparse_parts(Index rows, Index columns, bool by_rows);
/// The same with every stored entry, on every process.
[[nodiscard]] Matrix<double> expected_matrix(Index rows, Index columns);

/// On one process.
void write_sparse_group(hid_t file, const SparseParts& parts);
void write_numbers(hid_t location, const std::string& name, hid_t type,
                   const std::vector<double>& values, hsize_t chunk = 0);
void write_numbers(hid_t location, const std::string& name, hid_t type,
                   const std::vector<Index>& values, hsize_t chunk = 0);
/// Texts of variable length, or of fixed length `size` if that is not 0.
void write_texts(hid_t location, const std::string& name, const std::vector<std::string>& texts,
                 std::size_t size = 0);
/// A 1-D dataset of compounds {index: text, number: float64}, as AnnData wrote before 0.7.
void write_compound_table(hid_t file, const std::string& name,
                          const std::vector<std::string>& texts);

/// Adds up what all processes have read, so that an entry that is read twice shows. Collective.
template <class Real>
[[nodiscard]] Matrix<double> assemble(const io::Entries<Real>& entries, Index rows, Index columns,
                                      const mpi::Communicator& comm);

}  // namespace tessera::testing
