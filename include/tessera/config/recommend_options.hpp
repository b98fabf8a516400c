#pragma once

#include <string>

#include "tessera/config/options.hpp"

namespace tessera {

/// The columns that a result predicts highest in some rows: items for users.
struct RecommendOptions {
  RunOptions run;
  std::string model;
  std::string user;   ///< names of rows with commas between, or numbers where it has none
  std::string users;  ///< text file of such names, one a line; empty: see `user`
  Index top = 10;     ///< items for each user
  std::string
      exclude_seen;    ///< matrix file of the model's shape; what is not zero there is left out
  std::string clip;    ///< MIN:MAX of the scores that are shown; empty: as they are
  std::string output;  ///< .csv or .json; empty: a table on standard output
};

}  // namespace tessera
