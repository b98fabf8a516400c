#include "tessera/io/hdf5_line_offsets.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tessera/io/hdf5_array.hpp"

namespace tessera::io::hdf5 {
namespace {

Index read_one(hid_t offsets, Index index) {
  Index value = 0;
  read_array<Index>(offsets, {index, index + 1}, std::span(&value, 1));
  return value;
}

}  // namespace

void require_rising_offsets(hid_t offsets, Range lines, Index entries, Index window) {
  std::vector<Index> ends;
  Index begin_of_line = lines.empty() ? 0 : read_one(offsets, lines.begin);
  for (Index begin = lines.begin; begin < lines.end; begin += window) {
    const Range range{begin, std::min(begin + window, lines.end)};
    ends.resize(static_cast<std::size_t>(range.size()));
    read_array<Index>(offsets, {range.begin + 1, range.end + 1}, ends);
    for (std::size_t i = 0; i < ends.size(); ++i) {
      if (ends[i] < begin_of_line || ends[i] > entries) {
        throw InputError(fmt::format(
            "indptr[{}] is {} after {}, but must not fall, nor exceed the {} stored entries. The "
            "file is damaged: write it again",
            range.begin + static_cast<Index>(i) + 1, ends[i], begin_of_line, entries));
      }
      begin_of_line = ends[i];
    }
  }
}

LineFinder::LineFinder(hid_t offsets, Index lines, Index entry, Index window)
    : offsets_(offsets), lines_(lines), largest_window_(window) {
  Index beyond = lines;
  while (beyond - line_ > 1) {
    const Index middle = line_ + (beyond - line_) / 2;
    (read_one(offsets, middle) <= entry ? line_ : beyond) = middle;
  }
}

void LineFinder::load() {
  const Range range{line_, std::min(line_ + largest_window_, lines_)};
  if (range.empty()) {
    throw InputError("indptr has changed while it was read");
  }
  window_begin_ = range.begin;
  window_.resize(static_cast<std::size_t>(range.size()));
  read_array<Index>(offsets_, {range.begin + 1, range.end + 1}, window_);
}

}  // namespace tessera::io::hdf5
