#include "tessera/report/terminal.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tessera/core/error.hpp"

#include "lines_of.hpp"

namespace tessera::report {
namespace {

using testing::lines_of;

Environment environment(std::map<std::string, std::string> variables) {
  return [variables](const char* name) {
    const auto at = variables.find(name);
    return at == variables.end() ? nullptr : at->second.c_str();
  };
}

std::string show(const Matrix<float>& components, ImageShape shape, const Terminal& terminal,
                 const MontageOptions& options = {}) {
  return text_montage(components.view(), shape, options, terminal);
}

TEST(GrayBlocks, NeedColoursAndUtf8) {
  EXPECT_TRUE(
      supports_gray_blocks(environment({{"TERM", "xterm-256color"}, {"LANG", "en_US.UTF-8"}})));
  EXPECT_TRUE(supports_gray_blocks(
      environment({{"TERM", "xterm-kitty"}, {"COLORTERM", "truecolor"}, {"LC_CTYPE", "C.utf8"}})));
  EXPECT_FALSE(supports_gray_blocks(environment({{"TERM", "xterm"}, {"LANG", "en_US.UTF-8"}})));
  EXPECT_FALSE(supports_gray_blocks(environment({{"TERM", "xterm-256color"}, {"LANG", "C"}})));
  EXPECT_FALSE(supports_gray_blocks(environment({})));
}

TEST(GrayBlocks, FollowTheLocaleThatCounts) {
  EXPECT_FALSE(supports_gray_blocks(
      environment({{"TERM", "xterm-256color"}, {"LANG", "en_US.UTF-8"}, {"LC_ALL", "POSIX"}})));
}

TEST(GrayBlocks, AreSwitchedOffByTheUser) {
  std::map<std::string, std::string> variables = {
      {"TERM", "xterm-256color"}, {"LANG", "C.UTF-8"}, {"NO_COLOR", "1"}};
  EXPECT_FALSE(supports_gray_blocks(environment(variables)));
  variables["NO_COLOR"] = "";  // set but empty does not count
  EXPECT_TRUE(supports_gray_blocks(environment(variables)));
  variables["TERM"] = "dumb";
  variables["COLORTERM"] = "truecolor";
  EXPECT_FALSE(supports_gray_blocks(environment(variables)));
}

TEST(TextMontage, ShowsPixelsOnTheAsciiRamp) {
  Matrix<float> components(1, 8);  // 4 high, 2 wide: two lines of two characters
  components(0, 0) = components(0, 2) = 1;
  components(0, 5) = 0.5F;
  components(0, 7) = 0.5F;
  EXPECT_EQ(show(components, {4, 2}, {}), "@ \n +\n\n");
}

TEST(TextMontage, ShowsTwoPixelsPerHalfBlock) {
  Matrix<float> components(1, 6);  // 2 high, 3 wide
  components(0, 0) = 1;
  EXPECT_EQ(show(components, {2, 3}, {.gray_blocks = true}),
            "\x1b[38;5;16;48;5;231m▀\x1b[38;5;231;48;5;231m▀▀\x1b[0m\n\n");
}

TEST(TextMontage, AveragesAreasWhenItScalesDown) {
  Matrix<float> components(1, 16);  // 4 x 4 onto 2 x 2 pixels, that is one line of 2 characters
  for (const Index pixel : {0, 1, 4, 5, 8, 9, 12, 13}) {
    components(0, pixel) = 1;
  }
  EXPECT_EQ(show(components, {4, 4}, {.width = 2}), "@ \n\n");
}

TEST(TextMontage, NeverExceedsTheWidthOfTheTerminal) {
  const Matrix<float> components(30, 64 * 64);
  for (const Index width : {1, 10, 23, 80, 81, 200}) {
    for (const auto& line : lines_of(show(components, {64, 64}, {.width = width}))) {
      if (line.find("components") == std::string::npos) {
        EXPECT_LE(static_cast<Index>(line.size()), width);
      }
    }
  }
}

TEST(TextMontage, SaysHowManyComponentsAreLeftOut) {
  const Matrix<float> components(49, 19 * 19);
  const auto lines = lines_of(show(components, {19, 19}, {.width = 80, .height = 40}));
  EXPECT_LE(lines.size(), 40U);
  EXPECT_EQ(lines.back(), "12 of 49 components (--output FILE.png shows all)");
}

TEST(TextMontage, TakesTheWantedNumberOfColumns) {
  const Matrix<float> components(6, 4 * 4);
  const auto lines = lines_of(show(components, {4, 4}, {}, {.columns = 3}));
  EXPECT_EQ(std::ranges::count(lines.front(), '|'), 2);
}

TEST(TextMontage, CrossesOutDeadComponents) {
  EXPECT_EQ(show(Matrix<float>(1, 32), {8, 4}, {}), "=  =\n == \n == \n=  =\n\n");
}

TEST(TextMontage, RefusesAShapeOfAnotherSize) {
  EXPECT_THROW(show(Matrix<float>(1, 12), {3, 5}, {}), UsageError);
}

}  // namespace
}  // namespace tessera::report
