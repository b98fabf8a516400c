#pragma once

#include <string>

#include "tessera/core/types.hpp"

namespace tessera::report {

/// How well a result describes a matrix. Plain values, filled by app/; NaN where there is none.
struct Evaluation {
  std::string version;
  std::string input;          ///< path
  std::string model;          ///< path
  Index rows = 0;             ///< m
  Index columns = 0;          ///< n
  Index rank = 0;             ///< k
  double entries = 0;         ///< that were compared
  double relative_error = 0;  ///< ‖A − WH‖ / ‖A‖ over them, weighted as A is, never clipped
  double rmse = 0;            ///< these three over entries that count alike
  double mae = 0;
  double kl = 0;              ///< mean a·log(a/x) − a + x
  std::string configuration;  ///< the effective configuration, usable with --config
};

/// One number a line for people; "-" for what is not known.
[[nodiscard]] std::string evaluation_text(const Evaluation& evaluation);
/// null for what is not known.
[[nodiscard]] std::string evaluation_json(const Evaluation& evaluation);

}  // namespace tessera::report
