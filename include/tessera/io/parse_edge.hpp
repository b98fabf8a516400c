#pragma once

#include "tessera/io/parse_coordinate.hpp"

/// Edge lists: "from to" or "from to weight" a line, 0-based, separated by blanks or commas.
namespace tessera::io {

/// Node numbers end here, so that the positions of a square matrix fit 63 bits.
inline constexpr Index kMostNodes = 3037000499;

/// A blank line or a comment, which begins with # or %.
[[nodiscard]] bool is_edge_comment(std::string_view line);

/// Whether the edges of a file have weights, by one of its lines.
/// @throws LineError unless there are two or three fields.
[[nodiscard]] bool has_weight(const TextLine& line);

/// @throws LineError if the line is no edge, or has a weight where others have none.
[[nodiscard]] Coordinate parse_edge(bool weighted, const TextLine& line);

}  // namespace tessera::io
