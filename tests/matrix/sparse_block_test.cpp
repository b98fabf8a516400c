#include "tessera/matrix/sparse_block.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "tessera/core/error.hpp"
#include "tessera/matrix/block.hpp"

#include "../kernels/random_matrix.hpp"

namespace tessera {
namespace {

template <class Real>
class SparseBlockOf : public ::testing::Test {
 protected:
  using Values = AlignedVector<Real>;
  /// Two rows of three columns, with three entries.
  static SparseBlock<Real> make(Values values) {
    return {{0, 2}, {0, 3}, {0, 1, 3}, {1, 0, 2}, std::move(values)};
  }
};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(SparseBlockOf, Precisions);

TYPED_TEST(SparseBlockOf, OnesNeedNoValues) {
  auto block = this->make({1, 1, 1});
  EXPECT_EQ(block.entry_bytes(), Index{sizeof(std::int32_t) + sizeof(TypeParam)});
  block.imply_ones();
  EXPECT_EQ(block.entry_bytes(), Index{sizeof(std::int32_t)});
  EXPECT_EQ(block.values().held(), nullptr);
  EXPECT_EQ(block.stored_entries(), 3);
  Index ones = 0;
  for_each_entry(block, [&](Index, Index, TypeParam value) { ones += value == 1 ? 1 : 0; });
  EXPECT_EQ(ones, 3);
  EXPECT_EQ(block.values().from(1)[Index{1}], 1);
}

TYPED_TEST(SparseBlockOf, OtherValuesStay) {
  constexpr auto kNan = std::numeric_limits<TypeParam>::quiet_NaN();
  const auto just_above = std::nextafter(TypeParam{1}, TypeParam{2});
  for (const TypeParam other : {TypeParam{0}, TypeParam{-1}, just_above, kNan}) {
    auto block = this->make({1, 1, other});
    block.imply_ones();
    ASSERT_NE(block.values().held(), nullptr);
    EXPECT_EQ(block.values()[Index{1}], 1);
  }
}

TYPED_TEST(SparseBlockOf, ImpliedOnesAreHeldBeforeTheyChange) {
  auto block = this->make({});
  block.held_values()[1] = 5;
  EXPECT_EQ(block.held_values(), (AlignedVector<TypeParam>{1, 5, 1}));
  EXPECT_EQ(block.values()[Index{1}], 5);
}

TYPED_TEST(SparseBlockOf, ValuesAreAllOrNone) {
  EXPECT_NO_THROW(this->make({}));
  EXPECT_THROW(this->make({1, 1}), ShapeError);
  EXPECT_THROW(this->make({1, 1, 1, 1}), ShapeError);
}

TYPED_TEST(SparseBlockOf, ImpliedOnesAreTheSameMatrix) {
  const auto [held, implied] = testing::ones<TypeParam>(30, 40);
  EXPECT_EQ(statistics(implied).fingerprint, statistics(held).fingerprint);
  EXPECT_EQ(statistics(implied).sum, statistics(held).sum);
  EXPECT_FALSE(find_invalid(implied));
}

}  // namespace
}  // namespace tessera
