#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tessera/config/options.hpp"
#include "tessera/core/timer.hpp"
#include "tessera/io/factor_file.hpp"
#include "tessera/io/matrix_input.hpp"
#include "tessera/products/score.hpp"
#include "tessera/report/run_report.hpp"
#include "tessera/solve/alternate.hpp"

namespace tessera::app {

/// One run of the loop.
struct Run {
  solve::Outcome outcome;
  std::vector<IterationRecord> history;
  double seconds = 0;
};

/// What is known when a factorization has ended; the result file and the report are two views
/// of it. The same on every process, clocks and traffic aside.
struct FactorizeFacts {
  FactorizeOptions options;
  std::string configuration;  ///< effective, as text
  io::MatrixDescription input;
  MatrixSummary matrix;
  bool sparse = false;  ///< in memory
  GridShape grid;
  int threads = 1;
  Index predicted_memory = 0;  ///< bytes of this process, those of the program included
  Index fixed_components = 0;  ///< of H, the first so many
  Run run;                     ///< the best of all restarts
  std::uint64_t seed = 0;      ///< of its start
  double loss = 0;             ///< of the stored factors, without penalties
  double penalty = 0;          ///< of the stored factors
  Index dead_components = 0;
  std::optional<products::Score> held_out;  ///< of the stored factors
  report::CheckpointCost checkpoints;
  std::vector<io::PhaseCost> phases;  ///< up to the writing of the result

  /// ‖A − WH‖ / ‖A‖; not a number for other losses.
  [[nodiscard]] double relative_error() const;
  [[nodiscard]] double loss_per_entry() const;
  [[nodiscard]] std::vector<std::string> warnings() const;
};

/// The attributes of the result file.
[[nodiscard]] io::ModelInfo make_model_info(const FactorizeFacts& facts, const Timer& program);

/// The report of the run. Gathers times, traffic and memory from all processes: collective.
[[nodiscard]] report::RunReport make_run_report(const FactorizeFacts& facts, const Timer& program,
                                                const PhaseTimes& times,
                                                const mpi::Communicator& world);

}  // namespace tessera::app
