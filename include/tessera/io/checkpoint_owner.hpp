#pragma once

#include <string>

#include "tessera/mpi/communicator.hpp"

namespace tessera::io {

/// Who may write a checkpoint: the run that has come last. A run that was cut off from its
/// machines, and does not know that it has been started anew elsewhere, finds out before it
/// replaces what the newer run has saved.
///
/// The run's name stands in a small file beside the checkpoint, as long as there is one.
class CheckpointOwner {
 public:
  /// Makes this run the owner, and removes what earlier writers of this checkpoint have left
  /// unfinished: from then on none of them replaces it. Collective. @throws mpi::AgreedError (code
  /// io).
  CheckpointOwner(const std::string& checkpoint, const mpi::Communicator& comm);
  ~CheckpointOwner();
  CheckpointOwner(const CheckpointOwner&) = delete;
  CheckpointOwner& operator=(const CheckpointOwner&) = delete;

  /// On process 0. @throws IoError that names the newer run, if there is one.
  void require_ours() const;

  /// Likewise, but content with a name that is gone, as it is when the folder is.
  void require_no_newer() const;

  /// On process 0, when the run is complete: removes the checkpoint and the name, unless they are a
  /// newer run's.
  void remove();

 private:
  void remove_own_name() noexcept;
  [[nodiscard]] std::string present_owner() const;

  std::string checkpoint_;
  std::string path_;
  std::string name_;  ///< of this run; empty on other processes
};

/// Removes what writers of this file have left unfinished, on process 0.
void remove_unfinished(const std::string& path);

}  // namespace tessera::io
