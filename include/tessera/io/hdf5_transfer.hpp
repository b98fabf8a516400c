#pragma once

#include "tessera/io/hdf5.hpp"
#include "tessera/io/rectangle.hpp"
#include "tessera/matrix/matrix.hpp"

namespace tessera::io::hdf5 {

/// Reads one rectangle of a 2-D dataset, converted to Real by HDF5. An empty rectangle takes part
/// in a collective transfer and reads nothing. @pre `target` has the rectangle's shape.
/// @throws IoError
template <class Real>
void read_rectangle(hid_t dataset, const Rectangle& source, MatrixView<Real> target,
                    hid_t transfer);

/// Writes one rectangle of a 2-D dataset; otherwise as read_rectangle().
template <class Real>
void write_rectangle(hid_t dataset, const Rectangle& target, ConstMatrixView<Real> source,
                     hid_t transfer);

/// Reads a rectangle per process in slabs of at most `slab_entries`, with equally many calls on
/// all processes. Collective; @throws the same mpi::AgreedError on all when a slab fails anywhere.
/// @pre slab_entries >= 1
template <class Real>
void read_in_slabs(hid_t dataset, const Rectangle& source, MatrixView<Real> target,
                   Index slab_entries, hid_t transfer, const mpi::Communicator& comm);

/// Writes a rectangle per process; otherwise as read_in_slabs().
template <class Real>
void write_in_slabs(hid_t dataset, const Rectangle& target, ConstMatrixView<Real> source,
                    Index slab_entries, hid_t transfer, const mpi::Communicator& comm);

}  // namespace tessera::io::hdf5
