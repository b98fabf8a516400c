#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "tessera/core/error.hpp"
#include "tessera/report/summary.hpp"

#include "example_report.hpp"

namespace tessera::report {
namespace {

using nlohmann::json;

TEST(ReportJson, HoldsEveryPartOfTheRun) {
  const json report = json::parse(report_json(example_report()));
  EXPECT_EQ(report["command"], "factorize");
  EXPECT_EQ(report["input"]["rows"], 1000);
  EXPECT_EQ(report["method"]["seed"], 7);
  EXPECT_EQ(report["method"]["precision"], "float32");
  EXPECT_EQ(report["machine"]["grid"], "2x2");
  EXPECT_EQ(report["outcome"]["relative_error"], 0.09331);
  EXPECT_EQ(report["outcome"]["converged"], false);
  EXPECT_EQ(report["configuration"], "rank = 10\nseed = 7\n");
}

TEST(ReportJson, HoldsTheCostWithUnitsInTheKeys) {
  const json cost = json::parse(report_json(example_report()))["cost"];
  EXPECT_EQ(cost["phases"]["product"]["seconds"]["max"], 6.0);
  EXPECT_EQ(cost["phases"]["product"]["share_percent"], 50.0);
  EXPECT_EQ(cost["phases"].size(), kPhaseCount);
  EXPECT_EQ(cost["peak_memory_bytes_per_process"]["mean"], 100e6);
  EXPECT_EQ(cost["predicted_memory_bytes_per_process"], 110e6);
  EXPECT_DOUBLE_EQ(cost["gigaflops_per_second"].get<double>(), 1.0);
  const json& traffic = cost["loop_traffic"];
  EXPECT_EQ(traffic["collectives"]["all_gather"]["bytes"], 200 * 64000);
  EXPECT_EQ(traffic["collectives"]["all_gather"]["bytes_per_iteration"], 64000.0);
  EXPECT_EQ(traffic["collectives"]["all_reduce"]["calls_per_iteration"], 8.0);
  EXPECT_EQ(traffic["payload_bytes_per_iteration"], 128000);
  EXPECT_EQ(traffic["payload_as_predicted"], true);
}

TEST(ReportJson, WritesWhatIsNotMeasuredAsNull) {
  const json report = json::parse(report_json(example_report()));
  EXPECT_TRUE(report["outcome"]["kkt_residual"].is_null());
  ASSERT_EQ(report["history"].size(), 2U);
  EXPECT_TRUE(report["history"][0]["kkt_residual"].is_null());
  EXPECT_EQ(report["history"][1]["kkt_residual"], 1e-3);
  EXPECT_EQ(report["history"][1]["iteration"], 200);
}

TEST(ReportJson, KeepsTheWholeSeed) {
  RunReport report = example_report();
  report.method.seed = 18446744073709551615U;
  EXPECT_EQ(json::parse(report_json(report))["method"]["seed"], 18446744073709551615U);
}

TEST(ReportJson, AcceptsFileNamesThatAreNotUtf8) {
  RunReport report = example_report();
  report.input.path = "caf\xe9.h5";
  EXPECT_EQ(json::parse(report_json(report))["input"]["path"], "caf\xef\xbf\xbd.h5");
}

TEST(ReportJson, IsWrittenToAFile) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("tessera_report_json_test_" + std::to_string(::getpid()) + ".json");
  write_report(path, example_report());
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  std::filesystem::remove(path);
  EXPECT_EQ(content.str(), report_json(example_report()));
}

TEST(ReportJson, FailsWithTheReasonWhenTheFolderIsMissing) {
  EXPECT_THROW(write_report("/no/such/folder/report.json", example_report()), IoError);
}

}  // namespace
}  // namespace tessera::report
