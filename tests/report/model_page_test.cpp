#include "tessera/report/model_page.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "markup.hpp"

namespace tessera::report {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

using testing::count;
using testing::expect_well_formed;

/// A result of k components over n columns, without anything to look at.
ModelPage example_page(Index k, Index n) {
  ModelPage page;
  page.model = "parts.h5";
  auto& info = page.info;
  info.rows = 1200;
  info.columns = n;
  info.rank = k;
  info.input = "data/faces.h5:/X";
  info.algorithm = "hals";
  info.normalization = "l2";
  info.relative_error = 0.1;
  info.loss_value = 12.5;
  info.loss_per_entry = 0.25;
  info.iterations = 40;
  info.stop_reason = "tolerance";
  info.process_grid = "2x3";
  info.version = "0.1.0";
  info.seconds = 1.5;
  info.configuration = "input = data/faces.h5\nrank = 3\n";
  for (Index iteration = 1; iteration <= 40; ++iteration) {
    const auto t = static_cast<double>(iteration);
    info.history.push_back({iteration, t / 10, 1 / t, std::sqrt(1 / t)});
  }
  info.phases = {{"product", 1, 1.5, 2}, {"update", 0.5, 0.5, 0.5}};
  page.w.assign(static_cast<std::size_t>(k), {.sum = 4, .squares = 8, .largest = 2, .leads = 400});
  page.h = page.w;
  page.gram = Matrix<double>(k, k);
  for (Index l = 0; l < k; ++l) {
    page.gram(l, l) = 1;
  }
  page.components.shown = k;
  page.components.tops.resize(static_cast<std::size_t>(k));
  page.components.profiles = Matrix<double>(k, n);
  return page;
}

std::string html_of(const ModelPage& page) {
  const std::string html = model_page_html(page);
  expect_well_formed(html);
  return html;
}

void expect_says(const std::string& html, std::string_view words) {
  EXPECT_NE(html.find(words), std::string::npos) << words;
}

TEST(ModelPage, SaysInPlainWordsHowWellItFits) {
  const std::string html = html_of(example_page(3, 20));
  expect_says(html, "3 components explain 99.0\u00a0% of this 1200 × 20 matrix");
  expect_says(html, "The relative error ‖A − WH‖ / ‖A‖ is 0.1.");
  expect_says(html, "after 40 iterations and 1.5\u00a0s");
}

TEST(ModelPage, DoesNotRoundAFitUpToAPerfectOne) {
  auto page = example_page(3, 20);
  page.info.relative_error = 0.002;
  expect_says(html_of(page), "explain more than 99.99\u00a0% of");
  page.info.relative_error = 0;
  expect_says(html_of(page), "explain 100.00\u00a0% of");
}

TEST(ModelPage, TellsOfEntriesThatWereHeldOut) {
  auto page = example_page(3, 20);
  page.info.held_out_entries = 7890;
  page.info.held_out_rmse = 0.75;
  expect_says(html_of(page),
              "On 7890 entries that the run had not seen, the root of the mean "
              "squared error is 0.75.");
}

TEST(ModelPage, SaysOtherLossesByTheirNames) {
  auto page = example_page(1, 20);
  page.info.relative_error = kNan;
  page.info.loss = "kl";
  for (auto& record : page.info.history) {
    record.relative_error = kNan;
  }
  const std::string html = html_of(page);
  expect_says(
      html,
      "1 component describes this 1200 × 20 matrix with a loss of 12.5</strong>, 0.25 for each "
      "entry (Kullback–Leibler divergence)");
  EXPECT_EQ(html.find("explain"), std::string::npos);
  EXPECT_EQ(html.find("nan"), std::string::npos);
}

TEST(ModelPage, WarnsOfWhatMightBeBetter) {
  auto page = example_page(3, 20);
  EXPECT_EQ(count(html_of(page), "class=\"warning\""), 0U);
  page.info.stop_reason = "max-iterations";
  page.info.dead_components = 1;
  EXPECT_EQ(count(html_of(page), "class=\"warning\""), 2U);
  page.info.stop_reason = "unfinished";
  expect_says(html_of(page), "checkpoint of a run that had not ended");
}

TEST(ModelPage, LoadsNothingAndRunsNothing) {
  auto page = example_page(3, 20);
  page.view = View::pictures;
  page.image_shape = {4, 5};
  page.components.pictures = Matrix<double>(3, 20);
  const std::string html = html_of(page);
  expect_says(html, "Content-Security-Policy\" content=\"default-src 'none'");
  for (const std::string_view forbidden : {"<script", "http:", "https:", "@import", "url(", "<link",
                                           "<iframe", "onload", "javascript:"}) {
    EXPECT_EQ(html.find(forbidden), std::string::npos) << forbidden;
  }
  EXPECT_EQ(count(html, "<img "), 3U);
  EXPECT_EQ(count(html, "src=\""), count(html, "src=\"data:image/png;base64,"));
  EXPECT_EQ(count(html, "<img alt=\""), 3U);
}

TEST(ModelPage, ShowsColours) {
  auto page = example_page(3, 12);
  page.view = View::pictures;
  page.image_shape = {2, 2, 3};
  page.components.pictures = Matrix<double>(3, 12);
  const std::string html = html_of(page);
  expect_says(html, "the colour that it adds");
  EXPECT_EQ(count(html, "<img "), 3U);
}

TEST(ModelPage, EscapesEveryTextOfTheFile) {
  const std::string evil = "<script>alert('x')</script>\"&\x1b[31m\xff\n</style>";
  auto page = example_page(2, 3);
  page.model = evil;
  auto& info = page.info;
  info.input = info.algorithm = info.stop_reason = info.process_grid = info.version = evil;
  info.loss = info.normalization = info.instruction_set = evil;
  info.configuration = "init = " + evil;
  info.phases[0].phase = evil;
  page.view = View::words;
  page.components.tops[0] = {{0, evil, 2}, {1, evil, 1}};
  page.samples.rows = {7};
  page.samples.names = {evil};
  page.samples.columns = {evil, evil, evil};
  page.samples.original = Matrix<double>(1, 3);
  page.samples.original(0, 1) = 1;
  page.samples.rebuilt = Matrix<double>(1, 3);
  const std::string html = html_of(page);
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html.find('\x1b'), std::string::npos);
  EXPECT_EQ(html.find('\xff'), std::string::npos);
  EXPECT_EQ(count(html, "</style>"), 2U);  // of the charts, and of the page
  EXPECT_GE(count(html, "&lt;script&gt;"), 10U);
}

