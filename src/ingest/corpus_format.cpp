#include "tessera/ingest/corpus_format.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tessera/core/error.hpp"
#include "tessera/io/byte_source.hpp"
#include "tessera/io/file_format.hpp"
#include "tessera/io/text_line.hpp"

namespace tessera::ingest {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHeadBytes = std::size_t{1} << 16U;

/// The first bytes of a file, decompressed if it is gzip.
std::string read_head(const std::string& path) {
  const io::PlainFile file(path);
  std::string head(kHeadBytes, '\0');
  head.resize(static_cast<std::size_t>(file.read_at(0, head)));
  if (!io::is_gzip(head)) {
    return head;
  }
  Index offset = 0;
  io::GzipStream stream([&](std::span<char> buffer) {
    const Index got = file.read_at(offset, buffer);
    offset += got;
    return got;
  });
  std::string text(kHeadBytes, '\0');
  text.resize(static_cast<std::size_t>(stream.read(text)));
  return text;
}

bool is_tar(std::string_view head) {
  constexpr std::size_t kMagicPlace = 257;
  return head.size() > kMagicPlace && head.substr(kMagicPlace).starts_with("ustar");
}

/// The name in small letters without .gz.
std::string plain_name(const std::string& path) {
  std::string name = path;
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (name.ends_with(".gz")) {
    name.resize(name.size() - 3);
  }
  return name;
}

bool is_json_object(std::string_view head) {
  if (head.empty()) {
    return false;
  }
  const std::string_view line = io::trim(io::take_line(head));
  return line.starts_with('{') && line.ends_with('}') && nlohmann::json::accept(line);
}

/// @throws InputError unless the head is that of a text.
void require_text(const std::string& path, std::string_view head) {
  if (is_tar(head)) {
    throw InputError(fmt::format(
        "'{}' is a tar archive: unpack it (tar xf) and give the folder it makes", path));
  }
  if (head.find('\0') != std::string_view::npos) {
    throw InputError(fmt::format(
        "'{}' is no text: {}. Give a folder of text files, lines, JSON lines or a table as UTF-8",
        path, io::looks_like(path)));
  }
}

CorpusFormat recognise_file(const std::string& path) {
  io::require_readable(path);
  const std::string head = read_head(path);
  require_text(path, head);
  const std::string name = plain_name(path);
  if (name.ends_with(".csv")) {
    return CorpusFormat::csv;
  }
  if (name.ends_with(".tsv") || name.ends_with(".tab")) {
    return CorpusFormat::tsv;
  }
  const bool is_json_name = name.ends_with(".json");
  if (is_json_name && head.find_first_not_of(" \t\r\n") != std::string::npos &&
      head[head.find_first_not_of(" \t\r\n")] == '[') {
    throw InputError(fmt::format(
        "'{}' is a JSON array: write each of its objects on a line (jq -c '.[]')", path));
  }
  if (is_json_name || name.ends_with(".jsonl") || name.ends_with(".ndjson") ||
      is_json_object(head)) {
    return CorpusFormat::jsonl;
  }
  return CorpusFormat::lines;
}

/// The options of one kind of corpus that are not as they are by default.
std::vector<std::string_view> given(
    std::initializer_list<std::pair<std::string_view, bool>> options) {
  std::vector<std::string_view> names;
  for (const auto& [name, is_given] : options) {
    if (is_given) {
      names.push_back(name);
    }
  }
  return names;
}

}  // namespace

CorpusFormat recognise_corpus(const CorpusOptions& options) {
  std::error_code ignored;
  const bool is_folder = fs::is_directory(options.path, ignored);
  const CorpusFormat asked = options.format;
  if (asked == CorpusFormat::automatic) {
    return is_folder ? CorpusFormat::folder : recognise_file(options.path);
  }
  if (is_folder != (asked == CorpusFormat::folder)) {
    io::require_readable(is_folder ? "/" : options.path);
    throw UsageError(fmt::format("--format {} needs a {}, but '{}' is a {}", name_of(asked),
                                 is_folder ? "file" : "folder", options.path,
                                 is_folder ? "folder" : "file"));
  }
  if (!is_folder) {
    io::require_readable(options.path);
    require_text(options.path, read_head(options.path));
  }
  return asked;
}

void require_fitting_options(const CorpusOptions& options, CorpusFormat format) {
  const CorpusOptions unset;
  const bool is_table = format == CorpusFormat::csv || format == CorpusFormat::tsv;
  const auto refuse = [&](const std::vector<std::string_view>& names, std::string_view kind) {
    if (!names.empty()) {
      throw UsageError(
          fmt::format("--{} is for {}, but '{}' is read as {}: leave it out, or give "
                      "--format",
                      names.front(), kind, options.path, name_of(format)));
    }
  };
  if (format != CorpusFormat::folder) {
    refuse(given({{"file-suffix", options.file_suffix != unset.file_suffix}}), "folders");
  }
  if (format != CorpusFormat::jsonl) {
    refuse(given({{"text-field", options.text_field != unset.text_field},
                  {"label-field", !options.label_field.empty()},
                  {"name-field", !options.name_field.empty()}}),
           "JSON lines");
  }
  if (!is_table) {
    refuse(given({{"text-column", options.text_column != unset.text_column},
                  {"label-column", !options.label_column.empty()},
                  {"name-column", !options.name_column.empty()},
                  {"header", options.header},
                  {"no-quotes", options.no_quotes}}),
           "tables");
  }
}

}  // namespace tessera::ingest
