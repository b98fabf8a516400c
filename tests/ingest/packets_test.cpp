#include "tessera/ingest/packets.hpp"

#include <string>

#include <gtest/gtest.h>

#include "mpi_test.hpp"

namespace tessera::ingest {
namespace {

using testing::test_world;

/// Process 0 sends itself nothing.
Index packets_between(int source, int destination) { return Index{3} * (source + destination); }

/// Texts of many lengths, empty ones among them.
std::string text_of(int source, int destination, Index i) {
  return i % 3 == 0
             ? ""
             : std::to_string(source) + std::string(7 * i, '>') + std::to_string(destination);
}

TEST(ExchangePackets, DeliversEveryPacketInOrderHoweverSmallTheRounds) {
  const auto& world = test_world();
  for (const Index round_bytes : {Index{1}, Index{100}, kRoundBytes}) {
    PacketExchange exchange;
    std::string text;
    for (int to = 0; to < world.size(); ++to) {
      exchange.counts.push_back(packets_between(world.rank(), to));
    }
    exchange.packet = [&](int destination, Index i) -> Packet {
      text = text_of(world.rank(), destination, i);
      return {text, {i, destination}};
    };
    std::vector<Index> received(static_cast<std::size_t>(world.size()));
    exchange.receive = [&](int source, const Packet& packet) {
      const Index i = received[static_cast<std::size_t>(source)]++;
      EXPECT_EQ(packet.text, text_of(source, world.rank(), i));
      EXPECT_EQ(packet.numbers, (std::array<Index, 2>{i, world.rank()}));
    };
    exchange_packets(exchange, world, round_bytes);
    for (int from = 0; from < world.size(); ++from) {
      EXPECT_EQ(received[static_cast<std::size_t>(from)], packets_between(from, world.rank()));
    }
  }
}

}  // namespace
}  // namespace tessera::ingest
