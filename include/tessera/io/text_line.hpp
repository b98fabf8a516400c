#pragma once

#include <string>
#include <string_view>

#include "tessera/core/error.hpp"
#include "tessera/core/types.hpp"

namespace tessera::io {

/// One line of a text file without its line end.
struct TextLine {
  std::string_view text;
  Index number = 0;  ///< 1-based, in the whole file
};

/// Consecutive complete lines of a text file.
struct TextChunk {
  std::string_view text;
  Index first_line = 1;  ///< number of the line the text begins with

  [[nodiscard]] bool empty() const { return text.empty(); }
};

/// Which line ends also end what a text is a list of.
enum class LineEnds {
  every,
  outside_quotes  ///< as in a table whose quoted fields may hold line ends
};

/// Finds the last line end of a text that comes piece by piece.
class LineEndSearch {
 public:
  /// @param inside_quotes whether a quote is open where the text begins.
  explicit LineEndSearch(LineEnds ends, bool inside_quotes = false)
      : ends_(ends), inside_quotes_(inside_quotes) {}

  /// The place behind the first line end of the next piece; npos if there is none, and then the
  /// piece after it may be searched.
  [[nodiscard]] std::size_t first(std::string_view piece);
  /// The place behind the last line end of the next piece; npos if there is none.
  [[nodiscard]] std::size_t last(std::string_view piece);

 private:
  LineEnds ends_;
  bool inside_quotes_;
};

/// A line that cannot be what it should be. Its message begins with "line N: ".
class LineError : public InputError {
 public:
  LineError(Index line, const std::string& what)
      : InputError("line " + std::to_string(line) + ": " + what), line_(line) {}
  [[nodiscard]] Index line() const { return line_; }

 private:
  Index line_;
};

/// Text for a message: in quotes, what is not printable ASCII escaped, cut to about 60 characters.
[[nodiscard]] std::string excerpt(std::string_view text);

/// The text without spaces and tabs at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);

/// Whether there is nothing but spaces and tabs.
[[nodiscard]] inline bool is_blank(std::string_view text) { return trim(text).empty(); }

/// Number of '\n' in the text.
[[nodiscard]] Index count_newlines(std::string_view text);
/// Whether the text holds an odd number of double quotes.
[[nodiscard]] bool leaves_quote_open(std::string_view text);

/// Takes the first line off the text. It ends at LF, CR LF or the end of the text.
/// @pre text is not empty.
[[nodiscard]] std::string_view take_line(std::string_view& text);

/// Calls visit(TextLine) with each line in turn.
template <class Visit>
void for_each_line(const TextChunk& chunk, Visit&& visit) {
  std::string_view rest = chunk.text;
  for (Index number = chunk.first_line; !rest.empty(); ++number) {
    visit(TextLine{take_line(rest), number});
  }
}

}  // namespace tessera::io
