#pragma once

#include <string>

#include "tessera/config/options.hpp"

namespace tessera {

/// One picture, written as W·H of some ranks.
struct CompressOptions {
  std::string image;
  std::string ranks;      ///< numbers with commas between
  std::string patches;    ///< HxW pixels of the patches that are rows; empty: rows of pixels are
  bool channels = false;  ///< every channel is a matrix of its own
  SolverOptions solver;   ///< but for its rank
  StoppingOptions stopping;
  RunOptions run;
  std::string output;
};

}  // namespace tessera
