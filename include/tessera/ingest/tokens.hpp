#pragma once

#include <cstddef>
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

 private:
  std::string text_;
  std::vector<std::size_t> begins_ = {0};  ///< of each word, and of the next
};

}  // namespace tessera::ingest
