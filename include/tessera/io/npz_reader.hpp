#pragma once

#include <memory>
#include <string>

#include "tessera/io/entries.hpp"
#include "tessera/io/npy_stream.hpp"
#include "tessera/io/zip_archive.hpp"

/// Sparse matrices as scipy.sparse.save_npz writes them, read by one process, front to back.
namespace tessera::io {

/// A sparse matrix in an archive, as far as the headers of its arrays tell.
struct NpzMatrix {
  std::string format;  ///< "csr", "csc" or "coo"
  std::string descr;   ///< type of the values, as in NpyHeader
  Index rows = 0;
  Index columns = 0;
  Index entries = 0;  ///< stored ones
};

/// @throws IoError or InputError that say why the archive cannot be read as a sparse matrix.
[[nodiscard]] NpzMatrix describe_npz(const std::string& path);

/// The row of each entry where they are stored row by row (CSR), the column for CSC.
class MajorIndices {
 public:
  MajorIndices() = default;
  virtual ~MajorIndices() = default;
  MajorIndices(const MajorIndices&) = delete;
  MajorIndices& operator=(const MajorIndices&) = delete;

  /// Those of the next entries. @throws InputError when the file is wrong.
  virtual void read(std::span<Index> indices) = 0;
  /// Call after the last entry. @throws InputError when something is left over or damaged.
  virtual void finish() = 0;
};

/// Reads the entries of an archive in pieces. Memory: those of one piece.
template <class Real>
class NpzReader {
 public:
  /// @throws as describe_npz().
  NpzReader(const std::string& path, const NpzMatrix& matrix);

  /// The next `limit` entries, fewer at the end, none after it. @throws InputError that names the
  /// array and the element that is wrong; after the last entry also when a checksum is.
  [[nodiscard]] typename Entries<Real>::Piece next(Index limit);

 private:
  void finish();

  NpzMatrix matrix_;
  ZipArchive archive_;
  NpyStream values_;
  std::unique_ptr<MajorIndices> major_;
  NpyStream minor_;
  Index done_ = 0;
};

}  // namespace tessera::io
