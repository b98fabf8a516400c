#include <algorithm>

#include "tessera/io/factor_file.hpp"
#include "tessera/io/factor_transfer.hpp"
#include "tessera/io/parallel_file.hpp"
#include "tessera/io/visit_rows.hpp"

#include "factor_fixture.hpp"
#include "hdf5_fixture.hpp"

namespace tessera::io {
namespace {

using testing::all_grid_shapes;
using testing::temporary_folder;
using testing::test_world;

template <class Real>
class FactorPieces : public ::testing::Test {};
using Reals = ::testing::Types<float, double>;
TYPED_TEST_SUITE(FactorPieces, Reals);

TYPED_TEST(FactorPieces, RowsOfWAreVisitedInPiecesOfAnySize) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "result.h5";
  constexpr Index kRows = 13;
  write_factor_file(path, make_factors<TypeParam>(kRows, 5, {test_world().size(), 1}), make_info(),
                    {}, test_world());
  const ModelInfo info = read_model_info(path, test_world());
  for (const Index piece_bytes : {1, 100, 1 << 20}) {
    Index next = 0;
    visit_rows_of_w<TypeParam>(
        path, info, piece_bytes, [&](Range rows, ConstMatrixView<TypeParam> weights) {
          EXPECT_EQ(rows.begin, next);
          EXPECT_EQ(weights.rows(), rows.size());
          for (Index row = rows.begin; row < rows.end; ++row) {
            for (Index l = 0; l < kRank; ++l) {
              EXPECT_EQ(weights(row - rows.begin, l), coefficient<TypeParam>(0, row, l));
            }
          }
          next = rows.end;
        });
    EXPECT_EQ(next, kRows);
  }
}

TYPED_TEST(FactorPieces, IsScannedInPiecesOfAnySize) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "result.h5";
  write_factor_file(path, make_factors<TypeParam>(29, 4, {test_world().size(), 1}), make_info(), {},
                    test_world());
  const ModelInfo info = read_model_info(path, test_world());
  const Index row_bytes = kRank * Index{sizeof(TypeParam)};
  for (const Index piece_bytes : {Index{1}, 2 * row_bytes, Index{1} << 20}) {
    for (const Side side : {Side::w, Side::h}) {
      const Index total = side == Side::w ? 29 : 4;
      const Range own = Partition::even(total, test_world().size()).part(test_world().rank());
      Index next = own.begin;
      scan_factor(
          side, path, info, own, piece_bytes,
          [&](const Factor<double>& rows) {
            EXPECT_EQ(rows.global_rows, total);
            EXPECT_EQ(rows.owned.begin, next);
            EXPECT_LE(rows.owned.size() * row_bytes, std::max(piece_bytes, row_bytes));
            expect_factor(side == Side::w ? 0 : 1, rows);
            next = rows.owned.end;
          },
          test_world());
      EXPECT_EQ(next, own.end);
    }
  }
}

TYPED_TEST(FactorPieces, IsTransferredInSlabsOfAnySize) {
  const auto folder = temporary_folder(test_world());
  for (const Index slab_bytes : {1, 60, 100, 1 << 20}) {
    const std::string path = folder.path() / "slabs.h5";
    const auto factors = make_factors<TypeParam>(29, 17, all_grid_shapes(test_world().size())[0]);
    const auto create = [](hid_t file) {
      static_cast<void>(create_contiguous_dataset<TypeParam>(file, "/W", 29, kRank));
      static_cast<void>(create_contiguous_dataset<TypeParam>(file, "/H", kRank, 17));
    };
    const auto write = [&](hid_t file) {
      write_factor(file, kDatasetW, factors.w, slab_bytes, test_world());
      write_factor(file, kDatasetH, factors.h, slab_bytes, test_world());
    };
    write_parallel_file({path, 0, create, write}, test_world());

    Factor<TypeParam> w(29, factors.w.owned, kRank);
    Factor<TypeParam> h(17, factors.h.owned, kRank);
    {
      const hdf5::File file = hdf5::open_parallel(path, H5F_ACC_RDONLY, test_world());
      read_factor(file, kDatasetW, w, slab_bytes, test_world());
      read_factor(file, kDatasetH, h, slab_bytes, test_world());
    }
    expect_factor(0, w);
    expect_factor(1, h);
  }
}

}  // namespace
}  // namespace tessera::io
