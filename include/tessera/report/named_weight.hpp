#pragma once

#include <string>

#include "tessera/core/types.hpp"

namespace tessera::report {

/// A row or a column, and its weight in a component.
struct NamedWeight {
  Index index = 0;   ///< global
  std::string name;  ///< empty: it has none
  double weight = 0;
};

}  // namespace tessera::report
