#include "tessera/kernels/row_tile.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "every_instruction_set.hpp"
#include "random_matrix.hpp"

namespace tessera {
namespace {

using kernels::kTileRows;
using kernels::TileRow;
using testing::random_matrix;
using testing::with_every_instruction_set;

std::vector<Index> ranks() {
  std::vector<Index> ranks = {100, 127, 130};
  for (Index k = 1; k <= 70; ++k) {
    ranks.push_back(k);
  }
  return ranks;
}

/// BᵀB of a random B: symmetric, with a positive diagonal.
template <class Real>
Matrix<Real> random_gram(Index k) {
  const auto b = random_matrix<Real>(k + 3, k, 7);
  Matrix<Real> gram(k, k);
  for (Index i = 0; i < b.rows(); ++i) {
    for (Index l = 0; l < k; ++l) {
      for (Index j = 0; j < k; ++j) {
        gram(l, j) += b(i, l) * b(i, j);
      }
    }
  }
  return gram;
}

template <class Real>
class RowTile : public ::testing::Test {
 protected:
  static constexpr double kEpsilon = std::numeric_limits<Real>::epsilon();
};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(RowTile, Precisions);

TYPED_TEST(RowTile, MarksThePositiveEntriesOfEachRow) {
  with_every_instruction_set([] {
    for (const Index k : ranks()) {
      auto tile = random_matrix<TypeParam>(k, kTileRows, 3);
      for (TypeParam& entry : tile.span()) {
        entry = std::max(TypeParam{0}, entry - TypeParam(0.4));
      }
      const auto words = static_cast<std::size_t>((k + 63) / 64);
      std::vector<std::uint64_t> sets(kTileRows * words, ~std::uint64_t{0});
      kernels::mark_positive<TypeParam>(std::as_const(tile).view(), sets.data());
      for (Index row = 0; row < kTileRows; ++row) {
        const std::uint64_t* set = sets.data() + static_cast<std::size_t>(row) * words;
        for (Index l = 0; l < static_cast<Index>(words) * 64; ++l) {
          ASSERT_EQ((set[l / 64] >> (l % 64) & 1) != 0, l < k && tile(l, row) > 0)
              << "k = " << k << ", row " << row << ", component " << l;
        }
      }
    }
  });
}

TYPED_TEST(RowTile, IsTheTransposeOfItsRowsAndGivesThemBack) {
  for (const Index k : ranks()) {
    for (const Index rows : {Index{0}, Index{1}, Index{15}, Index{33}, kTileRows}) {
      const auto source = random_matrix<TypeParam>(rows, k, 3);
      with_every_instruction_set([&] {
        auto tile = random_matrix<TypeParam>(k, kTileRows, 4);
        kernels::load_transposed<TypeParam>(source.view(), TypeParam{2}, tile.view());
        for (Index l = 0; l < k; ++l) {
          for (Index r = 0; r < kTileRows; ++r) {
            ASSERT_EQ(tile(l, r), r < rows ? source(r, l) - TypeParam{2} : TypeParam{0});
          }
        }
        // A row behind the last shows whether anything is written there.
        Matrix<TypeParam> target(rows + 1, k);
        kernels::store_transposed<TypeParam>(std::as_const(tile).view(),
                                             target.view().rows({0, rows}));
        for (Index r = 0; r <= rows; ++r) {
          for (Index l = 0; l < k; ++l) {
            ASSERT_EQ(target(r, l), r < rows ? tile(l, r) : TypeParam{0});
          }
        }
      });
    }
  }
}

TYPED_TEST(RowTile, CombinesComponentsAsTheFormulaSays) {
  for (const Index k : ranks()) {
    const auto gram = random_gram<TypeParam>(k);
    const auto tile = random_matrix<TypeParam>(k, kTileRows, 3);
    const auto start = random_matrix<TypeParam>(k, kTileRows, 4);
    with_every_instruction_set([&] {
      Matrix<TypeParam> result(k, kTileRows);
      kernels::combine_minus<TypeParam>(gram.view(), tile.view(), start.view(), result.view());
      for (Index l = 0; l < k; ++l) {
        for (Index r = 0; r < kTileRows; ++r) {
          double size = start(l, r);
          for (Index j = 0; j < k; ++j) {
            size += static_cast<double>(gram(l, j)) * tile(j, r);
          }
          const double expected = size - 2.0 * start(l, r);
          ASSERT_NEAR(result(l, r), expected, static_cast<double>(k + 2) * this->kEpsilon * size);
        }
      }
    });
  }
}

/// One sweep over one row of a tile, in double, and the squared change.
template <class Real>
double sweep_row(const kernels::TileSubproblem<Real>& problem, Index row, Matrix<double>& tile) {
  double change = 0;
  for (Index l = 0; l < tile.rows(); ++l) {
    double gradient = -static_cast<double>(problem.cross(l, row));
    for (Index j = 0; j < tile.rows(); ++j) {
      gradient += static_cast<double>(problem.gram(l, j)) * tile(j, row);
    }
    const double inverse = problem.inverse[static_cast<std::size_t>(l)];
    if (inverse > 0) {
      const double next =
          std::clamp<double>(tile(l, row) - gradient * inverse, 0.0, problem.largest);
      change += (next - tile(l, row)) * (next - tile(l, row));
      tile(l, row) = next;
    }
  }
  return change;
}

TYPED_TEST(RowTile, SweepsOverComponentsOneByOne) {
  for (const Index k : ranks()) {
    const auto gram = random_gram<TypeParam>(k);
    std::vector<TypeParam> inverse(static_cast<std::size_t>(k));
    for (Index l = 0; l < k; ++l) {
      inverse[static_cast<std::size_t>(l)] = l % 7 == 5 ? 0 : 1 / gram(l, l);
    }
    auto cross = random_matrix<TypeParam>(k, kTileRows, 3);
    std::ranges::transform(cross.span(), cross.span().begin(), [&](TypeParam entry) {
      return entry * gram(0, 0) * static_cast<TypeParam>(k) / 2;
    });
    TileRow<TypeParam> active{};
    for (std::size_t r = 0; r < active.size(); ++r) {
      active[r] = r % 5 == 3 ? TypeParam{0} : TypeParam{1};
    }
    for (const TypeParam largest : {TypeParam{0.75}, std::numeric_limits<TypeParam>::infinity()}) {
      const kernels::TileSubproblem<TypeParam> problem{gram.view(), inverse,
                                                       std::as_const(cross).view(), largest};
      const auto before = random_matrix<TypeParam>(k, kTileRows, 4);
      Matrix<double> expected(k, kTileRows);
      std::ranges::copy(before.span(), expected.span().begin());
      TileRow<double> expected_change{};
      for (std::size_t r = 0; r < active.size(); ++r) {
        if (active[r] != 0) {
          expected_change[r] = sweep_row(problem, static_cast<Index>(r), expected);
        }
      }
      // An entry's rounding is passed on to the components behind it.
      const double tolerance = 100.0 * static_cast<double>(k * k) * this->kEpsilon;
      with_every_instruction_set([&] {
        auto tile = before;
        TileRow<TypeParam> change{};
        kernels::sweep_components<TypeParam>(problem, active, tile.view(), change);
        for (std::size_t i = 0; i < tile.span().size(); ++i) {
          ASSERT_NEAR(tile.span()[i], expected.span()[i], tolerance) << "k = " << k;
        }
        for (std::size_t r = 0; r < change.size(); ++r) {
          ASSERT_NEAR(change[r], expected_change[r], tolerance * (1 + expected_change[r]));
        }
      });
    }
  }
}

TYPED_TEST(RowTile, RefusesShapesThatDoNotFit) {
  Matrix<TypeParam> tile(3, kTileRows);
  Matrix<TypeParam> wide(3, kTileRows + 1);
  const Matrix<TypeParam> rows(kTileRows + 1, 3);
  EXPECT_THROW(kernels::load_transposed<TypeParam>(rows.view(), TypeParam{0}, tile.view()),
               ShapeError);
  EXPECT_THROW(
      kernels::load_transposed<TypeParam>(rows.view().rows({0, 2}), TypeParam{0}, wide.view()),
      ShapeError);
  EXPECT_THROW(
      kernels::combine_minus<TypeParam>(Matrix<TypeParam>(2, 2).view(), std::as_const(tile).view(),
                                        std::as_const(tile).view(), tile.view()),
      ShapeError);
}

}  // namespace
}  // namespace tessera
