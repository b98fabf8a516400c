#include "tessera/report/run_report.hpp"

#include <algorithm>

namespace tessera::report {

Payload loop_payload(const RunReport& report) {
  const auto& predicted = report.cost.predicted_payload;
  const std::int64_t counted = report.cost.loop_traffic.bytes_of(mpi::Collective::all_gather) +
                               report.cost.loop_traffic.bytes_of(mpi::Collective::reduce_scatter) +
                               report.cost.loop_traffic.bytes_of(mpi::Collective::all_to_all);
  Payload payload;
  payload.predicted_bytes_per_iteration = predicted.bytes_per_iteration;
  payload.as_predicted = counted == predicted.bytes;
  // A run may have begun a product more than two an iteration, so the ratio is what is measured.
  payload.bytes_per_iteration =
      payload.as_predicted ? predicted.bytes_per_iteration
      : predicted.bytes > 0
          ? static_cast<std::int64_t>(static_cast<double>(counted) /
                                      static_cast<double>(predicted.bytes) *
                                      static_cast<double>(predicted.bytes_per_iteration))
          : counted / std::max<std::int64_t>(1, report.cost.loop_iterations);
  return payload;
}

double loop_gflops(const RunReport& report) {
  if (report.cost.loop_seconds <= 0) {
    return 0;
  }
  const auto iterations = static_cast<double>(report.cost.loop_iterations);
  return report.cost.flops_per_iteration * iterations / report.cost.loop_seconds * 1e-9;
}

}  // namespace tessera::report
