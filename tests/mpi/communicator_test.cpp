#include "tessera/mpi/communicator.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tessera/core/error.hpp"

#include "mpi_test.hpp"

/// Each collective against its definition, with counts that are even, uneven and partly or all
/// zero, through MPI's own collective and through the chunked path. The values are small whole
/// numbers, so sums are exact in every type and equality is the right comparison.
namespace tessera::mpi {
namespace {

using testing::test_world;

constexpr Index kChunkLimits[] = {1, 3, 7, Communicator::kLargestChunk};

std::vector<std::vector<Index>> count_patterns(int processes) {
  const auto p = static_cast<std::size_t>(processes);
  std::vector<std::vector<Index>> patterns = {std::vector<Index>(p, 0), std::vector<Index>(p, 1),
                                              std::vector<Index>(p, 6)};
  std::vector<Index> growing(p);
  std::iota(growing.begin(), growing.end(), 0);
  patterns.push_back(growing);
  patterns.emplace_back(growing.rbegin(), growing.rend());
  for (std::size_t only : {std::size_t{0}, p / 2, p - 1}) {
    patterns.emplace_back(p, 0).at(only) = 11;
  }
  return patterns;
}

Index offset_of(std::span<const Index> counts, int process) {
  const auto before = counts.first(static_cast<std::size_t>(process));
  return std::accumulate(before.begin(), before.end(), Index{0});
}

/// Element `index` of what process `process` starts with.
template <class T>
T value_of(int process, Index index) {
  return static_cast<T>((7 * process + 3 * index + 1) % 101);
}

template <class T>
std::vector<T> values_of(int process, Index count) {
  std::vector<T> values;
  for (Index index = 0; index < count; ++index) {
    values.push_back(value_of<T>(process, index));
  }
  return values;
}

/// Runs a check for every chunk limit and count pattern.
void for_each_case(const std::function<void(const Communicator&, std::span<const Index>)>& check) {
  for (const Index limit : kChunkLimits) {
    const Communicator comm = Communicator::world(limit);
    for (const auto& counts : count_patterns(comm.size())) {
      SCOPED_TRACE("chunk limit " + std::to_string(limit) + ", counts " +
                   ::testing::PrintToString(counts));
      check(comm, counts);
    }
  }
}

template <class T>
class Exchange : public ::testing::Test {};
using ExchangeTypes = ::testing::Types<float, double, int, std::int64_t, std::byte>;
TYPED_TEST_SUITE(Exchange, ExchangeTypes);

TYPED_TEST(Exchange, AllGatherConcatenatesThePiecesInRankOrder) {
  using T = TypeParam;
  for_each_case([](const Communicator& comm, std::span<const Index> counts) {
    std::vector<T> expected;
    for (int r = 0; r < comm.size(); ++r) {
      const auto piece = values_of<T>(r, counts[static_cast<std::size_t>(r)]);
      expected.insert(expected.end(), piece.begin(), piece.end());
    }
    const auto own = values_of<T>(comm.rank(), counts[static_cast<std::size_t>(comm.rank())]);
    std::vector<T> all(expected.size());
    comm.all_gather(std::span<const T>(own), counts, std::span<T>(all));
    EXPECT_EQ(all, expected);
  });
}

TYPED_TEST(Exchange, AllToAllDeliversEachPieceToItsProcess) {
  using T = TypeParam;
  for_each_case([](const Communicator& comm, std::span<const Index> counts) {
    // Process s sends counts[(s + r) mod p] elements to process r, none of them twice.
    const auto length = [&](int s, int r) {
      return counts[static_cast<std::size_t>((s + r) % comm.size())];
    };
    const auto piece = [&](int s, int r) { return values_of<T>(11 * s + r, length(s, r)); };
    std::vector<T> send;
    std::vector<T> expected;
    std::vector<Index> send_counts;
    std::vector<Index> receive_counts;
    for (int peer = 0; peer < comm.size(); ++peer) {
      const auto outgoing = piece(comm.rank(), peer);
      const auto incoming = piece(peer, comm.rank());
      send.insert(send.end(), outgoing.begin(), outgoing.end());
      expected.insert(expected.end(), incoming.begin(), incoming.end());
      send_counts.push_back(std::ssize(outgoing));
      receive_counts.push_back(std::ssize(incoming));
    }
    std::vector<T> received(expected.size());
    comm.all_to_all(std::span<const T>(send), send_counts, std::span<T>(received), receive_counts);
    EXPECT_EQ(received, expected);
  });
}

TYPED_TEST(Exchange, BroadcastSendsTheDataOfEveryRoot) {
  using T = TypeParam;
  for (const Index limit : kChunkLimits) {
    const Communicator comm = Communicator::world(limit);
    for (int root = 0; root < comm.size(); ++root) {
      for (const Index length : {0, 1, 7, 20}) {
        auto data = values_of<T>(comm.rank(), length);
        comm.broadcast(std::span<T>(data), root);
        EXPECT_EQ(data, values_of<T>(root, length)) << "root " << root << ", limit " << limit;
      }
    }
  }
}

template <class T>
class Reduction : public ::testing::Test {};
using ReductionTypes = ::testing::Types<float, double, int, std::int64_t>;
TYPED_TEST_SUITE(Reduction, ReductionTypes);

/// Element-wise combination of `count` elements of all processes.
template <class T, class Combine>
std::vector<T> combined(int processes, Index count, Combine combine) {
  auto result = values_of<T>(0, count);
  for (int r = 1; r < processes; ++r) {
    const auto other = values_of<T>(r, count);
    std::ranges::transform(result, other, result.begin(), combine);
  }
  return result;
}

TYPED_TEST(Reduction, ReduceScatterLeavesEachProcessItsPieceOfTheSum) {
  using T = TypeParam;
  for_each_case([](const Communicator& comm, std::span<const Index> counts) {
    const Index total = offset_of(counts, comm.size());
    const auto sum = combined<T>(comm.size(), total, std::plus<T>());
    const Index begin = offset_of(counts, comm.rank());
    const Index length = counts[static_cast<std::size_t>(comm.rank())];
    const std::vector<T> expected(sum.begin() + begin, sum.begin() + begin + length);

    const auto all = values_of<T>(comm.rank(), total);
    std::vector<T> piece(static_cast<std::size_t>(length));
    comm.reduce_scatter(std::span<const T>(all), counts, std::span<T>(piece));
    EXPECT_EQ(piece, expected);
    EXPECT_EQ(all, values_of<T>(comm.rank(), total)) << "the input was changed";
  });
}

TYPED_TEST(Reduction, AllReduceCombinesElementByElement) {
  using T = TypeParam;
  for (const Index limit : kChunkLimits) {
    const Communicator comm = Communicator::world(limit);
    for (const Index length : {0, 1, 7, 20}) {
      auto sums = values_of<T>(comm.rank(), length);
      auto minima = sums;
      auto maxima = sums;
      comm.all_reduce_sum(std::span<T>(sums));
      comm.all_reduce_min(std::span<T>(minima));
      comm.all_reduce_max(std::span<T>(maxima));
      const auto smaller = [](T a, T b) { return std::min(a, b); };
      const auto larger = [](T a, T b) { return std::max(a, b); };
      EXPECT_EQ(sums, combined<T>(comm.size(), length, std::plus<T>()));
      EXPECT_EQ(minima, combined<T>(comm.size(), length, smaller));
      EXPECT_EQ(maxima, combined<T>(comm.size(), length, larger));
    }
  }
}

TYPED_TEST(Reduction, SingleValues) {
  using T = TypeParam;
  const int p = test_world().size();
  const T own = static_cast<T>(test_world().rank() + 1);
  EXPECT_EQ(test_world().sum(own), static_cast<T>(p * (p + 1) / 2));
  EXPECT_EQ(test_world().min(own), T{1});
  EXPECT_EQ(test_world().max(own), static_cast<T>(p));
}

TYPED_TEST(Reduction, NonBlockingAllReduceSumsSeveralMessagesUnderWay) {
  using T = TypeParam;
  for (const Index limit : kChunkLimits) {
    const Communicator comm = Communicator::world(limit);
    auto first = values_of<T>(comm.rank(), 20);
    auto second = values_of<T>(comm.rank(), 5);
    Request first_request = comm.begin_all_reduce_sum(std::span<T>(first));
    Request second_request = comm.begin_all_reduce_sum(std::span<T>(second));
    while (!first_request.test()) {
    }
    second_request.wait();
    first_request.wait();
    EXPECT_EQ(first, combined<T>(comm.size(), 20, std::plus<T>()));
    EXPECT_EQ(second, combined<T>(comm.size(), 5, std::plus<T>()));
  }
}

TEST(Request, WithoutAMessageIsComplete) {
  Request request;
  EXPECT_TRUE(request.test());
  request.wait();
  std::vector<double> nothing;
  EXPECT_TRUE(test_world().begin_all_reduce_sum(std::span(nothing)).test());
}

TEST(Request, CanBeMovedWhileUnderWay) {
  std::vector<double> data(9, 1.0);
  Request request = test_world().begin_all_reduce_sum(std::span(data));
  Request moved(std::move(request));
  Request assigned;
  assigned = std::move(moved);
  assigned.wait();
  EXPECT_EQ(data, std::vector<double>(9, test_world().size()));
}

TEST(Request, WaitsWhenDestroyed) {
  std::vector<double> data(9, 1.0);
  { const Request request = test_world().begin_all_reduce_sum(std::span(data)); }
  EXPECT_EQ(data, std::vector<double>(9, test_world().size()));
}

TEST(Communicator, BroadcastsTextOfAnyLength) {
  for (const Index limit : kChunkLimits) {
    const Communicator comm = Communicator::world(limit);
    for (int root = 0; root < comm.size(); ++root) {
      const std::string text(static_cast<std::size_t>(13 * root), 'a');
      EXPECT_EQ(comm.broadcast(comm.rank() == root ? text : "other", root), text);
    }
  }
}

TEST(Communicator, SplitOrdersByKeyWithinAColour) {
  const int rank = test_world().rank();
  const int p = test_world().size();
  const Communicator half = test_world().split(rank % 2, -rank);
  const int members = rank % 2 == 0 ? (p + 1) / 2 : p / 2;
  EXPECT_EQ(half.size(), members);
  EXPECT_EQ(half.rank(), members - 1 - rank / 2);
  EXPECT_EQ(half.max(rank % 2), rank % 2);
}

TEST(Communicator, SplitByNodeKeepsTheProcessesOfOneMachineTogether) {
  const Communicator node = test_world().split_by_node();
  EXPECT_GE(node.size(), 1);
  EXPECT_LE(node.size(), test_world().size());
}

TEST(Communicator, MovingKeepsTheGroupAndItsTraffic) {
  Communicator first = Communicator::world(3);
  static_cast<void>(first.sum(1));
  const Communicator moved(std::move(first));
  EXPECT_EQ(moved.rank(), test_world().rank());
  EXPECT_EQ(moved.traffic().calls_of(Collective::all_reduce), 1);

  Communicator assigned = Communicator::world();
  assigned = moved.duplicate();
  EXPECT_EQ(assigned.sum(1), test_world().size());
}

TEST(Communicator, RefusesCountsThatDoNotFitTheBuffers) {
  const std::vector<Index> counts(static_cast<std::size_t>(test_world().size()), 2);
  const std::vector<double> piece(3);
  std::vector<double> all(counts.size() * 2);
  EXPECT_THROW(test_world().all_gather(std::span(piece), counts, std::span(all)), ShapeError);
  std::vector<double> short_piece(1);
  EXPECT_THROW(
      test_world().reduce_scatter(std::span<const double>(all), counts, std::span(short_piece)),
      ShapeError);
  EXPECT_THROW(test_world().all_to_all(std::span(piece), counts, std::span(all), counts),
               ShapeError);
}

}  // namespace
}  // namespace tessera::mpi
