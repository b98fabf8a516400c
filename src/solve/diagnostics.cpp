#include "tessera/solve/diagnostics.hpp"

namespace tessera::solve {

update::Diagnostics of_all_processes(const update::Diagnostics& own,
                                     const mpi::Communicator& comm) {
  return {.ridge_updates = comm.max(own.ridge_updates),
          .largest_ridge = comm.max(own.largest_ridge),
          .fallback_rows = comm.sum(own.fallback_rows),
          .unfinished_rows = comm.sum(own.unfinished_rows)};
}

}  // namespace tessera::solve
