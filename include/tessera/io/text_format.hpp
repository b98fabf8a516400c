#pragma once

#include <string_view>

namespace tessera::io {

enum class TextFormat { unknown, matrix_market, docword, csv, edge_list };

/// Recognises a text format by the first bytes of a file; a few lines are enough. Gzip is looked
/// through. The file's name only breaks ties: lines like "1,2,3" are a table or weighted edges.
[[nodiscard]] TextFormat recognise_text(std::string_view first_bytes, std::string_view name);

}  // namespace tessera::io
