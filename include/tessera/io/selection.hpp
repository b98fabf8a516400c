#pragma once

#include <optional>

#include "tessera/config/options.hpp"
#include "tessera/io/rectangle.hpp"

namespace tessera::io {

/// Which part of a file is factorized, and whether it is turned. A(i, j) is the entry of the file
/// at (file.rows.begin + i, file.columns.begin + j), or with i and j exchanged when transposed.
struct Selection {
  Rectangle file;
  bool transpose = false;
  Index file_columns = 0;  ///< of the whole file, for positions

  [[nodiscard]] Index m() const { return transpose ? file.columns.size() : file.rows.size(); }
  [[nodiscard]] Index n() const { return transpose ? file.rows.size() : file.columns.size(); }

  /// The part of the file that holds some rows and columns of A.
  [[nodiscard]] Rectangle in_file(const Rectangle& of_a) const;
  /// Position row·n + column in A of an entry of the file; nothing when it is not selected.
  [[nodiscard]] std::optional<Index> position_in_a(Index file_position) const;
};

/// What the options --transpose, --rows and --columns select of a file of this shape.
/// @throws UsageError for a range that does not fit.
[[nodiscard]] Selection make_selection(const InputOptions& input, Index file_rows,
                                       Index file_columns);

}  // namespace tessera::io
