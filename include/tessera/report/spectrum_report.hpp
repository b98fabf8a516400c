#pragma once

#include <string>
#include <vector>

#include "tessera/core/types.hpp"

namespace tessera::report {

/// What is said about the leading singular values of a matrix. Plain values, filled by app/.
struct SpectrumReport {
  std::string version;
  std::string input;           ///< path
  Index rows = 0;              ///< m
  Index columns = 0;           ///< n
  double norm = 0;             ///< ‖A‖
  std::vector<double> values;  ///< σ₁ >= σ₂ >= …
  Index iterations = 0;
  bool converged = false;
  std::string configuration;  ///< the effective configuration, usable with --config
};

/// Entry k − 1 is √(‖A‖² − σ₁² − … − σ_k²) / ‖A‖, the relative error of the best matrix of rank k:
/// no factorization of rank k has a smaller one. Zeros for a matrix of zeros. Rounding limits it to
/// about 1e-8 near zero. Source: Eckart & Young, Psychometrika 1936.
[[nodiscard]] std::vector<double> error_floors(const SpectrumReport& report);

/// A table for people: rank, singular value, floor.
[[nodiscard]] std::string spectrum_text(const SpectrumReport& report);
[[nodiscard]] std::string spectrum_json(const SpectrumReport& report);

}  // namespace tessera::report
