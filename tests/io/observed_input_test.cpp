#include "tessera/io/observed_input.hpp"

#include <limits>

#include "observed_fixture.hpp"

/// What is observed of a file, compared place by place with the definition, on every grid.
namespace tessera::io {
namespace {

using testing::all_grid_shapes;
using testing::all_stored;
using testing::Entry;
using testing::entry_a;
using testing::Files;
using testing::input_of;
using testing::IsStored;
using testing::kColumns;
using testing::kNan;
using testing::kRows;
using testing::mask_entry;
using testing::mask_stored;
using testing::read_problem;
using testing::stored_a;
using testing::test_world;
using testing::weight_entry;

/// One entry of A as all processes together hold it, by its place in the user's order.
struct Problem {
  Matrix<double> stored, values, weights, held, held_values;

  Problem(Index m, Index n)
      : stored(m, n), values(m, n), weights(m, n), held(m, n), held_values(m, n) {}
};

template <class Real>
Problem gather(const DataMatrix<Real>& a, const mpi::Communicator& comm) {
  Problem all(a.m(), a.n());
  const auto& block = std::get<SparseBlock<Real>>(a.block);
  std::size_t at = 0;
  for_each_entry(block, [&](Index row, Index column, double value) {
    const Index i = a.row_order.original(row);
    const Index j = a.column_order.original(column);
    all.stored(i, j) += 1;
    all.values(i, j) += value;
    all.weights(i, j) += a.weights.empty() ? 1.0 : static_cast<double>(a.weights[at]);
    ++at;
  });
  for_each_entry(a.held_out, [&](Index row, Index column, double value) {
    const Index i = a.row_order.original(row);
    const Index j = a.column_order.original(column);
    all.held(i, j) += 1;
    all.held_values(i, j) += value;
  });
  for (auto* matrix : {&all.stored, &all.values, &all.weights, &all.held, &all.held_values}) {
    comm.all_reduce_sum(matrix->span());
  }
  return all;
}

struct Expectation {
  Entry value = entry_a;
  IsStored observed;
  Entry weight = [](Index, Index) { return 1.0; };
};

/// Compares with the definition; `entry(i, j)` speaks of A, that is after selection.
template <class Real>
void expect_problem(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                    const Expectation& expected, const HoldoutRule& holdout = {}) {
  ASSERT_TRUE(a.observed_only);
  const auto& block = std::get<SparseBlock<Real>>(a.block);
  EXPECT_EQ(block.rows(), a.distribution.row_block(grid.row()));
  EXPECT_EQ(block.columns(), a.distribution.column_block(grid.column()));
  EXPECT_EQ(a.held_out.rows(), block.rows());
  EXPECT_EQ(a.held_out.columns(), block.columns());
  const Problem actual = gather(a, grid.comm());
  double sum = 0;
  double squares = 0;
  double weights = 0;
  Index stored = 0;
  Index held_out = 0;
  for (Index i = 0; i < a.m(); ++i) {
    for (Index j = 0; j < a.n(); ++j) {
      SCOPED_TRACE(::testing::Message() << "row " << i << ", column " << j);
      const bool is_observed = expected.observed(i, j);
      const bool is_held = is_observed && holdout.holds_entry(i, j);
      const bool is_stored = is_observed && !is_held;
      const double value = is_observed ? expected.value(i, j) : 0;
      const double weight = is_stored ? expected.weight(i, j) : 0;
      EXPECT_EQ(actual.stored(i, j), is_stored ? 1 : 0);
      EXPECT_EQ(actual.held(i, j), is_held ? 1 : 0);
      EXPECT_EQ(actual.values(i, j), is_stored ? value : 0);
      EXPECT_EQ(actual.held_values(i, j), is_held ? value : 0);
      EXPECT_EQ(actual.weights(i, j), weight);
      sum += weight * value;
      squares += weight * value * value;
      weights += weight;
      stored += is_stored ? 1 : 0;
      held_out += is_held ? 1 : 0;
    }
  }
  EXPECT_EQ(a.summary.stored_entries, stored);
  EXPECT_EQ(a.summary.held_out_entries, held_out);
  EXPECT_EQ(a.summary.total_weight, weights);
  EXPECT_NEAR(a.summary.mean, sum / weights, 1e-13 * sum);
  EXPECT_NEAR(a.summary.squared_norm, squares, 1e-13 * squares);
}

/// Reads on every grid, in both precisions, and compares; the fingerprint is the same everywhere.
void expect_everywhere(const InputOptions& options, const ObservationOptions& observation,
                       const Expectation& expected, const HoldoutOptions& holdout = {}) {
  std::uint64_t fingerprint = 0;
  for (const auto shape : all_grid_shapes(test_world().size())) {
    SCOPED_TRACE(::testing::Message() << "grid " << shape.to_string());
    const mpi::ProcessGrid grid(test_world(), shape);
    const auto a = read_problem<double>(options, observation, holdout, grid);
    expect_problem(a, grid, expected, holdout_rule(holdout));
    EXPECT_TRUE(fingerprint == 0 || fingerprint == a.summary.fingerprint);
    fingerprint = a.summary.fingerprint;
    expect_problem(read_problem<float>(options, observation, holdout, grid), grid, expected,
                   holdout_rule(holdout));
  }
}

constexpr Balance kBalances[] = {Balance::even, Balance::entries, Balance::permute};

TEST(ObservedInput, OfASparseFileWhatIsStored) {
  const Files files;
  const auto path = files.sparse("a.mtx", entry_a, stored_a);
  for (const auto balance : kBalances) {
    expect_everywhere(input_of(path, balance), {.missing = Missing::zeros}, {.observed = stored_a});
  }
}

TEST(ObservedInput, OfADenseFileWhatIsNotZero) {
  const Files files;
  expect_everywhere(input_of(files.dense("a.npy", entry_a)), {.missing = Missing::zeros},
                    {.observed = [](Index i, Index j) { return entry_a(i, j) != 0; }});
}

TEST(ObservedInput, OfADenseFileWhatIsNotNan) {
  const Files files;
  const auto path = files.dense(
      "a.npy", [](Index i, Index j) { return mask_entry(i, j) == 0 ? kNan : entry_a(i, j); });
  expect_everywhere(input_of(path), {.missing = Missing::nan},
                    {.observed = [](Index i, Index j) { return mask_entry(i, j) != 0; }});
}

TEST(ObservedInput, AMaskOfAnyFormatForAFileOfAnyFormat) {
  const Files files;
  const auto is_masked_in = [](Index i, Index j) { return mask_entry(i, j) != 0; };
  const std::string masks[] = {files.dense("mask.npy", mask_entry),
                               files.sparse("mask.mtx", mask_entry, mask_stored)};
  const auto sparse = files.sparse("a.mtx", entry_a, stored_a);
  for (const auto& mask : masks) {
    SCOPED_TRACE(mask);
    expect_everywhere(input_of(files.dense("a.npy", entry_a)), {.mask = mask},
                      {.observed = is_masked_in});
    for (const auto balance : kBalances) {
      expect_everywhere(input_of(sparse, balance), {.mask = mask}, {.observed = is_masked_in});
    }
  }
}

TEST(ObservedInput, AMaskLeavesOfTheStoredEntriesSome) {
  const Files files;
  const auto mask = files.dense("mask.npy", mask_entry);
  const auto observed = [](Index i, Index j) { return stored_a(i, j) && mask_entry(i, j) != 0; };
  const auto sparse = files.sparse("a.mtx", entry_a, stored_a);
  for (const auto balance : kBalances) {
    expect_everywhere(input_of(sparse, balance), {.missing = Missing::zeros, .mask = mask},
                      {.observed = observed});
  }
}

TEST(ObservedInput, WeightsComeAlongAndZeroMasks) {
  const Files files;
  const Expectation expected{.observed = [](Index i, Index j) { return weight_entry(i, j) != 0; },
                             .weight = weight_entry};
  const std::string weights[] = {files.dense("w.npy", weight_entry),
                                 files.sparse("w.mtx", weight_entry, all_stored)};
  const auto sparse = files.sparse("a.mtx", entry_a, stored_a);
  for (const auto& path : weights) {
    SCOPED_TRACE(path);
    expect_everywhere(input_of(files.dense("a.npy", entry_a)), {.weights = path}, expected);
    for (const auto balance : kBalances) {
      expect_everywhere(input_of(sparse, balance), {.weights = path}, expected);
    }
  }
}

TEST(ObservedInput, AMaskIsTransposedAndSelectedAsTheMatrixIs) {
  const Files files;
  InputOptions options = input_of(files.sparse("a.mtx", entry_a, stored_a), Balance::permute);
  options.transpose = true;
  options.rows = "1:8";      // columns of the file
  options.columns = "2:12";  // rows of the file
  const Expectation expected{
      .value = [](Index i, Index j) { return entry_a(j + 2, i + 1); },
      .observed = [](Index i, Index j) { return weight_entry(j + 2, i + 1) != 0; },
      .weight = [](Index i, Index j) { return weight_entry(j + 2, i + 1); }};
  const auto dense_weights = files.dense("w.npy", weight_entry);
  const auto sparse_weights = files.sparse("w.mtx", weight_entry, all_stored);
  expect_everywhere(options, {.weights = dense_weights}, expected);
  expect_everywhere(options, {.weights = sparse_weights}, expected);
  options.path = files.dense("a.npy", entry_a);
  expect_everywhere(options, {.weights = dense_weights}, expected);
  expect_everywhere(options, {.weights = sparse_weights}, expected);
}

TEST(ObservedInput, WhatIsNotObservedMayHoldAnything) {
  const Files files;
  const auto path = files.dense("a.npy", [](Index i, Index j) {
    const double wrong[] = {kNan, -1.0, std::numeric_limits<double>::infinity()};
    return mask_entry(i, j) == 0 ? wrong[i % 3] : entry_a(i, j);
  });
  expect_everywhere(input_of(path), {.mask = files.dense("mask.npy", mask_entry)},
                    {.observed = [](Index i, Index j) { return mask_entry(i, j) != 0; }});
}

TEST(ObservedInput, HeldOutEntriesAreTheSameOnEveryGridAndInEveryOrder) {
  const Files files;
  const HoldoutOptions holdout{.share = 0.3, .seed = 4};
  expect_everywhere(input_of(files.dense("a.npy", entry_a)), {}, {.observed = all_stored}, holdout);
  const auto sparse = files.sparse("a.mtx", entry_a, stored_a);
  const auto weights = files.dense("w.npy", weight_entry);
  for (const auto balance : kBalances) {
    expect_everywhere(input_of(sparse, balance), {.missing = Missing::zeros},
                      {.observed = stored_a}, holdout);
    expect_everywhere(input_of(sparse, balance), {.weights = weights},
                      {.observed = [](Index i, Index j) { return weight_entry(i, j) != 0; },
                       .weight = weight_entry},
                      holdout);
  }
}

TEST(ObservedInput, TheFingerprintTellsProblemsApart) {
  const Files files;
  const mpi::ProcessGrid grid(test_world(), {1, test_world().size()});
  const auto sparse = input_of(files.sparse("a.mtx", entry_a, stored_a));
  const auto dense = input_of(files.dense("a.npy", entry_a));
  const auto ones = files.dense("ones.npy", [](Index, Index) { return 1.0; });
  const auto print = [&](const InputOptions& options, const ObservationOptions& observation) {
    return read_problem<double>(options, observation, {}, grid).summary.fingerprint;
  };
  EXPECT_NE(print(sparse, {.missing = Missing::zeros}), print(sparse, {.mask = ones}));
  EXPECT_EQ(print(sparse, {.mask = ones}), print(dense, {.mask = ones}));
  EXPECT_EQ(print(sparse, {.mask = ones}), print(sparse, {.weights = ones}));
  EXPECT_NE(print(sparse, {.mask = ones}),
            print(sparse, {.weights = files.dense("w.npy", weight_entry)}));
}

TEST(TrainingCopy, LosesTheHeldOutRowsAndColumns) {
  const Files files;
  const HoldoutRule rule{0.3, 2};
  const std::string paths[] = {files.dense("a.npy", entry_a),
                               files.sparse("a.mtx", entry_a, stored_a)};
  for (const auto& path : paths) {
    for (const auto shape : all_grid_shapes(test_world().size())) {
      const mpi::ProcessGrid grid(test_world(), shape);
      const auto a = MatrixInput(input_of(path, Balance::permute), test_world()).read<double>(grid);
      const auto copy = training_copy(a, rule, test_world());
      Matrix<double> actual(kRows, kColumns);
      std::visit(
          [&](const auto& block) {
            for_each_entry(block, [&](Index row, Index column, double value) {
              actual(a.row_order.original(row), a.column_order.original(column)) = value;
            });
          },
          copy.block);
      test_world().all_reduce_sum(actual.span());
      double sum = 0;
      double left = 0;
      for (Index i = 0; i < kRows; ++i) {
        for (Index j = 0; j < kColumns; ++j) {
          const bool is_held = rule.holds_row(i) || rule.holds_column(j);
          EXPECT_EQ(actual(i, j), is_held ? 0.0 : entry_a(i, j));
          sum += actual(i, j);
          left += is_held ? 0 : 1;
        }
      }
      EXPECT_EQ(copy.summary.total_weight, left);
      EXPECT_NEAR(copy.summary.mean, sum / left, 1e-13 * sum);
      EXPECT_EQ(copy.is_sparse(), a.is_sparse());
      EXPECT_LT(copy.summary.squared_norm, a.summary.squared_norm);
    }
  }
}

TEST(TrainingCopy, KeepsTheWeightsOfWhatIsLeft) {
  const Files files;
  const HoldoutRule rule{0.3, 2};
  const Expectation expected{.observed =
                                 [&](Index i, Index j) {
                                   return weight_entry(i, j) != 0 && !rule.holds_row(i) &&
                                          !rule.holds_column(j);
                                 },
                             .weight = weight_entry};
  const auto options = input_of(files.sparse("a.mtx", entry_a, stored_a), Balance::permute);
  for (const auto shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), shape);
    const auto a =
        read_problem<double>(options, {.weights = files.dense("w.npy", weight_entry)}, {}, grid);
    auto copy = training_copy(a, rule, test_world());
    EXPECT_EQ(copy.held_out.stored_entries(), 0);
    const auto& block = std::get<SparseBlock<double>>(copy.block);
    copy.held_out = SparseBlock<double>(
        block.rows(), block.columns(),
        AlignedVector<Index>(static_cast<std::size_t>(block.rows().size()) + 1), {}, {});
    expect_problem(copy, grid, expected);
  }
}

}  // namespace
}  // namespace tessera::io
