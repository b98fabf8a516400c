#include "tessera/ingest/term_counter.hpp"

#include <algorithm>

namespace tessera::ingest {
namespace {

/// Terms that are looked up together.
constexpr Index kBatch = 4096;

/// How many sequences of so many words begin in a document.
Index count_sequences(const Tokens& words, Index length) {
  return std::max<Index>(0, words.size() - length + 1);
}

}  // namespace

void TermCounter::add_document(const Tokens& words) {
  const std::span<TermCount> room = make_room(words);
  std::size_t size = 0;
  for (Index length = lengths_.shortest; length <= lengths_.longest; ++length) {
    const Index sequences = count_sequences(words, length);
    for (Index begin = 0; begin < sequences; begin += kBatch) {
      const Range firsts{begin, std::min(begin + kBatch, sequences)};
      size = count(number_batch(words, firsts, length), room, size);
    }
  }
  close_document(room.first(size));
}

std::span<TermCount> TermCounter::make_room(const Tokens& words) {
  constexpr std::size_t kBlock = std::size_t{1} << 19U;
  Index most = 0;
  for (Index length = lengths_.shortest; length <= lengths_.longest; ++length) {
    most += count_sequences(words, length);
  }
  const auto size = static_cast<std::size_t>(most);
  if (blocks_.empty() || blocks_.back().size() - used_ < size) {
    blocks_.emplace_back(std::max(kBlock, size));
    used_ = 0;
  }
  return std::span(blocks_.back()).subspan(used_, size);
}

std::span<const std::uint32_t> TermCounter::number_batch(const Tokens& words, Range firsts,
                                                         Index length) {
  // Step by step for all terms, so that memory is on its way when it is needed.
  keys_.resize(kBatch);
  numbers_.resize(kBatch);
  const auto size = static_cast<std::size_t>(firsts.size());
  for (std::size_t i = 0; i < size; ++i) {
    const Index first = firsts.begin + static_cast<Index>(i);
    keys_[i] = key_of_padded(words.sequence(first, length));
    table_.prefetch(keys_[i]);
  }
  for (std::size_t i = 0; i < size; ++i) {
    const Index first = firsts.begin + static_cast<Index>(i);
    numbers_[i] = table_.number_of(words.sequence(first, length), keys_[i]);
  }
  return std::span(numbers_).first(size);
}

std::size_t TermCounter::count(std::span<const std::uint32_t> terms, std::span<TermCount> document,
                               std::size_t size) {
  places_.resize(static_cast<std::size_t>(table_.size()), -1);
  // Without branches: whether a term has come before in its document cannot be guessed.
  for (const std::uint32_t term : terms) {
    const bool is_new = places_[term] < entries_;
    const Index place = is_new ? entries_ + static_cast<Index>(size) : places_[term];
    places_[term] = place;
    TermCount& entry = document[static_cast<std::size_t>(place - entries_)];
    entry = {term, is_new ? 1 : entry.count + 1};
    size += is_new ? 1 : 0;
  }
  return size;
}

void TermCounter::close_document(std::span<const TermCount> document) {
  facts_.resize(static_cast<std::size_t>(table_.size()));
  for (const auto [term, count] : document) {
    ++facts_[term].documents;
    facts_[term].occurrences += count;
  }
  documents_.push_back(document);
  used_ += document.size();
  entries_ += std::ssize(document);
}

}  // namespace tessera::ingest
