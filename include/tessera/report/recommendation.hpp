#pragma once

#include <string>
#include <vector>

#include "tessera/core/types.hpp"

namespace tessera::report {

struct RecommendedItem {
  std::string name;  ///< of the column, or its number
  Index column = 0;  ///< from 0
  double score = 0;
};

/// What is recommended to one user, best first. Plain values, filled by app/.
struct Recommendation {
  std::string user;  ///< name of the row, or its number
  Index row = 0;     ///< from 0
  std::vector<RecommendedItem> items;
};

/// A list for each user, for people.
[[nodiscard]] std::string recommendations_text(const std::vector<Recommendation>& list);
/// One item a line, fields quoted where they have to be (RFC 4180): user, rank, item, column,
/// score.
[[nodiscard]] std::string recommendations_csv(const std::vector<Recommendation>& list);
/// The same, and which model it is from.
[[nodiscard]] std::string recommendations_json(const std::string& model,
                                               const std::vector<Recommendation>& list);

}  // namespace tessera::report
