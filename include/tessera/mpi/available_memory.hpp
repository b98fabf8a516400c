#pragma once

#include <string>

#include "tessera/mpi/communicator.hpp"

namespace tessera::mpi {

/// Bytes that this process may still take: what the node, or the control group that a batch system
/// has put the job in, has left, shared evenly by the processes of the node. Collective.
[[nodiscard]] Index available_memory(const Communicator& comm);

/// Refuses what does not fit before it is tried: sizes come from files that may claim anything, and
/// a system that promises more memory than it has ends some process of the machine later.
/// @param what begins the message: "'a.h5': reading its 4x3 entries"
/// @param bytes that this process is about to take
/// Collective. @throws AgreedError (code input) if they exceed what is available to some process.
void require_memory(const std::string& what, double bytes, const Communicator& comm);

}  // namespace tessera::mpi
