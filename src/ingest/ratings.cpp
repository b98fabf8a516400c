#include "tessera/ingest/ratings.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "tessera/config/field_list.hpp"
#include "tessera/core/error.hpp"
#include "tessera/ingest/delimited_layout.hpp"
#include "tessera/ingest/id_numbers.hpp"
#include "tessera/ingest/item_catalogue.hpp"
#include "tessera/ingest/known_ids.hpp"
#include "tessera/io/anndata_writer.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::ingest {
namespace {

/// What this process has read, with its own numbers for ids.
struct ReadRatings {
  IdCollector users;
  IdCollector items;
  RatingList list;
};

/// The numbers of this process's ids.
struct Numbers {
  std::vector<Index> users;
  std::vector<Index> items;
};

/// What is asked of the first lines.
DelimitedRequest request_of(const RatingImportOptions& options) {
  constexpr std::size_t kValue = 2;
  DelimitedRequest request;
  request.delimiter = options.delimiter;
  request.columns = config::split_list(options.columns);
  request.option = "--rating-columns";
  request.number_column = request.columns.size() > kValue ? Index{kValue} : -1;
  return request;
}

/// Process 0 looks, all learn. Collective.
DelimitedLayout agree_on_layout(const io::TextFile& file, const DelimitedRequest& request,
                                const mpi::Communicator& comm) {
  DelimitedLayout layout;
  layout.columns.resize(request.columns.size());
  mpi::on_root(comm, [&] { layout = look_at_delimited(file, request); });
  std::array<Index, 3> facts = {static_cast<Index>(layout.delimiter), layout.fields,
                                layout.lines_before};
  comm.broadcast(std::span<Index>(facts), 0);
  comm.broadcast(std::span<Index>(layout.columns), 0);
  layout.delimiter = static_cast<Delimiter>(facts[0]);
  layout.fields = facts[1];
  layout.lines_before = facts[2];
  return layout;
}

ReadRatings read_lines(const RatingImportOptions& options, const mpi::Communicator& comm,
                       const io::TextLimits& limits) {
  const io::TextFile file(options.path, comm, limits);
  const auto layout = agree_on_layout(file, request_of(options), comm);
  ReadRatings read;
  std::vector<std::string_view> fields;
  file.parse_all(comm, [&](const io::TextChunk& chunk) {
    io::for_each_line(chunk, [&](const io::TextLine& line) {
      if (!has_fields(layout, line)) {
        return;
      }
      Rating rating;
      const RatingIds ids = parse_rating(layout, line, fields, rating);
      rating.user = read.users.number_of(ids.user);
      rating.item = read.items.number_of(ids.item);
      read.list.add(rating);
    });
  });
  return read;
}

/// By their ids. Collective.
Numbers number_by_ids(const RatingImportOptions& options, const ReadRatings& read, Ratings& ratings,
                      const mpi::Communicator& comm) {
  const ItemCatalogue catalogue = read_catalogue(options, comm);
  std::vector<std::string> items;
  Numbers numbers{number_ids(read.users.ids(), {}, ratings.names.rows, comm),
                  number_ids(read.items.ids(), catalogue.ids, items, comm)};
  mpi::on_root(comm, [&] {
    if (catalogue.ids.empty()) {
      ratings.names.columns = std::move(items);
    } else {
      ratings.names.columns = names_of_items(items, catalogue);
      ratings.item_ids = std::move(items);
    }
  });
  return numbers;
}

/// As another file does. Collective.
Numbers number_like(const RatingImportOptions& options, const ReadRatings& read, Ratings& ratings,
                    const mpi::Communicator& comm) {
  KnownIds known = read_known_ids(options.like, comm);
  const std::string where = "'" + options.like + "'";
  Numbers numbers;
  numbers.items = number_ids_like(read.items.ids(), known.items(), where + ", columns", comm);
  if (options.new_users) {
    numbers.users = number_ids(read.users.ids(), {}, known.names.rows, comm);
  } else {
    numbers.users = number_ids_like(read.users.ids(), known.names.rows, where + ", rows", comm);
  }
  ratings.names = std::move(known.names);
  ratings.item_ids = std::move(known.item_ids);
  return numbers;
}

/// How many ratings have an unknown user or item, and the first of them.
struct UnknownRatings {
  Index count = 0;
  Index line = 0;
  std::string what;
};

UnknownRatings find_unknown(const ReadRatings& read, const Numbers& numbers) {
  UnknownRatings unknown;
  for (const auto& piece : read.list.pieces()) {
    for (const Rating& rating : piece) {
      const auto user = static_cast<std::size_t>(rating.user);
      const auto item = static_cast<std::size_t>(rating.item);
      const bool no_user = numbers.users[user] == kUnknownId;
      if (!no_user && numbers.items[item] != kUnknownId) {
        continue;
      }
      if (unknown.count++ == 0) {  // lines come in the order of the file
        unknown.line = rating.line;
        unknown.what = no_user ? fmt::format("user {}", io::excerpt(read.users.ids()[user]))
                               : fmt::format("item {}", io::excerpt(read.items.ids()[item]));
      }
    }
  }
  return unknown;
}

/// Collective. @throws mpi::AgreedError unless they are to be skipped.
Index count_skipped(const RatingImportOptions& options, const ReadRatings& read,
                    const Numbers& numbers, const mpi::Communicator& comm) {
  const UnknownRatings unknown = mpi::agree(comm, [&] { return find_unknown(read, numbers); });
  const Index count = comm.sum(unknown.count);
  if (count > 0 && options.unknown == UnknownIds::error) {
    throw_lowest_line(
        unknown.line,
        fmt::format("{} is none of '{}', the first of {} such rating{}. Give --unknown skip to "
                    "leave them out",
                    unknown.what, options.like, count, count == 1 ? "" : "s"),
        options.path, comm);
  }
  return count;
}

/// From this process's numbers to those of all.
RatingList renumber(RatingList list, const Numbers& numbers) {
  RatingList renumbered;
  for (auto& pieces = list.pieces(); !pieces.empty(); pieces.pop_front()) {
    for (Rating rating : pieces.front()) {
      rating.user = numbers.users[static_cast<std::size_t>(rating.user)];
      rating.item = numbers.items[static_cast<std::size_t>(rating.item)];
      if (rating.user != kUnknownId && rating.item != kUnknownId) {
        renumbered.add(rating);
      }
    }
  }
  return renumbered;
}

void require_any(const Ratings& ratings, const RatingImportOptions& options,
                 const mpi::Communicator& comm) {
  if (comm.sum(ratings.own.size()) > 0) {
    return;
  }
  throw mpi::AgreedError(
      ExitCode::input,
      ratings.skipped > 0
          ? fmt::format("'{}': not one of {} ratings has a user and an item of '{}'. Are they ids "
                        "of the same kind, and --rating-columns right?",
                        options.path, ratings.skipped, options.like)
          : fmt::format("'{}': there are no ratings in the file", options.path));
}

}  // namespace

