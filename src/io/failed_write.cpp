#include "tessera/io/failed_write.hpp"

#include <unistd.h>

#include "tessera/core/log.hpp"
#include "tessera/mpi/agree.hpp"
#include "tessera/mpi/environment.hpp"

namespace tessera::io {

void run_or_end_job(const std::string& path, const std::string& temporary,
                    const mpi::Communicator& comm, const std::function<void()>& steps) {
  const auto give_up = [&](const std::string& message) {
    unlink(temporary.c_str());
    log::error("cannot write '" + path + "': " + message +
               ". The job ends; an earlier file of that name is unchanged");
  };
  try {
    steps();
  } catch (const mpi::AgreedError& error) {
    if (comm.rank() == 0) {
      give_up(error.what());
    }
    comm.barrier();  // the others' abort must not overtake the message
    mpi::abort(ExitCode::io);
  } catch (...) {
    // Known to this process only, while the others may wait in a collective.
    give_up(mpi::current_failure().message);
    mpi::abort(ExitCode::io);
  }
}

}  // namespace tessera::io
