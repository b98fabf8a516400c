#pragma once

#include "tessera/io/parse_coordinate.hpp"

/// The bag-of-words format of the UCI machine learning repository: three lines with the numbers of
/// documents, words and entries, then "document word count" a line, 1-based. The entries are
/// coordinates, see parse_coordinate().
namespace tessera::io {

/// Parses one of the three numbers. `what` names it: "the number of words".
/// @throws LineError unless the line is one positive integer.
[[nodiscard]] Index parse_docword_header(const char* what, const TextLine& line);

}  // namespace tessera::io
