#include "tessera/report/progress.hpp"

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tessera::report {
namespace {

/// A Progress whose time the test sets and whose output it keeps.
class ProgressTest : public ::testing::Test {
 protected:
  void start(Progress::Style style, Index width = 100) {
    progress_ = std::make_unique<Progress>(
        style, [this] { return now_; },
        [this](std::string_view text) { shown_.emplace_back(text); }, width);
  }
  void iterate(double now, Index iteration, double relative_error) {
    now_ = now;
    progress_->on_iteration(
        {.iteration = iteration, .seconds = now, .relative_error = relative_error}, 500);
  }

  double now_ = 0;
  std::vector<std::string> shown_;
  std::unique_ptr<Progress> progress_;
};

TEST_F(ProgressTest, WritesALineForTheFirstIterationThenEveryFiveSeconds) {
  start(Progress::Style::lines);
  iterate(1.0, 1, 0.5);
  iterate(5.9, 2, 0.4);
  iterate(6.0, 3, 0.25);
  iterate(7.0, 4, 0.2);
  ASSERT_EQ(shown_.size(), 2U);
  EXPECT_EQ(shown_[0], "iteration 1/500  relative error 0.50000  1.0 s\n");
  EXPECT_EQ(shown_[1],
            "iteration 3/500  relative error 0.25000  change -1.5e-01  6.0 s  0.4 it/s\n");
}

TEST_F(ProgressTest, ShowsTheLastIterationAtTheEnd) {
  start(Progress::Style::lines);
  iterate(0.0, 1, 0.5);
  iterate(1.0, 2, 0.4);
  progress_->finish();
  progress_->finish();
  ASSERT_EQ(shown_.size(), 2U);
  EXPECT_EQ(shown_[1].substr(0, 15), "iteration 2/500");
}

TEST_F(ProgressTest, RewritesOneLineAtMostTenTimesASecond) {
  start(Progress::Style::live);
  for (int i = 1; i <= 1000; ++i) {
    iterate(i * 0.001, i, 0.5);
  }
  EXPECT_LE(shown_.size(), 11U);
  EXPECT_GE(shown_.size(), 9U);
  for (const auto& text : shown_) {
    EXPECT_EQ(text.front(), '\r');
    EXPECT_EQ(text.find('\n'), std::string::npos);
  }
}

TEST_F(ProgressTest, EndsTheLiveLineWhenAnErrorUnwinds) {
  start(Progress::Style::live);
  iterate(0.0, 1, 0.5);
  progress_.reset();
  EXPECT_EQ(shown_.back(), "\n");
}

TEST_F(ProgressTest, CutsALiveLineToTheTerminal) {
  start(Progress::Style::live, 20);
  iterate(0.0, 1, 0.5);
  EXPECT_EQ(shown_.back(), "\riteration 1/500  re\x1b[K");
}

TEST_F(ProgressTest, ShowsTheLossWhereThereIsNoRelativeError) {
  start(Progress::Style::lines);
  progress_->on_iteration({.iteration = 7,
                           .seconds = 0.25,
                           .loss = 1234.5,
                           .relative_error = std::numeric_limits<double>::quiet_NaN()},
                          0);
  EXPECT_EQ(shown_.back(), "iteration 7  loss 1234.5  0.2 s\n");
}

TEST_F(ProgressTest, SaysNothingWhenSilent) {
  start(Progress::Style::silent);
  iterate(0.0, 1, 0.5);
  progress_->finish();
  EXPECT_TRUE(shown_.empty());
}

TEST_F(ProgressTest, SaysNothingWhenTheLoopNeverRan) {
  start(Progress::Style::live);
  progress_->finish();
  EXPECT_TRUE(shown_.empty());
}

}  // namespace
}  // namespace tessera::report
