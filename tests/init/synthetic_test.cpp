#include "tessera/init/synthetic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "tessera/core/error.hpp"
#include "tessera/core/random.hpp"

namespace tessera::init {
namespace {

Matrix<double> lowrank(const LowRankOptions& options) {
  Matrix<double> a(options.rows, options.columns);
  fill_lowrank_rows(options, {0, options.rows}, a.view());
  return a;
}

Matrix<double> swimmer() {
  Matrix<double> pictures(kSwimmerImages, kSwimmerPixels);
  swimmer_rows({0, kSwimmerImages}, pictures.view());
  return pictures;
}

double largest_entry(const Matrix<double>& a) {
  return std::abs(*std::ranges::max_element(
      a.span(), [](double x, double y) { return std::abs(x) < std::abs(y); }));
}

/// Subtracts from every row below `pivot_row` what makes its entry in `column` zero.
void eliminate(Matrix<double>& a, Index pivot_row, Index column) {
  for (Index row = pivot_row + 1; row < a.rows(); ++row) {
    const double factor = a(row, column) / a(pivot_row, column);
    for (Index j = column; j < a.columns(); ++j) {
      a(row, j) -= factor * a(pivot_row, j);
    }
  }
}

/// Linear rank by Gaussian elimination with row pivoting. Entries below the rounding error of the
/// whole elimination count as zero.
Index linear_rank(Matrix<double> a) {
  const double tolerance = std::numeric_limits<double>::epsilon() * largest_entry(a) *
                           static_cast<double>(a.rows() + a.columns());
  Index rank = 0;
  for (Index column = 0; column < a.columns() && rank < a.rows(); ++column) {
    Index pivot = rank;
    for (Index row = rank; row < a.rows(); ++row) {
      pivot = std::abs(a(row, column)) > std::abs(a(pivot, column)) ? row : pivot;
    }
    if (std::abs(a(pivot, column)) > tolerance) {
      std::swap_ranges(a.view().row(pivot), a.view().row(pivot) + a.columns(), a.view().row(rank));
      eliminate(a, rank, column);
      ++rank;
    }
  }
  return rank;
}

double sum(const double* row, Index count) { return std::accumulate(row, row + count, 0.0); }

TEST(LowRank, IsTheProductOfTwoHalfNormalFactors) {
  const LowRankOptions options{.rows = 9, .columns = 7, .rank = 3, .seed = 5};
  const auto a = lowrank(options);
  for (Index i = 0; i < options.rows; ++i) {
    for (Index j = 0; j < options.columns; ++j) {
      double expected = 0;
      for (Index l = 0; l < options.rank; ++l) {
        expected += std::abs(random::normal(5, random::Stream::generate_w, i, l)) *
                    std::abs(random::normal(5, random::Stream::generate_h, j, l));
      }
      EXPECT_DOUBLE_EQ(a(i, j), expected);
    }
  }
}

TEST(LowRank, HasExactlyTheWantedRankWithoutNoise) {
  for (const Index rank : {1, 4, 10}) {
    EXPECT_EQ(linear_rank(lowrank({.rows = 30, .columns = 20, .rank = rank})), rank);
  }
}

TEST(LowRank, IsTheSameWhoeverMakesTheRows) {
  const LowRankOptions options{.rows = 23, .columns = 11, .rank = 4, .noise = 0.3, .seed = 2};
  const auto whole = lowrank(options);
  for (const Range rows : {Range{0, 1}, Range{5, 5}, Range{7, 23}}) {
    Matrix<double> part(rows.size(), options.columns);
    fill_lowrank_rows(options, rows, part.view());
    EXPECT_TRUE(std::ranges::equal(part.span(), whole.view().rows(rows).span()));
  }
}

TEST(LowRank, RoundsOneAndTheSameMatrixToFloat) {
  const LowRankOptions options{.rows = 6, .columns = 5, .rank = 2, .noise = 0.1};
  const auto in_double = lowrank(options);
  Matrix<float> in_float(6, 5);
  fill_lowrank_rows(options, {0, 6}, in_float.view());
  for (Index i = 0; i < in_float.size(); ++i) {
    EXPECT_EQ(in_float.span()[i], static_cast<float>(in_double.span()[i]));
  }
}

TEST(LowRank, NoiseHasTheWantedSizeRelativeToTheMeanEntry) {
  LowRankOptions options{.rows = 200, .columns = 100, .rank = 20, .seed = 1};
  const auto exact = lowrank(options);
  options.noise = 0.05;  // small enough that no entry is cut
  const auto noisy = lowrank(options);

  const auto count = static_cast<double>(exact.size());
  const double mean = sum(exact.view().row(0), exact.size()) / count;
  double squares = 0;
  for (Index i = 0; i < exact.size(); ++i) {
    squares += std::pow(noisy.span()[i] - exact.span()[i], 2);
  }
  // The mean of a row varies by √(k(1 − 2/π))/(k√(2/π)) = 17 %, that of a column too; 100 columns.
  const double expected_entry = 2 * 20 / std::numbers::pi;
  EXPECT_NEAR(mean / expected_entry, 1, 5 * 0.17 / std::sqrt(100.0));
  // The standard deviation of N samples has relative error 1/√(2N).
  EXPECT_NEAR(std::sqrt(squares / count) / (0.05 * expected_entry), 1, 5 / std::sqrt(2 * count));
}

TEST(LowRank, NeverGoesBelowZero) {
  const auto a = lowrank({.rows = 50, .columns = 40, .rank = 3, .noise = 2});
  EXPECT_GE(std::ranges::min(a.span()), 0);
  EXPECT_GT(std::ranges::count(a.span(), 0.0), 0);
}

TEST(LowRank, RefusesASlabOfAnotherShape) {
  Matrix<double> slab(2, 3);
  EXPECT_THROW(fill_lowrank_rows({.rows = 9, .columns = 4, .rank = 1}, {0, 2}, slab.view()),
               ShapeError);
}

TEST(Swimmer, HasATorsoOf12AndLimbsOf6PixelsThatShareNone) {
  const auto parts = swimmer_parts<double>();
  EXPECT_EQ(sum(parts.view().row(0), kSwimmerPixels), 12);
  for (Index part = 1; part < kSwimmerParts; ++part) {
    EXPECT_EQ(sum(parts.view().row(part), kSwimmerPixels), 6);
  }
  for (Index pixel = 0; pixel < kSwimmerPixels; ++pixel) {
    double owners = 0;
    for (Index part = 0; part < kSwimmerParts; ++part) {
      owners += parts(part, pixel);
    }
    EXPECT_LE(owners, 1) << "pixel " << pixel;
  }
}

TEST(Swimmer, HasOnePictureForEveryCombination) {
  const auto pictures = swimmer();
  std::set<std::vector<double>> distinct;
  for (Index row = 0; row < kSwimmerImages; ++row) {
    const double* picture = pictures.view().row(row);
    EXPECT_EQ(sum(picture, kSwimmerPixels), 12 + 4 * 6);
    distinct.emplace(picture, picture + kSwimmerPixels);
  }
  EXPECT_EQ(distinct.size(), 256U);
}

TEST(Swimmer, RowIsTheBaseFourNumberOfItsLimbs) {
  const auto pictures = swimmer();
  const auto parts = swimmer_parts<double>();
  const Index row = 64 * 3 + 16 * 1 + 4 * 0 + 2;
  for (Index pixel = 0; pixel < kSwimmerPixels; ++pixel) {
    EXPECT_EQ(pictures(row, pixel), parts(0, pixel) + parts(1 + 3, pixel) + parts(5 + 1, pixel) +
                                        parts(9 + 0, pixel) + parts(13 + 2, pixel));
  }
}

TEST(Swimmer, HasLinearRank13) { EXPECT_EQ(linear_rank(swimmer()), 13); }

TEST(Swimmer, IsFactorizedBy16NonNegativeComponents) {
  // The torso is added to the four positions of the left arm.
  const auto pictures = swimmer();
  const auto parts = swimmer_parts<double>();
  for (Index row = 0; row < kSwimmerImages; ++row) {
    for (Index pixel = 0; pixel < kSwimmerPixels; ++pixel) {
      double product = parts(0, pixel) + parts(1 + row / 64, pixel);
      for (Index limb = 1; limb < 4; ++limb) {
        product += parts(1 + 4 * limb + (row >> (2 * (3 - limb))) % 4, pixel);
      }
      ASSERT_EQ(pictures(row, pixel), product);
    }
  }
}

TEST(Swimmer, NeedsAsManyAs16NonNegativeComponents) {
  // A fooling set: 16 ones of A of which no two lie in one rectangle of ones, so that no
  // non-negative component can serve two of them. Entry (l, q): a pixel of limb l in position q,
  // in a picture whose later limbs are in position q and whose earlier ones are in q + 1.
  const auto pictures = swimmer();
  const auto parts = swimmer_parts<double>();
  std::vector<Index> rows;
  std::vector<Index> pixels;
  for (Index limb = 0; limb < 4; ++limb) {
    for (Index position = 0; position < 4; ++position) {
      Index row = 0;
      for (Index other = 0; other < 4; ++other) {
        row = 4 * row + (other < limb ? (position + 1) % 4 : position);
      }
      const double* part = parts.view().row(1 + 4 * limb + position);
      rows.push_back(row);
      pixels.push_back(std::find(part, part + kSwimmerPixels, 1.0) - part);
    }
  }
  for (std::size_t a = 0; a < rows.size(); ++a) {
    EXPECT_EQ(pictures(rows[a], pixels[a]), 1);
    for (std::size_t b = 0; b < a; ++b) {
      EXPECT_EQ(pictures(rows[a], pixels[b]) * pictures(rows[b], pixels[a]), 0) << a << ", " << b;
    }
  }
}

TEST(Swimmer, IsTheSameWhoeverMakesTheRows) {
  const auto whole = swimmer();
  const Range rows{100, 131};
  Matrix<double> part(rows.size(), kSwimmerPixels);
  swimmer_rows(rows, part.view());
  EXPECT_TRUE(std::ranges::equal(part.span(), whole.view().rows(rows).span()));
}

TEST(Swimmer, RefusesRowsItDoesNotHave) {
  Matrix<double> slab(2, kSwimmerPixels);
  EXPECT_THROW(swimmer_rows({255, 257}, slab.view()), ShapeError);
  EXPECT_THROW(swimmer_rows({-1, 1}, slab.view()), ShapeError);
}

}  // namespace
}  // namespace tessera::init
