#include "tessera/kernels/lanes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tessera/matrix/matrix.hpp"

#include "every_instruction_set.hpp"
#include "random_matrix.hpp"

namespace tessera {
namespace {

using kernels::kLanes;
using testing::random_matrix;
using testing::with_every_instruction_set;

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr double kUntouched = -7;

/// A gram matrix of k components, and in each lane a set that is ever larger, up to all of them.
struct Systems {
  Index k;
  Index stride;
  Index order;
  Matrix<double> gram;
  std::vector<Index> members;
  std::array<double, kLanes> sizes{};
  std::array<double, kLanes> growths{};
  AlignedVector<double> lower;
  AlignedVector<double> inverses;

  explicit Systems(Index rank)
      : k(rank),
        stride((rank + kLanes) / kLanes * kLanes),
        order(rank),
        gram(rank + 1, stride),
        members(static_cast<std::size_t>(rank * kLanes), rank),
        lower(static_cast<std::size_t>(kernels::lane_factor_size(rank))),
        inverses(static_cast<std::size_t>(rank * kLanes)) {
    const auto b = random_matrix<double>(k + 3, k, 7);
    for (Index i = 0; i < b.rows(); ++i) {
      for (Index l = 0; l < k; ++l) {
        for (Index j = 0; j < k; ++j) {
          gram(l, j) += b(i, l) * b(i, j);
        }
      }
    }
    growths.fill(1.0);
    for (Index lane = 0; lane < kLanes; ++lane) {
      const Index size = k * lane / (kLanes - 1);
      sizes[static_cast<std::size_t>(lane)] = static_cast<double>(size);
      for (Index place = 0; place < size; ++place) {
        member(place, lane) = k - size + place;
      }
    }
  }

