#pragma once

#include <functional>
#include <string>

#include "tessera/config/options.hpp"
#include "tessera/io/limits.hpp"
#include "tessera/matrix/matrix.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::io {

/// A dense HDF5 file to be written: one dataset /X (rows × columns).
struct DenseFile {
  std::string path;
  Index rows = 0;
  Index columns = 0;
  Precision precision = Precision::float32;  ///< as stored, whatever the entries in memory
  std::string image_shape;  ///< attribute "image_shape" ("HxW" or "HxWx3") when rows are pictures
};

/// Computes rows [range.begin, range.end) of the matrix, global, into `slab`, which has that many
/// rows and all columns. Must not communicate: processes call it unequally often.
template <class Real>
using FillRows = std::function<void(Range range, MatrixView<Real> slab)>;

/// Writes a dense matrix in parallel. Row block r of an even cut is computed and written by process
/// r, in slabs of bounded memory. Appears under its name only when complete, and ends the job when
/// writing fails, as write_factor_file(). Collective.
/// @throws mpi::AgreedError (code io) when the file cannot be created or its space reserved.
template <class Real>
void write_dense_file(const DenseFile& file, const mpi::Communicator& comm,
                      const FillRows<Real>& fill, const TransferLimits& limits = {});

}  // namespace tessera::io
