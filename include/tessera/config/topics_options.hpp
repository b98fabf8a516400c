#pragma once

#include <string>

#include "tessera/config/options.hpp"

namespace tessera {

/// The strongest columns and rows of each component.
struct TopicsOptions {
  InputOptions input;  ///< the matrix whose rows tell the coherence; no path: no coherence
  RunOptions run;
  std::string model;
  Index top = 10;       ///< columns of a component
  Index documents = 3;  ///< rows of a component
  std::string output;   ///< .csv or .json file; empty: only standard output
};

}  // namespace tessera
