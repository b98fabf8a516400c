#pragma once

#include <string>

#include "tessera/config/options.hpp"

namespace tessera {

/// One page about a result.
struct ReportOptions {
  RunOptions run;
  std::string model;
  std::string output;
  std::string input;        ///< the matrix that the result was made of; empty: no samples
  std::string dataset;      ///< of `input`, instead of the one that the result names
  std::string image_shape;  ///< of a row of A, in pixels; empty: as stored
  bool transpose = false;   ///< pixels are stored column by column
};

}  // namespace tessera
