#include "tessera/io/parse_npy.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tessera/core/error.hpp"
#include "tessera/io/text_line.hpp"

namespace tessera::io {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
/// NumPy's own loader stops at 10 000 characters unless told to trust the file.
constexpr Index kLongestHeader = Index{1} << 20;
constexpr std::string_view kConvert = "Convert it: np.save(FILE, array.astype(np.float32))";

[[noreturn]] void fail(const std::string& what) {
  throw InputError(fmt::format("the .npy header is damaged: {}", what));
}

unsigned byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

/// Reads the one Python literal a header consists of:
///   {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
class DictionaryReader {
 public:
  explicit DictionaryReader(std::string_view text) : rest_(text) {}

  /// The three values as they are written. @throws InputError unless just these three are there.
  struct Values {
    std::optional<std::string_view> descr;
    std::optional<std::string_view> fortran_order;
    std::optional<std::string_view> shape;
  };
  Values read() {
    Values values;
    expect('{');
    while (!accept('}')) {
      const std::string_view key = read_quoted();
      expect(':');
      std::optional<std::string_view>& value = slot(values, key);
      if (value) {
        fail(excerpt(key) + " stands twice");
      }
      value = read_literal();
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    if (!skip_spaces().empty()) {
      fail("something follows the closing brace");
    }
    if (!values.descr || !values.fortran_order || !values.shape) {
      fail("it must name 'descr', 'fortran_order' and 'shape'");
    }
    return values;
  }

 private:
  static std::optional<std::string_view>& slot(Values& values, std::string_view key) {
    if (key == "descr") {
      return values.descr;
    }
    if (key == "fortran_order") {
      return values.fortran_order;
    }
    if (key == "shape") {
      return values.shape;
    }
    fail(excerpt(key) + " is not a known key");
  }

  std::string_view skip_spaces() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\n\r"), rest_.size()));
    return rest_;
  }
  bool accept(char wanted) {
    if (!skip_spaces().starts_with(wanted)) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char wanted) {
    if (!accept(wanted)) {
      fail(fmt::format("'{}' is missing", wanted));
    }
  }
  std::string_view take(std::size_t length) {
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return taken;
  }

  std::string_view read_quoted() {
    const std::string_view literal = read_literal();
    if (literal.size() < 2 || (literal.front() != '\'' && literal.front() != '"')) {
      fail("a key is not in quotes");
    }
    return literal.substr(1, literal.size() - 2);
  }

  /// A quoted text, a bracketed list or tuple, or a bare word.
  std::string_view read_literal() {
    skip_spaces();
    std::size_t depth = 0;
    for (std::size_t at = 0; at < rest_.size(); ++at) {
      const char c = rest_[at];
      if (c == '\'' || c == '"') {
        at = rest_.find(c, at + 1);
        if (at == std::string_view::npos) {
          fail("a text has no closing quote");
        }
        if (depth == 0) {
          return take(at + 1);
        }
      } else if (c == '(' || c == '[') {
        ++depth;
      } else if (depth > 0 && (c == ')' || c == ']')) {
        if (--depth == 0) {
          return take(at + 1);
        }
      } else if (depth == 0 && std::string_view(",:})] \t\n\r").find(c) != std::string_view::npos) {
        return take(at);
      }
    }
    fail("it ends within a value");
  }

  std::string_view rest_;
};

bool parse_order(std::string_view literal) {
  if (literal != "True" && literal != "False") {
    fail(fmt::format("fortran_order is {}, not True or False", excerpt(literal)));
  }
  return literal == "True";
}

/// One dimension, such as 400, or 400L as Python 2 wrote it.
Index parse_dimension(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  text = text.substr(0, text.find_last_not_of(" \t") + 1);
  if (text.ends_with('L')) {
    text.remove_suffix(1);
  }
  Index value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {
    throw InputError("the .npy header names a dimension that does not fit 63 bits");
  }
  if (error != std::errc() || end != text.data() + text.size() || value < 0) {
    fail(excerpt(text) + " is not a dimension");
  }
  return value;
}

std::vector<Index> parse_shape(std::string_view literal) {
  if (!literal.starts_with('(') || !literal.ends_with(')')) {
    fail("the shape is not a tuple");
  }
  literal.remove_prefix(1);
  literal.remove_suffix(1);
  std::vector<Index> shape;
  while (literal.find_first_not_of(" \t") != std::string_view::npos) {
    const std::size_t comma = std::min(literal.find(','), literal.size());
    shape.push_back(parse_dimension(literal.substr(0, comma)));
    literal.remove_prefix(std::min(comma + 1, literal.size()));
  }
  return shape;
}

/// What the type codes of NumPy stand for that are no real numbers.
constexpr std::array<std::pair<char, const char*>, 9> kRefusedTypes = {{{'b', "bool"},
                                                                        {'c', "complex"},
                                                                        {'O', "Python object"},
                                                                        {'S', "byte string"},
                                                                        {'a', "byte string"},
                                                                        {'U', "text"},
                                                                        {'V', "structured"},
                                                                        {'M', "date"},
                                                                        {'m', "time difference"}}};

[[noreturn]] void refuse_type(std::string_view descr, const char* meaning) {
  const bool quoted = descr.size() >= 2 && descr.front() == '\'' && descr.back() == '\'';
  throw InputError(fmt::format(
      "its elements are of dtype {} ({}), but a matrix holds integers of at most 64 "
      "bits or float16, float32 or float64 numbers. {}",
      quoted ? excerpt(descr.substr(1, descr.size() - 2)) : excerpt(descr), meaning, kConvert));
}

}  // namespace

