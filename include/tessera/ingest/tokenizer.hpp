#pragma once

#include <string_view>

#include "tessera/config/vectorize_options.hpp"
#include "tessera/ingest/tokens.hpp"
#include "tessera/ingest/word_set.hpp"

namespace tessera::ingest {

/// Cuts text into words: the longest runs of letters, digits and underscores, as Python's regular
/// expression \w+ finds them. A character is one of these if its general category is L* or it has a
/// numeric value (Unicode Standard Annex #44, properties gc and nt).
///
/// First the text is brought to the Unicode form, then its case is mapped, both as ICU does it, the
/// latter without regard to any language. Shorter words than min_length characters, and stop words,
/// are left out.
class Tokenizer {
 public:
  explicit Tokenizer(const TermOptions& options, WordSet stop_words = {});

  /// Appends the words of a text. @pre well-formed UTF-8 of less than 2 GiB
  void append_words(std::string_view text, Tokens& words) const;

 private:
  void append_ascii(std::string_view text, Tokens& words) const;
  void append_unicode(std::string_view text, Tokens& words) const;
  void end_word(Index characters, Tokens& words) const;
  void keep_unless_stopped(Tokens& words) const;

  CaseMapping letter_case_;
  UnicodeForm unicode_form_;
  Index min_length_;
  WordSet stop_words_;
};

}  // namespace tessera::ingest