void throw_lowest_line(Index line, const std::string& what, const std::string& path,
                       const mpi::Communicator& comm) {
  const Index none = std::numeric_limits<Index>::max();
  const Index own = line > 0 ? line : none;
  const Index lowest = comm.min(own);
  std::optional<mpi::Failure> failure;
  if (own == lowest && own != none) {
    failure = mpi::Failure{ExitCode::input, fmt::format("'{}', line {}: {}", path, line, what)};
  }
  mpi::throw_if_any_failed(comm, failure);
}

Ratings read_ratings(const RatingImportOptions& options, const mpi::Communicator& comm,
                     io::TextLimits limits) {
  ReadRatings read = read_lines(options, comm, limits);
  Ratings ratings;
  const Numbers numbers = options.like.empty() ? number_by_ids(options, read, ratings, comm)
                                               : number_like(options, read, ratings, comm);
  ratings.skipped = count_skipped(options, read, numbers, comm);
  ratings.own = mpi::agree(comm, [&] { return renumber(std::move(read.list), numbers); });
  require_any(ratings, options, comm);
  std::array<Index, 2> shape = {std::ssize(ratings.names.rows), std::ssize(ratings.names.columns)};
  comm.broadcast(std::span<Index>(shape), 0);
  ratings.users = shape[0];
  ratings.items = shape[1];
  io::require_numbered_columns(ratings.items);
  return ratings;
}

}  // namespace tessera::ingest
