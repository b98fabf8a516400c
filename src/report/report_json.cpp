#include <span>

#include <nlohmann/json.hpp>

#include "tessera/io/atomic_file.hpp"
#include "tessera/report/summary.hpp"

#include "history_json.hpp"

namespace tessera::report {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Statistics& statistics) {
  return {{"min", statistics.min}, {"mean", statistics.mean}, {"max", statistics.max}};
}

Json to_json(const InputSummary& input) {
  return {
      {"path", input.path},          {"dataset", input.dataset}, {"value_type", input.value_type},
      {"rows", input.rows},          {"columns", input.columns}, {"nonzeros", input.nonzeros},
      {"minimum", input.minimum},    {"maximum", input.maximum}, {"sparse", input.sparse},
      {"imbalance", input.imbalance}};
}

Json to_json(const MethodSummary& method) {
  return {{"rank", method.rank}, {"loss", method.loss}, {"algorithm", method.algorithm},
          {"init", method.init}, {"seed", method.seed}, {"precision", name_of(method.precision)}};
}

Json to_json(const MachineSummary& machine) {
  return {{"processes", machine.processes},
          {"grid", machine.grid.to_string()},
          {"nodes", machine.nodes},
          {"threads_per_process", machine.threads_per_process},
          {"instruction_set", machine.instruction_set}};
}

Json to_json(const std::optional<HeldOutSummary>& held_out) {
  if (!held_out) {
    return nullptr;
  }
  return {{"entries", held_out->entries},
          {"rmse", held_out->rmse},
          {"mae", held_out->mae},
          {"mean_kl", held_out->kl}};
}

Json to_json(const OutcomeSummary& outcome) {
  return {{"relative_error", outcome.relative_error},
          {"loss", outcome.loss},
          {"loss_per_entry", outcome.loss_per_entry},
          {"penalty", outcome.penalty},
          {"kkt_residual", outcome.kkt_residual ? Json(*outcome.kkt_residual) : Json(nullptr)},
          {"iterations", outcome.iterations},
          {"stop_reason", outcome.stop_reason},
          {"converged", outcome.converged},
          {"dead_components", outcome.dead_components},
          {"output", outcome.output},
          {"held_out", to_json(outcome.held_out)}};
}

Json phases_json(const CostSummary& cost) {
  Json phases = Json::object();
  for (std::size_t phase = 0; phase < kPhaseCount; ++phase) {
    Json entry = {{"seconds", to_json(cost.phases[phase])}};
    const double share = cost.seconds > 0 ? 100 * cost.phases[phase].mean / cost.seconds : 0;
    entry["share_percent"] = share;
    phases[std::string(kPhaseNames[phase])] = entry;
  }
  return phases;
}

Json traffic_json(const RunReport& report) {
  const Payload payload = loop_payload(report);
  const auto iterations = static_cast<double>(report.outcome.iterations);
  Json collectives = Json::object();
  for (std::size_t kind = 0; kind < mpi::kCollectiveCount; ++kind) {
    const auto calls = report.cost.loop_traffic.calls[kind];
    const auto bytes = report.cost.loop_traffic.bytes[kind];
    const auto per_iteration = [&](std::int64_t total) {
      return iterations > 0 ? static_cast<double>(total) / iterations : 0.0;
    };
    collectives[std::string(mpi::kCollectiveNames[kind])] = {
        {"calls", calls},
        {"bytes", bytes},
        {"calls_per_iteration", per_iteration(calls)},
        {"bytes_per_iteration", per_iteration(bytes)}};
  }
  return {{"collectives", collectives},
          {"payload_bytes_per_iteration", payload.bytes_per_iteration},
          {"predicted_payload_bytes_per_iteration", payload.predicted_bytes_per_iteration},
          {"payload_as_predicted", payload.as_predicted}};
}

Json cost_json(const RunReport& report) {
  return {{"seconds", report.cost.seconds},
          {"loop_seconds", report.cost.loop_seconds},
          {"loop_iterations", report.cost.loop_iterations},
          {"checkpoints",
           {{"count", report.cost.checkpoints.count},
            {"seconds", report.cost.checkpoints.seconds},
            {"bytes", report.cost.checkpoints.bytes}}},
          {"phases", phases_json(report.cost)},
          {"loop_traffic", traffic_json(report)},
          {"flops_per_iteration", report.cost.flops_per_iteration},
          {"gigaflops_per_second", loop_gflops(report)},
          {"peak_memory_bytes_per_process", to_json(report.cost.peak_memory_bytes)},
          {"predicted_memory_bytes_per_process", report.cost.predicted_memory_bytes}};
}

}  // namespace

std::string report_json(const RunReport& report) {
  const Json json = {{"command", report.command},
                     {"version", report.version},
                     {"input", to_json(report.input)},
                     {"method", to_json(report.method)},
                     {"machine", to_json(report.machine)},
                     {"outcome", to_json(report.outcome)},
                     {"cost", cost_json(report)},
                     {"warnings", report.warnings},
                     {"history", history_json(report.history)},
                     {"configuration", report.configuration}};
  // File names need not be UTF-8, JSON must be.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void write_report(const std::string& path, const RunReport& report) {
  const std::string text = report_json(report);
  io::write_file_atomically(path, text);
}

}  // namespace tessera::report
