#include "tessera/mpi/node_memory.hpp"

#include <exception>
#include <memory>
#include <utility>

#include <sys/statvfs.h>

#include "tessera/core/aligned.hpp"
#include "tessera/mpi/error.hpp"

namespace tessera::mpi {
namespace {

/// Both factors look for room before either has filled it, and others may use it, too.
constexpr Index kShareOfRoom = 4;

Index free_bytes() {
  struct statvfs room {};
  if (statvfs("/dev/shm", &room) != 0) {
    return 0;
  }
  return static_cast<Index>(room.f_bavail) * static_cast<Index>(room.f_frsize);
}

}  // namespace

bool NodeMemory::has_room(const Communicator& comm, Index bytes) {
  return comm.min(bytes <= free_bytes() / kShareOfRoom ? 1 : 0) == 1;
}

NodeMemory::NodeMemory(const Communicator& node, Index bytes) : node_(node.handle()) {
  // All of it belongs to the first process; the others find it there.
  const bool owns = node.rank() == 0;
  void* base = nullptr;
  check(MPI_Win_allocate_shared(owns ? bytes + Index{kAlignment} : 0, 1, MPI_INFO_NULL, node_,
                                static_cast<void*>(&base), &window_),
        "MPI_Win_allocate_shared");
  check(MPI_Win_set_errhandler(window_, MPI_ERRORS_RETURN), "MPI_Win_set_errhandler");
  MPI_Aint length = 0;
  int unit = 0;
  check(MPI_Win_shared_query(window_, 0, &length, &unit, static_cast<void*>(&base)),
        "MPI_Win_shared_query");
  check(MPI_Win_lock_all(MPI_MODE_NOCHECK, window_), "MPI_Win_lock_all");
  auto room = static_cast<std::size_t>(length);
  const auto size = static_cast<std::size_t>(bytes);
  bytes_ = {static_cast<std::byte*>(std::align(kAlignment, size, base, room)), size};
}

NodeMemory::~NodeMemory() {
  // MPI_Win_free is collective: while an exception unwinds, the others may never come.
  if (window_ != MPI_WIN_NULL && std::uncaught_exceptions() == 0) {
    MPI_Win_unlock_all(window_);
    MPI_Win_free(&window_);
  }
}

NodeMemory::NodeMemory(NodeMemory&& other) noexcept
    : node_(other.node_),
      window_(std::exchange(other.window_, MPI_WIN_NULL)),
      bytes_(std::exchange(other.bytes_, {})) {}

NodeMemory& NodeMemory::operator=(NodeMemory&& other) noexcept {
  std::swap(node_, other.node_);
  std::swap(window_, other.window_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

void NodeMemory::synchronize() const {
  check(MPI_Win_sync(window_), "MPI_Win_sync");
  check(MPI_Barrier(node_), "MPI_Barrier");
  check(MPI_Win_sync(window_), "MPI_Win_sync");
}

}  // namespace tessera::mpi
