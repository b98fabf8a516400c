#include "tessera/report/summary.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "example_report.hpp"

namespace tessera::report {
namespace {

TEST(Summary, SaysWhatMattersOnOnePage) {
  const std::string expected =
      "relative error   0.09331  (‖A − WH‖ / ‖A‖)\n"
      "loss             1234.5, 0.0020575 per entry\n"
      "stopped          max-iterations after 200 iterations\n"
      "result           model.h5\n"
      "input            faces.h5 /X\n"
      "                 1000 rows x 600 columns, uint8, 80 % nonzero, 0 to 255\n"
      "method           rank 10, loss frobenius, hals, init random, seed 7, float32\n"
      "machine          4 processes on 1 node, grid 2x2, 2 threads each, AVX2\n"
      "time             10.0 s, of which the iterations 8.000 s (1 GF/s)\n"
      "communication    125.0 KiB per iteration, all processes (as predicted)\n"
      "peak memory      95.4 MiB per process (largest 114.4 MiB, by formula 104.9 MiB)\n"
      "  phase              mean s  of time      min s      max s\n"
      "  read                1.000   10.0 %      0.750      1.250\n"
      "  product             5.000   50.0 %      4.000      6.000\n"
      "  update              0.500    5.0 %      0.500      0.500\n";
  EXPECT_EQ(summary_text(example_report()), expected);
}

TEST(Summary, NamesDeadComponentsAndWarnings) {
  RunReport report = example_report();
  report.outcome.dead_components = {8, 9};
  report.outcome.kkt_residual = 1.25e-3;
  report.warnings = {"not converged"};
  const std::string text = summary_text(report);
  EXPECT_NE(text.find("dead components  2 components of zeros only: 8, 9\n"), std::string::npos);
  EXPECT_NE(text.find("KKT residual     1.25e-03\n"), std::string::npos);
  EXPECT_NE(text.find("warning          not converged\n"), std::string::npos);
}

TEST(Summary, LeavesOutTheRelativeErrorOfALossThatHasNone) {
  RunReport report = example_report();
  report.outcome.relative_error = std::numeric_limits<double>::quiet_NaN();
  report.method.loss = "kl";
  const std::string text = summary_text(report);
  EXPECT_EQ(text.find("relative error"), std::string::npos);
  EXPECT_NE(text.find("rank 10, loss kl, hals"), std::string::npos);
}

TEST(Summary, ListsOnlyTheFirstOfManyDeadComponents) {
  RunReport report = example_report();
  for (Index component = 0; component < 1000; ++component) {
    report.outcome.dead_components.push_back(component);
  }
  EXPECT_NE(summary_text(report).find("1000 components of zeros only: 0, 1, 2, 3, 4, 5, 6, 7, ..."),
            std::string::npos);
}

TEST(Summary, ShowsControlCharactersOfFileNamesEscaped) {
  RunReport report = example_report();
  report.input.path = "a\x1b[2Jb.h5";
  EXPECT_NE(summary_text(report).find("a\\x1b[2Jb.h5"), std::string::npos);
}

TEST(Summary, FitsOnAScreenWithEveryPhase) {
  RunReport report = example_report();
  report.cost.phases.fill({1, 1, 1});
  const std::string text = summary_text(report);
  EXPECT_LE(std::ranges::count(text, '\n'), 25);
}

TEST(Payload, FollowsTheFormula) {
  const Payload payload = loop_payload(example_report());
  EXPECT_EQ(payload.predicted_bytes_per_iteration, 2 * 10 * 4 * (1000 + 600));
  EXPECT_EQ(payload.bytes_per_iteration, payload.predicted_bytes_per_iteration);
  EXPECT_TRUE(payload.as_predicted);
}

TEST(Payload, NoticesASingleByteTooMany) {
  RunReport report = example_report();
  report.cost.loop_traffic.bytes[0] += 1;
  EXPECT_FALSE(loop_payload(report).as_predicted);
  EXPECT_NE(summary_text(report).find("(predicted 125.0 KiB)"), std::string::npos);
}

TEST(Payload, OfNoIterationIsNothing) {
  RunReport report = example_report();
  report.outcome.iterations = 0;
  report.cost.predicted_payload = {};
  report.cost.loop_traffic = {};
  report.cost.loop_seconds = 0;
  EXPECT_EQ(loop_payload(report).bytes_per_iteration, 0);
  EXPECT_TRUE(loop_payload(report).as_predicted);
  EXPECT_EQ(loop_gflops(report), 0);
}

}  // namespace
}  // namespace tessera::report
