#pragma once

#include "tessera/io/parse_coordinate.hpp"

/// The Matrix Market exchange format: a banner, comments, a size line, then one entry a line.
/// Source: Boisvert, Pozo, Remington: The Matrix Market Exchange Formats, NISTIR 5935, 1996.
namespace tessera::io {

/// What the first line says.
struct MatrixMarketBanner {
  bool array = false;  ///< every value, column by column; else coordinates
  ValueField value = ValueField::real;
  bool symmetric = false;  ///< entries below the diagonal stand for those above it, too
};

/// Parses "%%MatrixMarket matrix FORMAT FIELD SYMMETRY", in any case of letters.
/// @throws LineError if it is something else, or a kind of matrix that cannot be factorized here.
[[nodiscard]] MatrixMarketBanner parse_matrix_market_banner(const TextLine& line);

struct MatrixMarketSize {
  Index rows = 0;
  Index columns = 0;
  Index entries = 0;  ///< lines that follow
};

/// Parses "rows columns entries" of coordinates, "rows columns" of an array.
/// @throws LineError if the line is something else or the sizes contradict each other.
[[nodiscard]] MatrixMarketSize parse_matrix_market_size(const MatrixMarketBanner& banner,
                                                        const TextLine& line);

/// Parses one value of an array.
[[nodiscard]] double parse_array_value(ValueField value, const TextLine& line);

/// Comments may stand wherever no entry is read yet; blank lines are taken as comments.
[[nodiscard]] bool is_matrix_market_comment(std::string_view line);

}  // namespace tessera::io
