#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tessera/config/options.hpp"
#include "tessera/io/entries.hpp"
#include "tessera/io/rectangle.hpp"
#include "tessera/matrix/matrix.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::io {

/// What a file says about its matrix, before any entry is read. The same on every process. Rows and
/// columns are those of the file, whatever --transpose and --rows say.
struct MatrixDescription {
  std::string path;
  std::string dataset;      ///< where in the file; empty for formats that hold one matrix
  std::string format;       ///< for people: "HDF5 dense", "Matrix Market"
  std::string value_type;   ///< for people: "float32", "uint8", "big-endian int16"
  std::string storage;      ///< for people: "contiguous", "chunked 64x64, gzip", "CSR"
  std::string image_shape;  ///< "HxW" or "HxWx3" when rows are pictures, else empty
  Index rows = 0;
  Index columns = 0;
  /// The stored type reaches beyond float32, so that reading at that precision may overflow.
  bool exceeds_float32 = false;
};

/// Names of the rows and columns of the file, on process 0; empty where the file has none.
struct MatrixNames {
  std::vector<std::string> rows;
  std::vector<std::string> columns;
};

/// A matrix in a file, of whatever format, opened and checked but not read.
class MatrixSource {
 public:
  MatrixSource() = default;
  virtual ~MatrixSource() = default;
  MatrixSource(const MatrixSource&) = delete;
  MatrixSource& operator=(const MatrixSource&) = delete;

  [[nodiscard]] virtual const MatrixDescription& description() const = 0;
  /// Collective; the other processes get empty lists.
  [[nodiscard]] virtual MatrixNames read_names(const mpi::Communicator& /*comm*/) const {
    return {};
  }
};

/// A file that stores every entry. Negative and non-finite entries are read as they are.
class DenseSource : public MatrixSource {
 public:
  /// Reads for each process the entries of its rectangle wanted[comm.rank()] of the file. The
  /// rectangles of all processes are known to all, disjoint, and need not cover the file.
  /// Collective; @throws mpi::AgreedError.
  [[nodiscard]] virtual Matrix<float> read_float32(const mpi::Communicator& comm,
                                                   const std::vector<Rectangle>& wanted) const = 0;
  [[nodiscard]] virtual Matrix<double> read_float64(const mpi::Communicator& comm,
                                                    const std::vector<Rectangle>& wanted) const = 0;
};

/// A file that stores some entries and where they stand; the others are zero. Zeros, negative and
/// non-finite entries and duplicate places are read as they are, places beyond the shape refused.
class SparseSource : public MatrixSource {
 public:
  /// Reads the file once, a share of it on each process, and returns what this process has read:
  /// every stored entry appears on exactly one process. Collective; @throws mpi::AgreedError.
  [[nodiscard]] virtual Entries<float> read_entries_float32(
      const mpi::Communicator& comm) const = 0;
  [[nodiscard]] virtual Entries<double> read_entries_float64(
      const mpi::Communicator& comm) const = 0;
};

/// Opens a matrix file, recognised by its content, then by its name. Process 0 looks at the file,
/// all learn. @throws mpi::AgreedError (code io) when it cannot be opened, (code input) when it
/// holds no matrix that can be read. Collective.
[[nodiscard]] std::unique_ptr<MatrixSource> open_matrix(const InputOptions& input,
                                                        const mpi::Communicator& comm);

}  // namespace tessera::io
