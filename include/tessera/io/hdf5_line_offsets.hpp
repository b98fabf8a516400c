#pragma once

#include <vector>

#include "tessera/io/hdf5.hpp"

/// The offsets (indptr) of a compressed sparse matrix: line i, a row or a column, has the entries
/// [offset[i], offset[i+1]). Read in bounded pieces.
namespace tessera::io::hdf5 {

/// Checks the offsets of some lines, at most `window` at a time.
/// @throws InputError that names the first line whose end lies before its begin, or beyond all
/// entries.
void require_rising_offsets(hid_t offsets, Range lines, Index entries, Index window);

/// Says in which line an entry stands, for entries in rising order.
class LineFinder {
 public:
  /// Finds the line of `entry` by bisection; keeps at most `window` + 1 offsets.
  /// @pre the offsets rise from at most `entry` to more than `entry`, over `lines` lines.
  LineFinder(hid_t offsets, Index lines, Index entry, Index window);

  /// @pre the entry is not before that of the last call, and lies before the last offset.
  [[nodiscard]] Index line_of(Index entry) {
    while (end_of_line() <= entry) {
      ++line_;
    }
    return line_;
  }

 private:
  [[nodiscard]] Index end_of_line() {
    if (line_ >= window_begin_ + std::ssize(window_)) {
      load();
    }
    return window_[static_cast<std::size_t>(line_ - window_begin_)];
  }
  void load();

  hid_t offsets_;
  Index lines_;
  Index largest_window_;
  Index line_ = 0;
  Index window_begin_ = 0;
  std::vector<Index> window_;  ///< where the lines from window_begin_ on end
};

}  // namespace tessera::io::hdf5
