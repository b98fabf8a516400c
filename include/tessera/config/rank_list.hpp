#pragma once

#include <string_view>
#include <vector>

#include "tessera/core/types.hpp"

namespace tessera::config {

/// "10,20,40" as numbers, each at least 1, in the given order and without repetition.
/// @throws UsageError for any other text.
[[nodiscard]] std::vector<Index> parse_rank_list(std::string_view text);

}  // namespace tessera::config
