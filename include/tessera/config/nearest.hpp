#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace tessera::config {

/// The fewest insertions, deletions, replacements and swaps of neighbours that turn one text into
/// the other (optimal string alignment distance).
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to a text, for "did you mean"; the first among equals.
/// @pre there is at least one candidate.
[[nodiscard]] std::string_view nearest(std::string_view text,
                                       const std::vector<std::string_view>& candidates);

}  // namespace tessera::config
