#include "tessera/init/nndsvd.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tessera/core/error.hpp"
#include "tessera/core/random.hpp"

#include "mpi_test.hpp"
#include "test_problem.hpp"

namespace tessera {
namespace {

using testing::all_grid_shapes;
using testing::EntryFunction;
using testing::gather_factor;
using testing::make_data_matrix;
using testing::make_sparse_matrix;
using testing::test_world;

using Rows = std::vector<std::vector<double>>;

/// A matrix of 30x22 with a row and a column of zeros, and scikit-learn's starts of it.
const nlohmann::json& fixture() {
  static const auto json =
      nlohmann::json::parse(std::ifstream(TESSERA_FIXTURES "/sklearn_nndsvd.json"));
  return json;
}

constexpr Index kRows = 30;
constexpr Index kColumns = 22;
constexpr Index kRank = 5;

double entry_a(Index i, Index j) {
  static const auto rows = fixture()["matrix"].get<Rows>();
  return rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
}

/// W and Hᵀ, whole, on every process.
struct WholeFactors {
  Matrix<double> w;
  Matrix<double> h;
};

template <class Real>
WholeFactors start_of(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid, Index rank,
                      Init kind) {
  const auto start = init::nndsvd_start(a, grid, rank, kind, 3);
  return {gather_factor(start.w, grid.comm()), gather_factor(start.h, grid.comm())};
}

WholeFactors start_of(const EntryFunction& entry, const mpi::ProcessGrid& grid, Init kind) {
  return start_of(make_data_matrix<double>(grid, kRows, kColumns, entry), grid, kRank, kind);
}

double largest(const Matrix<double>& matrix) { return std::ranges::max(matrix.span()); }

void expect_near(const Matrix<double>& actual, const Matrix<double>& expected, double relative) {
  ASSERT_EQ(actual.rows(), expected.rows());
  for (Index i = 0; i < expected.rows(); ++i) {
    for (Index l = 0; l < expected.columns(); ++l) {
      EXPECT_NEAR(actual(i, l), expected(i, l), relative * largest(expected))
          << "row " << i << ", component " << l;
    }
  }
}

void expect_near(const WholeFactors& actual, const WholeFactors& expected, double relative) {
  expect_near(actual.w, expected.w, relative);
  expect_near(actual.h, expected.h, relative);
}

WholeFactors of_scikit_learn(Init kind) {
  const auto& stored = fixture()[std::string(name_of(kind))];
  const auto w = stored["w"].get<Rows>();
  const auto h = stored["h"].get<Rows>();
  WholeFactors factors{Matrix<double>(kRows, kRank), Matrix<double>(kColumns, kRank)};
  for (std::size_t l = 0; l < kRank; ++l) {
    for (std::size_t i = 0; i < kRows; ++i) {
      factors.w(static_cast<Index>(i), static_cast<Index>(l)) = w[i][l];
    }
    for (std::size_t j = 0; j < kColumns; ++j) {
      factors.h(static_cast<Index>(j), static_cast<Index>(l)) = h[l][j];
    }
  }
  return factors;
}

TEST(NndsvdStart, EqualsScikitLearnOnEveryGridDenseAndSparse) {
  for (const auto grid_shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), grid_shape);
    for (const Init kind : {Init::nndsvd, Init::nndsvda}) {
      SCOPED_TRACE(::testing::Message() << name_of(kind) << " on grid " << grid_shape.to_string());
      const auto expected = of_scikit_learn(kind);
      expect_near(start_of(entry_a, grid, kind), expected, 1e-8);
      const auto sparse = make_sparse_matrix<double>(grid, kRows, kColumns, entry_a);
      expect_near(start_of(sparse, grid, kRank, kind), expected, 1e-8);
    }
  }
}

TEST(NndsvdStart, IsTheSameOnEveryGridToRounding) {
  const mpi::Communicator alone = test_world().split(test_world().rank(), 0);
  const mpi::ProcessGrid single(alone, {1, 1});
  const auto expected = start_of(entry_a, single, Init::nndsvdar);
  const auto in_float = make_data_matrix<float>(single, kRows, kColumns, entry_a);
  const auto expected_in_float = start_of(in_float, single, kRank, Init::nndsvdar);
  for (const auto grid_shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), grid_shape);
    // The vectors carry the rounding of A over the gaps between singular values, 1e-2 of them.
    expect_near(start_of(entry_a, grid, Init::nndsvdar), expected, 1e-11);
    const auto a = make_data_matrix<float>(grid, kRows, kColumns, entry_a);
    expect_near(start_of(a, grid, kRank, Init::nndsvdar), expected_in_float, 1e-4);
  }
}

