#pragma once

#include <span>

#include "tessera/mpi/communicator.hpp"

namespace tessera::mpi {

/// Memory that some processes of one node share, and that starts with anything in it. Any of them
/// may write and read any place; it is theirs to order that by synchronize().
class NodeMemory {
 public:
  /// Whether every node has room for four times so many bytes in its file system for shared memory,
  /// which is often small within containers. Nothing is reserved. Collective; the same on all of
  /// `comm`.
  [[nodiscard]] static bool has_room(const Communicator& comm, Index bytes);

  /// Collective. @throws MpiError when MPI cannot allocate.
  NodeMemory(const Communicator& node, Index bytes);
  ~NodeMemory();
  NodeMemory(NodeMemory&& other) noexcept;
  NodeMemory& operator=(NodeMemory&& other) noexcept;
  NodeMemory(const NodeMemory&) = delete;
  NodeMemory& operator=(const NodeMemory&) = delete;

  /// At a multiple of 64 in every process.
  [[nodiscard]] std::span<std::byte> bytes() const { return bytes_; }
  /// Waits for all; whatever any of them wrote before is there for all of them to read. Collective.
  void synchronize() const;

 private:
  MPI_Comm node_ = MPI_COMM_NULL;
  MPI_Win window_ = MPI_WIN_NULL;
  std::span<std::byte> bytes_;
};

}  // namespace tessera::mpi
