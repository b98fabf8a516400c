#pragma once

#include <deque>
#include <vector>

#include "tessera/core/types.hpp"

namespace tessera::io {

/// Stored entries of a sparse matrix as one process has read them, in any order. A position is
/// row · columns + column of the whole matrix; opening refuses matrices whose positions do not fit
/// 63 bits. Entries lie in pieces, so that they can be passed on piece by piece without ever
/// holding them twice.
template <class Real>
class Entries {
 public:
  struct Piece {
    std::vector<Index> positions;
    std::vector<Real> values;
  };

  void add(Index position, Real value) {
    if (pieces_.empty() || pieces_.back().positions.size() == kPieceSize) {
      pieces_.emplace_back();
    }
    pieces_.back().positions.push_back(position);
    pieces_.back().values.push_back(value);
  }

  [[nodiscard]] Index size() const {
    Index sum = 0;
    for (const Piece& piece : pieces_) {
      sum += std::ssize(piece.positions);
    }
    return sum;
  }
  [[nodiscard]] std::deque<Piece>& pieces() { return pieces_; }
  [[nodiscard]] const std::deque<Piece>& pieces() const { return pieces_; }

 private:
  static constexpr std::size_t kPieceSize = std::size_t{1} << 18;

  std::deque<Piece> pieces_;
};

}  // namespace tessera::io
