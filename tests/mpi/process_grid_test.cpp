#include "tessera/mpi/process_grid.hpp"

#include <string>

#include "tessera/core/error.hpp"
#include "tessera/mpi/agree.hpp"

#include "mpi_test.hpp"

namespace tessera::mpi {
namespace {

using testing::all_grid_shapes;
using testing::test_world;

TEST(ProcessGrid, NumbersProcessesRowByRow) {
  for (const GridShape shape : all_grid_shapes(test_world().size())) {
    const ProcessGrid grid(test_world(), shape);
    EXPECT_EQ(grid.shape(), shape);
    EXPECT_EQ(grid.comm().rank(), test_world().rank());
    EXPECT_EQ(grid.row() * shape.columns + grid.column(), test_world().rank());
    EXPECT_LT(grid.row(), shape.rows);
    EXPECT_LT(grid.column(), shape.columns);
  }
}

TEST(ProcessGrid, RowAndColumnCommunicatorsAreRankedByPlace) {
  for (const GridShape shape : all_grid_shapes(test_world().size())) {
    const ProcessGrid grid(test_world(), shape);
    EXPECT_EQ(grid.row_comm().size(), shape.columns);
    EXPECT_EQ(grid.row_comm().rank(), grid.column());
    EXPECT_EQ(grid.column_comm().size(), shape.rows);
    EXPECT_EQ(grid.column_comm().rank(), grid.row());
  }
}

TEST(ProcessGrid, RowAndColumnCommunicatorsReachTheRightProcesses) {
  for (const GridShape shape : all_grid_shapes(test_world().size())) {
    const ProcessGrid grid(test_world(), shape);
    EXPECT_EQ(grid.row_comm().min(grid.row()), grid.row());
    EXPECT_EQ(grid.row_comm().max(grid.row()), grid.row());
    EXPECT_EQ(grid.column_comm().min(grid.column()), grid.column());
    EXPECT_EQ(grid.column_comm().max(grid.column()), grid.column());
  }
}

TEST(ProcessGrid, TrafficAddsUpAllItsCommunicators) {
  const ProcessGrid grid(test_world(), {1, test_world().size()}, 1);
  const auto before = grid.traffic();
  static_cast<void>(grid.comm().sum(1.0));
  static_cast<void>(grid.row_comm().sum(1.0));
  static_cast<void>(grid.column_comm().sum(1.0));  // one process: a call without bytes
  static_cast<void>(grid.nodes().node().sum(1.0));
  static_cast<void>(grid.nodes().lane().sum(1.0));
  const std::int64_t message = test_world().size() > 1 ? 8 : 0;
  const auto traffic = grid.traffic() - before;
  EXPECT_EQ(traffic.calls_of(Collective::all_reduce), 5);
  EXPECT_EQ(traffic.bytes_of(Collective::all_reduce), 3 * message);
}

TEST(ProcessGrid, RefusesAShapeOfAnotherSizeOnAllProcesses) {
  const int p = test_world().size();
  for (const GridShape shape : {GridShape{p + 1, 1}, GridShape{p, 2}, GridShape{p, 1073741825}}) {
    try {
      const ProcessGrid grid(test_world(), shape);
      ADD_FAILURE() << "accepted " << shape.to_string() << " on " << p << " processes";
    } catch (const AgreedError& error) {
      EXPECT_EQ(error.code(), ExitCode::usage);
      const std::string message = error.what();
      EXPECT_NE(message.find("--grid " + shape.to_string()), std::string::npos) << message;
      EXPECT_NE(message.find("the job has " + std::to_string(p)), std::string::npos) << message;
    }
  }
}

}  // namespace
}  // namespace tessera::mpi
