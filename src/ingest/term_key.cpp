#include "tessera/ingest/term_key.hpp"

namespace tessera::ingest {
namespace {

std::uint64_t load(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

}  // namespace

TermKey key_of(std::string_view term) {
  if (term.size() <= kShortTerm) {
    std::array<char, kShortTerm> padded{};
    term.copy(padded.data(), term.size());
    return key_of_padded({padded.data(), term.size()});
  }
  const std::uint64_t first = load(term.data());
  const std::uint64_t last = load(term.data() + term.size() - sizeof(last));
  const std::size_t size = term.size();
  std::uint64_t seed = size;
  for (; term.size() > kShortTerm; term.remove_prefix(kShortTerm)) {
    seed = fold(load(term.data()) ^ seed, load(term.data() + sizeof(seed)) ^ size);
  }
  return make_key(first, last, size, seed);
}

}  // namespace tessera::ingest
