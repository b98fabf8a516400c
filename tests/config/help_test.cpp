#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tessera/config/compress_options.hpp"
#include "tessera/config/export_options.hpp"
#include "tessera/config/options.hpp"
#include "tessera/config/parse.hpp"
#include "tessera/config/recommend_options.hpp"
#include "tessera/config/report_options.hpp"
#include "tessera/config/topics_options.hpp"
#include "tessera/config/vectorize_options.hpp"

#include "command_line.hpp"

namespace tessera::config {
namespace {

using testing::expect_contains;

/// The number of characters, which is what a terminal shows, of UTF-8 text.
std::ptrdiff_t width(const std::string& line) {
  return std::ranges::count_if(line, [](char byte) { return (byte & 0xc0) != 0x80; });
}

/// One blank wherever there are several, or a line ends.
std::string without_line_breaks(const std::string& text) {
  std::istringstream words(text);
  std::string joined;
  for (std::string word; words >> word;) {
    joined += word + " ";
  }
  return joined;
}

template <class Options>
class HelpTest : public ::testing::Test {};
using Commands =
    ::testing::Types<FactorizeOptions, TransformOptions, EvaluateOptions, CompareOptions,
                     ReconstructOptions, SpectrumOptions, InspectOptions, ComponentsOptions,
                     ImportOptions, VectorizeOptions, RecommendOptions, CompressOptions,
                     GenerateOptions, TopicsOptions, ExportOptions, ReportOptions>;
TYPED_TEST_SUITE(HelpTest, Commands);

TYPED_TEST(HelpTest, SaysHowToUseTheCommandAndGivesAnExample) {
  const std::string text = help<TypeParam>();
  EXPECT_EQ(text.rfind("Usage: tessera ", 0), 0U);
  expect_contains(text, "\nExample:\n  ");
  expect_contains(text, "--config FILE");
  expect_contains(text, "--help");
}

TYPED_TEST(HelpTest, FitsATerminal) {
  std::istringstream lines(help<TypeParam>());
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(width(line), 96) << line;
    EXPECT_FALSE(line.ends_with(' ')) << line;
  }
}

TYPED_TEST(HelpTest, ListsEveryOptionThatHasADefaultWithIt) {
  const std::string text = help<TypeParam>();
  TypeParam defaults;
  std::istringstream lines(effective_configuration(defaults));
  for (std::string line; std::getline(lines, line);) {
    const std::string name = line.substr(0, line.find(' '));
    const std::string value = line.substr(line.rfind(' ') + 1);
    const auto begin = text.find("\n  --" + name);
    if (name == "kind") {
      expect_contains(text, "\n  KIND");
      continue;
    }
    ASSERT_NE(begin, std::string::npos) << name;
    if (name != "rank" && value != "false") {
      std::string entry = text.substr(begin + 1, text.find("\n  --", begin + 1) - begin);
      std::ranges::replace(entry, '\n', ' ');
      expect_contains(entry, value + ")");
    }
  }
}

TEST(Help, FactorizeIsGroupedAndTellsUnits) {
  const std::string text = help<FactorizeOptions>();
  std::size_t last = 0;
  for (const std::string heading :
       {"\nInput:\n", "\nFactorization:\n", "\nStopping, ", "\nRun:\n", "\nOutput:\n"}) {
    const auto place = text.find(heading);
    ASSERT_NE(place, std::string::npos) << heading;
    EXPECT_GT(place, last);
    last = place;
  }
  expect_contains(text, "--rank K");
  expect_contains(text, "number of components (must be given)");
  expect_contains(without_line_breaks(text),
                  "auto is hals, or mu unless the loss is frobenius: auto, hals, anls-bpp, "
                  "anls-active-set, nesterov, admm, mu, gradient or "
                  "als (default: auto)");
  expect_contains(text, "--time-limit SECONDS");
}

TEST(EffectiveConfiguration, RepeatsTheRun) {
  const auto path = std::filesystem::temp_directory_path() / "tessera-effective.ini";
  const auto original = parse<FactorizeOptions>(
      {"dir/data file.h5", "--rank", "12", "--output", "out=1.h5", "--algorithm", "als",
       "--tolerance", "1.25e-7", "--seed", "18446744073709551615", "--time-limit", "0.1",
       "--verbose", "--grid", "2x2"});
  const std::string text = effective_configuration(original);
  std::ofstream(path) << text;
  const auto repeated = parse<FactorizeOptions>({"--config", path.string()});
  std::filesystem::remove(path);

  EXPECT_EQ(effective_configuration(repeated), text);
  EXPECT_EQ(repeated.input.path, original.input.path);
  EXPECT_EQ(repeated.output, original.output);
  EXPECT_EQ(repeated.solver.algorithm, Algorithm::als);
  EXPECT_EQ(repeated.stopping.tolerance, 1.25e-7);
  EXPECT_EQ(repeated.stopping.time_limit, 0.1);
  EXPECT_TRUE(repeated.run.verbose);
}

TEST(EffectiveConfiguration, LeavesOutWhatIsEmpty) {
  const std::string text = effective_configuration(FactorizeOptions{});
  EXPECT_EQ(text.find("dataset"), std::string::npos);
  expect_contains(text, "max-iterations = 500\n");
}

TEST(EffectiveConfiguration, SaysWhatAFileCannotHold) {
  FactorizeOptions options;
  options.input.path = "a#b.h5";
  expect_contains(effective_configuration(options), "# only on the command line: input = a#b.h5\n");
}

}  // namespace
}  // namespace tessera::config
