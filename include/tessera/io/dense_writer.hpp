#pragma once

#include <functional>
#include <string>

#include "tessera/config/options.hpp"
#include "tessera/matrix/matrix.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::io {

/// A dense HDF5 file to be written: /X (rows × columns), or another dataset name.
struct DenseFile {
  std::string path;
  Index rows = 0;
  Index columns = 0;
  Precision precision = Precision::float32;
  std::string image_shape;  ///< attribute "image_shape" ("HxW") when rows are pictures
};

/// Fills rows [range.begin, range.end) of the matrix, global, into `slab`.
template <class Real>
using FillRows = std::function<void(Range range, MatrixView<Real> slab)>;

/// Writes a dense matrix in parallel, row blocks in slabs of bounded memory which `fill` computes
/// one after the other. Appears under its name only when complete, as write_factor_file().
/// Collective.
template <class Real>
void write_dense_file(const DenseFile& file, const mpi::Communicator& comm,
                      const FillRows<Real>& fill);

}  // namespace tessera::io
