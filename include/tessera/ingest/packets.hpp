#pragma once

#include <array>
#include <functional>
#include <string_view>
#include <vector>

#include "tessera/mpi/communicator.hpp"

namespace tessera::ingest {

/// A text and what is said of it, on its way to another process.
struct Packet {
  std::string_view text;
  std::array<Index, 2> numbers{};
};

/// Packets that every process sends to every other.
struct PacketExchange {
  std::vector<Index> counts;  ///< of packets for each process
  /// The i-th packet for a process; its text must live until the next call.
  std::function<Packet(int destination, Index i)> packet;
  /// Takes a packet, whose text lives during the call; the packets of one source come in order.
  std::function<void(int source, const Packet& packet)> receive;
};

/// Memory of one round of an exchange on each process, unless one text is larger.
inline constexpr Index kRoundBytes = Index{32} << 20;

/// Carries out the exchange in rounds of bounded size. Collective; neither function may
/// communicate, and where one fails, the job ends.
void exchange_packets(const PacketExchange& exchange, const mpi::Communicator& comm,
                      Index round_bytes = kRoundBytes);

/// Counts of an exchange in which everything goes to process 0.
[[nodiscard]] std::vector<Index> all_to_root(Index packets, const mpi::Communicator& comm);

}  // namespace tessera::ingest
