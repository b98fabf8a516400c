#include "tessera/mpi/node_memory.hpp"

#include <algorithm>
#include <numeric>

#include "tessera/mpi/node_groups.hpp"

#include "mpi_test.hpp"

namespace tessera {
namespace {

using testing::test_world;

TEST(NodeGroups, PutProcessesOfOneNodeTogetherAndOneOfEachInALane) {
  const auto& world = test_world();
  for (int node_size = 1; node_size <= world.size(); ++node_size) {
    const mpi::NodeGroups groups(world, world.rank() / node_size);
    const bool even = world.size() % node_size == 0;
    const int size = even ? node_size : 1;  // else every process is a node of its own
    EXPECT_EQ(groups.node().size(), size);
    EXPECT_EQ(groups.lane().size(), world.size() / size);
    for (std::size_t node = 0; node < groups.ranks_of_lane().size(); ++node) {
      EXPECT_EQ(groups.ranks_of_lane()[node], static_cast<int>(node) * size + groups.node().rank());
    }
  }
}

TEST(NodeMemory, IsTheSameForAllProcesses) {
  const auto& world = test_world();
  const mpi::NodeMemory memory(world, 8 * Index{world.size()});
  const std::span values(reinterpret_cast<double*>(memory.bytes().data()),
                         static_cast<std::size_t>(world.size()));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(values.data()) % 64, 0U);
  for (int round = 1; round < 100; ++round) {
    values[static_cast<std::size_t>(world.rank())] = round;
    memory.synchronize();
    EXPECT_EQ(std::accumulate(values.begin(), values.end(), 0.0), round * world.size());
    memory.synchronize();
  }
}

TEST(NodeMemory, HasNoRoomForMoreThanThereIs) {
  EXPECT_TRUE(mpi::NodeMemory::has_room(test_world(), 0));
  // One process that needs too much is enough for all to do without.
  const bool last = test_world().rank() == test_world().size() - 1;
  EXPECT_FALSE(mpi::NodeMemory::has_room(test_world(), last ? Index{1} << 60 : 0));
}

TEST(Layout, MayNamePiecesAnywhereInAWhole) {
  const auto& world = test_world();
  for (const Index limit : {Index{1000}, Index{2}}) {
    const auto comm = mpi::Communicator::world(limit);
    // Pieces of three elements, from the last process's to the first one's, one element between.
    std::vector<Index> offsets;
    for (int rank = 0; rank < world.size(); ++rank) {
      offsets.push_back(4 * (world.size() - 1 - rank));
    }
    const Index size = Index{4} * world.size();
    const mpi::Layout layout(std::vector<Index>(offsets.size(), 3), offsets, size);
    const std::vector<int> piece(3, world.rank());
    std::vector<int> all(static_cast<std::size_t>(size), -1);
    comm.all_gather(std::span<const int>(piece), layout, std::span<int>(all));
    for (Index at = 0; at < size; ++at) {
      const Index owner = world.size() - 1 - at / 4;
      EXPECT_EQ(all[static_cast<std::size_t>(at)], at % 4 == 3 ? -1 : owner);
    }
  }
}

}  // namespace
}  // namespace tessera
