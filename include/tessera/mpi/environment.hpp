#pragma once

#include "tessera/core/error.hpp"

namespace tessera::mpi {

/// MPI for the lifetime of the object: initialised with MPI_THREAD_FUNNELED and errors returned,
/// finalized at the end unless an exception is unwinding, since then other processes may be
/// inside a collective and MPI_Finalize would wait for them for ever.
class Environment {
 public:
  Environment(int& argc, char**& argv);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
};

/// Ends every process of the job with this exit code. For failures only one process knows of.
[[noreturn]] void abort(ExitCode code);

}  // namespace tessera::mpi
