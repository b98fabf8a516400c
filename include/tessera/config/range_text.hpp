#pragma once

#include <string_view>

#include "tessera/core/types.hpp"

namespace tessera::config {

/// The interval that "a:b" means, 0-based and half-open: 2:5 is 2, 3, 4. A missing a is 0, a
/// missing b is `limit`, and an empty text means all, [0, limit).
/// @throws UsageError if it is something else, empty, or reaches beyond `limit`.
[[nodiscard]] Range parse_range(std::string_view text, Index limit);

}  // namespace tessera::config
