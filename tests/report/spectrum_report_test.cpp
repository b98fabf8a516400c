#include "tessera/report/spectrum_report.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tessera::report {
namespace {

/// ‖A‖² = 25 = 16 + 8 + 1.
SpectrumReport example() {
  SpectrumReport report;
  report.version = "1.2.3";
  report.input = "faces.h5";
  report.rows = 40;
  report.columns = 30;
  report.norm = 5;
  report.values = {4, std::sqrt(8.0), 1};
  report.iterations = 6;
  report.converged = true;
  report.configuration = "count = 3\n";
  return report;
}

TEST(ErrorFloors, AreWhatTheValuesLeaveOver) {
  const auto floors = error_floors(example());
  ASSERT_EQ(floors.size(), 3U);
  EXPECT_DOUBLE_EQ(floors[0], 0.6);
  EXPECT_NEAR(floors[1], 0.2, 1e-15);
  EXPECT_NEAR(floors[2], 0.0, 1e-7);
}

TEST(ErrorFloors, AreNeverBelowZero) {
  SpectrumReport report = example();
  report.values[2] += 1e-9;
  EXPECT_EQ(error_floors(report)[2], 0.0);
  report.norm = 0;
  report.values = {0, 0, 0};
  EXPECT_EQ(error_floors(report), (std::vector<double>{0, 0, 0}));
}

TEST(SpectrumText, IsATable) {
  const std::string text = spectrum_text(example());
  const std::string table =
      "  rank    singular value     error floor\n"
      "     1                 4        0.600000\n"
      "     2         2.8284271        0.200000\n"
      "     3                 1        0.000000\n";
  EXPECT_EQ(text.substr(0, table.size()), table);
  EXPECT_NE(text.find("40x30, ‖A‖ = 5; 6 iterations"), std::string::npos) << text;
}

TEST(SpectrumJson, HoldsEverything) {
  const auto json = nlohmann::json::parse(spectrum_json(example()));
  EXPECT_EQ(json["command"], "spectrum");
  EXPECT_EQ(json["version"], "1.2.3");
  EXPECT_EQ(json["input"], "faces.h5");
  EXPECT_EQ(json["rows"], 40);
  EXPECT_EQ(json["columns"], 30);
  EXPECT_EQ(json["norm"], 5);
  EXPECT_EQ(json["singular_values"].get<std::vector<double>>(), example().values);
  EXPECT_EQ(json["floors"].get<std::vector<double>>(), error_floors(example()));
  EXPECT_EQ(json["iterations"], 6);
  EXPECT_EQ(json["converged"], true);
  EXPECT_EQ(json["configuration"], "count = 3\n");
}

TEST(SpectrumJson, TakesFileNamesThatAreNotText) {
  SpectrumReport report = example();
  report.input = "a\xff.h5";
  EXPECT_EQ(nlohmann::json::parse(spectrum_json(report))["input"], "a\uFFFD.h5");
}

}  // namespace
}  // namespace tessera::report
