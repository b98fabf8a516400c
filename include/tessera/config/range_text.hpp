#pragma once

#include <string_view>

#include "tessera/core/clip.hpp"
#include "tessera/core/types.hpp"

namespace tessera::config {

/// The interval that "a:b" means, 0-based and half-open: 2:5 is 2, 3, 4. A missing a is 0, a
/// missing b is `limit`, and an empty text means all, [0, limit).
/// @throws UsageError if it is something else, empty, or reaches beyond `limit`.
[[nodiscard]] Range parse_range(std::string_view text, Index limit);

/// The range that "MIN:MAX" means, such as 1:5. A missing side, and an empty text, set no limit.
/// @throws UsageError if it is something else, or MIN is not below MAX.
[[nodiscard]] Clip parse_clip(std::string_view text);

}  // namespace tessera::config
