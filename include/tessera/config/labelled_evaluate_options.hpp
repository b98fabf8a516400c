#pragma once

#include <string>

#include "tessera/config/options.hpp"

namespace tessera {

/// How well a result describes a matrix, and finds labels that its rows are known to have.
struct LabelledEvaluateOptions : EvaluateOptions {
  /// File of one label a row, or "obs/NAME", "var/NAME" in INPUT; empty: none.
  std::string labels;
  std::string label_column;  ///< of `labels`, which is a table then; empty: a label is a whole line

  [[nodiscard]] bool labels_are_in_input() const {
    return labels.starts_with("obs/") || labels.starts_with("var/");
  }
};

}  // namespace tessera
