#include "tessera/io/dense_writer.hpp"

#include <algorithm>

#include "tessera/io/hdf5_attribute.hpp"
#include "tessera/io/hdf5_dataset.hpp"
#include "tessera/io/hdf5_transfer.hpp"
#include "tessera/io/parallel_file.hpp"
#include "tessera/matrix/partition.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::io {
namespace {

/// Fills and writes this process's row block, in as many rounds as the largest one needs.
template <class Real>
void write_row_blocks(hid_t opened, const DenseFile& file, const mpi::Communicator& comm,
                      const FillRows<Real>& fill, const TransferLimits& limits) {
  // The wider of the types in the file and in memory bounds both.
  constexpr Index kBytes = sizeof(double);
  const Partition blocks = Partition::even(file.rows, comm.size());
  const Range own = blocks.part(comm.rank());
  const Index slab_rows = std::max<Index>(1, limits.fill_bytes / (file.columns * kBytes));
  const Index rounds = (blocks.part(0).size() + slab_rows - 1) / slab_rows;
  const Index slab_entries = std::max<Index>(1, limits.slab_bytes / kBytes);

  const auto dataset = mpi::agree(comm, [&] {
    return hdf5::Dataset(H5Dopen2(opened, kDenseDataset, H5P_DEFAULT), "H5Dopen2");
  });
  // Each row block is one run of the file: nothing is gained by exchanging parts of them.
  const hdf5::PropertyList transfer = hdf5::independent_transfer();
  for (Index round = 0; round < rounds; ++round) {
    const Index begin = std::min(own.begin + round * slab_rows, own.end);
    const Range rows{begin, std::min(begin + slab_rows, own.end)};
    const Matrix<Real> slab = mpi::agree(comm, [&] {
      Matrix<Real> filled(rows.size(), file.columns);
      if (!rows.empty()) {
        fill(rows, filled.view());
      }
      return filled;
    });
    hdf5::write_in_slabs<Real>(dataset, {rows, {0, file.columns}}, slab.view(), slab_entries,
                               transfer, comm);
  }
}

}  // namespace

template <class Real>
void write_dense_file(const DenseFile& file, const mpi::Communicator& comm,
                      const FillRows<Real>& fill, const TransferLimits& limits) {
  const bool wide = file.precision == Precision::float64;
  const auto create = [&](hid_t created) {
    const auto create_dataset =
        wide ? create_contiguous_dataset<double> : create_contiguous_dataset<float>;
    const hdf5::Dataset dataset = create_dataset(created, kDenseDataset, file.rows, file.columns);
    if (!file.image_shape.empty()) {
      hdf5::write_attribute(dataset, kImageShapeAttribute, file.image_shape);
    }
  };
  const auto write = [&](hid_t opened) { write_row_blocks(opened, file, comm, fill, limits); };
  const auto value_bytes = static_cast<Index>(wide ? sizeof(double) : sizeof(float));
  write_parallel_file({file.path, file.rows * file.columns * value_bytes, create, write}, comm);
}

template void write_dense_file(const DenseFile&, const mpi::Communicator&, const FillRows<float>&,
                               const TransferLimits&);
template void write_dense_file(const DenseFile&, const mpi::Communicator&, const FillRows<double>&,
                               const TransferLimits&);

}  // namespace tessera::io
