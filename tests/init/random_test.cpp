#include "tessera/init/random.hpp"

#include <cmath>

#include "mpi_test.hpp"
#include "test_problem.hpp"

namespace tessera {
namespace {

using testing::all_grid_shapes;
using testing::gather_factor;
using testing::make_data_matrix;
using testing::random_entry;
using testing::test_world;

TEST(RandomStart, IsTheSameOnEveryGrid) {
  const auto entry = [](Index i, Index j) { return random_entry(1, i, j); };
  const mpi::Communicator alone = test_world().split(test_world().rank(), 0);
  const mpi::ProcessGrid single(alone, {1, 1});
  const auto a = make_data_matrix<float>(single, 19, 13, entry);
  const auto expected = init::random_start(a, single, 4, 42);
  const auto expected_w = gather_factor(expected.w, alone);
  const auto expected_h = gather_factor(expected.h, alone);
  for (const auto shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), shape);
    const auto distributed = make_data_matrix<float>(grid, 19, 13, entry);
    const auto start = init::random_start(distributed, grid, 4, 42);
    EXPECT_TRUE(std::ranges::equal(gather_factor(start.w, grid.comm()).span(), expected_w.span()));
    EXPECT_TRUE(std::ranges::equal(gather_factor(start.h, grid.comm()).span(), expected_h.span()));
  }
}

TEST(RandomStart, ScalesAsScikitLearn) {
  // √(mean/k)·|N(0, 1)| has mean √(mean/k)·√(2/π).
  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
  const auto a = make_data_matrix<double>(grid, 4000, 50, [](Index, Index) { return 8.0; });
  const auto w = gather_factor(init::random_start(a, grid, 2, 0).w, grid.comm());
  double sum = 0;
  for (const double value : w.span()) {
    EXPECT_GE(value, 0.0);
    sum += value;
  }
  const double expected = 2.0 * std::sqrt(2.0 / 3.14159265358979);
  // The standard error of the mean of 8000 half-normals of scale 2 is 0.0135.
  EXPECT_NEAR(sum / static_cast<double>(w.size()), expected, 4 * 0.0135);
}

}  // namespace
}  // namespace tessera
