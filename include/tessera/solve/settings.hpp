#pragma once

#include "tessera/config/options.hpp"

namespace tessera::solve {

/// What is to be solved, and how.
struct Settings {
  SolverOptions solver;
  StoppingOptions stopping;
  Index fixed_h = 0;  ///< the first so many components of H stay as they are at the start
};

}  // namespace tessera::solve
