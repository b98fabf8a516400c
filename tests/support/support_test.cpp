#include <fstream>
#include <string>

#include "mpi_test.hpp"

namespace tessera::testing {
namespace {

TEST(AllGridShapes, ListsEveryFactorization) {
  const std::vector<mpi::GridShape> expected = {{1, 6}, {2, 3}, {3, 2}, {6, 1}};
  EXPECT_EQ(all_grid_shapes(6), expected);
  EXPECT_EQ(all_grid_shapes(1), (std::vector<mpi::GridShape>{{1, 1}}));
}

TEST(TemporaryFolder, IsTheSameOnAllProcessesAndGoesAway) {
  std::filesystem::path path;
  {
    const TemporaryFolder folder = temporary_folder(test_world());
    path = folder.path();
    EXPECT_EQ(path.string(), test_world().broadcast(path.string(), 0));
    std::ofstream(path / std::to_string(test_world().rank())) << "contents";
    EXPECT_TRUE(std::filesystem::is_directory(path));
  }
  test_world().barrier();
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace tessera::testing
