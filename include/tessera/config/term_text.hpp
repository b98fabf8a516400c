#pragma once

#include <string_view>

#include "tessera/core/types.hpp"

/// Texts of options about terms.
namespace tessera {

/// A bound on the number of documents that hold a term.
struct DocumentBound {
  double value = 1;
  bool is_share = false;  ///< of all documents

  /// The bound for so many documents; not a whole number in general.
  [[nodiscard]] double documents(Index all) const {
    return is_share ? value * static_cast<double>(all) : value;
  }
};

/// "3" documents, or "0.05", a share from 0.0 to 1.0: a point or an exponent makes the difference,
/// as between int and float in scikit-learn. @throws UsageError
[[nodiscard]] DocumentBound parse_document_bound(std::string_view text);

/// Words in the shortest and in the longest term.
struct NgramLengths {
  Index shortest = 1;
  Index longest = 1;
};

/// "1:2", or "2" for "2:2". @throws UsageError unless 1 <= shortest <= longest <= 100.
[[nodiscard]] NgramLengths parse_ngrams(std::string_view text);

}  // namespace tessera
