#include "tessera/report/vectorization.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace tessera::report {
namespace {

std::string line(std::string_view name, const std::string& value) {
  return fmt::format("{:<16}{}\n", name, value);
}

/// " (7 without terms, 2 with bytes that are not UTF-8)", or nothing.
std::string in_brackets(const std::vector<std::pair<Index, std::string_view>>& parts) {
  std::vector<std::string> shown;
  for (const auto& [count, what] : parts) {
    if (count > 0) {
      shown.push_back(fmt::format("{} {}", count, what));
    }
  }
  return shown.empty() ? "" : fmt::format(" ({})", fmt::join(shown, ", "));
}

std::string terms_text(const Vectorization& facts) {
  if (facts.like.empty()) {
    return fmt::format("{} of {}{}", facts.terms, facts.distinct_terms,
                       in_brackets({{facts.too_rare, "too rare"},
                                    {facts.too_common, "too common"},
                                    {facts.beyond, "beyond --max-features"}}));
  }
  return fmt::format("{} as in '{}', which has none for {:.1f} % of the words", facts.terms,
                     facts.like,
                     100.0 * static_cast<double>(facts.unknown) /
                         static_cast<double>(std::max<Index>(1, facts.occurrences)));
}

}  // namespace

std::string vectorization_text(const Vectorization& facts) {
  const double entries = static_cast<double>(facts.documents) * static_cast<double>(facts.terms);
  std::string text =
      line("documents",
           fmt::format("{}{}", facts.documents,
                       in_brackets({{facts.empty_documents, "without any term"},
                                    {facts.repaired_documents, "with bytes that are not UTF-8"}})));
  if (facts.labels > 0) {
    text += line("labels", fmt::format("{}", facts.labels));
  }
  text += line("terms", terms_text(facts));
  text += line("non-zeros", fmt::format("{} ({:.3g} %)", facts.nonzeros,
                                        100.0 * static_cast<double>(facts.nonzeros) / entries));
  const double seconds = facts.read_seconds + facts.merge_seconds + facts.write_seconds;
  return text +
         line("seconds", fmt::format("{:.2f} (read {:.2f}, merge {:.2f}, write {:.2f})", seconds,
                                     facts.read_seconds, facts.merge_seconds, facts.write_seconds));
}

std::string vectorization_json(const Vectorization& facts) {
  nlohmann::ordered_json json = {{"command", "vectorize"},
                                 {"version", facts.version},
                                 {"corpus", facts.corpus},
                                 {"format", facts.format},
                                 {"output", facts.output},
                                 {"documents", facts.documents},
                                 {"empty_documents", facts.empty_documents},
                                 {"repaired_documents", facts.repaired_documents},
                                 {"labels", facts.labels},
                                 {"text_bytes", facts.text_bytes},
                                 {"distinct_terms", facts.distinct_terms},
                                 {"too_rare_terms", facts.too_rare},
                                 {"too_common_terms", facts.too_common},
                                 {"terms_beyond_max_features", facts.beyond},
                                 {"terms", facts.terms},
                                 {"nonzeros", facts.nonzeros},
                                 {"read_seconds", facts.read_seconds},
                                 {"merge_seconds", facts.merge_seconds},
                                 {"write_seconds", facts.write_seconds},
                                 {"configuration", facts.configuration}};
  if (!facts.like.empty()) {
    // Terms were not merged, so what is counted is how often those occur that are not known.
    for (const char* key :
         {"distinct_terms", "too_rare_terms", "too_common_terms", "terms_beyond_max_features"}) {
      json.erase(key);
    }
    json["like"] = facts.like;
    json["occurrences"] = facts.occurrences;
    json["unknown_occurrences"] = facts.unknown;
  }
  // File names need not be UTF-8, JSON must be.
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace tessera::report
