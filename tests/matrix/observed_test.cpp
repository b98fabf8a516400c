#include "tessera/matrix/observed.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include <gtest/gtest.h>

#include "tessera/core/error.hpp"

namespace tessera {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr Range kRows{2, 9};
constexpr Range kColumns{1, 7};

/// Some zeros, some of them stored in a sparse block, and some NaN.
double entry(Index i, Index j) {
  if ((i + j) % 7 == 0) {
    return kNan;
  }
  return (2 * i + j) % 3 == 0 ? 0.0 : static_cast<double>(10 * i + j);
}
bool stored(Index i, Index j) { return entry(i, j) != 0 || (i + 2 * j) % 4 == 0; }
/// The mask stores zeros too; a whole row of it is empty.
double mask_entry(Index i, Index j) { return i == 4 ? 0.0 : static_cast<double>((i * j) % 4) / 2; }
bool mask_stored(Index i, Index j) { return i != 4 && (i + j) % 5 != 0; }

template <class Real>
DenseBlock<Real> make_dense() {
  DenseBlock<Real> block(kRows, kColumns);
  for (Index i = kRows.begin; i < kRows.end; ++i) {
    for (Index j = kColumns.begin; j < kColumns.end; ++j) {
      block.entries()(i - kRows.begin, j - kColumns.begin) = static_cast<Real>(entry(i, j));
    }
  }
  return block;
}

template <class Real, class Stored, class Entry>
SparseBlock<Real> make_sparse(Stored&& is_stored, Entry&& value) {
  AlignedVector<Index> offsets{0};
  AlignedVector<std::int32_t> columns;
  AlignedVector<Real> values;
  for (Index i = kRows.begin; i < kRows.end; ++i) {
    for (Index j = kColumns.begin; j < kColumns.end; ++j) {
      if (is_stored(i, j)) {
        columns.push_back(static_cast<std::int32_t>(j - kColumns.begin));
        values.push_back(static_cast<Real>(value(i, j)));
      }
    }
    offsets.push_back(std::ssize(values));
  }
  return {kRows, kColumns, std::move(offsets), std::move(columns), std::move(values)};
}

struct Cell {
  double value = 0;
  double weight = 1;

  /// NaN equals NaN here.
  friend bool operator==(const Cell& a, const Cell& b) {
    return a.weight == b.weight &&
           (a.value == b.value || (a.value != a.value && b.value != b.value));
  }
};
using Cells = std::map<std::pair<Index, Index>, Cell>;

template <class Real>
Cells cells_of(const SparseBlock<Real>& block, const AlignedVector<Real>& weights = {}) {
  Cells cells;
  std::size_t at = 0;
  for_each_entry(block, [&](Index row, Index column, double value) {
    cells[{row, column}] = {value, weights.empty() ? 1.0 : static_cast<double>(weights[at])};
    ++at;
  });
  EXPECT_EQ(std::ssize(cells), block.stored_entries()) << "a place is stored twice";
  return cells;
}

/// The definition, place by place.
struct Case {
  bool sparse = false;
  Missing missing = Missing::none;
  bool mask = false;
  bool weighted = false;