  Index& member(Index place, Index lane) {
    return members[static_cast<std::size_t>(place * kLanes + lane)];
  }
  [[nodiscard]] Index size(Index lane) const {
    return static_cast<Index>(sizes[static_cast<std::size_t>(lane)]);
  }
  kernels::LaneSystem view() {
    return {gram.view().data(), stride,         members.data(), order,
            sizes.data(),       growths.data(), lower.data(),   inverses.data()};
  }
};

std::vector<Index> ranks() {
  std::vector<Index> ranks = {50, 63, 64, 65, 100};
  for (Index k = 1; k <= 26; ++k) {
    ranks.push_back(k);
  }
  return ranks;
}

TEST(Lanes, SolutionsSatisfyTheirSystems) {
  with_every_instruction_set([] {
    for (const Index k : ranks()) {
      Systems systems(k);
      std::array<double, kLanes> unstable;
      unstable.fill(kUntouched);
      kernels::factorize_lanes(systems.view(), unstable.data());
      auto right = random_matrix<double>(k, kLanes, 11);
      for (Index lane = 0; lane < kLanes; ++lane) {
        for (Index place = systems.size(lane); place < k; ++place) {
          right(place, lane) = 0;
        }
      }
      auto x = right;
      kernels::solve_lanes(systems.view(), x.view().data());
      for (Index lane = 0; lane < kLanes; ++lane) {
        EXPECT_EQ(unstable[static_cast<std::size_t>(lane)], 0.0);
        for (Index place = 0; place < k; ++place) {
          double residual = -right(place, lane);
          double magnitude = std::abs(right(place, lane));
          for (Index other = 0; place < systems.size(lane) && other < systems.size(lane); ++other) {
            const double term =
                systems.gram(systems.member(place, lane), systems.member(other, lane)) *
                x(other, lane);
            residual += term;
            magnitude += std::abs(term);
          }
          ASSERT_LE(std::abs(residual), 8.0 * static_cast<double>(k) * kEpsilon * magnitude)
              << "k = " << k << ", lane " << lane;
        }
      }
    }
  });
}

TEST(Lanes, LeaveEachOtherAlone) {
  // The same system in another lane, with other neighbours and a larger order, has the same bits.
  with_every_instruction_set([] {
    constexpr Index kRank = 23;
    constexpr Index kLane = 3;
    Systems all(kRank);
    Systems alone(kRank);
    alone.order = alone.size(kLane);
    for (Index place = 0; place < alone.order; ++place) {
      for (Index lane = 0; lane < kLanes; ++lane) {
        alone.member(place, lane) = all.member(place, kLane);
        alone.sizes[static_cast<std::size_t>(lane)] = static_cast<double>(alone.order);
      }
    }
    std::array<double, kLanes> unstable;
    const auto right = random_matrix<double>(kRank, 1, 13);
    const auto solve = [&](Systems& systems) {
      kernels::factorize_lanes(systems.view(), unstable.data());
      Matrix<double> x(kRank, kLanes);
      for (Index place = 0; place < all.size(kLane); ++place) {
        std::fill_n(x.view().row(place), kLanes, right(place, 0));
      }
      kernels::solve_lanes(systems.view(), x.view().data());
      return x;
    };
    const auto expected = solve(all);
    const auto x = solve(alone);
    for (Index place = 0; place < alone.order; ++place) {
      for (Index lane = 0; lane < kLanes; ++lane) {
        EXPECT_EQ(x(place, lane), expected(place, kLane));
      }
    }
  });
}

TEST(Lanes, MarkPivotsOfNoiseUnlessTheDiagonalGrows) {
  with_every_instruction_set([] {
    Systems systems(9);
    for (Index j = 0; j < 9; ++j) {  // components 7 and 8 are the same
      systems.gram(8, j) = systems.gram(7, j);
    }
    for (Index j = 0; j < 9; ++j) {
      systems.gram(j, 8) = systems.gram(j, 7);
    }
    systems.growths[5] = 1.0 + 1e-10;
    std::array<double, kLanes> unstable;
    kernels::factorize_lanes(systems.view(), unstable.data());
    for (Index lane = 0; lane < kLanes; ++lane) {
      const bool singular = systems.size(lane) >= 2 && lane != 5;
      EXPECT_EQ(unstable[static_cast<std::size_t>(lane)], singular ? 1.0 : 0.0) << lane;
    }
  });
}

TEST(Lanes, CombineTheRowsOfTheirMembers) {
  with_every_instruction_set([] {
    for (const Index k : ranks()) {
      Systems systems(k);
      const auto coefficients = random_matrix<double>(k, kLanes, 17);
      Matrix<double> start(1, systems.stride);
      std::ranges::copy(random_matrix<double>(1, k, 19).span(), start.span().begin());
      for (Index lane = 0; lane < kLanes; ++lane) {
        Matrix<double> result(1, systems.stride);
        kernels::combine_members(systems.view(), lane, systems.size(lane),
                                 coefficients.view().data(), start.view().data(),
                                 result.view().data());
        for (Index l = 0; l < systems.stride; ++l) {
          double expected = -start(0, l);
          double magnitude = std::abs(start(0, l));
          for (Index place = 0; place < systems.size(lane); ++place) {
            const double term =
                coefficients(place, lane) * systems.gram(systems.member(place, lane), l);
            expected += term;
            magnitude += std::abs(term);
          }
          ASSERT_NEAR(result(0, l), expected, static_cast<double>(k) * kEpsilon * magnitude);
        }
      }
    }
  });
}

TEST(Lanes, MarkWhatLiesBelowABound) {
  with_every_instruction_set([] {
    for (Index count = 1; count <= 140; ++count) {
      auto values = random_matrix<double>(1, count, 23);
      values(0, count / 2) = 0.5;  // not below
      std::vector<std::uint64_t> words(static_cast<std::size_t>((count + 63) / 64),
                                       ~std::uint64_t{0});
      kernels::mark_below(values.view().data(), count, 0.5, words.data());
      for (Index l = 0; l < static_cast<Index>(words.size()) * 64; ++l) {
        const bool marked = (words[static_cast<std::size_t>(l / 64)] >> (l % 64) & 1) != 0;
        ASSERT_EQ(marked, l < count && values(0, l) < 0.5) << l << " of " << count;
      }
    }
  });
}

template <class Real>
class LaneRows : public ::testing::Test {};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(LaneRows, Precisions);

TYPED_TEST(LaneRows, AreShiftedAndScaled) {
  with_every_instruction_set([] {
    for (const Index k : ranks()) {
      const auto row = random_matrix<TypeParam>(1, k, 29);
      const auto scale = random_matrix<double>(1, k, 31);
      Matrix<double> result(1, k + 1);
      result(0, k) = kUntouched;
      const double largest =
          kernels::scale_row(row.view().data(), 0.6, scale.view().data(), k, result.view().data());
      double expected_largest = 0;
      for (Index l = 0; l < k; ++l) {
        const double expected = (static_cast<double>(row(0, l)) - 0.6) * scale(0, l);
        ASSERT_EQ(result(0, l), expected);
        expected_largest = std::max(expected_largest, std::abs(expected));
      }
      EXPECT_EQ(largest, expected_largest);
      EXPECT_EQ(result(0, k), kUntouched);
    }
  });
}

}  // namespace
}  // namespace tessera
