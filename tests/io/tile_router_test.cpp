#include "tessera/io/tile_router.hpp"

#include <algorithm>
#include <array>

#include "tessera/mpi/agree.hpp"

#include "hdf5_fixture.hpp"
#include "mpi_test.hpp"
#include "read_matrix.hpp"

namespace tessera::io {
namespace {

using testing::all_grid_shapes;
using testing::blocks_of;
using testing::entry;
using testing::test_world;

template <class Real>
void fill(const Rectangle& tile, MatrixView<Real> entries) {
  for (Index i = 0; i < entries.rows(); ++i) {
    for (Index j = 0; j < entries.columns(); ++j) {
      entries(i, j) = static_cast<Real>(entry(tile.rows.begin + i, tile.columns.begin + j));
    }
  }
}

template <class Real>
void expect_entries(const Rectangle& block, const Matrix<Real>& entries) {
  for (Index i = 0; i < block.rows.size(); ++i) {
    for (Index j = 0; j < block.columns.size(); ++j) {
      const Index row = block.rows.begin + i;
      const Index column = block.columns.begin + j;
      EXPECT_EQ(entries(i, j), static_cast<Real>(entry(row, column)))
          << "row " << row << ", column " << column;
    }
  }
}

template <class Real>
class TileRouterTest : public ::testing::Test {};
using Reals = ::testing::Types<float, double>;
TYPED_TEST_SUITE(TileRouterTest, Reals);

TYPED_TEST(TileRouterTest, BringsEveryEntryToItsOwnerWhateverTheTilesAndTheGrid) {
  const std::array<std::array<Index, 2>, 4> shapes = {{{13, 11}, {2, 29}, {29, 2}, {1, 1}}};
  for (const auto& [m, n] : shapes) {
    for (const mpi::GridShape shape : all_grid_shapes(test_world().size())) {
      const auto wanted = blocks_of(Distribution(m, n, shape.rows, shape.columns));
      for (const Granule granule : {Granule{1, 1}, Granule{3, 2}, Granule{50, 50}}) {
        for (const Index limit : {1, 10, 1000}) {
          const auto tiles = cut({{0, m}, {0, n}}, granule, limit);
          expect_entries(wanted[static_cast<std::size_t>(test_world().rank())],
                         read_tiles<TypeParam>(tiles, fill<TypeParam>, test_world(), wanted));
        }
      }
    }
  }
}

TYPED_TEST(TileRouterTest, ReadsEveryTileOnce) {
  const auto wanted = blocks_of(Distribution(13, 11, test_world().size(), 1));
  const auto tiles = cut({{0, 13}, {0, 11}}, {2, 2}, 8);
  std::vector<Index> reads(tiles.size(), 0);
  const ReadTile<TypeParam> read = [&](const Rectangle& tile, MatrixView<TypeParam> entries) {
    const auto found = std::ranges::find(tiles, tile);
    ++reads[static_cast<std::size_t>(found - tiles.begin())];
    fill(tile, entries);
  };
  static_cast<void>(read_tiles<TypeParam>(tiles, read, test_world(), wanted));
  test_world().all_reduce_sum(std::span<Index>(reads));
  EXPECT_EQ(reads, std::vector<Index>(tiles.size(), 1));
}

TYPED_TEST(TileRouterTest, TilesOfOneProcessReachAll) {
  const int last = test_world().size() - 1;
  const auto wanted = blocks_of(Distribution(6, 9, 1, test_world().size()));
  const Rectangle block = wanted[static_cast<std::size_t>(test_world().rank())];
  Matrix<TypeParam> arrived(block.rows.size(), block.columns.size());
  const TileRouter<TypeParam> router(test_world(), wanted);
  for (const Rectangle& tile : cut({{0, 6}, {0, 9}}, {2, 9}, 18)) {
    const Rectangle own = test_world().rank() == last ? tile : Rectangle{};
    Matrix<TypeParam> entries(own.rows.size(), own.columns.size());
    fill(own, entries.view());
    router.exchange(own, entries.view(), arrived.view());
  }
  expect_entries(block, arrived);
}

TYPED_TEST(TileRouterTest, AFailureOnOneProcessIsTheSameErrorOnAll) {
  const auto wanted = blocks_of(Distribution(12, 4, test_world().size(), 1));
  const auto tiles = cut({{0, 12}, {0, 4}}, {}, 4);
  const ReadTile<TypeParam> read = [&](const Rectangle& tile, MatrixView<TypeParam>) {
    if (tile.rows.begin == 7) {
      throw IoError("row 7 cannot be read");
    }
  };
  testing::expect_agreed_error(ExitCode::io, {"row 7 cannot be read"}, [&] {
    static_cast<void>(read_tiles<TypeParam>(tiles, read, test_world(), wanted));
  });
}

}  // namespace
}  // namespace tessera::io
