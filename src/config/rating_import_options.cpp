#include "rating_import_options.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "tessera/config/field_list.hpp"

#include "option_groups.hpp"

namespace tessera::config {
namespace {

/// For a list of so many different columns.
auto is_column_list(std::size_t fewest, std::size_t most) {
  return [=](std::string_view given) {
    const auto fields = split_list(given);
    const bool has_empty = std::ranges::find(fields, "") != fields.end();
    return fields.size() >= fewest && fields.size() <= most && !has_empty;
  };
}

std::vector<std::string> conflicts_of_numbering(const RatingImportOptions& ratings) {
  std::vector<std::string> found;
  if (!ratings.like.empty() && !ratings.items.empty()) {
    found.emplace_back(
        "--items and --like both say which items there are: with --like leave out --items, the "
        "titles come from there");
  }
  if (ratings.like.empty() && ratings.new_users) {
    found.emplace_back("--new-users is for --like: leave it out, or name the file");
  }
  if (ratings.like.empty() && ratings.unknown != UnknownIds::error) {
    found.emplace_back("--unknown is for --like: leave it out, or name the file");
  }
  if (ratings.items.empty() && ratings.item_columns != RatingImportOptions{}.item_columns) {
    found.emplace_back("--item-columns is for --items: leave it out, or name the file");
  }
  return found;
}

}  // namespace

OptionTable rating_import_options(RatingImportOptions& ratings) {
  return in_group(
      "Ratings instead of INPUT: users become rows, items columns",
      {file(ratings.path, "ratings", "text, plain or gzip, with one rating a line"),
       text(ratings.columns, "two to four columns with commas between, such as 1,2,3",
            is_column_list(2, 4),
            {"rating-columns", "COLUMNS",
             "where user, item, rating and time stand, in this order, each by its number from 1 "
             "or its name in the header; without rating all count 1"}),
       choice(ratings.delimiter, {"delimiter", "NAME", "what stands between the fields"}),
       choice(ratings.repeated, {"repeated", "NAME",
                                 "if a user rates an item again; last is by time where there is "
                                 "one, else in the file"}),
       file(ratings.items, "items",
            "text with the id and title of every item, one a line; all of them become columns"),
       text(ratings.item_columns, "two columns with a comma between, such as 1,2",
            is_column_list(2, 2),
            {"item-columns", "COLUMNS", "where id and title stand there, likewise"}),
       file(ratings.like, "like",
            "number users and items as the rows and columns of this file, an earlier import"),
       flag(ratings.new_users, "new-users", "do so with the items only"),
       choice(ratings.unknown, {"unknown", "NAME", "what to do with ids that --like lacks"})});
}

std::vector<std::string> rating_import_conflicts(const ImportOptions& options) {
  const RatingImportOptions& ratings = options.ratings;
  std::vector<std::string> found;
  if (ratings.path.empty()) {
    RatingImportOptions unset;
    RatingImportOptions given = ratings;
    for (const std::string& label :
         changed_options(rating_import_options(given), rating_import_options(unset))) {
      found.push_back(fmt::format("{} is for --ratings: leave it out, or name the file", label));
    }
    return found;
  }
  return join({found, conflicts_of_numbering(ratings),
               output_conflicts(options.output, ratings.path, "file of --ratings"),
               output_conflicts(options.output, ratings.items, "file of --items"),
               output_conflicts(options.output, ratings.like, "file of --like")});
}

}  // namespace tessera::config
