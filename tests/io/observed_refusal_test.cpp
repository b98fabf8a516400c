#include <limits>
#include <string>
#include <vector>

#include "hdf5_fixture.hpp"
#include "observed_fixture.hpp"

/// Masks, weights and holdouts that a file cannot have, and with which words they are refused.
namespace tessera::io {
namespace {

using testing::all_grid_shapes;
using testing::entry_a;
using testing::expect_agreed_error;
using testing::Files;
using testing::input_of;
using testing::kColumns;
using testing::kNan;
using testing::kRows;
using testing::mask_entry;
using testing::read_problem;
using testing::stored_a;
using testing::test_world;

void expect_refused(ExitCode code, const std::vector<std::string>& parts,
                    const InputOptions& options, const ObservationOptions& observation,
                    const HoldoutOptions& holdout = {}) {
  for (const auto shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), shape);
    expect_agreed_error(code, parts, [&] {
      static_cast<void>(read_problem<float>(options, observation, holdout, grid));
    });
  }
}

TEST(ObservedInput, RefusesWhatAFileCannotHave) {
  const Files files;
  const auto sparse = input_of(files.sparse("a.mtx", entry_a, stored_a));
  expect_refused(ExitCode::usage, {"--missing nan", "--storage dense", "a.mtx"}, sparse,
                 {.missing = Missing::nan});
  expect_refused(ExitCode::usage, {"--holdout-kind blocks", "--missing zeros", "a.mtx"}, sparse, {},
                 {.share = 0.1});
}

TEST(ObservedInput, RefusesAMaskOfAnotherShape) {
  const Files files;
  auto options = input_of(files.dense("a.npy", entry_a));
  const auto mask = files.dense("mask.npy", mask_entry, kColumns, kRows);
  expect_refused(ExitCode::input, {"mask.npy' is 9x13", "a.npy', which is 13x9"}, options,
                 {.mask = mask});
  options.rows = "0:5";
  expect_refused(ExitCode::input, {"mask.npy' is 5x9", "13x9"}, options,
                 {.mask = files.dense("mask.npy", mask_entry, 5)});
}

TEST(ObservedInput, RefusesWrongWeightsAndMasks) {
  const Files files;
  const auto a = input_of(files.dense("a.npy", entry_a));
  const auto sparse = input_of(files.sparse("a.mtx", entry_a, stored_a), Balance::permute);
  for (const double wrong : {-0.5, kNan, std::numeric_limits<double>::infinity()}) {
    const auto path = files.dense("w.npy", [&](Index i, Index j) {
      return (i == 7 && j == 5) || (i == 8 && j == 1) ? wrong : 1.0;
    });
    for (const auto& options : {a, sparse}) {
      expect_refused(ExitCode::input, {"w.npy", "row 7, column 5", "weight"}, options,
                     {.weights = path});
      if (!(wrong < 0)) {
        expect_refused(ExitCode::input, {"w.npy", "row 7, column 5", "mask"}, options,
                       {.mask = path});
      }
    }
  }
}

TEST(ObservedInput, RefusesObservedEntriesThatCannotBeFactorized) {
  const Files files;
  const auto path =
      files.dense("a.npy", [](Index i, Index j) { return i == 6 && j == 4 ? -1.0 : 1.0; });
  expect_refused(ExitCode::input, {"row 6, column 4", "holds -1", "mask"}, input_of(path),
                 {.missing = Missing::zeros});
  // Even if it were held out.
  expect_refused(ExitCode::input, {"row 6, column 4"}, input_of(path), {.missing = Missing::zeros},
                 {.share = 0.9});
}

TEST(ObservedInput, RefusesNothingObserved) {
  const Files files;
  const auto empty = files.dense("zero.npy", [](Index, Index) { return 0.0; });
  const auto options = input_of(files.dense("a.npy", entry_a));
  expect_refused(ExitCode::input, {"a.npy", "not a single entry"}, options, {.mask = empty});
  expect_refused(ExitCode::input, {"zero.npy", "not a single entry"}, input_of(empty),
                 {.missing = Missing::zeros});
  const auto one = files.dense("one.npy", [](Index i, Index j) { return i + j == 0 ? 1.0 : 0.0; });
  expect_refused(ExitCode::input, {"all 1 observed entries are held out", "--holdout"}, options,
                 {.mask = one}, {.share = 0.999999});
}

}  // namespace
}  // namespace tessera::io
