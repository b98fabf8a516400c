#include "tessera/ingest/id_numbers.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <tuple>

#include <fmt/format.h>

#include "tessera/core/error.hpp"
#include "tessera/ingest/text_exchange.hpp"
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

std::vector<Index> counts_of(const std::vector<std::vector<std::string_view>>& by_process) {
  std::vector<Index> counts;
  std::ranges::transform(by_process, std::back_inserter(counts),
                         [](const auto& texts) { return std::ssize(texts); });
  return counts;
}

/// Asks process 0 for the number of each of `own`, which no other process asks for. Collective.
/// @param choose on process 0: numbers for all ids that are asked for
std::vector<Index> ask_root(
    const std::vector<std::string_view>& own,
    const std::function<std::vector<Index>(const std::vector<std::string>&)>& choose,
    const mpi::Communicator& comm) {
  std::vector<std::vector<std::string_view>> to_root(static_cast<std::size_t>(comm.size()));
  to_root.front() = own;
  const ReceivedTexts asked = exchange_texts(to_root, comm);
  std::vector<Index> numbers;
  mpi::on_root(comm, [&] { numbers = choose(asked.texts); });
  return answer_texts(numbers, asked.counts, counts_of(to_root), comm);
}

/// The number of each of `own`, `choose` being asked for every id of any process once. Collective.
std::vector<Index> resolve(
    const std::vector<std::string_view>& own,
    const std::function<std::vector<Index>(const std::vector<std::string>&)>& choose,
    const mpi::Communicator& comm) {
  std::vector<std::vector<std::string_view>> by_hash(static_cast<std::size_t>(comm.size()));
  for (const std::string_view id : own) {
    by_hash[process_of(id, comm.size())].push_back(id);
  }
  const ReceivedTexts met = exchange_texts(by_hash, comm);
  IdCollector different;
  std::vector<Index> numbers;
  mpi::agree(comm, [&] {
    for (const std::string& id : met.texts) {
      numbers.push_back(different.number_of(id));
    }
  });
  const std::vector<Index> chosen = ask_root(different.ids(), choose, comm);
  for (Index& number : numbers) {
    number = chosen[static_cast<std::size_t>(number)];
  }
  const std::vector<Index> answers = answer_texts(numbers, met.counts, counts_of(by_hash), comm);

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
    for (const std::string& id : ids) {
      const auto found = lookup.find(id);
      numbers.push_back(found == lookup.end() ? kUnknownId : found->second);
    }
    return numbers;
  };
  return resolve(own, choose, comm);
}

}  // namespace tessera::ingest
