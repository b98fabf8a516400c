#pragma once

#include <functional>
#include <string>

#include "tessera/mpi/communicator.hpp"

namespace tessera::io {

/// Runs the steps that write an open HDF5 file. When they throw, the job ends with exit code 4, as
/// a file whose writing failed can neither stay open nor be closed without crashing or hanging:
/// HDF5 tries the failed write again. Before, the temporary file is removed, and the message says
/// that `path` was not written. Collective, if the steps are.
void run_or_end_job(const std::string& path, const std::string& temporary,
                    const mpi::Communicator& comm, const std::function<void()>& steps);

}  // namespace tessera::io
