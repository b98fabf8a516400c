#pragma once

#include "tessera/mpi/communicator.hpp"

namespace tessera::scalapack {

/// The processes of a communicator as a p×1 grid of BLACS, in which ScaLAPACK computes: process r
/// is row r of the grid. Moving is cheap, copying is not possible.
class Context {
 public:
  /// Collective. @pre `comm` outlives the object.
  /// @throws mpi::AgreedError unless every process stands in BLACS's grid where MPI has it.
  explicit Context(const mpi::Communicator& comm);
  ~Context();
  Context(Context&& other) noexcept;
  Context& operator=(Context&& other) noexcept;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  [[nodiscard]] const mpi::Communicator& comm() const { return *comm_; }
  /// What ScaLAPACK's descriptors call the context.
  [[nodiscard]] int handle() const { return handle_; }

 private:
  const mpi::Communicator* comm_;
  int handle_;
};

}  // namespace tessera::scalapack
