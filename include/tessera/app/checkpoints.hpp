#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tessera/app/factorize_facts.hpp"
#include "tessera/config/interval_text.hpp"
#include "tessera/core/timer.hpp"
#include "tessera/io/checkpoint_owner.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/mpi/process_grid.hpp"
#include "tessera/solve/checkpointer.hpp"
#include "tessera/solve/observer.hpp"

namespace tessera::app {

/// A run that ended too early.
template <class Real>
struct Earlier {
  io::ModelInfo info;
  FactorPair<Real> factors;  ///< the iterate it would have returned
  Snapshot<Real> state;
  std::vector<IterationRecord> best_history;  ///< of the best start before the last, if any
};

/// The checkpoint to go on from, if there is to be one: what --resume names. Warns when a run that
/// starts anew is going to replace a checkpoint. Collective; @throws mpi::AgreedError (code input)
/// when it is of another run, naming what differs.
[[nodiscard]] std::optional<io::ModelInfo> find_checkpoint(const FactorizeOptions& options,
                                                           const mpi::Communicator& world);

/// @throws mpi::AgreedError (code input) when the checkpoint is of another matrix than A.
void require_same_matrix(const io::ModelInfo& info, const FactorizeOptions& options, Index m,
                         Index n, const MatrixSummary& a);

/// Reads the checkpoint into the pieces of A, as it is by then: the run that it is of may still
/// save. One that is replaced meanwhile is read again. Once this run owns the checkpoint, that
/// happens at most once. Collective; @throws mpi::AgreedError.
template <class Real>
[[nodiscard]] Earlier<Real> read_earlier(const FactorizeOptions& options,
                                         const MatrixSummary& matrix, const DataMatrix<Real>& a,
                                         const mpi::ProcessGrid& grid);

/// The best start that is finished.
template <class Real>
struct BestStart {
  FactorPair<Real> factors;
  Run run;
  std::uint64_t seed = 0;
};

/// The start that is being worked on, and what there is besides.
template <class Real>
struct StartInWork {
  Index number = 0;
  std::uint64_t seed = 0;
  const BestStart<Real>* best = nullptr;  ///< of those before
};

/// The best start of those that were finished before the one the checkpoint is about.
/// @throws InputError
template <class Real>
[[nodiscard]] std::optional<BestStart<Real>> restore_best(const Earlier<Real>& earlier);

/// The number of the start that a checkpoint is about. @throws InputError unless below `starts`.
template <class Real>
[[nodiscard]] Index start_number(const Snapshot<Real>& snapshot, Index starts);

/// Saves a factorization in its checkpoint file: at intervals, when a signal comes, and before the
/// time of the job is over.
template <class Real>
class Checkpoints final : public solve::Checkpointer<Real> {
 public:
  /// From now on the checkpoint belongs to this run. All arguments outlive
  /// the object. Collective; @throws mpi::AgreedError (code io).
  Checkpoints(const FactorizeFacts& facts, const DataMatrix<Real>& a, const io::MatrixNames& names,
              const mpi::ProcessGrid& grid, const Timer& program, PhaseTimes& times);

  /// What is saved from now on. Both outlive the run from this start.
  void work_on(const StartInWork<Real>& start, const solve::History& history) {
    start_ = start;
    history_ = &history;
  }

  [[nodiscard]] Requests requests() const override;
  [[nodiscard]] bool is_due(Index iteration, const Requests& requests) const override;
  void save(const solve::Checkpoint<Real>& checkpoint) override;

  /// On process 0: @throws IoError if a newer run has taken the checkpoint over.
  void require_ours() const { owner_.require_ours(); }
  /// Likewise, but content where the owner's name is gone.
  void require_no_newer() const { owner_.require_no_newer(); }
  /// The result is written: the checkpoint is of no more use. Collective.
  void remove();

  [[nodiscard]] const report::CheckpointCost& cost() const { return cost_; }

 private:
  [[nodiscard]] io::ModelInfo describe(const solve::Checkpoint<Real>& checkpoint) const;
  void account_for(double seconds, Index bytes);

  const FactorizeFacts& facts_;
  const DataMatrix<Real>& a_;
  const io::MatrixNames& names_;
  const mpi::ProcessGrid& grid_;
  const Timer& program_;
  PhaseTimes& times_;
  std::string path_;
  config::Interval interval_;
  io::CheckpointOwner owner_;
  StartInWork<Real> start_;
  const solve::History* history_ = nullptr;
  Timer since_last_;
  double expected_seconds_;  ///< that the next one takes
  report::CheckpointCost cost_;
};

}  // namespace tessera::app
