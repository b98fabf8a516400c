#include "tessera/ingest/packets.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <string>

namespace tessera::ingest {
namespace {

using Header = std::array<Index, 3>;  ///< bytes of the text, then the numbers

void append(std::string& buffer, const Packet& packet) {
  const Header header = {std::ssize(packet.text), packet.numbers[0], packet.numbers[1]};
  buffer.append(reinterpret_cast<const char*>(header.data()), sizeof(header));
  buffer.append(packet.text);
}

/// Takes the first packet off the bytes.
Packet take(std::string_view& bytes) {
  Header header{};
  std::memcpy(header.data(), bytes.data(), sizeof(header));
  bytes.remove_prefix(sizeof(header));
  const auto length = static_cast<std::size_t>(header[0]);
  const Packet packet{bytes.substr(0, length), {header[1], header[2]}};
  bytes.remove_prefix(length);
  return packet;
}

/// What is to be sent to the processes, and how far that has come.
class Outbox {
 public:
  Outbox(const PacketExchange& exchange, Index bytes_per_process)
      : exchange_(exchange), limit_(bytes_per_process), next_(exchange.counts.size(), 0) {}

  /// Fills the buffer with the next packets for all processes; returns the bytes for each.
  std::vector<Index> fill(std::string& buffer) {
    buffer.clear();
    std::vector<Index> lengths;
    for (std::size_t process = 0; process < next_.size(); ++process) {
      const Index begin = std::ssize(buffer);
      while (next_[process] < exchange_.counts[process] && std::ssize(buffer) - begin < limit_) {
        append(buffer, exchange_.packet(static_cast<int>(process), next_[process]++));
      }
      lengths.push_back(std::ssize(buffer) - begin);
    }
    return lengths;
  }
  [[nodiscard]] bool is_done() const { return next_ == exchange_.counts; }

 private:
  const PacketExchange& exchange_;
  Index limit_;
  std::vector<Index> next_;
};

}  // namespace

void exchange_packets(const PacketExchange& exchange, const mpi::Communicator& comm,
                      Index round_bytes) {
  const std::vector<Index> ones(static_cast<std::size_t>(comm.size()), 1);
  Outbox outbox(exchange, std::max<Index>(1, round_bytes / comm.size()));
  std::string outgoing;
  std::string incoming;
  Index unfinished = 0;
  do {
    const std::vector<Index> sent = outbox.fill(outgoing);
    std::vector<Index> received(sent.size());
    comm.all_to_all<Index>(sent, ones, received, ones);
    incoming.resize(static_cast<std::size_t>(std::reduce(received.begin(), received.end())));
    comm.all_to_all<std::byte>(std::as_bytes(std::span<const char>(outgoing)), sent,
                               std::as_writable_bytes(std::span<char>(incoming)), received);
    std::string_view all(incoming);
    for (int source = 0; source < comm.size(); ++source) {
      const auto length = static_cast<std::size_t>(received[static_cast<std::size_t>(source)]);
      for (std::string_view rest = all.substr(0, length); !rest.empty();) {
        exchange.receive(source, take(rest));
      }
      all.remove_prefix(length);
    }
    unfinished = comm.max<Index>(outbox.is_done() ? 0 : 1);
  } while (unfinished > 0);
}

std::vector<Index> all_to_root(Index packets, const mpi::Communicator& comm) {
  std::vector<Index> counts(static_cast<std::size_t>(comm.size()), 0);
  counts.front() = packets;
  return counts;
}

}  // namespace tessera::ingest
