#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tessera/core/types.hpp"

namespace tessera::ingest {

/// The words of a document in order. They lie in one text with a blank between them, so that any
/// sequence of them is a part of it.
class Tokens {
 public:
  void clear() {
    text_.clear();
    begins_.assign(1, 0);
  }
  [[nodiscard]] Index size() const { return std::ssize(begins_) - 1; }
  /// `count` words from the given one on, with blanks between. @pre first + count <= size()
  [[nodiscard]] std::string_view sequence(Index first, Index count) const {
    const std::size_t begin = begins_[static_cast<std::size_t>(first)];
    const std::size_t end = begins_[static_cast<std::size_t>(first + count)];
    return std::string_view(text_).substr(begin, end - begin - 1);
  }

  /// The text behind the last word, where the next one is made.
  [[nodiscard]] std::string& text() { return text_; }
  /// The beginning of the word in the making.
  [[nodiscard]] std::string_view unfinished() const {
    return std::string_view(text_).substr(begins_.back());
  }
  void keep_unfinished() {
    text_ += ' ';
    begins_.push_back(text_.size());
  }
  void drop_unfinished() { text_.resize(begins_.back()); }

  /// Place for a text of which words will be taken, of at least so many characters.
  [[nodiscard]] std::span<char> draft(std::size_t size) {
    if (draft_.size() < size + kCopied) {
      draft_.resize(size + kCopied);
    }
    return draft_;
  }
  /// Makes these characters of the draft the unfinished word.
  void append_draft(std::size_t begin, std::size_t end) {
    const std::size_t at = text_.size();
    const std::size_t size = end - begin;
    if (size <= kCopied) {  // a copy of fixed length needs no loop
      text_.append(draft_.data() + begin, kCopied);
      text_.resize(at + size);
    } else {
      text_.append(draft_.data() + begin, size);
    }
  }

 private:
  static constexpr std::size_t kCopied = 16;  ///< characters at once: most words are shorter

  std::string text_;
  std::vector<char> draft_;                ///< with kCopied characters behind those asked for
  std::vector<std::size_t> begins_ = {0};  ///< of each word, and of the next
};

}  // namespace tessera::ingest
