#include "tessera/ingest/rating_matrix.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
#include <tuple>
#include <type_traits>

#include <fmt/format.h>

#include "tessera/core/error.hpp"
#include "tessera/matrix/partition.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::ingest {
namespace {

static_assert(std::is_trivially_copyable_v<Rating>, "ratings travel as bytes");

/// Some ratings by the process that is to have them.
struct Parcel {
  std::vector<Rating> ratings;
  std::vector<Index> counts;  ///< bytes for each process
};

Parcel pack(const std::vector<Rating>& piece, const Partition& rows) {
  std::vector<std::vector<Rating>> by_process(static_cast<std::size_t>(rows.parts()));
  for (const Rating& rating : piece) {
    by_process[static_cast<std::size_t>(rows.owner(rating.user))].push_back(rating);
  }
  Parcel parcel;
  parcel.ratings.reserve(piece.size());
  for (const auto& ratings : by_process) {
    parcel.ratings.insert(parcel.ratings.end(), ratings.begin(), ratings.end());
    parcel.counts.push_back(std::ssize(ratings) * Index{sizeof(Rating)});
  }
  return parcel;
}

/// Sends a parcel and appends what arrives. Collective.
void exchange(const Parcel& parcel, std::vector<Rating>& arrived, const mpi::Communicator& comm) {
  const std::vector<Index> ones(parcel.counts.size(), 1);
  std::vector<Index> arriving(parcel.counts.size());
  comm.all_to_all(std::span<const Index>(parcel.counts), ones, std::span<Index>(arriving), ones);
  const Index bytes = std::accumulate(arriving.begin(), arriving.end(), Index{0});
  const std::size_t before = arrived.size();
  mpi::agree(comm,
             [&] { arrived.resize(before + static_cast<std::size_t>(bytes) / sizeof(Rating)); });
  comm.all_to_all(std::as_bytes(std::span(parcel.ratings)), parcel.counts,
                  std::as_writable_bytes(std::span(arrived).subspan(before)), arriving);
}

/// The ratings of this process's users. Collective.
std::vector<Rating> route(RatingList own, const Partition& rows, const mpi::Communicator& comm) {
  std::vector<Rating> arrived;
  auto& pieces = own.pieces();
  const Index rounds = comm.max(static_cast<Index>(pieces.size()));
  for (Index round = 0; round < rounds; ++round) {
    std::vector<Rating> piece;
    if (!pieces.empty()) {
      piece = std::move(pieces.front());
      pieces.pop_front();
    }
    const Parcel parcel = mpi::agree(comm, [&] { return pack(piece, rows); });
    exchange(parcel, arrived, comm);
  }
  return arrived;
}

bool same_place(const Rating& one, const Rating& other) {
  return one.user == other.user && one.item == other.item;
}

/// By row, column, and what decides between ratings of one place. Lines are all different, so that
/// the order does not depend on where a rating came from.
void sort_ratings(std::vector<Rating>& ratings, RepeatedRatings repeated) {
  std::ranges::sort(ratings, {}, [repeated](const Rating& rating) {
    const double time = repeated == RepeatedRatings::last ? rating.time : 0;
    return std::tuple(rating.user, rating.item, time, rating.line);
  });
}

/// Refuses two ratings of one place. Collective. @pre sorted
void require_different(const std::vector<Rating>& ratings, const std::string& path,
                       const mpi::Communicator& comm) {
  Index again = 0;
  Index first = 0;
  for (std::size_t at = 1; at < ratings.size(); ++at) {
    const bool repeats = same_place(ratings[at - 1], ratings[at]);
    if (repeats && (again == 0 || ratings[at].line < again)) {
      again = ratings[at].line;
      first = ratings[at - 1].line;
    }
  }
  throw_lowest_line(again,
                    fmt::format("the same user rates the same item on line {} already. Give "
                                "--repeated last to keep the last rating, or sum to add them up",
                                first),
                    path, comm);
}

/// One rating for each place. @pre sorted
std::vector<Rating> merge(std::vector<Rating> ratings, RepeatedRatings repeated) {
  std::size_t kept = 0;
  for (const Rating& rating : ratings) {
    if (kept == 0 || !same_place(ratings[kept - 1], rating)) {
      ratings[kept++] = rating;
    } else if (repeated == RepeatedRatings::sum) {
      ratings[kept - 1].value += rating.value;
    } else {
      ratings[kept - 1] = rating;
    }
  }
  ratings.resize(kept);
  return ratings;
}

/// @pre sorted, one for each place
template <class Real>
io::SparseRows<Real> compress(const std::vector<Rating>& ratings, Range rows) {
  io::SparseRows<Real> compressed;
  compressed.rows = rows;
  compressed.offsets.assign(static_cast<std::size_t>(rows.size()) + 1, 0);
  for (const Rating& rating : ratings) {
    ++compressed.offsets[static_cast<std::size_t>(rating.user - rows.begin) + 1];
    compressed.columns.push_back(static_cast<std::int32_t>(rating.item));
    compressed.values.push_back(static_cast<Real>(rating.value));
  }
  std::partial_sum(compressed.offsets.begin(), compressed.offsets.end(),
                   compressed.offsets.begin());
  return compressed;
}

/// Refuses what is infinite or 0 once it is a Real. Collective.
template <class Real>
void require_representable(const std::vector<Rating>& ratings, const std::string& path,
                           const mpi::Communicator& comm) {
  Index line = 0;
  double value = 0;
  for (const Rating& rating : ratings) {
    const Real stored = static_cast<Real>(rating.value);
    if ((!std::isfinite(stored) || stored <= 0) && (line == 0 || rating.line < line)) {
      line = rating.line;
      value = rating.value;
    }
  }
  throw_lowest_line(line,
                    fmt::format("the rating {} is too large or too small for float{}: scale the "
                                "ratings, or give --precision float64",
                                value, 8 * sizeof(Real)),
                    path, comm);
}

}  // namespace

template <class Real>
io::SparseRows<Real> make_rating_rows(RatingList own, const Ratings& shape,
                                      const RatingImportOptions& options,
                                      const mpi::Communicator& comm) {
  const auto rows = Partition::even(shape.users, comm.size());
  auto ratings = route(std::move(own), rows, comm);
  sort_ratings(ratings, options.repeated);
  if (options.repeated == RepeatedRatings::error) {
    require_different(ratings, options.path, comm);
  }
  ratings = merge(std::move(ratings), options.repeated);
  require_representable<Real>(ratings, options.path, comm);
  return mpi::agree(comm, [&] { return compress<Real>(ratings, rows.part(comm.rank())); });
}

template io::SparseRows<float> make_rating_rows(RatingList, const Ratings&,
                                                const RatingImportOptions&,
                                                const mpi::Communicator&);
template io::SparseRows<double> make_rating_rows(RatingList, const Ratings&,
                                                 const RatingImportOptions&,
                                                 const mpi::Communicator&);

}  // namespace tessera::ingest
