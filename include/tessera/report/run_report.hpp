#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tessera/config/options.hpp"
#include "tessera/core/iteration_record.hpp"
#include "tessera/core/types.hpp"
#include "tessera/mpi/process_grid.hpp"
#include "tessera/report/statistics.hpp"

namespace tessera::report {

/// The data matrix A.
struct InputSummary {
  std::string path;
  std::string dataset;  ///< inside the file; empty when the format has none
  std::string value_type;
  Index rows = 0;     ///< m
  Index columns = 0;  ///< n
  Index nonzeros = 0;
  double minimum = 0;
  double maximum = 0;
  bool sparse = false;   ///< only some entries are stored
  double imbalance = 1;  ///< most stored entries of a process over their mean
};

/// What was computed, and how.
struct MethodSummary {
  Index rank = 0;  ///< k
  std::string loss = "frobenius";
  std::string algorithm;
  std::string init;
  std::uint64_t seed = 0;
  Precision precision = Precision::float32;
};

/// What it ran on.
struct MachineSummary {
  int processes = 1;
  mpi::GridShape grid;
  int nodes = 1;
  int threads_per_process = 1;
  std::string instruction_set;
};

/// How well the factors predict the entries that were kept back.
struct HeldOutSummary {
  double entries = 0;
  double rmse = 0;
  double mae = 0;
  double kl = 0;  ///< mean a·log(a/x) − a + x
};

/// How good the factors are, and why the loop ended.
struct OutcomeSummary {
  double relative_error = 0;           ///< ‖A − WH‖ / ‖A‖; not a number for other losses
  double loss = 0;                     ///< and penalties
  double loss_per_entry = 0;           ///< without penalties
  double penalty = 0;                  ///< the penalties in it
  std::optional<double> kkt_residual;  ///< nothing when not measured
  Index iterations = 0;
  std::string stop_reason;
  bool converged = false;  ///< false when a limit or a signal ended the loop
  std::vector<Index> dead_components;
  std::string output;                           ///< file that holds the factors; empty: none
  std::optional<HeldOutSummary> held_out = {};  ///< nothing unless single entries were
};

/// What checkpoints took, of the process that waited longest.
struct CheckpointCost {
  Index count = 0;
  double seconds = 0;  ///< of all of them
  Index bytes = 0;     ///< of one
};

/// What it cost. Gathered once, after the loop.
struct CostSummary {
  CheckpointCost checkpoints;
  double seconds = 0;         ///< whole program on process 0
  double loop_seconds = 0;    ///< the iterations alone
  Index loop_iterations = 0;  ///< of these seconds: without those of earlier parts of the run
  PhaseStatistics phases{};
  /// Of all-gathers, reduce-scatters and all-to-alls, by the formulas of docs/distribution.md.
  struct {
    std::int64_t bytes_per_iteration = 0;
    std::int64_t bytes = 0;  ///< a run that its loss ends has begun one more product
  } predicted_payload;
  mpi::Traffic loop_traffic;          ///< of the iterations alone, summed over all processes
  double flops_per_iteration = 0;     ///< of all processes
  Statistics peak_memory_bytes;       ///< per process
  double predicted_memory_bytes = 0;  ///< by formula, of the process that needs most
};

/// Everything that is said about a run when it has ended. Plain values, filled by app/.
struct RunReport {
  std::string command;
  std::string version;
  InputSummary input;
  MethodSummary method;
  MachineSummary machine;
  OutcomeSummary outcome;
  CostSummary cost;
  std::vector<std::string> warnings;
  std::vector<IterationRecord> history;
  std::string configuration;  ///< the effective configuration, usable with --config
};

/// The words a run must move.
struct Payload {
  std::int64_t bytes_per_iteration = 0;            ///< counted: what cost.predicted_payload is of
  std::int64_t predicted_bytes_per_iteration = 0;  ///< for Frobenius and KL
                                                   ///< 2·k·s·[(p_c − 1)·m + (p_r − 1)·n]
  bool as_predicted = false;                       ///< equal, over all iterations
};

/// Compares the counted payload of the loop with the formula of docs/distribution.md.
[[nodiscard]] Payload loop_payload(const RunReport& report);

/// 10⁹ floating-point operations per second of the loop; 0 when it took no time.
[[nodiscard]] double loop_gflops(const RunReport& report);

}  // namespace tessera::report
