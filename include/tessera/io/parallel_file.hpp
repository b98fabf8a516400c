#pragma once

#include <functional>
#include <string>

#include "tessera/io/hdf5.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::io {

/// An HDF5 file that is written by all processes and appears only when complete.
struct ParallelFile {
  std::string path;
  Index data_bytes = 0;  ///< what the datasets will hold, without HDF5's own structures
  /// Creates every dataset (see create_contiguous_dataset()) and writes all that is not written in
  /// parallel. Called on process 0 alone; must not communicate.
  std::function<void(hid_t file)> create;
  /// Fills the datasets. Called on all processes with the file open over MPI-IO; must throw the
  /// same mpi::AgreedError everywhere when it fails anywhere.
  std::function<void(hid_t file)> write;
  /// Called on process 0 right before the complete file gets its name; throws to drop it.
  std::function<void()> before_commit = {};
};

/// Writes the file in an order in which a full disk is noticed while it can still be reported:
///
/// 1. process 0 creates it under a temporary name in the same folder, and closes it; where the disk
///    has no room even for HDF5's structures, the job ends as in step 4;
/// 2. process 0 reserves every byte, and all learn the outcome;
/// 3. all open it over MPI-IO and write;
/// 4. the data is flushed by all, then the file closed: a parallel HDF5 file whose writing failed
///    cannot be closed without crashing or hanging, so such a failure ends the job here with
///    exit code 4, after process 0 has removed the temporary file;
/// 5. process 0 makes the file durable and renames it to its final name.
///
/// An earlier file of that name stays complete until it is replaced. Collective.
/// @throws mpi::AgreedError (code io) when step 1, 2 or 5 fails; nothing is left behind.
void write_parallel_file(const ParallelFile& file, const mpi::Communicator& comm);

/// Creates a dataset whose bytes lie in one run of the file and exist from now on, unwritten.
/// @throws IoError
template <RealType Real>
[[nodiscard]] hdf5::Dataset create_contiguous_dataset(hid_t file, const std::string& name,
                                                      Index rows, Index columns);

}  // namespace tessera::io
