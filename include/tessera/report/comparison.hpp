#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tessera/core/iteration_record.hpp"

namespace tessera::report {

/// One algorithm's run in a comparison.
struct Contender {
  std::string name;
  double relative_error = 0;  ///< of the factors returned
  double kkt_residual = 0;    ///< at these
  double seconds = 0;         ///< in the loop
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

  /// The least final relative error.
  [[nodiscard]] double best_error() const;
};

/// The first iterate of a run whose relative error is within 1 % of `best`; nothing when it never
/// gets there.
[[nodiscard]] std::optional<IterationRecord> first_within_one_percent(const Contender& contender,
                                                                      double best);

/// One line per algorithm: seconds per iteration, iterations and seconds to within 1 % of the best
/// error, final error, KKT residual.
[[nodiscard]] std::string comparison_text(const Comparison& comparison);
[[nodiscard]] std::string comparison_json(const Comparison& comparison);
/// The curves, relative error against seconds and against iterations, as an SVG picture.
[[nodiscard]] std::string comparison_svg(const Comparison& comparison);

}  // namespace tessera::report
