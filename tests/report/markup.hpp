#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace tessera::report::testing {

inline std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

/// Every tag of a page is closed in order, but those that HTML never closes, and no special
/// character stands for itself.
inline void expect_well_formed(const std::string& html) {
  constexpr std::array<std::string_view, 3> kVoid = {"meta", "img", "!DOCTYPE"};
  std::vector<std::string> open;
  for (auto at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
    const std::string tag = html.substr(at + 1, html.find('>', at) - at - 1);
    const std::string name = tag.substr(0, tag.find(' '));
    EXPECT_EQ(tag.find('<'), std::string::npos) << tag.substr(0, 80);
    EXPECT_EQ(count(tag, "\"") % 2, 0U) << tag.substr(0, 80);
    if (tag.starts_with('/')) {
      ASSERT_FALSE(open.empty()) << tag;
      EXPECT_EQ("/" + open.back(), tag);
      open.pop_back();
    } else if (!tag.ends_with('/') && std::ranges::find(kVoid, name) == kVoid.end()) {
      open.push_back(name);
    }
  }
  EXPECT_TRUE(open.empty());
  EXPECT_EQ(count(html, "&"), count(html, "&amp;") + count(html, "&lt;") + count(html, "&gt;") +
                                  count(html, "&quot;") + count(html, "&apos;"));
}

}  // namespace tessera::report::testing
