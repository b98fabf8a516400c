#include <cmath>

#include "tessera/ingest/parse_rating.hpp"

#include "fuzz.hpp"

using namespace tessera;
using namespace tessera::fuzz;

/// A rating, its line cut at the delimiter that fits it, and at every other.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const io::TextLine line{as_text(data, size), 9};
  const Delimiter found = ingest::find_delimiter({line});
  std::vector<std::string_view> fields;
  for (const auto& [delimiter, name] : EnumNames<Delimiter>::values) {
    const Delimiter chosen = delimiter == Delimiter::automatic ? found : delimiter;
    if (chosen == Delimiter::automatic) {
      continue;
    }
    try_parse([&] {
      ingest::split_fields(line, chosen, fields);
      const ingest::DelimitedLayout layout{chosen, std::ssize(fields), 0, {0, 1, 2, 3}};
      if (fields.size() < layout.columns.size()) {
        return;
      }
      ingest::Rating rating;
      const auto ids = ingest::parse_rating(layout, line, fields, rating);
      require(!ids.user.empty() && !ids.item.empty(), "there are ids");
      require(rating.value > 0 && std::isfinite(rating.value), "the rating can be stored");
      require(std::isfinite(rating.time), "the time can be compared");
    });
  }
  return 0;
}
