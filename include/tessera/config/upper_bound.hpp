#pragma once

#include <cmath>
#include <limits>

namespace tessera {

/// The largest value of a type that an upper bound allows, where a bound of 0 is none.
template <class Real>
[[nodiscard]] Real largest_entry(double upper_bound) {
  if (upper_bound <= 0) {
    return std::numeric_limits<Real>::infinity();
  }
  const auto nearest = static_cast<Real>(upper_bound);
  return static_cast<double>(nearest) > upper_bound ? std::nextafter(nearest, Real{0}) : nearest;
}

}  // namespace tessera
