#include "tessera/io/hdf5_transfer.hpp"

#include <array>
#include <vector>

#include "tessera/mpi/agree.hpp"

namespace tessera::io::hdf5 {
namespace {

/// The selections of a rectangle in the file and in gapless memory.
struct Selection {
  Dataspace file;
  Dataspace memory;
};

Selection select(hid_t dataset, const Rectangle& rectangle) {
  Dataspace file(H5Dget_space(dataset), "H5Dget_space");
  const auto rows = static_cast<hsize_t>(rectangle.rows.size());
  const auto columns = static_cast<hsize_t>(rectangle.columns.size());
  const std::array<hsize_t, 2> count = {rows, columns};
  Dataspace memory(H5Screate_simple(2, count.data(), nullptr), "H5Screate_simple");
  if (rectangle.empty()) {
    check(H5Sselect_none(file), "H5Sselect_none");
    check(H5Sselect_none(memory), "H5Sselect_none");
  } else {
    const std::array<hsize_t, 2> start = {static_cast<hsize_t>(rectangle.rows.begin),
                                          static_cast<hsize_t>(rectangle.columns.begin)};
    check(H5Sselect_hyperslab(file, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr),
          "H5Sselect_hyperslab");
  }
  return {std::move(file), std::move(memory)};
}

/// Calls step(slab, its place in `view`) in agreement, equally often on all processes; with an
/// empty rectangle where a process has no more.
template <class T, class Step>
void for_each_slab(const Rectangle& whole, MatrixView<T> view, Index slab_entries,
                   const mpi::Communicator& comm, Step&& step) {
  require_shape("slabs", view, whole.rows.size(), whole.columns.size());
  const std::vector<Rectangle> slabs = cut(whole, Granule{}, slab_entries);
  const Index rounds = comm.max(static_cast<Index>(slabs.size()));
  for (Index round = 0; round < rounds; ++round) {
    mpi::agree(comm, [&] {
      if (round >= std::ssize(slabs)) {
        step(Rectangle{}, MatrixView<T>{});
        return;
      }
      const Rectangle& slab = slabs[static_cast<std::size_t>(round)];
      T* place =
          view.row(slab.rows.begin - whole.rows.begin) + (slab.columns.begin - whole.columns.begin);
      step(slab, MatrixView<T>(place, slab.rows.size(), slab.columns.size()));
    });
  }
}

}  // namespace

template <class Real>
void read_rectangle(hid_t dataset, const Rectangle& source, MatrixView<Real> target,
                    hid_t transfer) {
  require_shape("read_rectangle: target", target, source.rows.size(), source.columns.size());
  const Selection selection = select(dataset, source);
  check(H5Dread(dataset, native_type<Real>(), selection.memory, selection.file, transfer,
                target.data()),
        "H5Dread");
}

template <class Real>
void write_rectangle(hid_t dataset, const Rectangle& target, ConstMatrixView<Real> source,
                     hid_t transfer) {
  require_shape("write_rectangle: source", source, target.rows.size(), target.columns.size());
  const Selection selection = select(dataset, target);
  check(H5Dwrite(dataset, native_type<Real>(), selection.memory, selection.file, transfer,
                 source.data()),
        "H5Dwrite");
}

template <class Real>
void read_in_slabs(hid_t dataset, const Rectangle& source, MatrixView<Real> target,
                   Index slab_entries, hid_t transfer, const mpi::Communicator& comm) {
  for_each_slab(source, target, slab_entries, comm,
                [&](const Rectangle& slab, MatrixView<Real> entries) {
                  read_rectangle<Real>(dataset, slab, entries, transfer);
                });
}

template <class Real>
void write_in_slabs(hid_t dataset, const Rectangle& target, ConstMatrixView<Real> source,
                    Index slab_entries, hid_t transfer, const mpi::Communicator& comm) {
  for_each_slab(target, source, slab_entries, comm,
                [&](const Rectangle& slab, ConstMatrixView<Real> entries) {
                  write_rectangle<Real>(dataset, slab, entries, transfer);
                });
}

template void read_rectangle(hid_t, const Rectangle&, MatrixView<float>, hid_t);
template void read_rectangle(hid_t, const Rectangle&, MatrixView<double>, hid_t);
template void write_rectangle<float>(hid_t, const Rectangle&, ConstMatrixView<float>, hid_t);
template void write_rectangle<double>(hid_t, const Rectangle&, ConstMatrixView<double>, hid_t);
template void read_in_slabs(hid_t, const Rectangle&, MatrixView<float>, Index, hid_t,
                            const mpi::Communicator&);
template void read_in_slabs(hid_t, const Rectangle&, MatrixView<double>, Index, hid_t,
                            const mpi::Communicator&);
template void write_in_slabs<float>(hid_t, const Rectangle&, ConstMatrixView<float>, Index, hid_t,
                                    const mpi::Communicator&);
template void write_in_slabs<double>(hid_t, const Rectangle&, ConstMatrixView<double>, Index, hid_t,
                                     const mpi::Communicator&);

}  // namespace tessera::io::hdf5
