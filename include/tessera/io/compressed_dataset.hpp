#pragma once

#include <span>
#include <string>
#include <vector>

#include "tessera/io/hdf5.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::io {

/// Writes a new gzip-compressed dataset without parallel HDF5, which hangs when it writes chunks to
/// a full disk: all processes compress, process 0 alone writes.
///
/// `own` holds the entries of this process, one run of the row-major whole, in rank order; `shape`
/// is that of the whole, one dimension or two. `location`, an open file or group, is looked at on
/// process 0 only. Chunks are full rows. Each is gathered on one process and compressed there, so
/// that memory beyond `own` is about two chunks per process and, on process 0, one compressed chunk
/// of each process. T is float, double, std::int32_t or Index. Collective.
/// @throws mpi::AgreedError (code io) when writing fails, after which the file must not be closed.
/// @pre the lengths of `own` add up to the shape.
template <class T>
void write_compressed_dataset(hid_t location, const std::string& name,
                              const std::vector<Index>& shape, std::span<const T> own,
                              const mpi::Communicator& comm);

}  // namespace tessera::io
