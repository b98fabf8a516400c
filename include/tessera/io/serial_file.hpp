#pragma once

#include <functional>
#include <string>

#include "tessera/io/hdf5.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::io {

/// Writes an HDF5 file through process 0 alone; it appears under its name only when complete.
/// `write` is called on all processes, with the open file on process 0 and an invalid handle
/// elsewhere. When it throws, or the file cannot be closed, the job ends: see run_or_end_job().
/// Collective. @throws mpi::AgreedError (code io) when the file cannot be created or renamed;
/// nothing is left behind.
void write_serial_file(const std::string& path, const mpi::Communicator& comm,
                       const std::function<void(hid_t file)>& write);

}  // namespace tessera::io
