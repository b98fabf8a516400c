#include "tessera/report/summary.hpp"

#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tessera/core/log.hpp"

namespace tessera::report {
namespace {

constexpr std::size_t kNamedComponents = 8;  // dead components listed one by one

/// One aligned line: what, then the words for it.
std::string line(std::string_view label, const std::string& text) {
  return fmt::format("{:<17}{}\n", label, log::escape(text));
}

std::string byte_text(double bytes) {
  constexpr std::array<std::string_view, 6> kUnits = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < kUnits.size()) {
    bytes /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{:.0f} B", bytes) : fmt::format("{:.1f} {}", bytes, kUnits[unit]);
}

std::string seconds_text(double seconds) {
  return fmt::format("{:.{}f} s", seconds, seconds < 10 ? 3 : 1);
}

std::string count_text(Index count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string input_text(const InputSummary& input) {
  const double entries = static_cast<double>(input.rows) * static_cast<double>(input.columns);
  const double share = entries > 0 ? 100 * static_cast<double>(input.nonzeros) / entries : 0;
  const std::string dataset = input.dataset.empty() ? "" : " " + input.dataset;
  return line("input", input.path + dataset) +
         line("", fmt::format("{} rows x {} columns, {}, {:.3g} % nonzero, {:.4g} to {:.4g}",
                              input.rows, input.columns, input.value_type, share, input.minimum,
                              input.maximum)) +
         (input.sparse ? line("", fmt::format("sparse, the fullest process holds {:.3f} times the "
                                              "mean",
                                              input.imbalance))
                       : "");
}

std::string method_text(const MethodSummary& method) {
  return line("method",
              fmt::format("rank {}, loss {}, {}, init {}, seed {}, {}", method.rank, method.loss,
                          method.algorithm, method.init, method.seed, name_of(method.precision)));
}

std::string machine_text(const MachineSummary& machine) {
  return line(
      "machine",
      fmt::format(
          "{} on {}, grid {}, {} each, {}",
          machine.processes == 1 ? "1 process" : fmt::format("{} processes", machine.processes),
          count_text(machine.nodes, "node"), machine.grid.to_string(),
          count_text(machine.threads_per_process, "thread"), machine.instruction_set));
}

std::string dead_text(const std::vector<Index>& dead) {
  const bool all = dead.size() <= kNamedComponents;
  const std::vector<Index> named(
      dead.begin(),
      all ? dead.end() : dead.begin() + static_cast<std::ptrdiff_t>(kNamedComponents));
  return fmt::format("{} of zeros only: {}{}",
                     count_text(static_cast<Index>(dead.size()), "component"),
                     fmt::join(named, ", "), all ? "" : ", ...");
}

std::string outcome_text(const OutcomeSummary& outcome) {
  std::string text;
  if (std::isfinite(outcome.relative_error)) {
    text += line("relative error", fmt::format("{:.6g}  (‖A − WH‖ / ‖A‖)", outcome.relative_error));
  }
  text += line("loss",
               fmt::format("{:.10g}{}, {:.6g} per entry", outcome.loss,
                           outcome.penalty > 0 ? " with penalties" : "", outcome.loss_per_entry));
  if (outcome.held_out) {
    const auto& held_out = *outcome.held_out;
    text +=
        line("held out", fmt::format("{:.0f} entries: RMSE {:.6g}, MAE {:.6g}, mean KL {:.6g}",
                                     held_out.entries, held_out.rmse, held_out.mae, held_out.kl));
  }
  if (outcome.kkt_residual) {
    text += line("KKT residual", fmt::format("{:.2e}", *outcome.kkt_residual));
  }
  text += line("stopped", fmt::format("{} after {}", outcome.stop_reason,
                                      count_text(outcome.iterations, "iteration")));
  if (!outcome.dead_components.empty()) {
    text += line("dead components", dead_text(outcome.dead_components));
  }
  if (!outcome.output.empty()) {
    text += line("result", outcome.output);
  }
  return text;
}

/// One row per phase that took time: the mean over processes, its share, and the spread.
std::string phase_table(const CostSummary& cost) {
  std::string text;
  for (std::size_t phase = 0; phase < kPhaseCount; ++phase) {
    const Statistics& seconds = cost.phases[phase];
    if (seconds.max <= 0) {
      continue;
    }
    const double share = cost.seconds > 0 ? 100 * seconds.mean / cost.seconds : 0;
    text += fmt::format("  {:<15}{:>10.3f}{:>7.1f} %{:>11.3f}{:>11.3f}\n", kPhaseNames[phase],
                        seconds.mean, share, seconds.min, seconds.max);
  }
  if (!text.empty()) {
    text.insert(0, fmt::format("  {:<15}{:>10}{:>9}{:>11}{:>11}\n", "phase", "mean s", "of time",
                               "min s", "max s"));
  }
  return text;
}

std::string traffic_text(const RunReport& report) {
  const Payload payload = loop_payload(report);
  const std::string verdict =
      payload.as_predicted
          ? "as predicted"
          : fmt::format("predicted {}",
                        byte_text(static_cast<double>(payload.predicted_bytes_per_iteration)));
  if (payload.bytes_per_iteration == 0 && payload.as_predicted) {
    const bool alone = report.machine.processes == 1;
    return line("communication", alone ? "none" : "through shared memory, but for k x k sums");
  }
  return line("communication",
              fmt::format("{} per iteration, all processes ({})",
                          byte_text(static_cast<double>(payload.bytes_per_iteration)), verdict));
}

std::string checkpoint_text(const CostSummary& cost) {
  const auto& [count, seconds, bytes] = cost.checkpoints;
  if (count == 0) {
    return "";
  }
  return line("checkpoints", fmt::format("{} of {}, {} in all, {:.2g} % of the time", count,
                                         byte_text(static_cast<double>(bytes)),
                                         seconds_text(seconds), 100 * seconds / cost.seconds));
}

std::string cost_text(const RunReport& report) {
  const CostSummary& cost = report.cost;
  const Statistics& memory = cost.peak_memory_bytes;
  return line("time", fmt::format("{}, of which the iterations {} ({:.3g} GF/s)",
                                  seconds_text(cost.seconds), seconds_text(cost.loop_seconds),
                                  loop_gflops(report))) +
         traffic_text(report) + checkpoint_text(cost) +
         line("peak memory",
              fmt::format("{} per process (largest {}, by formula {})", byte_text(memory.mean),
                          byte_text(memory.max), byte_text(cost.predicted_memory_bytes))) +
         phase_table(cost);
}

}  // namespace

std::string summary_text(const RunReport& report) {
  std::string text = outcome_text(report.outcome) + input_text(report.input) +
                     method_text(report.method) + machine_text(report.machine) + cost_text(report);
  for (const auto& warning : report.warnings) {
    text += line("warning", warning);
  }
  return text;
}

}  // namespace tessera::report
