#include "tessera/scalapack/context.hpp"

#include <exception>
#include <string>
#include <utility>

#include "tessera/mpi/agree.hpp"

#include "prototypes.hpp"

namespace tessera::scalapack {
namespace {

constexpr int kNoContext = -1;

int make_context(const mpi::Communicator& comm) {
  const int system_handle = Csys2blacs_handle(comm.handle());
  int context = system_handle;
  Cblacs_gridinit(&context, "Row", comm.size(), 1);
  Cfree_blacs_system_handle(system_handle);  // the grid has a communicator of its own
  return context;
}

void require_same_place(int context, const mpi::Communicator& comm) {
  int rows = 0;
  int columns = 0;
  int row = 0;
  int column = 0;
  Cblacs_gridinfo(context, &rows, &columns, &row, &column);
  if (rows != comm.size() || columns != 1 || row != comm.rank() || column != 0) {
    throw Error(ExitCode::other, "BLACS has process " + std::to_string(comm.rank()) + " of " +
                                     std::to_string(comm.size()) + " in row " +
                                     std::to_string(row) + ", column " + std::to_string(column) +
                                     " of a grid of " + std::to_string(rows) + "x" +
                                     std::to_string(columns));
  }
}

}  // namespace

Context::Context(const mpi::Communicator& comm) : comm_(&comm), handle_(make_context(comm)) {
  mpi::agree(comm, [&] { require_same_place(handle_, comm); });
}

Context::~Context() {
  // It frees communicators: while an exception unwinds, the others may never come.
  if (handle_ != kNoContext && std::uncaught_exceptions() == 0) {
    Cblacs_gridexit(handle_);
  }
}

Context::Context(Context&& other) noexcept
    : comm_(other.comm_), handle_(std::exchange(other.handle_, kNoContext)) {}

Context& Context::operator=(Context&& other) noexcept {
  std::swap(comm_, other.comm_);
  std::swap(handle_, other.handle_);
  return *this;
}

}  // namespace tessera::scalapack
