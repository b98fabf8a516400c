#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "tessera/mpi/communicator.hpp"

#include "mpi_test.hpp"

namespace tessera::mpi {
namespace {

using testing::test_world;

/// Process r holds r + 1 elements.
std::vector<Index> growing_counts(int processes) {
  std::vector<Index> counts;
  for (int r = 0; r < processes; ++r) {
    counts.push_back(r + 1);
  }
  return counts;
}

class TrafficTest : public ::testing::TestWithParam<Index> {
 protected:
  void expect(Collective kind, std::int64_t calls, std::int64_t bytes) const {
    EXPECT_EQ(comm_.traffic().calls_of(kind), calls);
    EXPECT_EQ(comm_.traffic().bytes_of(kind), bytes);
  }

  const Communicator comm_ = Communicator::world(GetParam());
  const std::vector<Index> counts_ = growing_counts(comm_.size());
  const std::size_t own_ = static_cast<std::size_t>(comm_.rank()) + 1;
  const std::size_t total_ = static_cast<std::size_t>(comm_.size() * (comm_.size() + 1) / 2);
  const bool alone_ = comm_.size() == 1;
};

TEST_P(TrafficTest, AllGatherCountsWhatOthersHold) {
  std::vector<double> all(total_);
  comm_.all_gather(std::span<const double>(std::vector<double>(own_)), counts_, std::span(all));
  expect(Collective::all_gather, 1, static_cast<std::int64_t>(8 * (total_ - own_)));
}

TEST_P(TrafficTest, ReduceScatterCountsThePiecesOfOthers) {
  const std::vector<float> all(total_);
  std::vector<float> piece(own_);
  comm_.reduce_scatter(std::span(all), counts_, std::span(piece));
  expect(Collective::reduce_scatter, 1, static_cast<std::int64_t>(4 * (total_ - own_)));
}

TEST_P(TrafficTest, AllReduceCountsTheMessageOnce) {
  std::vector<double> data(10);
  comm_.all_reduce_sum(std::span(data));
  comm_.begin_all_reduce_sum(std::span(data)).wait();
  static_cast<void>(comm_.max(3));
  expect(Collective::all_reduce, 3, alone_ ? 0 : 10 * 8 + 10 * 8 + 4);
}

TEST_P(TrafficTest, BroadcastCountsTheMessage) {
  std::vector<std::int64_t> data(5);
  comm_.broadcast(std::span(data), 0);
  expect(Collective::broadcast, 1, alone_ ? 0 : 5 * 8);
}

TEST_P(TrafficTest, AllToAllCountsWhatIsSentToOthers) {
  const auto p = static_cast<std::size_t>(comm_.size());
  const std::vector<Index> two_each(p, 2);
  const std::vector<int> send(2 * p);
  std::vector<int> receive(2 * p);
  comm_.all_to_all(std::span(send), two_each, std::span(receive), two_each);
  expect(Collective::all_to_all, 1, static_cast<std::int64_t>(2 * (p - 1) * sizeof(int)));
}

TEST_P(TrafficTest, NewGroupsAndBarriersCountNothing) {
  const Communicator copy = comm_.duplicate();
  const Communicator half = comm_.split(comm_.rank() % 2, comm_.rank());
  comm_.barrier();
  for (const Communicator* comm : {&comm_, &copy, &half}) {
    EXPECT_EQ(comm->traffic().calls, (std::array<std::int64_t, kCollectiveCount>{}));
    EXPECT_EQ(comm->traffic().bytes, (std::array<std::int64_t, kCollectiveCount>{}));
  }
}

INSTANTIATE_TEST_SUITE_P(ChunkLimits, TrafficTest,
                         ::testing::Values(1, 3, 7, Communicator::kLargestChunk));

TEST(Traffic, AddsAndSubtractsByKind) {
  Traffic before;
  before.calls = {1, 2, 3, 4, 5};
  before.bytes = {10, 20, 30, 40, 50};
  Traffic after = before;
  after += before;
  EXPECT_EQ(after.bytes_of(Collective::all_to_all), 100);
  EXPECT_EQ((after - before).calls, before.calls);
  EXPECT_EQ((after - before).bytes, before.bytes);
}

}  // namespace
}  // namespace tessera::mpi
