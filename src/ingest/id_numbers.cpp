#include "tessera/ingest/id_numbers.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <optional>
#include <span>
#include <tuple>

#include <fmt/format.h>

#include "tessera/core/error.hpp"
#include "tessera/ingest/packets.hpp"
#include "tessera/io/text_fields.hpp"
#include "tessera/io/text_line.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::ingest {
namespace {

using Lookup = std::unordered_map<std::string_view, Index>;

/// Where ids stand in a list. @pre no two are equal
Lookup index_of(const std::vector<std::string>& ids) {
  Lookup lookup;
  lookup.reserve(ids.size());
  for (const std::string& id : ids) {
    lookup.emplace(id, std::ssize(lookup));
  }
  return lookup;
}

std::size_t process_of(std::string_view id, int processes) {
  return std::hash<std::string_view>{}(id) % static_cast<std::size_t>(processes);
}

using Views = std::vector<std::string_view>;

/// Numbers for ids, one for each.
using Choose = std::function<std::vector<Index>(const std::vector<std::string>&)>;

std::vector<Index> counts_of(const std::vector<Views>& by_process) {
  std::vector<Index> counts;
  std::ranges::transform(by_process, std::back_inserter(counts),
                         [](const auto& ids) { return std::ssize(ids); });
  return counts;
}

/// Sends process r the ids by_process[r]; `receive` takes those that arrive, by process and in
/// their order. Returns how many came from each. Collective.
std::vector<Index> send_ids(const std::vector<Views>& by_process,
                            const std::function<void(std::string_view)>& receive,
                            const mpi::Communicator& comm) {
  std::vector<Index> received(by_process.size());
  exchange_packets(
      {counts_of(by_process),
       [&](int destination, Index i) -> Packet {
         return {by_process[static_cast<std::size_t>(destination)][static_cast<std::size_t>(i)]};
       },
       [&](int source, const Packet& packet) {
         receive(packet.text);
         ++received[static_cast<std::size_t>(source)];
       }},
      comm);
  return received;
}

/// Sends numbers back along the way that ids came. Collective.
/// @param numbers one for each id received  @param received counts of them by process
/// @param sent how many ids this process had sent to each  Returns a number for each of them.
std::vector<Index> answer_ids(const std::vector<Index>& numbers, const std::vector<Index>& received,
                              const std::vector<Index>& sent, const mpi::Communicator& comm) {
  auto answers = mpi::agree(comm, [&] {
    return std::vector<Index>(static_cast<std::size_t>(std::reduce(sent.begin(), sent.end())));
  });
  comm.all_to_all(std::span<const Index>(numbers), received, std::span<Index>(answers), sent);
  return answers;
}

/// Asks process 0 for the number of each of `own`, which no other process asks for. Collective.
/// @param choose on process 0: numbers for all ids that are asked for
std::vector<Index> ask_root(const Views& own, const Choose& choose, const mpi::Communicator& comm) {
  std::vector<Views> to_root(static_cast<std::size_t>(comm.size()));
  to_root.front() = own;
  std::vector<std::string> asked;
  const auto received = send_ids(
      to_root, [&](std::string_view id) { asked.emplace_back(id); }, comm);
  std::vector<Index> numbers;
  mpi::on_root(comm, [&] { numbers = choose(asked); });
  return answer_ids(numbers, received, counts_of(to_root), comm);
}

/// The number of each of `own`, `choose` being asked for every id of any process once. Collective.
std::vector<Index> resolve(const Views& own, const Choose& choose, const mpi::Communicator& comm) {
  std::vector<Views> by_hash(static_cast<std::size_t>(comm.size()));
  for (const std::string_view id : own) {
    by_hash[process_of(id, comm.size())].push_back(id);
  }
  IdCollector different;
  std::vector<Index> numbers;
  const auto received = send_ids(
      by_hash, [&](std::string_view id) { numbers.push_back(different.number_of(id)); }, comm);
  const std::vector<Index> chosen = ask_root(different.ids(), choose, comm);
  for (Index& number : numbers) {
    number = chosen[static_cast<std::size_t>(number)];
  }
  const std::vector<Index> answers = answer_ids(numbers, received, counts_of(by_hash), comm);

  // Answers come by process; `own` is in the order in which ids were met.
  std::vector<std::size_t> next(by_hash.size());
  for (std::size_t process = 1; process < by_hash.size(); ++process) {
    next[process] = next[process - 1] + by_hash[process - 1].size();
  }
  std::vector<Index> in_order;
  in_order.reserve(own.size());
  for (const std::string_view id : own) {
    in_order.push_back(answers[next[process_of(id, comm.size())]++]);
  }
  return in_order;
}

}  // namespace

Index IdCollector::number_of(std::string_view id) {
  if (const auto found = numbers_.find(id); found != numbers_.end()) {
    return found->second;
  }
  const auto [added, is_new] = numbers_.emplace(id, std::ssize(ids_));
  ids_.emplace_back(added->first);
  return added->second;
}

void sort_ids(std::vector<std::string>& ids) {
  const bool all_numbers =
      std::ranges::all_of(ids, [](const std::string& id) { return io::to_index(id).has_value(); });
  if (!all_numbers) {
    std::ranges::sort(ids);
    return;
  }
  // "7" and "07" are different ids of equal number.
  std::ranges::sort(ids, {}, [](const std::string& id) {
    return std::tuple(*io::to_index(id), std::string_view(id));
  });
}

std::vector<Index> number_ids(const std::vector<std::string_view>& own,
                              const std::vector<std::string>& more, std::vector<std::string>& all,
                              const mpi::Communicator& comm) {
  const auto choose = [&](const std::vector<std::string>& ids) {
    all = ids;
    all.insert(all.end(), more.begin(), more.end());
    sort_ids(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    const Lookup lookup = index_of(all);
    std::vector<Index> numbers;
    numbers.reserve(ids.size());
    for (const std::string& id : ids) {
      numbers.push_back(lookup.at(id));
    }
    return numbers;
  };
  return resolve(own, choose, comm);
}

std::vector<Index> number_ids_like(const std::vector<std::string_view>& own,
                                   const std::vector<std::string>& known, const std::string& where,
                                   const mpi::Communicator& comm) {
  const auto choose = [&](const std::vector<std::string>& ids) {
    Lookup lookup;
    for (std::size_t at = 0; at < known.size(); ++at) {
      const auto [place, is_new] = lookup.emplace(known[at], static_cast<Index>(at));
      if (!is_new) {
        throw InputError(fmt::format("{}: the name {} stands for {} and for {} (counted from 0)",
                                     where, io::excerpt(known[at]), place->second, at));
      }
    }
    std::vector<Index> numbers;
    numbers.reserve(ids.size());
    for (const std::string& id : ids) {
      const auto found = lookup.find(id);
      numbers.push_back(found == lookup.end() ? kUnknownId : found->second);
    }
    return numbers;
  };
  return resolve(own, choose, comm);
}

}  // namespace tessera::ingest
