#pragma once

#include <string>
#include <string_view>

#include "tessera/mpi/communicator.hpp"

namespace tessera::app {

/// Sets the threads of OpenMP and OpenBLAS for this process, before either is used.
///
/// `setting` is a number, or "auto": the cores this process may run on, divided by the processes
/// of this node that may run on any of them, at least 1. Where the launcher bound every process to
/// cores of its own, it gets all of these. Collective. @return the number of threads.
/// @throws mpi::AgreedError (code other) where OpenBLAS cannot have the memory it needs for them.
int set_threads(std::string_view setting, const mpi::Communicator& comm);

/// @throws Error (code other) if this process has too little address space for MPI and OpenBLAS.
/// Call it before MPI_Init: where Open MPI cannot map its shared memory in one process, all wait
/// for ever.
void require_room_for_libraries();

/// Lets this process return every large buffer to the system as soon as it is freed, so that what
/// one step of reading frees is there for the next. glibc keeps buffers for itself once a larger
/// one has been freed (mallopt(3)). Call it before anything large is allocated.
void return_freed_memory();

/// The instruction sets that the kernels and OpenBLAS use in this process, as "avx512, OpenBLAS
/// SkylakeX"; results are equal to the bit only for equal ones.
[[nodiscard]] std::string instruction_set();

/// The number of nodes that the job's processes run on. Collective.
[[nodiscard]] int count_nodes(const mpi::Communicator& comm);

}  // namespace tessera::app