  [[nodiscard]] bool is_observed(Index i, Index j) const {
    const double value = entry(i, j);
    const bool is_stored = sparse ? stored(i, j) : value != 0;
    return (missing != Missing::zeros || is_stored) &&
           (missing != Missing::nan || !std::isnan(value)) &&
           (!mask || (mask_stored(i, j) && mask_entry(i, j) != 0));
  }
};

template <class Real>
class Observe : public ::testing::Test {
 protected:
  void expect_definition(const Case& one, const HoldoutRule& holdout) {
    SCOPED_TRACE(::testing::Message()
                 << "sparse " << one.sparse << ", missing " << static_cast<int>(one.missing)
                 << ", mask " << one.mask << ", weighted " << one.weighted);
    const auto mask = make_sparse<Real>(mask_stored, mask_entry);
    const auto rows = Ordering::shuffled(20, 1);
    const auto columns = Ordering::shuffled(20, 2);
    Block<Real> block = make_dense<Real>();
    if (one.sparse) {
      block = make_sparse<Real>(stored, entry);
    }
    const auto observed = observe<Real>(
        block, {one.missing, one.mask ? &mask : nullptr, one.weighted, holdout, rows, columns});

    Cells training;
    Cells held_out;
    for (Index i = kRows.begin; i < kRows.end; ++i) {
      for (Index j = kColumns.begin; j < kColumns.end; ++j) {
        if (!one.is_observed(i, j)) {
          continue;
        }
        if (holdout.holds_entry(rows.original(i), columns.original(j))) {
          held_out[{i, j}] = {entry(i, j), 1};
        } else {
          training[{i, j}] = {entry(i, j), one.weighted ? mask_entry(i, j) : 1.0};
        }
      }
    }
    EXPECT_EQ(cells_of(observed.training.block, observed.training.weights), training);
    EXPECT_EQ(cells_of(observed.held_out), held_out);
    EXPECT_EQ(observed.training.weights.empty(), !one.weighted);
    EXPECT_EQ(observed.held_out.rows(), kRows);
    EXPECT_EQ(observed.held_out.columns(), kColumns);
  }
};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(Observe, Precisions);

TYPED_TEST(Observe, KeepsWhatTheDefinitionKeeps) {
  for (const double share : {0.0, 0.3}) {
    for (const auto missing : {Missing::none, Missing::zeros, Missing::nan}) {
      for (const bool weighted : {false, true}) {
        this->expect_definition({true, missing, true, weighted}, {share, 5});
        this->expect_definition({false, missing, true, weighted}, {share, 5});
      }
      this->expect_definition({false, missing, false, false}, {share, 5});
    }
    this->expect_definition({true, Missing::zeros, false, false}, {share, 5});
  }
}

TYPED_TEST(Observe, RefusesWhatWouldFillASparseBlock) {
  const Block<TypeParam> sparse = make_sparse<TypeParam>(stored, entry);
  EXPECT_THROW(static_cast<void>(observe<TypeParam>(sparse, {.missing = Missing::none})),
               ShapeError);
  EXPECT_THROW(static_cast<void>(observe<TypeParam>(sparse, {.missing = Missing::nan})),
               ShapeError);
  const SparseBlock<TypeParam> other;
  EXPECT_THROW(static_cast<void>(observe<TypeParam>(sparse, {.mask = &other})), ShapeError);
}

TYPED_TEST(Observe, TakesEmptyBlocks) {
  const Block<TypeParam> block = DenseBlock<TypeParam>({3, 3}, {0, 5});
  const auto observed = observe<TypeParam>(block, {.holdout = {0.5, 1}});
  EXPECT_EQ(observed.training.block.stored_entries(), 0);
  EXPECT_EQ(observed.held_out.columns(), (Range{0, 5}));
}

TYPED_TEST(Observe, ToSparseKeepsWhatIsNotZero) {
  EXPECT_EQ(
      cells_of(to_sparse(make_dense<TypeParam>())),
      cells_of(make_sparse<TypeParam>([](Index i, Index j) { return entry(i, j) != 0; }, entry)));
}

TYPED_TEST(Observe, WithoutLinesDropsRowsAndColumns) {
  const HoldoutRule rule{0.4, 11};
  const auto rows = Ordering::shuffled(20, 1);
  const auto columns = Ordering::shuffled(20, 2);
  const auto is_held = [&](Index i, Index j) {
    return rule.holds_row(rows.original(i)) || rule.holds_column(columns.original(j));
  };
  const auto dense = without_lines(make_dense<TypeParam>(), rule, rows, columns);
  Cells expected;
  for_each_entry(dense, [&](Index i, Index j, double value) {
    EXPECT_EQ((Cell{value}), (Cell{is_held(i, j) ? 0.0 : entry(i, j)}));
    if (stored(i, j) && !is_held(i, j)) {
      expected[{i, j}] = {entry(i, j), mask_entry(i, j)};
    }
  });
  const auto sparse = make_sparse<TypeParam>(stored, entry);
  const auto weights = make_sparse<TypeParam>(stored, mask_entry).held_values();
  const auto kept = without_lines<TypeParam>(sparse, weights, rule, rows, columns);
  EXPECT_EQ(cells_of(kept.block, kept.weights), expected);
  const auto unweighted = without_lines<TypeParam>(sparse, {}, rule, rows, columns);
  EXPECT_TRUE(unweighted.weights.empty());
  EXPECT_EQ(unweighted.block.local_columns(), kept.block.local_columns());
}

TYPED_TEST(Observe, StatisticsWeighTheirSums) {
  const auto block = make_sparse<TypeParam>(
      [](Index i, Index j) { return stored(i, j) && !std::isnan(entry(i, j)); }, entry);
  AlignedVector<TypeParam> weights(block.local_columns().size(), TypeParam{1});
  const auto plain = statistics(block);
  const auto ones = statistics_of_observed<TypeParam>(block, weights, {}, {});
  const auto none = statistics_of_observed<TypeParam>(block, {}, {}, {});
  EXPECT_EQ(ones.sum, plain.sum);
  EXPECT_EQ(ones.sum_of_squares, plain.sum_of_squares);
  EXPECT_EQ(ones.fingerprint, none.fingerprint);
  EXPECT_NE(none.fingerprint, plain.fingerprint) << "an observed zero is data";
  EXPECT_EQ(none.sum_of_weights, static_cast<double>(block.stored_entries()));

  weights.front() = 3;
  const auto first = static_cast<double>(block.values()[0]);
  const auto weighted = statistics_of_observed<TypeParam>(block, weights, {}, {});
  EXPECT_EQ(weighted.sum, plain.sum + 2 * first);
  EXPECT_EQ(weighted.sum_of_squares, plain.sum_of_squares + 2 * first * first);
  EXPECT_EQ(weighted.sum_of_weights, none.sum_of_weights + 2);
  EXPECT_EQ(weighted.maximum, plain.maximum);
  EXPECT_NE(weighted.fingerprint, none.fingerprint);
}

}  // namespace
}  // namespace tessera
