#include "tessera/config/rank_list.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "tessera/core/error.hpp"

namespace tessera::config {

std::vector<Index> parse_rank_list(std::string_view text) {
  std::vector<Index> ranks;
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  while (true) {
    Index rank = 0;
    const auto [behind, error] = std::from_chars(at, end, rank);
    const bool is_repeated = std::ranges::find(ranks, rank) != ranks.end();
    if (error != std::errc{} || rank < 1 || is_repeated || (behind != end && *behind != ',')) {
      throw UsageError(
          fmt::format("ranks are numbers of at least 1 with commas between, such as 10,20,40, each "
                      "once, not '{}'",
                      text));
    }
    ranks.push_back(rank);
    if (behind == end) {
      return ranks;
    }
    at = behind + 1;
  }
}

}  // namespace tessera::config
