#pragma once

#include <string>

#include "tessera/config/choices.hpp"

namespace tessera {

/// What stands between the fields of a line.
enum class Delimiter { automatic, tab, comma, semicolon, pipe, double_colon, blanks };
/// What becomes of several ratings of one item by one user.
enum class RepeatedRatings { error, last, sum };
/// What becomes of ratings by users or of items that another file does not number.
enum class UnknownIds { error, skip };

template <>
struct EnumNames<Delimiter> {
  static constexpr std::array<std::pair<Delimiter, std::string_view>, 7> values = {
      {{Delimiter::automatic, "auto"},
       {Delimiter::tab, "tab"},
       {Delimiter::comma, "comma"},
       {Delimiter::semicolon, "semicolon"},
       {Delimiter::pipe, "pipe"},
       {Delimiter::double_colon, "double-colon"},
       {Delimiter::blanks, "blanks"}}};
};
template <>
struct EnumNames<RepeatedRatings> {
  static constexpr std::array<std::pair<RepeatedRatings, std::string_view>, 3> values = {
      {{RepeatedRatings::error, "error"},
       {RepeatedRatings::last, "last"},
       {RepeatedRatings::sum, "sum"}}};
};
template <>
struct EnumNames<UnknownIds> {
  static constexpr std::array<std::pair<UnknownIds, std::string_view>, 2> values = {
      {{UnknownIds::error, "error"}, {UnknownIds::skip, "skip"}}};
};

/// Ratings in delimited text, one a line, that become a matrix of users and items.
struct RatingImportOptions {
  std::string path = {};          ///< empty: not asked for
  std::string columns = "1,2,3";  ///< of user, item, rating and time: names, or numbers from 1
  Delimiter delimiter = Delimiter::automatic;
  RepeatedRatings repeated = RepeatedRatings::error;
  std::string items = {};            ///< delimited text: every item and its title; empty: none
  std::string item_columns = "1,2";  ///< of id and title
  std::string like = {};   ///< matrix file whose rows and columns say how users and items are
                           ///< numbered; empty: by their ids
  bool new_users = false;  ///< `like` numbers the items only
  UnknownIds unknown = UnknownIds::error;
};

}  // namespace tessera
