#include "observation_tables.hpp"

#include "tessera/config/range_text.hpp"
#include "tessera/core/error.hpp"

namespace tessera::config {
namespace {

constexpr const char* kFileName = "a file name";

bool is_clip(std::string_view given) {
  try {
    static_cast<void>(parse_clip(given));
    return true;
  } catch (const UsageError&) {
    return false;
  }
}

}  // namespace

OptionTable observation_options(ObservationOptions& observation) {
  return in_group(
      "Missing and weighted entries",
      {choice(observation.missing,
              {"missing", "NAME",
               "unknown entries, with zeros those that a sparse file does not store"}),
       text(observation.mask, kFileName,
            {"mask", "FILE", "matrix of INPUT's shape; only entries not zero in it count"}),
       text(observation.weights, kFileName,
            {"weights", "FILE", "matrix of INPUT's shape; how much each entry counts"})});
}

OptionTable holdout_options(HoldoutOptions& holdout) {
  return in_group(
      "Held-out entries",
      {share(holdout.share, {"holdout", "X", "share of the entries kept back for scoring"}),
       number(holdout.seed, {"holdout-seed", "N", "seed of the choice, the same on any grid"}),
       choice(holdout.kind, {"holdout-kind", "NAME",
                             "single entries, or the share of the rows and of the columns"})});
}

Option entries_option(std::string& entries) {
  return text(entries, kFileName,
              {"entries", "FILE",
               "matrix of INPUT's shape; only entries not zero in it are scored; if not given, all "
               "that are observed"});
}

Option clip_option(std::string& clip) {
  return text(clip, "a range MIN:MAX such as 1:5 with MIN below MAX", is_clip,
              {"clip", "MIN:MAX", "bring predictions into this range first"});
}

}  // namespace tessera::config
