#pragma once

#include <vector>

#include "tessera/core/iteration_record.hpp"
#include "tessera/core/requests.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/matrix/snapshot.hpp"
#include "tessera/solve/stopping.hpp"

namespace tessera::solve {

/// A run between two iterations: what would be its result were it to end here, and what it needs
/// besides to go on.
template <class Real>
struct Checkpoint {
  const Factor<Real>& w;
  const Factor<Real>& h;
  const IterationRecord& returned;  ///< about W and H
  Snapshot<Real> state;
};

/// An earlier part of a run, from which it goes on: the factors are those of its checkpoint.
template <class Real>
struct Resumption {
  Snapshot<Real>& state;  ///< emptied when it has been taken over
  const std::vector<IterationRecord>& history;
};

/// Saves a run now and then. The loop itself writes no files.
template <class Real>
class Checkpointer {
 public:
  Checkpointer() = default;
  virtual ~Checkpointer() = default;
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  /// What this process alone asks for.
  [[nodiscard]] virtual Requests requests() const = 0;
  /// Whether to save after this iteration, given what all processes ask for.
  [[nodiscard]] virtual bool is_due(Index iteration, const Requests& requests) const = 0;
  /// Collective.
  virtual void save(const Checkpoint<Real>& checkpoint) = 0;
};

/// How a run outlives its process: where it comes from and who saves it, if anything does.
template <class Real>
struct Persistence {
  const Resumption<Real>* resumption = nullptr;
  Checkpointer<Real>* checkpointer = nullptr;
};

}  // namespace tessera::solve
