#include "tessera/io/tile_router.hpp"

#include <algorithm>
#include <array>

#include "tessera/matrix/partition.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::io {
namespace {

/// Calls visit(row) with each row of `part` inside `whole`, row-major, as a run of entries.
template <class T, class Visit>
void for_each_run(const Rectangle& whole, T* entries, const Rectangle& part, Visit&& visit) {
  if (part.empty()) {
    return;
  }
  const Index offset = part.columns.begin - whole.columns.begin;
  for (Index row = part.rows.begin; row < part.rows.end; ++row) {
    visit(entries + (row - whole.rows.begin) * whole.columns.size() + offset);
  }
}

}  // namespace

template <class Real>
std::vector<Rectangle> TileRouter<Real>::tiles_of_all(const Rectangle& own) const {
  constexpr Index kNumbers = 4;
  const auto size = static_cast<std::size_t>(comm_.size());
  const std::array<Index, kNumbers> mine = {own.rows.begin, own.rows.end, own.columns.begin,
                                            own.columns.end};
  const std::vector<Index> counts(size, kNumbers);
  std::vector<Index> all(size * kNumbers);
  comm_.all_gather(std::span<const Index>(mine), std::span<const Index>(counts),
                   std::span<Index>(all));
  std::vector<Rectangle> tiles;
  for (std::size_t at = 0; at < all.size(); at += kNumbers) {
    tiles.push_back({{all[at], all[at + 1]}, {all[at + 2], all[at + 3]}});
  }
  return tiles;
}

template <class Real>
void TileRouter<Real>::exchange(const Rectangle& tile, ConstMatrixView<Real> entries,
                                MatrixView<Real> own_entries) const {
  require_shape("tile", entries, tile.rows.size(), tile.columns.size());
  const int size = comm_.size();
  const Rectangle own = wanted_[static_cast<std::size_t>(comm_.rank())];
  require_shape("the wanted rectangle", own_entries, own.rows.size(), own.columns.size());
  const std::vector<Rectangle> tiles = tiles_of_all(tile);

  std::vector<Real> send;
  send.reserve(static_cast<std::size_t>(tile.size()));
  std::vector<Index> send_counts;
  std::vector<Index> receive_counts;
  for (int peer = 0; peer < size; ++peer) {
    const Rectangle part = intersect(tile, wanted_[static_cast<std::size_t>(peer)]);
    for_each_run(tile, entries.data(), part,
                 [&](const Real* run) { send.insert(send.end(), run, run + part.columns.size()); });
    send_counts.push_back(part.size());
    receive_counts.push_back(intersect(tiles[static_cast<std::size_t>(peer)], own).size());
  }

  Index arriving = 0;
  for (const Index count : receive_counts) {
    arriving += count;
  }
  std::vector<Real> received(static_cast<std::size_t>(arriving));
  comm_.all_to_all(std::span<const Real>(send), std::span<const Index>(send_counts),
                   std::span<Real>(received), std::span<const Index>(receive_counts));

  const Real* source = received.data();
  for (const Rectangle& theirs : tiles) {
    const Rectangle part = intersect(theirs, own);
    for_each_run(own, own_entries.data(), part, [&](Real* run) {
      std::copy_n(source, part.columns.size(), run);
      source += part.columns.size();
    });
  }
}

template <class Real>
Matrix<Real> read_tiles(std::vector<Rectangle> tiles, const ReadTile<Real>& read,
                        const mpi::Communicator& comm, const std::vector<Rectangle>& wanted) {
  std::erase_if(tiles, [&](const Rectangle& tile) {
    return std::ranges::none_of(
        wanted, [&](const Rectangle& rectangle) { return !intersect(tile, rectangle).empty(); });
  });
  const Partition runs = Partition::even(std::ssize(tiles), comm.size());
  const Range own_run = runs.part(comm.rank());
  const Index rounds = runs.part(0).size();  // the longest, by Partition::even

  const Rectangle& own = wanted[static_cast<std::size_t>(comm.rank())];
  auto entries_of_own =
      mpi::agree(comm, [&] { return Matrix<Real>(own.rows.size(), own.columns.size()); });
  const TileRouter<Real> router(comm, wanted);
  for (Index round = 0; round < rounds; ++round) {
    const Index index = own_run.begin + round;
    const Rectangle tile =
        own_run.contains(index) ? tiles[static_cast<std::size_t>(index)] : Rectangle{};
    const Matrix<Real> entries = mpi::agree(comm, [&] {
      Matrix<Real> buffer(tile.rows.size(), tile.columns.size());
      if (!tile.empty()) {
        read(tile, buffer.view());
      }
      return buffer;
    });
    router.exchange(tile, entries.view(), entries_of_own.view());
  }
  return entries_of_own;
}

template class TileRouter<float>;
template class TileRouter<double>;
template Matrix<float> read_tiles(std::vector<Rectangle>, const ReadTile<float>&,
                                  const mpi::Communicator&, const std::vector<Rectangle>&);
template Matrix<double> read_tiles(std::vector<Rectangle>, const ReadTile<double>&,
                                   const mpi::Communicator&, const std::vector<Rectangle>&);

}  // namespace tessera::io
