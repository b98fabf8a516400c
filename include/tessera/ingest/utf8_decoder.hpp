#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

#include "tessera/config/vectorize_options.hpp"
#include "tessera/core/types.hpp"

namespace tessera::ingest {

/// The place of the first byte from `at` on that is not ASCII; the text's size if there is none.
[[nodiscard]] std::size_t find_non_ascii(std::string_view text, std::size_t at);

/// The place of the first byte that belongs to no well-formed UTF-8 character; npos if there is
/// none. @pre less than 2 GiB, as everywhere here
[[nodiscard]] std::size_t find_malformed(std::string_view text);

/// The text with what is malformed handled: replaced by U+FFFD, left out, or each of its bytes
/// taken for the Latin-1 character of that number. What belongs together as the beginning of a
/// character is replaced as one, as Unicode recommends (The Unicode Standard, section 3.9).
/// @pre policy is not EncodingErrors::error
[[nodiscard]] std::string repair_utf8(std::string_view text, EncodingErrors policy);

/// Where some bytes come from.
struct BytesPlace {
  std::string_view file;  ///< for messages
  Index line = 0;         ///< 0: the bytes are the whole file
  Index order = 0;        ///< the first places have the lowest number
};

/// Makes sure that text is UTF-8, on one process.
class Utf8Decoder {
 public:
  explicit Utf8Decoder(EncodingErrors policy) : policy_(policy) {}

  /// The bytes, or what has become of them; valid until the next call. A byte order mark at the
  /// beginning is left out. @throws InputError if something is malformed and that is an error.
  [[nodiscard]] std::string_view decode(std::string_view bytes, const BytesPlace& place);

  /// Calls of decode() that found malformed bytes.
  [[nodiscard]] Index repaired() const { return repaired_; }
  /// The first of them for messages, and its order.
  [[nodiscard]] const std::string& first_repaired() const { return first_repaired_; }
  [[nodiscard]] Index first_order() const { return first_order_; }

 private:
  EncodingErrors policy_;
  std::string buffer_;
  Index repaired_ = 0;
  std::string first_repaired_;
  Index first_order_ = std::numeric_limits<Index>::max();
};

}  // namespace tessera::ingest
