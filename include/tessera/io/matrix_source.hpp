#pragma once

#include <memory>
#include <string>

#include "tessera/config/options.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/mpi/process_grid.hpp"

namespace tessera::io {

/// What a file says about its matrix, before any entry is read. The same on every process.
struct MatrixDescription {
  std::string path;
  std::string dataset;      ///< where in the file
  std::string format;       ///< for people: "HDF5 dense"
  std::string value_type;   ///< for people: "float32", "uint8", "big-endian int16"
  std::string storage;      ///< for people: "contiguous", "chunked 64x64, gzip"
  std::string image_shape;  ///< "HxW" when rows are pictures, else empty
  Index rows = 0;
  Index columns = 0;
  /// The stored type reaches beyond float32, so that reading at that precision may overflow.
  bool exceeds_float32 = false;
};

/// A matrix in a file, of whatever format, opened and checked but not read.
class MatrixSource {
 public:
  virtual ~MatrixSource() = default;
  [[nodiscard]] virtual const MatrixDescription& description() const = 0;
  /// Reads each process's block. Negative and non-finite entries are kept: inspect shows them,
  /// require_factorizable() refuses them. Collective.
  virtual DenseBlock<float> read_float32(const mpi::ProcessGrid& grid,
                                         const Distribution& distribution) const = 0;
  virtual DenseBlock<double> read_float64(const mpi::ProcessGrid& grid,
                                          const Distribution& distribution) const = 0;
};

/// Opens a matrix file, recognised by its content. Process 0 looks at the file, all learn.
/// @throws mpi::AgreedError (code io) when it cannot be opened, (code input) when it holds no
/// matrix that can be read. Collective.
[[nodiscard]] std::unique_ptr<MatrixSource> open_matrix(const InputOptions& input,
                                                        const mpi::Communicator& comm);

/// Reads all blocks and sums up what they hold. Collective.
template <class Real>
[[nodiscard]] DataMatrix<Real> read_matrix(const MatrixSource& source,
                                           const mpi::ProcessGrid& grid);

/// @throws mpi::AgreedError (code input) that names file, row, column and value of the first
/// negative, NaN or infinite entry, and the remedy. Collective.
template <class Real>
void require_factorizable(const DataMatrix<Real>& a, const MatrixDescription& description,
                          const mpi::ProcessGrid& grid);

}  // namespace tessera::io
