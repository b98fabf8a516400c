#include "example_report.hpp"

namespace tessera::report {
namespace {

CostSummary example_cost(Index iterations) {
  CostSummary cost;
  cost.seconds = 10;
  cost.loop_seconds = 8;
  cost.loop_iterations = iterations;
  const auto set = [&](Phase phase, Statistics seconds) {
    cost.phases[static_cast<std::size_t>(phase)] = seconds;
  };
  set(Phase::read, {0.75, 1, 1.25});
  set(Phase::product, {4, 5, 6});
  set(Phase::update, {0.5, 0.5, 0.5});
  const auto count = [&](mpi::Collective kind, std::int64_t calls, std::int64_t bytes) {
    cost.loop_traffic.calls[static_cast<std::size_t>(kind)] = calls * iterations;
    cost.loop_traffic.bytes[static_cast<std::size_t>(kind)] = bytes * iterations;
  };
  // One grid neighbour each way: (1·1000 + 1·600) rows of 10 float32, there and back.
  count(mpi::Collective::all_gather, 8, 1600 * 10 * 4);
  count(mpi::Collective::reduce_scatter, 8, 1600 * 10 * 4);
  count(mpi::Collective::all_reduce, 8, 8 * 104 * 8);
  cost.predicted_payload = {128000, 128000 * iterations};
  cost.flops_per_iteration = 4.0e7;
  cost.peak_memory_bytes = {90e6, 100e6, 120e6};
  cost.predicted_memory_bytes = 110e6;
  return cost;
}

}  // namespace

RunReport example_report() {
  RunReport report;
  report.command = "factorize";
  report.version = "0.1.0";
  report.input = {"faces.h5", "/X", "uint8", 1000, 600, 480000, 0, 255};
  report.method = {10, "frobenius", "hals", "random", 7, Precision::float32};
  report.machine = {4, {2, 2}, 1, 2, "AVX2"};
  report.outcome = {0.09331, 1234.5,           0.0020575, 0.0, std::nullopt,
                    200,     "max-iterations", false,     {},  "model.h5"};
  report.cost = example_cost(report.outcome.iterations);
  report.history = {{1, 0.04, 5000, 0.2}, {200, 8, 1234.5, 0.09331, 1e-3}};
  report.configuration = "rank = 10\nseed = 7\n";
  return report;
}

}  // namespace tessera::report
