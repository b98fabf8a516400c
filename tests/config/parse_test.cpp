#include "tessera/config/parse.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tessera/config/report_options.hpp"
#include "tessera/core/error.hpp"

#include "command_line.hpp"

namespace tessera::config {
namespace {

using testing::expect_contains;
using testing::factorize_words;
using testing::refusal;
using testing::Words;

FactorizeOptions factorize(const Words& more = {}) {
  return parse<FactorizeOptions>(factorize_words(more));
}

/// A configuration file that is removed at the end.
class ConfigFile {
 public:
  explicit ConfigFile(const std::string& contents)
      : path_(std::filesystem::temp_directory_path() /
              ("tessera-" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
               ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".ini")) {
    std::ofstream(path_) << contents;
  }
  ~ConfigFile() { std::filesystem::remove(path_); }
  ConfigFile(const ConfigFile&) = delete;
  ConfigFile& operator=(const ConfigFile&) = delete;

  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST(Parse, WhatIsNotGivenHasItsDefault) {
  const FactorizeOptions given = factorize();
  EXPECT_EQ(given.input.path, "data.h5");
  EXPECT_EQ(given.solver.rank, 4);
  EXPECT_EQ(given.output, "result.h5");

  FactorizeOptions expected;
  expected.input.path = "data.h5";
  expected.solver.rank = 4;
  expected.output = "result.h5";
  EXPECT_EQ(effective_configuration(given), effective_configuration(expected));
}

TEST(Parse, ReachesEveryFieldOfFactorize) {
  const FactorizeOptions options = factorize(
      {"--dataset",      "/matrix", "--algorithm",      "mu",     "--init",       "random",
       "--seed",         "7",       "--max-iterations", "12",     "--tolerance",  "1e-6",
       "--target-error", "0.25",    "--kkt-tolerance",  "1e-3",   "--time-limit", "60",
       "--precision",    "float64", "--grid",           "2x3",    "--threads",    "4",
       "--normalize",    "l1",      "--report",         "r.json", "--quiet"});
  EXPECT_EQ(options.input.dataset, "/matrix");
  EXPECT_EQ(options.solver.algorithm, Algorithm::mu);
  EXPECT_EQ(options.solver.init, Init::random);
  EXPECT_EQ(options.solver.seed, 7U);
  EXPECT_EQ(options.stopping.max_iterations, 12);
  EXPECT_EQ(options.stopping.tolerance, 1e-6);
  EXPECT_EQ(options.stopping.target_error, 0.25);
  EXPECT_EQ(options.stopping.kkt_tolerance, 1e-3);
  EXPECT_EQ(options.stopping.time_limit, 60);
  EXPECT_EQ(options.run.precision, Precision::float64);
  EXPECT_EQ(options.run.grid, "2x3");
  EXPECT_EQ(options.run.threads, "4");
  EXPECT_EQ(options.normalize, Normalization::l1);
  EXPECT_EQ(options.run.report, "r.json");
  EXPECT_TRUE(options.run.quiet);
  EXPECT_FALSE(options.run.verbose);
}

TEST(Parse, ReachesTheFieldsOfTheOtherCommands) {
  const auto reconstruct = parse<ReconstructOptions>(
      {"--model", "m.h5", "--output", "o.h5", "--rows", "10:20", "--verbose"});
  EXPECT_EQ(reconstruct.model, "m.h5");
  EXPECT_EQ(reconstruct.rows, "10:20");
  EXPECT_TRUE(reconstruct.run.verbose);

  const auto spectrum = parse<SpectrumOptions>({"a.h5", "--count", "7", "--tolerance", "1e-9",
                                                "--seed", "3", "--grid", "2x1", "--report", "s"});
  EXPECT_EQ(spectrum.input.path, "a.h5");
  EXPECT_EQ(spectrum.count, 7);
  EXPECT_EQ(spectrum.tolerance, 1e-9);
  EXPECT_EQ(spectrum.seed, 3U);
  EXPECT_EQ(spectrum.run.grid, "2x1");
  EXPECT_EQ(spectrum.run.report, "s");

  EXPECT_EQ(parse<InspectOptions>({"m.h5", "--dataset=/X"}).input.dataset, "/X");

  const auto components = parse<ComponentsOptions>(
      {"--model", "m.h5", "--image-shape", "8x9", "--columns", "5", "--transpose"});
  EXPECT_EQ(components.image_shape, "8x9");
  EXPECT_EQ(components.columns, 5);
  EXPECT_TRUE(components.transpose);
  EXPECT_EQ(components.output, "");

  const auto report =
      parse<ReportOptions>({"--model", "m.h5", "--output", "r.html", "--input", "a.h5", "--dataset",
                            "/X", "--image-shape", "8x9", "--transpose"});
  EXPECT_EQ(report.model, "m.h5");
  EXPECT_EQ(report.output, "r.html");
  EXPECT_EQ(report.input, "a.h5");
  EXPECT_EQ(report.dataset, "/X");
  EXPECT_EQ(report.image_shape, "8x9");
  EXPECT_TRUE(report.transpose);

  const auto generate =
      parse<GenerateOptions>({"lowrank", "--output", "o.h5", "--rows", "30", "--columns", "20",
                              "--rank", "3", "--noise", "0.5", "--seed", "9"});
  EXPECT_EQ(generate.kind, SyntheticKind::lowrank);
  EXPECT_EQ(generate.rows, 30);
  EXPECT_EQ(generate.columns, 20);
  EXPECT_EQ(generate.rank, 3);
  EXPECT_EQ(generate.noise, 0.5);
  EXPECT_EQ(generate.seed, 9U);
  EXPECT_EQ(parse<GenerateOptions>({"swimmer", "--output", "o.h5"}).kind, SyntheticKind::swimmer);
}

TEST(Parse, CommandLineWinsOverFileWinsOverDefault) {
  const ConfigFile file("# a comment\nseed = 5\ntolerance = 1e-8  # another\nquiet = true\n");
  const FactorizeOptions options = factorize({"--config", file.path(), "--seed", "6"});
  EXPECT_EQ(options.solver.seed, 6U);
  EXPECT_EQ(options.stopping.tolerance, 1e-8);
  EXPECT_TRUE(options.run.quiet);
  EXPECT_EQ(options.stopping.max_iterations, FactorizeOptions{}.stopping.max_iterations);
}

TEST(Parse, AFileCanHoldEverything) {
  const ConfigFile file("input = a.h5\nrank = 3\noutput = b.h5\nverbose = false\n");
  const auto options = parse<FactorizeOptions>({"--config", file.path()});
  EXPECT_EQ(options.input.path, "a.h5");
  EXPECT_EQ(options.solver.rank, 3);
  EXPECT_FALSE(options.run.verbose);
}

TEST(Parse, UnknownOptionNamesTheNearest) {
  expect_contains(refusal(factorize_words({"--tolerence", "1"})),
                  "unknown option --tolerence; did you mean --tolerance?");
  expect_contains(refusal(factorize_words({"--tolerence=1"})), "did you mean --tolerance?");
  expect_contains(refusal(factorize_words({"--hlep"})), "did you mean --help?");
  expect_contains(refusal(factorize_words({"-rank"})),
                  "unknown option -rank; did you mean --rank?");
  expect_contains(refusal(factorize_words({"--confg", "x"})), "did you mean --config?");
}

TEST(Parse, LongOptionsMustBeWrittenOut) {
  expect_contains(refusal(factorize_words({"--tol", "1"})), "unknown option --tol;");
}

TEST(Parse, UnknownKeyNamesFileAndNearest) {
  const ConfigFile file("tolerence = 1\n");
  expect_contains(refusal(factorize_words({"--config", file.path()})),
                  "unknown key tolerence in " + file.path() + "; did you mean tolerance?");
}

TEST(Parse, OptionsOfTheCommandLineAreUnknownToAFile) {
  for (const std::string key : {"config = other.ini\n", "help = true\n"}) {
    const ConfigFile file(key);
    expect_contains(refusal(factorize_words({"--config", file.path()})), "unknown key");
  }
}

TEST(Parse, WrongValuesNameOptionValueAndWhatIsExpected) {
  const std::vector<std::pair<Words, std::string>> cases = {
      {{"--seed", "x"}, "--seed takes a whole number from 0 to 2^64 - 1, not 'x'"},
      {{"--seed", "-1"}, "not '-1'"},
      {{"--seed", "18446744073709551616"}, "not '18446744073709551616'"},
      {{"--seed", "1.5"}, "not '1.5'"},
      {{"--max-iterations", "-1"}, "--max-iterations takes a whole number of at least 0, not '-1'"},
      {{"--max-iterations", "9223372036854775808"}, "not '9223372036854775808'"},
      {{"--max-iterations", "10k"}, "not '10k'"},
      {{"--tolerance", "-0.1"}, "--tolerance takes a number of at least 0, not '-0.1'"},
      {{"--tolerance", "nan"}, "not 'nan'"},
      {{"--tolerance", "inf"}, "not 'inf'"},
      {{"--tolerance", "1e-4x"}, "not '1e-4x'"},
      {{"--tolerance", " 1"}, "not ' 1'"},
      {{"--target-error", "x"}, "--target-error takes"},
      {{"--kkt-tolerance", "x"}, "--kkt-tolerance takes"},
      {{"--time-limit", "1h"}, "--time-limit takes"},
      {{"--algorithm", "foo"},
       "--algorithm takes auto, hals, anls-bpp, anls-active-set, nesterov, admm, mu, gradient or "
       "als, "
       "not 'foo'"},
      {{"--algorithm", "hasl"}, "not 'hasl'; did you mean hals?"},
      {{"--algorithm", "HALS"}, "not 'HALS'"},
      {{"--init", "zero"},
       "--init takes random, nndsvd, nndsvda, nndsvdar or file:PATH, not 'zero'"},
      {{"--init", "nndsdv"}, "not 'nndsdv'; did you mean nndsvd?"},
      {{"--precision", "float16"}, "--precision takes float32 or float64, not 'float16'"},
      {{"--normalize", "l3"}, "--normalize takes auto, l2, l1 or none, not 'l3'"},
      {{"--grid", "2by3"}, "--grid takes auto or PRxPC such as 2x3, not '2by3'"},
      {{"--threads", "0"}, "--threads takes auto or a whole number of at least 1, not '0'"},
      {{"--threads", "many"}, "not 'many'"},
  };
  for (const auto& [words, expected] : cases) {
    expect_contains(refusal(factorize_words(words)), expected);
  }
  for (const std::string rank : {"x", "0", "-3", "", "3.0"}) {
    expect_contains(refusal({"a.h5", "--output", "b.h5", "--rank", rank}),
                    "--rank takes a whole number of at least 1, not '" + rank + "'");
  }
  expect_contains(refusal<ReconstructOptions>({"--model", "m", "--output", "o", "--rows", "9:3"}),
                  "--rows takes a range such as 10:20, not '9:3'");
  expect_contains(refusal<GenerateOptions>({"swimer", "--output", "o"}),
                  "KIND takes lowrank, swimmer or sparse, not 'swimer'; did you mean swimmer?");
}

TEST(Parse, WrongValuesInAFileNameTheFile) {
  const ConfigFile file("seed = x\nquiet = maybe\n");
  const std::string message = refusal(factorize_words({"--config", file.path()}));
  expect_contains(message, "seed in " + file.path() + " takes a whole number");
  expect_contains(message, "quiet in " + file.path() + " takes true or false, not 'maybe'");
}

TEST(Parse, LargestNumbersArrive) {
  const auto options =
      factorize({"--seed", "18446744073709551615", "--max-iterations", "9223372036854775807"});
  EXPECT_EQ(options.solver.seed, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(options.stopping.max_iterations, std::numeric_limits<Index>::max());
}

TEST(Parse, ReportsEveryProblemAtOnce) {
  const std::string message =
      refusal({"--tolerance", "x", "--seed", "-1", "--quiet", "--verbose", "--grid", "2"});
  for (const std::string part :
       {"INPUT is missing: give a file name, for example data.h5",
        "--rank is missing: give a whole number of at least 1, for example --rank 10",
        "--output is missing: give a file name, for example --output result.h5",
        "--tolerance takes", "--seed takes", "--grid takes",
        "--quiet and --verbose exclude each other"}) {
    expect_contains(message, part);
  }
  EXPECT_EQ(std::ranges::count(message, '\n'), 6) << message;
}

TEST(Parse, AWrongValueIsNotAlsoMissing) {
  EXPECT_EQ(refusal({"data.h5", "--output", "b.h5", "--rank", "x"}),
            "--rank takes a whole number of at least 1, not 'x'");
}

TEST(Parse, MalformedCommandLines) {
  expect_contains(refusal(factorize_words({"--seed"})), "--seed");
  expect_contains(refusal({"data.h5", "--rank", "4", "--output", "--seed", "5"}),
                  "--output lacks its value: --seed follows");
  expect_contains(refusal(factorize_words({"--seed", "1", "--seed", "2"})),
                  "--seed is given more than once, again with '2'");
  expect_contains(refusal(factorize_words({"second.h5"})),
                  "INPUT is given more than once, again with 'second.h5'");
  expect_contains(refusal(factorize_words({"--quiet=true"})), "--quiet");
  expect_contains(refusal<ReconstructOptions>({"--model", "m", "--output", "o", "stray"}),
                  "unexpected argument 'stray'");
}

TEST(Parse, MalformedFiles) {
  EXPECT_THROW(static_cast<void>(factorize({"--config", "/does/not/exist.ini"})), IoError);
  EXPECT_THROW(static_cast<void>(factorize({"--config", "/"})), IoError);
  const ConfigFile nonsense("rank 4\n");
  expect_contains(refusal(factorize_words({"--config", nonsense.path()})), nonsense.path());
  const ConfigFile twice("seed = 1\nseed = 2\n");
  expect_contains(refusal(factorize_words({"--config", twice.path()})), "seed in " + twice.path());
}

TEST(AsksForHelp, FindsItAnywhere) {
  EXPECT_TRUE(asks_for_help({"--help"}));
  EXPECT_TRUE(asks_for_help({"data.h5", "-h"}));
  EXPECT_FALSE(asks_for_help({"data.h5", "--rank", "4"}));
}

TEST(Validate, SeesWhatTheProgramItselfSets) {
  FactorizeOptions options = factorize();
  EXPECT_NO_THROW(validate(options));
  options.solver.rank = -2;
  options.stopping.tolerance = std::nan("");
  options.solver.algorithm = static_cast<Algorithm>(99);
  EXPECT_EQ(problems(options).size(), 3U);
  EXPECT_THROW(validate(options), UsageError);
}

TEST(Validate, ARunMustBeAbleToStop) {
  expect_contains(refusal(factorize_words({"--max-iterations", "0", "--tolerance", "0"})),
                  "nothing would ever stop the run");
  EXPECT_EQ(
      refusal(factorize_words({"--max-iterations", "0", "--tolerance", "0", "--time-limit", "1"})),
      "");
}

TEST(Validate, OutputMustNotReplaceTheInput) {
  expect_contains(refusal({"a.h5", "--rank", "2", "--output", "a.h5"}), "--output is the input");
  expect_contains(refusal<ReconstructOptions>({"--model", "a.h5", "--output", "a.h5"}),
                  "--output is the file of --model");
}

TEST(Validate, AStepLengthIsForGradient) {
  expect_contains(refusal(factorize_words({"--step", "lipschitz"})),
                  "--step lipschitz is for --algorithm gradient, not hals");
  EXPECT_EQ(refusal(factorize_words({"--step", "lipschitz", "--algorithm", "gradient"})), "");
  EXPECT_EQ(refusal(factorize_words({"--step", "armijo"})), "");
  expect_contains(refusal(factorize_words({"--passes", "1", "--loss", "kl"})),
                  "--passes 1 is for --loss frobenius");
  expect_contains(refusal(factorize_words({"--passes", "1", "--kkt-tolerance", "0.1"})),
                  "--kkt-tolerance measures all of W before any row is updated");
  expect_contains(refusal(factorize_words({"--passes", "1", "--algorithm", "mu", "--graph", "g.mtx",
                                           "--graph-weight", "1"})),
                  "--graph makes rows of W depend on each other");
  EXPECT_EQ(refusal(factorize_words({"--passes", "1"})), "");
}

TEST(Validate, OnlyRandomStartsCanBeRepeated) {
  for (const std::string init : {"nndsvd", "nndsvda", "nndsvdar"}) {
    EXPECT_EQ(factorize({"--init", init}).solver.init, init == "nndsvd"    ? Init::nndsvd
                                                       : init == "nndsvda" ? Init::nndsvda
                                                                           : Init::nndsvdar);
    expect_contains(refusal(factorize_words({"--init", init, "--restarts", "2"})),
                    "--restarts is for the start random, and " + init);
  }
}

TEST(Validate, SwimmerTakesNoShape) {
  expect_contains(refusal<GenerateOptions>({"swimmer", "--output", "o.h5", "--rows", "9"}),
                  "leave out --rows");
}

}  // namespace
}  // namespace tessera::config
