#pragma once

#include <string>
#include <vector>

#include "tessera/ingest/delimited_text.hpp"

namespace tessera::ingest {

/// One line of a file of ratings.
struct Rating {
  Index user = 0;  ///< numbers; what counts from where, see there
  Index item = 0;
  double value = 1;
  double time = 0;
  Index line = 0;  ///< from 1, in the whole file
};

/// The ids on a line.
struct RatingIds {
  std::string user;
  std::string item;
};

/// Parses a line with fields: user, item, and where the layout has so many columns rating and time.
/// Sets value, time and line of `rating`. `fields` is memory to reuse.
/// @throws io::LineError for another number of fields, an id that is empty or not UTF-8, a rating
/// that is not a finite number above 0, which a sparse matrix could not store, or a time that is no
/// number.
RatingIds parse_rating(const DelimitedLayout& layout, const io::TextLine& line,
                       std::vector<std::string_view>& fields, Rating& rating);

}  // namespace tessera::ingest
