#pragma once

#include <algorithm>
#include <limits>

namespace tessera {

/// The range into which predictions are brought, such as that of the ratings one can give.
struct Clip {
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();

  [[nodiscard]] constexpr double operator()(double value) const {
    return std::clamp(value, minimum, maximum);
  }
  [[nodiscard]] constexpr bool is_set() const {
    return minimum > -std::numeric_limits<double>::infinity() ||
           maximum < std::numeric_limits<double>::infinity();
  }
};

}  // namespace tessera
