#pragma once

#include <deque>
#include <string>
#include <vector>

#include "tessera/config/rating_import_options.hpp"
#include "tessera/ingest/parse_rating.hpp"
#include "tessera/io/matrix_source.hpp"
#include "tessera/io/text_limits.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::ingest {

/// Ratings as a process holds them, in pieces that can be passed on one by one.
class RatingList {
 public:
  void add(const Rating& rating) {
    if (pieces_.empty() || pieces_.back().size() == kPieceSize) {
      pieces_.emplace_back();
    }
    pieces_.back().push_back(rating);
  }

  [[nodiscard]] std::deque<std::vector<Rating>>& pieces() { return pieces_; }
  [[nodiscard]] const std::deque<std::vector<Rating>>& pieces() const { return pieces_; }
  [[nodiscard]] Index size() const {
    Index sum = 0;
    for (const auto& piece : pieces_) {
      sum += std::ssize(piece);
    }
    return sum;
  }

 private:
  static constexpr std::size_t kPieceSize = std::size_t{1} << 16;

  std::deque<std::vector<Rating>> pieces_;
};

/// Ratings with numbers for users and items, from 0.
struct Ratings {
  Index users = 0;                    ///< m
  Index items = 0;                    ///< n
  RatingList own;                     ///< that this process has read
  io::MatrixNames names;              ///< on process 0
  std::vector<std::string> item_ids;  ///< on process 0: of items whose names are titles; else empty
  Index skipped = 0;                  ///< ratings of all processes with unknown ids, left out
};

/// Reads a file of ratings, each process a share of its lines, and numbers users and items by their
/// ids or as another file does: the same on any number of processes. Collective.
/// @throws mpi::AgreedError that names the file and the line, the lowest of all processes.
[[nodiscard]] Ratings read_ratings(const RatingImportOptions& options,
                                   const mpi::Communicator& comm, io::TextLimits limits = {});

/// Throws on all processes what is wrong with the lowest line that any of them passes. Collective.
/// @param line of this process, or 0 if there is none  @param what is wrong with it
void throw_lowest_line(Index line, const std::string& what, const std::string& path,
                       const mpi::Communicator& comm);

}  // namespace tessera::ingest
