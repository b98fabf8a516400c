#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "tessera/config/nearest.hpp"
#include "tessera/ingest/csv_records.hpp"
#include "tessera/ingest/file_corpus.hpp"
#include "tessera/io/broadcast.hpp"
#include "tessera/mpi/agree.hpp"

#include "file_corpus.hpp"

namespace tessera::ingest {

/// Where a table has what is wanted of it.
struct TableLayout {
  char delimiter = ',';
  Index header_line = 0;  ///< 0: none
  Index fields = 0;       ///< of each row
  Index text = 0;         ///< columns, counted from 0; -1: none
  Index label = -1;
  Index name = -1;
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(TableLayout, delimiter, header_line, fields, text, label, name)

namespace {

/// A column given by its number from 1.
std::optional<Index> column_number(std::string_view given) {
  Index number = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), number);
  const bool whole = error == std::errc{} && end == given.data() + given.size();
  return whole ? std::optional(number) : std::nullopt;
}

/// Finds columns in the first row of a table.
class ColumnFinder {
 public:
  ColumnFinder(std::string path, const std::vector<std::string_view>& first_row)
      : path_(std::move(path)), first_row_(first_row) {}

  /// @throws UsageError if there is none. @return -1 if none is asked for
  [[nodiscard]] Index find(std::string_view option, const std::string& given) const {
    if (given.empty()) {
      return -1;
    }
    if (const auto number = column_number(given)) {
      if (*number < 1 || *number > std::ssize(first_row_)) {
        throw UsageError(fmt::format("--{} {}: '{}' has columns 1 to {}", option, given, path_,
                                     first_row_.size()));
      }
      return *number - 1;
    }
    const auto found = std::ranges::find(first_row_, given);
    if (found == first_row_.end()) {
      throw UsageError(fmt::format(
          "--{} {}: the first row of '{}' has no such column, but {}. Name one of these, or give a "
          "number from 1 if the first row holds no names",
          option, given, path_, list()));
    }
    return found - first_row_.begin();
  }

 private:
  [[nodiscard]] std::string list() const {
    constexpr std::size_t kMost = 12;
    std::vector<std::string> names;
    for (const std::string_view name : first_row_) {
      names.push_back(names.size() < kMost ? io::excerpt(name) : "...");
      if (names.size() > kMost) {
        break;
      }
    }
    return fmt::format("{}", fmt::join(names, ", "));
  }

  std::string path_;
  const std::vector<std::string_view>& first_row_;
};

/// On process 0. @throws Error
TableLayout read_layout(const io::TextFile& file, const CorpusOptions& options,
                        CorpusFormat format) {
  TableLayout layout;
  bool found = false;
  file.visit_chunks([&](const io::TextChunk& chunk) {
    layout.delimiter = format == CorpusFormat::tsv ? '\t' : find_delimiter(chunk.text);
    CsvRecords rows(chunk, {layout.delimiter, !options.no_quotes});
    found = rows.next();
    if (found) {
      const ColumnFinder columns(file.path(), rows.fields());
      layout.fields = std::ssize(rows.fields());
      layout.text = columns.find("text-column", options.text_column);
      layout.label = columns.find("label-column", options.label_column);
      layout.name = columns.find("name-column", options.name_column);
      const bool has_names = options.header || !column_number(options.text_column);
      layout.header_line = has_names ? rows.line() : 0;
    }
    return !found;
  });
  if (!found) {
    throw InputError(fmt::format("'{}' has no rows", file.path()));
  }
  return layout;
}

const char* name_of_delimiter(char delimiter) {
  return delimiter == '\t' ? "tab" : delimiter == ';' ? "semicolon" : "comma";
}

class TableCorpus final : public FileCorpus {
 public:
  TableCorpus(io::TextFile file, TableLayout layout, bool quotes)
      : FileCorpus(std::move(file),
                   {fmt::format("table, {} separated", name_of_delimiter(layout.delimiter)),
                    layout.name >= 0, layout.label >= 0}),
        layout_(layout),
        quotes_(quotes) {}

 private:
  Index read_chunk(const io::TextChunk& chunk, Utf8Decoder& decoder,
                   const Take& take) const override {
    Index documents = 0;
    CsvRecords rows(chunk, {layout_.delimiter, quotes_});
    while (rows.next()) {
      if (std::ssize(rows.fields()) != layout_.fields) {
        throw io::LineError(rows.line(), fmt::format("the row has {} fields, but the first row {}",
                                                     rows.fields().size(), layout_.fields));
      }
      if (rows.line() != layout_.header_line) {
        take_row(rows, decoder, take);
        ++documents;
      }
    }
    return documents;
  }

  void take_row(const CsvRecords& rows, Utf8Decoder& decoder, const Take& take) const {
    const auto field = [&](Index column) {
      return column < 0 ? std::string_view{} : rows.fields()[static_cast<std::size_t>(column)];
    };
    // Labels and names first, since the decoder keeps one text only.
    const std::string label(decode(decoder, field(layout_.label), rows.line()));
    const std::string name(decode(decoder, field(layout_.name), rows.line()));
    Document document{decode(decoder, field(layout_.text), rows.line()), name};
    if (!label.empty()) {
      document.label = label;
    }
    take(document);
  }

  TableLayout layout_;
  bool quotes_;
};

}  // namespace

std::unique_ptr<Corpus> open_table_corpus(const CorpusOptions& options, CorpusFormat format,
                                          const mpi::Communicator& comm,
                                          const io::TextLimits& limits) {
  io::TextFile file(options.path, comm, limits,
                    options.no_quotes ? io::LineEnds::every : io::LineEnds::outside_quotes);
  TableLayout layout;
  mpi::on_root(comm, [&] { layout = read_layout(file, options, format); });
  io::broadcast_value(layout, comm);
  return std::make_unique<TableCorpus>(std::move(file), layout, !options.no_quotes);
}

}  // namespace tessera::ingest
