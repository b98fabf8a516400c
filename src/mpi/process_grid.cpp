#include "tessera/mpi/process_grid.hpp"

#include <string>

#include "tessera/core/error.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::mpi {
namespace {

Communicator checked_duplicate(const Communicator& comm, GridShape shape) {
  if (shape.size() != comm.size()) {
    throw AgreedError(ExitCode::usage,
                      "--grid " + shape.to_string() + " needs " + std::to_string(shape.size()) +
                          " processes, but the job has " + std::to_string(comm.size()) +
                          ". Start as many, or use --grid auto");
  }
  return comm.duplicate();
}

}  // namespace

ProcessGrid::ProcessGrid(const Communicator& comm, GridShape shape)
    : shape_(shape),
      comm_(checked_duplicate(comm, shape)),
      row_comm_(comm_.split(row(), column())),
      column_comm_(comm_.split(column(), row())) {}

Traffic ProcessGrid::traffic() const {
  Traffic sum = comm_.traffic();
  sum += row_comm_.traffic();
  sum += column_comm_.traffic();
  return sum;
}

}  // namespace tessera::mpi
