#include "tessera/matrix/row_graph.hpp"

#include <gtest/gtest.h>

namespace tessera {
namespace {

TEST(PathGraph, JoinsNeighboursOfTheUsersOrder) {
  for (const auto& order : {Ordering(7), Ordering::shuffled(7, 3)}) {
    for (const Range owned : {Range{0, 7}, Range{2, 5}, Range{4, 4}}) {
      const auto path = path_graph<float>(owned, order);
      EXPECT_EQ(path.owned, owned);
      ASSERT_EQ(std::ssize(path.offsets), owned.size() + 1);
      for (Index row = 0; row < owned.size(); ++row) {
        const Index original = order.original(owned.begin + row);
        std::vector<Index> expected;
        if (original > 0) {
          expected.push_back(order.position(original - 1));
        }
        if (original < 6) {
          expected.push_back(order.position(original + 1));
        }
        const auto at = static_cast<std::size_t>(row);
        EXPECT_EQ(std::vector<Index>(path.neighbours.begin() + path.offsets[at],
                                     path.neighbours.begin() + path.offsets[at + 1]),
                  expected);
      }
      EXPECT_EQ(path.weights, AlignedVector<float>(path.neighbours.size(), 1.0F));
    }
  }
}

TEST(PathGraph, OfOneRowJoinsNothing) {
  EXPECT_TRUE(path_graph<double>({0, 1}, Ordering(1)).neighbours.empty());
}

}  // namespace
}  // namespace tessera
