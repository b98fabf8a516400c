#include "tessera/report/top_entries.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "tessera/matrix/partition.hpp"

#include "mpi_test.hpp"

namespace tessera::report {
namespace {

using testing::test_world;

/// Entry (j, l) of Hᵀ: every value several times, and zeros.
double entry(Index column, Index component) {
  return static_cast<double>((5 * column + 3 * component) % 7);
}

Matrix<double> transposed_h(Index columns, Index rank) {
  Matrix<double> h(columns, rank);
  for (Index j = 0; j < columns; ++j) {
    for (Index l = 0; l < rank; ++l) {
      h(j, l) = entry(j, l);
    }
  }
  return h;
}

std::vector<FactorEntry> expected_top(Index columns, Index component, Index count) {
  std::vector<FactorEntry> all;
  for (Index j = 0; j < columns; ++j) {
    if (entry(j, component) > 0) {
      all.push_back({j, entry(j, component)});
    }
  }
  std::ranges::stable_sort(all, std::greater<>(), &FactorEntry::weight);
  all.resize(std::min(all.size(), static_cast<std::size_t>(count)));
  return all;
}

TEST(TopEntries, AreTheLargestOfAllPiecesOnEveryProcess) {
  for (const Index columns : {1, 3, 50}) {
    for (const Index count : {Index{0}, Index{1}, Index{4}, Index{60}}) {
      const auto h = transposed_h(columns, 3);
      const Range own = Partition::even(columns, test_world().size()).part(test_world().rank());
      TopEntries top(2, count);  // of the first two components of three
      for (Index j = own.begin; j < own.end; ++j) {
        top.add(h.view().rows({j, j + 1}), j);
      }
      top.combine(test_world());
      for (const Index component : {0, 1}) {
        EXPECT_EQ(top.of(component), expected_top(columns, component, count));
      }
    }
  }
}

TEST(TopEntries, OfADeadComponentAreNone) {
  TopEntries top(1, 5);
  top.add(Matrix<double>(4, 1).view(), 0);
  top.combine(test_world());
  EXPECT_TRUE(top.of(0).empty());
}

}  // namespace
}  // namespace tessera::report
