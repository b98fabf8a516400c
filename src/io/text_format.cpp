#include "tessera/io/text_format.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tessera/core/error.hpp"
#include "tessera/io/byte_source.hpp"
#include "tessera/io/parse_csv.hpp"
#include "tessera/io/parse_docword.hpp"
#include "tessera/io/parse_edge.hpp"
#include "tessera/io/parse_matrix_market.hpp"

namespace tessera::io {
namespace {

/// The text at the beginning of gzip data that ends anywhere.
std::string decompress_beginning(std::string_view compressed) {
  constexpr std::size_t kMostText = std::size_t{1} << 16U;
  auto read = [compressed](std::span<char> buffer) mutable {
    const std::size_t count = std::min(buffer.size(), compressed.size());
    std::copy_n(compressed.begin(), count, buffer.begin());
    compressed.remove_prefix(count);
    return static_cast<Index>(count);
  };
  std::string text;
  try {
    GzipStream stream(read);
    // Byte by byte: what comes before the data ends or is damaged counts.
    for (char byte = 0; text.size() < kMostText && stream.read({&byte, 1}) == 1;) {
      text += byte;
    }
  } catch (const InputError&) {
    return text;
  }
  return text;
}

/// Whether a parser takes these arguments without complaint.
template <class Parse>
bool accepts(Parse&& parse) {
  try {
    parse();
    return true;
  } catch (const InputError&) {
    return false;
  }
}

/// Complete lines; the last one, which may be cut, only if there is no other.
std::vector<TextLine> first_lines(std::string_view text) {
  constexpr std::size_t kMostLines = 100;
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
  std::vector<TextLine> lines;
  Index number = 1;
  while (!text.empty() && lines.size() < kMostLines) {
    const bool complete = text.find('\n') != std::string_view::npos;
    const TextLine line{take_line(text), number++};
    if (complete || lines.empty()) {
      lines.push_back(line);
    }
  }
  return lines;
}

bool is_matrix_market(const std::vector<TextLine>& lines) {
  constexpr std::string_view kBanner = "%%matrixmarket";
  const std::string_view first = lines.front().text.substr(0, kBanner.size());
  return std::ranges::equal(first, kBanner, {}, [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
}

bool is_docword(const std::vector<TextLine>& lines) {
  constexpr std::size_t kHeaderLines = 3;
  if (lines.size() <= kHeaderLines) {
    return false;
  }
  const std::span all(lines);
  const auto is_size = [](const TextLine& line) {
    return accepts([&] { (void)parse_docword_header("a size", line); });
  };
  const auto is_entry = [](const TextLine& line) {
    constexpr Index kAny = Index{1} << 62U;
    const CoordinateRule rule{kAny, kAny, ValueField::real};
    return accepts([&] { (void)parse_coordinate(rule, line); });
  };
  return std::ranges::all_of(all.first(kHeaderLines), is_size) && is_entry(all[kHeaderLines]);
}

bool is_edge_list(const std::vector<TextLine>& lines) {
  bool found = false;
  const auto fits = [&](const TextLine& line) {
    if (is_edge_comment(line.text)) {
      return true;
    }
    found = true;
    return accepts([&] { (void)parse_edge(has_weight(line), line); });
  };
  return std::ranges::all_of(lines, fits) && found;
}

bool is_csv(const std::vector<TextLine>& lines) {
  const auto first = std::ranges::find_if_not(
      lines, [](const TextLine& line) { return is_before_table(line.text); });
  if (first == lines.end()) {
    return false;
  }
  const TextLine second = first + 1 == lines.end() ? TextLine{} : *(first + 1);
  return accepts([&] {
    const CsvLayout layout = detect_csv(*first, second);
    std::vector<std::string_view> fields;
    std::vector<double> values;
    parse_csv_row(layout, second.text.empty() ? *first : second, fields, values);
    if (layout.fields < 2) {
      throw InputError("one number a line is no sign of a table");
    }
  });
}

/// The name without folders, in lower case and without ".gz".
std::string plain_name(std::string_view path) {
  std::string name(path.substr(path.find_last_of('/') + 1));
  std::ranges::transform(name, name.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return name.ends_with(".gz") ? name.substr(0, name.size() - 3) : name;
}

TextFormat format_of_name(std::string_view name) {
  if (name.ends_with(".mtx") || name.ends_with(".mm")) {
    return TextFormat::matrix_market;
  }
  if (name.starts_with("docword.")) {
    return TextFormat::docword;
  }
  if (name.ends_with(".csv") || name.ends_with(".tsv")) {
    return TextFormat::csv;
  }
  return name.ends_with(".edges") ? TextFormat::edge_list : TextFormat::unknown;
}

}  // namespace

TextFormat recognise_text(std::string_view first_bytes, std::string_view name) {
  std::string decompressed;
  if (is_gzip(first_bytes)) {
    decompressed = decompress_beginning(first_bytes);
    first_bytes = decompressed;
  }
  const std::vector<TextLine> lines = first_lines(first_bytes);
  if (lines.empty() || first_bytes.find('\0') != std::string_view::npos) {
    return TextFormat::unknown;
  }
  if (is_matrix_market(lines)) {
    return TextFormat::matrix_market;
  }
  if (is_docword(lines)) {
    return TextFormat::docword;
  }
  const TextFormat named = format_of_name(plain_name(name));
  const bool table = is_csv(lines);
  if (is_edge_list(lines)) {
    const bool comma = std::ranges::any_of(
        lines, [](const TextLine& line) { return line.text.find(',') != std::string_view::npos; });
    const bool prefer_table = named == TextFormat::csv || (comma && named == TextFormat::unknown &&
                                                           !plain_name(name).ends_with(".txt"));
    return table && prefer_table ? TextFormat::csv : TextFormat::edge_list;
  }
  return table ? TextFormat::csv : named;
}

}  // namespace tessera::io
