#pragma once

#include <functional>
#include <vector>

#include "tessera/io/rectangle.hpp"
#include "tessera/io/text_file.hpp"
#include "tessera/matrix/matrix.hpp"

/// What the readers of dense text have in common: chunks of lines become tiles of the matrix.
namespace tessera::io {

/// Part of a matrix, as some lines give it.
template <class Real>
struct Tile {
  Rectangle place;
  Matrix<Real> entries;
};

/// The entries of some lines. @throws LineError.
template <class Real>
using ParseTiles = std::function<std::vector<Tile<Real>>(const TextChunk&)>;

/// Parses the whole file and gives every process its rectangle. Collective.
/// @pre parse returns at most `most_tiles` tiles; wanted as for DenseSource.
/// @throws mpi::AgreedError.
template <class Real>
[[nodiscard]] Matrix<Real> read_text_tiles(const TextFile& file, const ParseTiles<Real>& parse,
                                           std::size_t most_tiles, const mpi::Communicator& comm,
                                           const std::vector<Rectangle>& wanted);

}  // namespace tessera::io
