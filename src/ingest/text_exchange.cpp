#include "tessera/ingest/text_exchange.hpp"

#include <cstddef>
#include <numeric>
#include <span>

#include "tessera/mpi/agree.hpp"

namespace tessera::ingest {
namespace {

/// What this process sends, one list behind the other.
struct Parcel {
  std::vector<Index> counts;   ///< texts for each process
  std::vector<Index> lengths;  ///< of each text
  std::vector<Index> bytes;    ///< for each process
  std::string text;
};

Parcel pack(const std::vector<std::vector<std::string_view>>& by_process) {
  Parcel parcel;
  for (const auto& texts : by_process) {
    const std::size_t before = parcel.text.size();
    for (const std::string_view text : texts) {
      parcel.lengths.push_back(std::ssize(text));
      parcel.text += text;
    }
    parcel.counts.push_back(std::ssize(texts));
    parcel.bytes.push_back(static_cast<Index>(parcel.text.size() - before));
  }
  return parcel;
}

/// One number for each process, from each. Collective.
std::vector<Index> exchange_counts(const std::vector<Index>& counts,
                                   const mpi::Communicator& comm) {
  const std::vector<Index> ones(counts.size(), 1);
  std::vector<Index> arriving(counts.size());
  comm.all_to_all(std::span<const Index>(counts), ones, std::span<Index>(arriving), ones);
  return arriving;
}

std::size_t total(const std::vector<Index>& counts) {
  return static_cast<std::size_t>(std::accumulate(counts.begin(), counts.end(), Index{0}));
}

}  // namespace

ReceivedTexts exchange_texts(const std::vector<std::vector<std::string_view>>& by_process,
                             const mpi::Communicator& comm) {
  const Parcel parcel = mpi::agree(comm, [&] { return pack(by_process); });
  ReceivedTexts received;
  received.counts = exchange_counts(parcel.counts, comm);
  const std::vector<Index> bytes = exchange_counts(parcel.bytes, comm);
  auto [lengths, text] = mpi::agree(comm, [&] {
    return std::pair(std::vector<Index>(total(received.counts)), std::string(total(bytes), '\0'));
  });
  comm.all_to_all(std::span<const Index>(parcel.lengths), parcel.counts, std::span<Index>(lengths),
                  received.counts);
  comm.all_to_all(std::as_bytes(std::span(parcel.text)), parcel.bytes,
                  std::as_writable_bytes(std::span(text)), bytes);
  mpi::agree(comm, [&] {
    received.texts.reserve(lengths.size());
    std::string_view rest = text;
    for (const Index length : lengths) {
      received.texts.emplace_back(rest.substr(0, static_cast<std::size_t>(length)));
      rest.remove_prefix(static_cast<std::size_t>(length));
    }
  });
  return received;
}

std::vector<Index> answer_texts(const std::vector<Index>& numbers,
                                const std::vector<Index>& received, const std::vector<Index>& sent,
                                const mpi::Communicator& comm) {
  auto answers = mpi::agree(comm, [&] { return std::vector<Index>(total(sent)); });
  comm.all_to_all(std::span<const Index>(numbers), received, std::span<Index>(answers), sent);
  return answers;
}

}  // namespace tessera::ingest
