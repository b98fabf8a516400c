#include "label_options.hpp"

#include <algorithm>
#include <iterator>

#include "option_groups.hpp"

namespace tessera::config {

OptionTable label_options(EvaluateOptions& options) {
  return in_group(
      "Labels, compared with the strongest component of each row",
      {text(options.labels, "a file name, or obs/NAME",
            {"labels", "FILE", "one label a line; obs/NAME is read from an AnnData INPUT"}),
       text(options.label_column, "the name of a column",
            {"label-column", "NAME",
             "--labels is a table with a header, comma or tab separated, and this its column"})});
}

std::vector<std::string> label_conflicts(const EvaluateOptions& options) {
  std::vector<std::string> found;
  if (!options.label_column.empty() && (options.labels.empty() || options.labels_are_in_input())) {
    found.emplace_back("--label-column is for a table of labels: give --labels FILE as well");
  }
  if (!options.input.path.empty()) {
    return found;
  }
  std::ranges::move(missing_input_conflicts(options.input), std::back_inserter(found));
  if (options.labels.empty()) {
    found.emplace_back(
        "INPUT is missing: give a file name, for example data.h5. Only --labels do without");
  } else if (options.labels_are_in_input()) {
    found.push_back("INPUT is missing, from which --labels " + options.labels +
                    " is to be read: give a file name, for example data.h5ad");
  } else if (!options.entries.empty() || !options.clip.empty() || options.observation.is_set() ||
             options.ranking.at > 0) {
    found.emplace_back(
        "--entries, --clip, --missing, --mask, --weights and --precision-at are about the entries "
        "of INPUT, which is missing: give a file name, for example data.h5");
  }
  return found;
}

}  // namespace tessera::config
