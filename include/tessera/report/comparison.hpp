#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tessera/core/iteration_record.hpp"

namespace tessera::report {

/// One algorithm's run in a comparison.
struct Contender {
  std::string name;
  double error = 0;         ///< of the factors returned: see Comparison::error_name
  double kkt_residual = 0;  ///< at these; not a number where it is not measured
  double seconds = 0;       ///< in the loop
  std::string stop_reason;
  std::vector<IterationRecord> history;
};

/// Several algorithms on one matrix from one start.
struct Comparison {
  std::string version;
  std::string input;
  Index rows = 0;     ///< m
  Index columns = 0;  ///< n
  Index rank = 0;     ///< k
  std::string start;  ///< "random, seed 0"
  int processes = 1;
  int threads_per_process = 1;
  std::vector<Contender> contenders;
  std::string configuration;

  /// What is compared: "relative error", or "loss per entry" for another loss than Frobenius's.
  std::string error_name = "relative error";
  double counted_entries = 1;  ///< of A, by which a loss is divided

  /// What is compared, of one iterate.
  [[nodiscard]] double error_of(const IterationRecord& record) const;
  /// The least final error.
  [[nodiscard]] double best_error() const;
};

/// The first iterate of a run whose error is within 1 % of the best final one; nothing when it
/// never gets there.
[[nodiscard]] std::optional<IterationRecord> first_within_one_percent(const Comparison& comparison,
                                                                      const Contender& contender);

/// One line per algorithm: seconds per iteration, iterations and seconds to within 1 % of the best
/// error, final error, KKT residual.
[[nodiscard]] std::string comparison_text(const Comparison& comparison);
[[nodiscard]] std::string comparison_json(const Comparison& comparison);
/// The curves, error against seconds and against iterations, as an SVG picture.
[[nodiscard]] std::string comparison_svg(const Comparison& comparison);

}  // namespace tessera::report
