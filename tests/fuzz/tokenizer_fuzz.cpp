#include "tessera/ingest/tokenizer.hpp"
#include "tessera/ingest/utf8_decoder.hpp"

#include "fuzz.hpp"

using namespace tessera;
using namespace tessera::fuzz;

namespace {

constexpr EncodingErrors kPolicies[] = {EncodingErrors::replace, EncodingErrors::ignore,
                                        EncodingErrors::latin1};

}  // namespace

/// The first byte chooses what is done, the others are a document.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string repaired =
      ingest::repair_utf8(as_text(data + 1, size - 1), kPolicies[data[0] % 3]);
  require(ingest::find_malformed(repaired) == std::string_view::npos, "what is repaired is UTF-8");
  TermOptions options;
  options.letter_case = EnumNames<CaseMapping>::values[data[0] / 3 % 3].first;
  options.unicode_form = EnumNames<UnicodeForm>::values[data[0] / 9 % 3].first;
  ingest::Tokens words;
  words.clear();
  ingest::Tokenizer(options).append_words(repaired, words);
  for (Index word = 0; word < words.size(); ++word) {
    const std::string_view text = words.sequence(word, 1);
    require(text.size() >= 2 && text.find_first_of(" \t\n.,'\"") == std::string_view::npos,
            "words are words");
    require(ingest::find_malformed(text) == std::string_view::npos, "words are UTF-8");
  }
  return 0;
}
