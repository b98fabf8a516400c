#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tessera/io/text_line.hpp"

namespace tessera::io {

/// The whole text as a decimal integer; nothing if it is not one or does not fit 64 bits.
/// Independent of the locale, as everything here.
[[nodiscard]] std::optional<Index> to_index(std::string_view text);

/// The whole text as a decimal number, "nan" or "inf"; nothing if it is none of these or too large
/// for float64. What is too small becomes zero.
[[nodiscard]] std::optional<double> to_real(std::string_view text);

enum class Separator {
  blanks,          ///< spaces and tabs
  blanks_or_comma  ///< or one comma, with or without blanks around it
};

/// Reads the fields of one line from left to right.
class FieldReader {
 public:
  explicit FieldReader(const TextLine& line, Separator separator = Separator::blanks);

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  /// The next field. `what` says what it should be. @throws LineError at the end of the line.
  std::string_view next(std::string_view what);
  /// @throws LineError if the next field is no integer of 64 bits.
  Index next_index(std::string_view what);
  /// @throws LineError if the next field is no number.
  double next_real(std::string_view what);
  /// @throws LineError if there is another field.
  void expect_end() const;
  /// @throws LineError with this text and the whole line.
  [[noreturn]] void fail(const std::string& what) const;

 private:
  [[nodiscard]] bool ends_field(char character) const;
  void skip_separator();

  TextLine line_;
  std::string_view rest_;
  Separator separator_;
};

}  // namespace tessera::io