TEST(ModelPage, IsBoundedForManyComponentsAndIterations) {
  auto page = example_page(1000, 30);
  page.components.shown = 40;
  page.components.profiles = Matrix<double>(40, 30);
  page.info.history.clear();
  for (Index iteration = 1; iteration <= 100'000; ++iteration) {
    const auto t = static_cast<double>(iteration);
    page.info.history.push_back({iteration, t, 1 / t, 1 / t});
  }
  const std::string html = html_of(page);
  EXPECT_LT(html.size(), 300'000U);
  expect_says(html, "The first 40 of 1000 components are shown.");
  expect_says(html, "The first 20 of 1000 are drawn.");
  expect_says(html, "The first 200 of 1000 components");
  expect_says(html, "30 of 100000 iterations");
}

TEST(ModelPage, TellsOfWhatAResultLacks) {
  auto page = example_page(1, 1);
  page.info.history.clear();
  page.info.phases.clear();
  page.w = page.h = {{}};
  page.gram = Matrix<double>(1, 1);
  const std::string html = html_of(page);
  expect_says(html, "holds no history");
  expect_says(html, "written by an earlier version");
  EXPECT_EQ(html.find("id=\"similarity\""), std::string::npos);
  EXPECT_EQ(html.find("id=\"samples\""), std::string::npos);
  expect_says(html, "Component 0 · dead");
}

TEST(ModelPage, ComparesTheSlowestProcessWithTheMean) {
  // (2 + 0.5) / (1.5 + 0.5) over products and updates.
  expect_says(html_of(example_page(2, 5)), "the slowest process took 1.25 times the mean");
}

TEST(ModelPage, ShowsRowsBesideTheirProduct) {
  auto page = example_page(2, 4);
  page.samples.rows = {3, 8};
  page.samples.peak = 2;
  page.samples.original = Matrix<double>(2, 4);
  page.samples.rebuilt = Matrix<double>(2, 4);
  page.samples.original(0, 1) = 2;
  page.samples.rebuilt(0, 1) = 1;
  std::string html = html_of(page);
  expect_says(html, "Relative error of this row: 0.5.");
  expect_says(html, "This row is all zero.");
  page.view = View::pictures;
  page.image_shape = {2, 2};
  page.components.pictures = Matrix<double>(2, 4);
  html = html_of(page);
  expect_says(html, "PSNR 12.0 dB");  // 10·log10(4 / 0.25)
  EXPECT_EQ(count(html, "<img "), 2U + 2 * 2);
  page.view = View::profile;
  page.samples.original(0, 3) = kNan;
  expect_says(html_of(page), "A ends at 2 with 0. W·H ends at 2 with 0.");
  page.samples.other_matrix = true;
  expect_says(html_of(page), "its fingerprint differs");
}

}  // namespace
}  // namespace tessera::report
