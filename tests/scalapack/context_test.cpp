#include "tessera/scalapack/context.hpp"

#include <utility>

#include "tessera/matrix/matrix.hpp"
#include "tessera/scalapack/qr.hpp"

#include "mpi_test.hpp"

namespace tessera::scalapack {
namespace {

using testing::test_world;

/// That a column of ones, two on each process, can be normalized in the context.
void expect_usable(const Context& context) {
  Matrix<double> ones(2, 1);
  ones(0, 0) = ones(1, 0) = 1;
  const auto r = orthonormalize(ones.view(), context);
  EXPECT_NEAR(r(0, 0) * r(0, 0), 2.0 * context.comm().size(), 1e-13 * context.comm().size());
}

TEST(Context, ManyLiveSideBySideAndOneAfterTheOther) {
  for (int round = 0; round < 40; ++round) {
    const Context first(test_world());
    const Context second(test_world());
    EXPECT_NE(first.handle(), second.handle());
    expect_usable(second);
    expect_usable(first);
  }
}

TEST(Context, TakesAnyGroupInItsOrder) {
  const int rank = test_world().rank();
  const auto reversed = test_world().split(0, -rank);
  expect_usable(Context(reversed));
  const auto half = test_world().split(rank % 2, rank);
  expect_usable(Context(half));
}

TEST(Context, MovesWithoutCommunication) {
  Context first(test_world());
  const int handle = first.handle();
  Context second(std::move(first));
  EXPECT_EQ(second.handle(), handle);
  Context third(test_world());
  third = std::move(second);
  EXPECT_EQ(third.handle(), handle);
  expect_usable(third);
}

}  // namespace
}  // namespace tessera::scalapack