std::string npy_type_name(const NpyType& type) {
  constexpr std::array<const char*, 3> kKinds = {"int", "uint", "float"};
  return fmt::format("{}{}{}", type.big_endian ? "big-endian " : "",
                     kKinds[static_cast<std::size_t>(type.kind)], 8 * type.bytes);
}

Index npy_header_bytes(std::string_view prefix) {
  constexpr std::size_t kVersionAt = 6;
  constexpr std::size_t kLengthAt = 8;
  if (!prefix.starts_with(kMagic)) {
    throw InputError("it is not a NumPy .npy file: it does not begin with \\x93NUMPY");
  }
  if (prefix.size() <= kLengthAt) {
    fail("the file ends within it");
  }
  const unsigned major = byte_at(prefix, kVersionAt);
  if (major < 1 || major > 3 || byte_at(prefix, kVersionAt + 1) != 0) {
    throw InputError(fmt::format(
        "it is of .npy version {}.{}, but only 1.0, 2.0 and 3.0 are known. Save it again with "
        "np.save",
        major, byte_at(prefix, kVersionAt + 1)));
  }
  const std::size_t text_at = kLengthAt + (major == 1 ? 2 : 4);
  if (prefix.size() < text_at) {
    fail("the file ends within it");
  }
  Index length = 0;
  for (std::size_t at = text_at; at-- > kLengthAt;) {
    length = length * 256 + byte_at(prefix, at);
  }
  if (length > kLongestHeader) {
    fail(fmt::format("it claims to be {} bytes long", length));
  }
  return static_cast<Index>(text_at) + length;
}

NpyHeader parse_npy_header(std::string_view bytes) {
  const auto total = static_cast<std::size_t>(npy_header_bytes(bytes));
  if (bytes.size() < total) {
    fail("the file ends within it");
  }
  constexpr std::size_t kShortPrefix = 10;
  const std::size_t text_at =
      byte_at(bytes, kMagic.size()) == 1 ? kShortPrefix : std::size_t{kNpyPrefixBytes};
  DictionaryReader reader(bytes.substr(text_at, total - text_at));
  const DictionaryReader::Values values = reader.read();
  return {std::string(*values.descr), parse_order(*values.fortran_order),
          parse_shape(*values.shape), static_cast<Index>(total)};
}

NpyType parse_npy_type(std::string_view descr) {
  if (descr.starts_with('[') || descr.starts_with('(')) {
    refuse_type(descr, "structured");
  }
  const std::string_view code =
      descr.size() >= 2 ? descr.substr(1, descr.size() - 2) : std::string_view{};
  constexpr bool kNativeIsBig = std::endian::native == std::endian::big;
  constexpr std::string_view kOrders = "<>|=";
  if (code.size() < 2 || kOrders.find(code[0]) == std::string_view::npos) {
    refuse_type(descr, "unknown");
  }
  for (const auto& [letter, meaning] : kRefusedTypes) {
    if (code[1] == letter) {
      refuse_type(descr, meaning);
    }
  }
  NpyType type;
  type.big_endian = code[0] == '>' || (code[0] != '<' && kNativeIsBig);
  const std::string_view size = code.substr(2);
  const auto is_one_of = [&](std::string_view sizes) {
    return size.size() == 1 && sizes.find(size[0]) != std::string_view::npos;
  };
  if (code[1] == 'f' && is_one_of("248")) {
    type.kind = NpyType::Kind::floating;
  } else if (code[1] == 'i' && is_one_of("1248")) {
    type.kind = NpyType::Kind::signed_integer;
  } else if (code[1] == 'u' && is_one_of("1248")) {
    type.kind = NpyType::Kind::unsigned_integer;
  } else {
    refuse_type(descr, code[1] == 'f' ? "a floating-point type of unusual size" : "unknown");
  }
  type.bytes = size[0] - '0';
  type.big_endian = type.big_endian && type.bytes > 1;
  return type;
}

Index count_elements(const std::vector<Index>& shape) {
  // Room for 16 bytes an element, so that offsets do not overflow either.
  constexpr Index kMost = std::numeric_limits<Index>::max() / 16;
  Index count = 1;
  for (const Index dimension : shape) {
    if (dimension > 0 && count > kMost / dimension) {
      throw InputError(
          fmt::format("{} entries are more than 64-bit sizes can count", shape_text(shape)));
    }
    count *= dimension;
  }
  return count;
}

std::string shape_text(const std::vector<Index>& shape) {
  if (shape.empty()) {
    return "scalar";
  }
  constexpr std::size_t kShown = 8;
  const auto shown = std::span(shape).first(std::min(shape.size(), kShown));
  return fmt::format("{}{}", fmt::join(shown, "x"), shape.size() > kShown ? "x..." : "");
}

void require_matrix_shape(const std::vector<Index>& shape) {
  if (shape.size() != 2) {
    throw InputError(
        fmt::format("it has {} dimension{} ({}), but a matrix has 2. Reshape it: np.save(FILE, "
                    "array.reshape(len(array), -1))",
                    shape.size(), shape.size() == 1 ? "" : "s", shape_text(shape)));
  }
  if (count_elements(shape) == 0) {
    throw InputError(
        fmt::format("it is empty ({}): there is nothing to factorize", shape_text(shape)));
  }
}

}  // namespace tessera::io
