#include "tessera/report/similarity.hpp"

#include <cmath>
#include <utility>

#include <gtest/gtest.h>

namespace tessera::report {
namespace {

/// H·Hᵀ of the rows (2,0,0), (1,1,0), (0,0,0), (0,3,0), (0,0,1).
Matrix<double> example_gram() {
  constexpr double kRows[5][3] = {{2, 0, 0}, {1, 1, 0}, {0, 0, 0}, {0, 3, 0}, {0, 0, 1}};
  Matrix<double> gram(5, 5);
  for (Index i = 0; i < 5; ++i) {
    for (Index j = 0; j < 5; ++j) {
      for (Index c = 0; c < 3; ++c) {
        gram(i, j) += kRows[i][c] * kRows[j][c];
      }
    }
  }
  return gram;
}

TEST(Cosines, AreOfDirectionsAndZeroForAZeroRow) {
  const auto gram = example_gram();
  const auto cosine = cosines(gram.view());
  EXPECT_NEAR(cosine(0, 0), 1, 1e-15);
  EXPECT_NEAR(cosine(0, 1), std::sqrt(0.5), 1e-15);
  EXPECT_NEAR(cosine(3, 1), std::sqrt(0.5), 1e-15);
  EXPECT_EQ(cosine(0, 3), 0);
  EXPECT_EQ(cosine(2, 2), 0);
}

TEST(Cosines, SurviveVeryLargeAndSmallRows) {
  Matrix<double> gram(2, 2);
  gram(0, 0) = 1e300;
  gram(1, 1) = 1e-300;
  gram(0, 1) = gram(1, 0) = 0.5;
  EXPECT_NEAR(cosines(gram.view())(0, 1), 0.5, 1e-12);
}

TEST(MostSimilar, ListsTheLargestCosinesFirstAndEachPairOnce) {
  const auto gram = example_gram();
  const auto cosine = cosines(gram.view());
  const auto pairs = most_similar(cosine.view(), 3);
  ASSERT_EQ(pairs.size(), 3U);
  EXPECT_EQ(std::pair(pairs[0].first, pairs[0].second), std::pair(Index{0}, Index{1}));
  EXPECT_EQ(std::pair(pairs[1].first, pairs[1].second), std::pair(Index{1}, Index{3}));
  EXPECT_EQ(most_similar(cosine.view(), 100).size(), 10U);
  EXPECT_TRUE(most_similar(Matrix<double>(1, 1).view(), 5).empty());
}

TEST(SimilarityOrder, PutsTheMostSimilarOfThoseLeftNext) {
  const auto gram = example_gram();
  const auto cosine = cosines(gram.view());
  EXPECT_EQ(similarity_order(cosine.view(), 5), (std::vector<Index>{0, 1, 3, 2, 4}));
  EXPECT_EQ(similarity_order(cosine.view(), 3), (std::vector<Index>{0, 1, 2}));
}

}  // namespace
}  // namespace tessera::report
