#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tessera/config/parse.hpp"
#include "tessera/core/error.hpp"

/// Command lines as config::parse() takes them, and what it says against them.
namespace tessera::testing {

using Words = std::vector<std::string>;

/// What factorize cannot do without, and more words.
inline Words factorize_words(const Words& more = {}) {
  Words words = {"data.h5", "--rank", "4", "--output", "result.h5"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// The message with which a command line is refused; empty if it is not.
template <class Options = FactorizeOptions>
std::string refusal(const Words& words) {
  try {
    static_cast<void>(config::parse<Options>(words));
    return "";
  } catch (const UsageError& error) {
    return error.what();
  }
}

inline void expect_contains(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << "'" << part << "' is not in: " << text;
}

}  // namespace tessera::testing
