#include "tessera/io/factor_transfer.hpp"

#include <algorithm>

#include "tessera/io/hdf5_open.hpp"
#include "tessera/io/hdf5_transfer.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::io {
namespace {

/// target = sourceᵀ, in squares small enough that both their sides stay in cache.
template <class Real>
void transpose(ConstMatrixView<Real> source, MatrixView<Real> target) {
  constexpr Index kSide = 32;
  for (const Rectangle& square :
       cut({{0, source.rows()}, {0, source.columns()}}, {kSide, kSide}, kSide * kSide)) {
    for (Index i = square.rows.begin; i < square.rows.end; ++i) {
      for (Index j = square.columns.begin; j < square.columns.end; ++j) {
        target(j, i) = source(i, j);
      }
    }
  }
}

/// Local rows of a factor's piece, a slab of which is transferred in one call.
Rectangle place(const FactorDataset& where, Range global_rows, Index rank) {
  return where.transposed ? Rectangle{{0, rank}, global_rows} : Rectangle{global_rows, {0, rank}};
}

/// Calls step(local rows) in agreement, equally often on all processes; with an empty range where
/// a process has no more.
template <class Real, class Step>
void for_each_slab(const Factor<Real>& factor, Index slab_bytes, const mpi::Communicator& comm,
                   Step&& step) {
  const Index row_bytes = factor.rank() * static_cast<Index>(sizeof(Real));
  const Index rows = factor.owned.size();
  const Index step_rows = std::max<Index>(1, slab_bytes / row_bytes);
  const Index rounds = comm.max((rows + step_rows - 1) / step_rows);
  for (Index round = 0; round < rounds; ++round) {
    const Index begin = std::min(round * step_rows, rows);
    mpi::agree(comm, [&] { step(Range{begin, std::min(begin + step_rows, rows)}); });
  }
}

}  // namespace

template <class Real>
void write_factor(hid_t file, const FactorDataset& where, const Factor<Real>& factor,
                  Index slab_bytes, const mpi::Communicator& comm) {
  const auto dataset = mpi::agree(comm, [&] {
    return hdf5::Dataset(H5Dopen2(file, where.name.c_str(), H5P_DEFAULT), "H5Dopen2");
  });
  const hdf5::PropertyList transfer = hdf5::collective_transfer();
  for_each_slab(factor, slab_bytes, comm, [&](Range local) {
    const Range global{factor.owned.begin + local.begin, factor.owned.begin + local.end};
    const Rectangle target = place(where, global, factor.rank());
    const ConstMatrixView<Real> rows = factor.piece.view().rows(local);
    if (where.transposed) {
      Matrix<Real> slab(rows.columns(), rows.rows());
      transpose(rows, slab.view());
      hdf5::write_rectangle<Real>(dataset, target, slab.view(), transfer);
    } else {
      hdf5::write_rectangle<Real>(dataset, target, rows, transfer);
    }
  });
}

template <class Real>
void read_factor(hid_t file, const FactorDataset& where, Factor<Real>& factor, Index slab_bytes,
                 const mpi::Communicator& comm) {
  const auto dataset = mpi::agree(comm, [&] { return hdf5::open_dataset(file, where.name); });
  const hdf5::PropertyList transfer = hdf5::collective_transfer();
  for_each_slab(factor, slab_bytes, comm, [&](Range local) {
    const Range global{factor.owned.begin + local.begin, factor.owned.begin + local.end};
    const Rectangle source = place(where, global, factor.rank());
    const MatrixView<Real> rows = factor.piece.view().rows(local);
    if (where.transposed) {
      Matrix<Real> slab(rows.columns(), rows.rows());
      hdf5::read_rectangle<Real>(dataset, source, slab.view(), transfer);
      transpose<Real>(slab.view(), rows);
    } else {
      hdf5::read_rectangle<Real>(dataset, source, rows, transfer);
    }
  });
}

template void write_factor(hid_t, const FactorDataset&, const Factor<float>&, Index,
                           const mpi::Communicator&);
template void write_factor(hid_t, const FactorDataset&, const Factor<double>&, Index,
                           const mpi::Communicator&);
template void read_factor(hid_t, const FactorDataset&, Factor<float>&, Index,
                          const mpi::Communicator&);
template void read_factor(hid_t, const FactorDataset&, Factor<double>&, Index,
                          const mpi::Communicator&);

}  // namespace tessera::io
