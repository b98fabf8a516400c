#include "tessera/report/run_report.hpp"

namespace tessera::report {

Payload loop_payload(const RunReport& report) {
  const Index bytes_per_value =
      report.method.precision == Precision::float32 ? sizeof(float) : sizeof(double);
  const Index products = report.cost.cross_products;
  const std::int64_t counted = report.cost.loop_traffic.bytes_of(mpi::Collective::all_gather) +
                               report.cost.loop_traffic.bytes_of(mpi::Collective::reduce_scatter);
  Payload payload;
  payload.predicted_bytes_per_iteration =
      rows_moved(report.machine.grid, report.input.rows, report.input.columns) *
      report.method.rank * bytes_per_value;
  // A·Hᵀ and Aᵀ·W move the same words, so a product is half an iteration.
  payload.bytes_per_iteration = products > 0 ? 2 * counted / products : 0;
  payload.as_predicted = 2 * counted == payload.predicted_bytes_per_iteration * products;
  return payload;
}

double loop_gflops(const RunReport& report) {
  if (report.cost.loop_seconds <= 0) {
    return 0;
  }
  const auto iterations = static_cast<double>(report.outcome.iterations);
  return report.cost.flops_per_iteration * iterations / report.cost.loop_seconds * 1e-9;
}

}  // namespace tessera::report
