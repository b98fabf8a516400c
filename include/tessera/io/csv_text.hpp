#pragma once

#include <string>
#include <string_view>

namespace tessera::io {

/// A text as one field of a comma separated table, in quotes where it needs them (RFC 4180).
[[nodiscard]] std::string csv_field(std::string_view text);

}  // namespace tessera::io
