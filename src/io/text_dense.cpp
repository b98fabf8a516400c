#include "text_dense.hpp"

#include "tessera/io/tile_router.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::io {

template <class Real>
Matrix<Real> read_text_tiles(const TextFile& file, const ParseTiles<Real>& parse,
                             std::size_t most_tiles, const mpi::Communicator& comm,
                             const std::vector<Rectangle>& wanted) {
  const Rectangle& own = wanted[static_cast<std::size_t>(comm.rank())];
  auto entries =
      mpi::agree(comm, [&] { return Matrix<Real>(own.rows.size(), own.columns.size()); });
  const TileRouter<Real> router(comm, wanted);
  std::vector<Tile<Real>> tiles;
  const auto exchange_tiles = [&] {
    tiles.resize(most_tiles);  // empty ones, so that all processes exchange as often
    for (const Tile<Real>& tile : tiles) {
      router.exchange(tile.place, tile.entries.view(), entries.view());
    }
    tiles.clear();
  };
  file.parse_all(
      comm, [&](const TextChunk& chunk) { tiles = parse(chunk); }, exchange_tiles);
  return entries;
}

template Matrix<float> read_text_tiles(const TextFile&, const ParseTiles<float>&, std::size_t,
                                       const mpi::Communicator&, const std::vector<Rectangle>&);
template Matrix<double> read_text_tiles(const TextFile&, const ParseTiles<double>&, std::size_t,
                                        const mpi::Communicator&, const std::vector<Rectangle>&);

}  // namespace tessera::io
