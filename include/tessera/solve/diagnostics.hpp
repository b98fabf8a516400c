#pragma once

#include "tessera/mpi/communicator.hpp"
#include "tessera/update/update_rule.hpp"

namespace tessera::solve {

/// What a rule had to do on all processes: rows are counted together, updates with a ridge where
/// most were met. Collective; the same on every process.
[[nodiscard]] update::Diagnostics of_all_processes(const update::Diagnostics& own,
                                                   const mpi::Communicator& comm);

}  // namespace tessera::solve
