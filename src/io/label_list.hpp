#pragma once

#include <limits>
#include <string>
#include <unordered_map>
#include <utility>

#include "tessera/core/error.hpp"
#include "tessera/io/labels.hpp"

namespace tessera::io {

/// Numbers labels as they come.
class LabelList {
 public:
  /// Appends the label of the next row.
  void add(const std::string& name) {
    const auto next = static_cast<int>(labels_.names.size());
    const auto [place, is_new] = number_of_.try_emplace(name, next);
    if (is_new) {
      if (labels_.names.size() == std::numeric_limits<int>::max()) {
        throw InputError("there are more than 2^31 different labels");
      }
      labels_.names.push_back(name);
    }
    labels_.of_row.push_back(place->second);
  }

  [[nodiscard]] Index rows() const { return std::ssize(labels_.of_row); }
  [[nodiscard]] Labels take() { return std::move(labels_); }

 private:
  Labels labels_;
  std::unordered_map<std::string, int> number_of_;
};

}  // namespace tessera::io
