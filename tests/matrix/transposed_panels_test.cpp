#include "tessera/matrix/transposed_panels.hpp"

#include <gtest/gtest.h>

#include "../kernels/random_matrix.hpp"

namespace tessera {
namespace {

/// Entry (i, j) of A by its panels.
double entry(const TransposedPanels<double>& panels, Index i, Index j) {
  for (const auto& panel : panels) {
    if (panel.columns().contains(i)) {
      for (Index at = panel.row_offsets()[j]; at < panel.row_offsets()[j + 1]; ++at) {
        if (panel.columns().begin + panel.local_columns()[at] == i) {
          return panel.values()[at];
        }
      }
    }
  }
  return 0;
}

TEST(TransposedPanels, HoldEveryEntryOfABlock) {
  const auto dense = testing::random_sparse<double>(57, 23);
  const auto a = testing::compress(dense);
  const auto panels = transposed_panels(a, 4);
  Index stored = 0;
  for (const auto& panel : panels) {
    EXPECT_EQ(panel.rows(), a.columns());
    stored += panel.stored_entries();
  }
  EXPECT_EQ(stored, a.stored_entries());
  for (Index i = 0; i < dense.rows(); ++i) {
    for (Index j = 0; j < dense.columns(); ++j) {
      EXPECT_EQ(entry(panels, a.rows().begin + i, j), dense(i, j));
    }
  }
}

TEST(TransposedPanels, CutTheRowsWhenTheirFactorIsLarge) {
  const auto a = testing::compress(testing::random_sparse<double>(70000, 4));
  EXPECT_EQ(transposed_panels(a, 1).size(), 1U);
  const auto panels = transposed_panels(a, 16);
  EXPECT_GT(panels.size(), 4U);
  Index end = a.rows().begin;
  for (const auto& panel : panels) {
    EXPECT_EQ(panel.columns().begin, end);
    end = panel.columns().end;
  }
  EXPECT_EQ(end, a.rows().end);
}

TEST(TransposedPanels, TakeTheBytesThatWereForetold) {
  const auto [held, implied] = testing::ones<double>(70000, 4);
  for (const auto* a : {&held, &implied}) {
    for (const Index rank : {1, 16}) {
      std::size_t bytes = 0;
      for (const auto& panel : transposed_panels(*a, rank)) {
        const std::size_t entries = panel.local_columns().size();
        bytes += panel.row_offsets().size() * sizeof(Index) + entries * sizeof(std::int32_t) +
                 (panel.values().held() == nullptr ? 0 : entries * sizeof(double));
      }
      EXPECT_EQ(static_cast<Index>(bytes), transposed_panels_bytes(*a, rank));
    }
  }
}

TEST(TransposedPanels, OfImpliedOnesHoldNoValues) {
  const auto [held, implied] = testing::ones<double>(70000, 4);
  const auto expected = transposed_panels(held, 16);
  const auto panels = transposed_panels(implied, 16);
  ASSERT_EQ(panels.size(), expected.size());
  for (std::size_t at = 0; at < panels.size(); ++at) {
    EXPECT_EQ(panels[at].values().held(), nullptr);
    EXPECT_EQ(panels[at].row_offsets(), expected[at].row_offsets());
    EXPECT_EQ(panels[at].local_columns(), expected[at].local_columns());
  }
}

TEST(TransposedPanels, OfAnEmptyBlockAreEmpty) {
  for (const auto& [rows, columns] : {std::pair<Index, Index>{0, 5}, {5, 0}, {0, 0}, {4, 6}}) {
    for (const auto& panel :
         transposed_panels(testing::compress(Matrix<double>(rows, columns)), 3)) {
      EXPECT_EQ(panel.stored_entries(), 0);
    }
  }
}

}  // namespace
}  // namespace tessera