TEST(NndsvdStart, FollowsTheOrderOfRowsAndColumns) {
  // Position p of the shuffled matrix holds what the file has at original(p).
  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
  const auto expected = start_of(entry_a, grid, Init::nndsvdar);
  const auto rows = Ordering::shuffled(kRows, 1);
  const auto columns = Ordering::shuffled(kColumns, 2);
  auto shuffled = make_data_matrix<double>(grid, kRows, kColumns, [&](Index i, Index j) {
    return entry_a(rows.original(i), columns.original(j));
  });
  shuffled.row_order = rows;
  shuffled.column_order = columns;
  const auto start = start_of(shuffled, grid, kRank, Init::nndsvdar);
  for (Index l = 0; l < kRank; ++l) {
    for (Index i = 0; i < kRows; ++i) {
      EXPECT_NEAR(start.w(i, l), expected.w(rows.original(i), l), 1e-11 * largest(expected.w));
    }
    for (Index j = 0; j < kColumns; ++j) {
      EXPECT_NEAR(start.h(j, l), expected.h(columns.original(j), l), 1e-11 * largest(expected.h));
    }
  }
}

/// Nonzero entries of `filled` are those of `plain`, zeros have become fill(row, component).
void expect_filled(const Matrix<double>& filled, const Matrix<double>& plain,
                   const EntryFunction& fill) {
  ASSERT_GT(std::ranges::count(plain.span(), 0.0), 0);
  for (Index i = 0; i < plain.rows(); ++i) {
    for (Index l = 0; l < plain.columns(); ++l) {
      EXPECT_EQ(filled(i, l), plain(i, l) == 0 ? fill(i, l) : plain(i, l));
    }
  }
}

TEST(NndsvdStart, FillsZerosWithSmallRandomNumbersThatDependOnTheSeed) {
  const mpi::ProcessGrid grid(test_world(), {1, test_world().size()});
  const auto a = make_data_matrix<double>(grid, kRows, kColumns, entry_a);
  const double mean = static_cast<float>(a.summary.mean);
  const auto plain = start_of(a, grid, kRank, Init::nndsvd);
  const auto filled = start_of(a, grid, kRank, Init::nndsvdar);
  const auto fill_of = [&](random::Stream stream) {
    return [=](Index i, Index l) { return std::abs(mean * random::normal(3, stream, i, l)) / 100; };
  };
  expect_filled(filled.w, plain.w, fill_of(random::Stream::factor_w));
  expect_filled(filled.h, plain.h, fill_of(random::Stream::factor_h));
}

TEST(NndsvdStart, DoesNotDependOnTheUnitOfTheData) {
  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
  const auto expected = start_of(entry_a, grid, Init::nndsvd);
  for (const double unit : {1e-12, 1e12}) {
    auto scaled =
        start_of([&](Index i, Index j) { return unit * entry_a(i, j); }, grid, Init::nndsvd);
    for (auto* factor : {&scaled.w, &scaled.h}) {
      std::ranges::for_each(factor->span(), [&](double& entry) { entry /= std::sqrt(unit); });
    }
    expect_near(scaled, expected, 1e-10);
  }
}

TEST(NndsvdStart, HasNothingBeyondTheRankOfTheMatrix) {
  // Noise there would differ from grid to grid.
  const EntryFunction rank_two = [](Index i, Index j) {
    return static_cast<double>((i + 1) * (j % 3 + 1) + (i % 4) * (j + 2));
  };
  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
  for (const auto& start :
       {start_of(make_data_matrix<double>(grid, 20, 16, rank_two), grid, 4, Init::nndsvd),
        start_of(make_data_matrix<float>(grid, 20, 16, rank_two), grid, 4, Init::nndsvd)}) {
    for (const auto* factor : {&start.w, &start.h}) {
      for (Index row = 0; row < factor->rows(); ++row) {
        EXPECT_GT((*factor)(row, 0), 0.0);
        EXPECT_EQ((*factor)(row, 2), 0.0);
        EXPECT_EQ((*factor)(row, 3), 0.0);
      }
    }
  }
}

TEST(NndsvdStart, OfZerosIsZero) {
  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
  const EntryFunction zero = [](Index, Index) { return 0.0; };
  for (const Init kind : {Init::nndsvd, Init::nndsvda, Init::nndsvdar}) {
    const auto start = start_of(zero, grid, kind);
    EXPECT_EQ(std::ranges::count(start.w.span(), 0.0), kRows * kRank);
    EXPECT_EQ(std::ranges::count(start.h.span(), 0.0), kColumns * kRank);
  }
}

TEST(NndsvdStart, RefusesOtherKinds) {
  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
  const auto a = make_data_matrix<double>(grid, kRows, kColumns, entry_a);
  EXPECT_THROW(static_cast<void>(init::nndsvd_start(a, grid, 2, Init::random, 0)), UsageError);
}

}  // namespace
}  // namespace tessera
