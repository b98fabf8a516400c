#include "tessera/ingest/document_names.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "tessera/ingest/packets.hpp"
#include "tessera/ingest/utf8_decoder.hpp"

namespace tessera::ingest {
namespace {

std::string as_utf8(std::string_view text) { return repair_utf8(text, EncodingErrors::replace); }

/// The categories of all processes on process 0, by rising bytes.
struct AllCategories {
  std::vector<std::string> texts;
  std::vector<std::vector<std::int32_t>> codes;  ///< of the categories of each process
};

/// Collective.
AllCategories gather_categories(const TermTable& own, const mpi::Communicator& comm) {
  std::vector<std::vector<std::string>> received(static_cast<std::size_t>(comm.size()));
  exchange_packets(
      {all_to_root(own.size(), comm), [&](int, Index i) -> Packet { return {own.text(i)}; },
       [&](int source, const Packet& got) {
         received[static_cast<std::size_t>(source)].push_back(as_utf8(got.text));
       }},
      comm);
  std::map<std::string, std::int32_t> codes;
  for (const auto& texts : received) {
    for (const std::string& text : texts) {
      codes.emplace(text, 0);
    }
  }
  AllCategories all;
  for (auto& [text, code] : codes) {
    code = static_cast<std::int32_t>(all.texts.size());
    all.texts.push_back(text);
  }
  for (const auto& texts : received) {
    auto& of_process = all.codes.emplace_back();
    std::ranges::transform(texts, std::back_inserter(of_process),
                           [&](const std::string& text) { return codes.at(text); });
  }
  return all;
}

}  // namespace

std::vector<std::string> DocumentNames::gather_names(const DocumentOrder& order,
                                                     const mpi::Communicator& comm) const {
  const Index all = comm.sum(std::ssize(names_));
  std::vector<std::string> names(static_cast<std::size_t>(comm.rank() == 0 ? all : 0));
  exchange_packets({all_to_root(std::ssize(names_), comm),
                    [&](int, Index i) -> Packet {
                      const auto at = static_cast<std::size_t>(i);
                      return {names_[at], {order.own()[at], 0}};
                    },
                    [&](int, const Packet& got) {
                      names[static_cast<std::size_t>(got.numbers[0])] = as_utf8(got.text);
                    }},
                   comm);
  return names;
}

io::Categorical DocumentNames::gather_labels(const DocumentOrder& order,
                                             const mpi::Communicator& comm) const {
  const AllCategories all = gather_categories(categories_, comm);
  const Index documents = comm.sum(std::ssize(codes_));
  io::Categorical labels{"label", all.texts, {}};
  labels.codes.resize(static_cast<std::size_t>(comm.rank() == 0 ? documents : 0), -1);
  exchange_packets({all_to_root(std::ssize(codes_), comm),
                    [&](int, Index i) -> Packet {
                      const auto at = static_cast<std::size_t>(i);
                      return {{}, {order.own()[at], codes_[at]}};
                    },
                    [&](int source, const Packet& got) {
                      if (got.numbers[1] >= 0) {
                        labels.codes[static_cast<std::size_t>(got.numbers[0])] =
                            all.codes[static_cast<std::size_t>(source)]
                                     [static_cast<std::size_t>(got.numbers[1])];
                      }
                    }},
                   comm);
  return labels;
}

}  // namespace tessera::ingest
