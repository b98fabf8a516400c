#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tessera/core/types.hpp"
#include "tessera/report/coherence.hpp"
#include "tessera/report/named_weight.hpp"
#include "tessera/report/terminal.hpp"

namespace tessera::report {

/// One component of a result.
struct Topic {
  double share = 0;                    ///< in the sum of all entries of W·H
  std::optional<Coherence> coherence;  ///< of its columns; nothing unless a matrix is given
  std::vector<NamedWeight> columns;    ///< by falling weight, all above 0
  std::vector<NamedWeight> rows;       ///< likewise
};

/// What is said about the components of a result. Plain values, filled by app/.
struct TopicsReport {
  std::string version;
  std::string model;          ///< path
  std::string input;          ///< path of the matrix; empty: none
  Index rows = 0;             ///< m
  Index columns = 0;          ///< n
  std::vector<Topic> topics;  ///< in the order of the result, numbered from 0
  std::string configuration;  ///< the effective configuration, usable with --config
};

/// A table for people, as wide as the terminal, whose colours it uses. Control characters in names
/// are escaped.
[[nodiscard]] std::string topics_text(const TopicsReport& report, const Terminal& terminal);

/// One line for each column and row of each topic: topic, share, umass, npmi, axis ("column" or
/// "row"), place from 1, index from 0, name, weight. Fields are quoted as RFC 4180 says; what is
/// not known is empty.
[[nodiscard]] std::string topics_csv(const TopicsReport& report);

/// The same as an object; null for what is not known.
[[nodiscard]] std::string topics_json(const TopicsReport& report);

/// The means over the topics that have a coherence; NaN if none has.
[[nodiscard]] Coherence mean_coherence(const TopicsReport& report);

}  // namespace tessera::report
