#include <algorithm>
#include <string>
#include <vector>

#include "tessera/ingest/csv_records.hpp"

#include "fuzz.hpp"

using namespace tessera;
using namespace tessera::fuzz;

/// Rows come out as the same rows, however the text is cut at ends of rows.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text(data, size);
  const ingest::CsvDialect dialect{ingest::find_delimiter(text), true};
  try_parse([&] {
    ingest::CsvRecords whole({text, 1}, dialect);
    std::vector<std::string> fields;
    while (whole.next()) {
      require(!whole.fields().empty(), "a row has fields");
      fields.insert(fields.end(), whole.fields().begin(), whole.fields().end());
    }
    std::vector<std::string> again;
    io::LineEndSearch search(io::LineEnds::outside_quotes);
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t end = std::min(search.first(rest), rest.size());
      ingest::CsvRecords one({rest.substr(0, end), 1}, dialect);
      const bool found = one.next();
      again.insert(again.end(), one.fields().begin(), one.fields().end());
      require(!found || !one.next(), "a piece has one row");
      rest.remove_prefix(end);
    }
    require(fields == again, "the cut rows are the rows");
  });
  return 0;
}
