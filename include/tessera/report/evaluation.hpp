#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "tessera/core/types.hpp"
#include "tessera/report/clustering.hpp"

namespace tessera::report {

/// How well a ranking finds relevant columns: means over rows (products/ranking).
struct RankingQuality {
  double precision = 0;
  double recall = 0;
  double ndcg = 0;
};

/// Rankings of the columns of each row.
struct RankingEvaluation {
  Index at = 0;                                ///< places that are looked at
  double relevant = 0;                         ///< least entry that counts as relevant
  std::string seen;                            ///< file of what was not ranked; empty: none
  double rows = 0;                             ///< that have a relevant column
  RankingQuality model;                        ///< by W·H
  std::optional<RankingQuality> popular = {};  ///< by how many rows have seen a column
};

/// How well the strongest components of the rows agree with labels.
struct LabelEvaluation {
  std::string source;  ///< of the labels, as the user named it
  Agreement agreement;
  std::vector<std::string> names;  ///< of the labels
};

/// How well a result describes a matrix, labels or both. Plain values, filled by app/; NaN where
/// there is none.
struct Evaluation {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

  std::string version;
  std::string input;          ///< path; empty: no matrix was looked at
  std::string model;          ///< path
  Index rows = 0;             ///< m
  Index columns = 0;          ///< n
  Index rank = 0;             ///< k
  double entries = kUnknown;  ///< that were compared
  double relative_error = kUnknown;  ///< ‖A − WH‖ / ‖A‖ over them, weighted as A is, never clipped
  double rmse = kUnknown;            ///< these three over entries that count alike
  double mae = kUnknown;
  double kl = kUnknown;  ///< mean a·log(a/x) − a + x
  std::optional<LabelEvaluation> labels = {};
  std::string configuration;  ///< the effective configuration, usable with --config
  std::optional<RankingEvaluation> ranking = {};
};

/// One number a line for people; "-" for what is not known.
[[nodiscard]] std::string evaluation_text(const Evaluation& evaluation);
/// null for what is not known.
[[nodiscard]] std::string evaluation_json(const Evaluation& evaluation);

}  // namespace tessera::report
