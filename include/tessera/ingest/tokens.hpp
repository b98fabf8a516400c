#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "tessera/core/types.hpp"
#include "tessera/ingest/term_key.hpp"

namespace tessera::ingest {

/// The words of a document in order. They lie in one text with a blank between them, so that any
/// sequence of them is a part of it.
class Tokens {
 public:
  void clear() {
    size_ = 0;
    begins_.assign(1, 0);
  }
  [[nodiscard]] Index size() const { return std::ssize(begins_) - 1; }
  /// `count` words from the given one on, with blanks between; kShortTerm bytes can be read from
  /// its beginning on. @pre first + count <= size()
  [[nodiscard]] std::string_view sequence(Index first, Index count) const {
    const std::size_t begin = begins_[static_cast<std::size_t>(first)];
    const std::size_t end = begins_[static_cast<std::size_t>(first + count)];
    return {text_.data() + begin, end - begin - 1};
  }

  /// Makes room for so many more characters, blanks among them.
  void reserve(std::size_t more) {
    const std::size_t needed = size_ + more + kPadding;
    if (text_.size() < needed) {
      text_.resize(std::max(needed, 2 * text_.size()));
    }
  }

  /// Puts characters behind the last word, where the next one is made. @pre there is room
  void append(std::string_view characters) {
    std::ranges::copy(characters, text_.data() + size_);
    size_ += characters.size();
  }
  /// The same for a word that lies in a draft.
  void append_draft(std::size_t begin, std::size_t end) {
    // A copy of fixed length needs no loop, and most words are shorter.
    const std::size_t length = end - begin;
    std::memcpy(text_.data() + size_, draft_.data() + begin, kPadding);
    if (length > kPadding) {
      std::memcpy(text_.data() + size_, draft_.data() + begin, length);
    }
    size_ += length;
  }
  /// The beginning of the word in the making; kShortTerm bytes can be read from there on.
  [[nodiscard]] std::string_view unfinished() const {
    return {text_.data() + begins_.back(), size_ - begins_.back()};
  }
  /// @pre there is room for one more character
  void keep_unfinished() {
    text_[size_++] = ' ';
    begins_.push_back(size_);
  }
  void drop_unfinished() { size_ = begins_.back(); }

  /// Place for a text of which words will be taken, of at least so many characters.
  [[nodiscard]] std::span<char> draft(std::size_t size) {
    if (draft_.size() < size + kPadding) {
      draft_.resize(size + kPadding);
    }
    return draft_;
  }

 private:
  static constexpr std::size_t kPadding = kShortTerm;  ///< characters behind what is in use

  std::vector<char> text_;
  std::size_t size_ = 0;  ///< of the text in use
  std::vector<char> draft_;
  std::vector<std::size_t> begins_ = {0};  ///< of each word, and of the next
};

}  // namespace tessera::ingest
