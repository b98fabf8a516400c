#include "tessera/init/truncated_svd.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <Eigen/SVD>

#include "mpi_test.hpp"
#include "test_problem.hpp"

namespace tessera {
namespace {

using testing::all_grid_shapes;
using testing::EntryFunction;
using testing::gather_factor;
using testing::make_data_matrix;
using testing::make_sparse_matrix;
using testing::random_entry;
using testing::test_world;

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

struct Shape {
  Index m, n, k;
};
/// Fewer rows and columns than processes, as many, and more; wide and tall.
constexpr Shape kShapes[] = {{1, 1, 1}, {2, 5, 2}, {6, 3, 1}, {9, 40, 4}, {61, 47, 5}};

/// Zero for half of all (index, component).
double part(std::uint64_t seed, Index index, Index component) {
  return std::max(0.0, random_entry(seed, index, component) - 0.5);
}

/// Some zeros; seven components of falling weight and a little noise, so that singular values fall
/// fast enough for the bases to settle to rounding.
double entry_a(Index i, Index j) {
  double entry = random_entry(11, i, j) < 0.5 ? 1e-4 * random_entry(12, i, j) : 0;
  for (Index l = 0; l < 7; ++l) {
    entry += std::pow(0.6, static_cast<double>(l)) * part(13, i, l) * part(14, j, l);
  }
  return entry;
}

/// Rank three.
double exact_low_rank(Index i, Index j) {
  double entry = 0;
  for (Index l = 0; l < 3; ++l) {
    entry += random_entry(15, i, l) * random_entry(16, j, l);
  }
  return entry;
}

Eigen::MatrixXd to_eigen(Index m, Index n, const EntryFunction& entry) {
  Eigen::MatrixXd a(m, n);
  for (Index i = 0; i < m; ++i) {
    for (Index j = 0; j < n; ++j) {
      a(i, j) = entry(i, j);
    }
  }
  return a;
}

Eigen::MatrixXd to_eigen(const Factor<double>& factor, const mpi::Communicator& comm) {
  const Matrix<double> all = gather_factor(factor, comm);
  return to_eigen(all.rows(), all.columns(), [&](Index i, Index l) { return all(i, l); });
}

/// Orthonormal U and V, values of the oracle, and A·V = U·diag(σ).
void expect_leading_triplets(const Eigen::MatrixXd& a, const init::TruncatedSvd& svd,
                             const mpi::Communicator& comm, double tolerance) {
  const Eigen::BDCSVD<Eigen::MatrixXd> oracle(a);
  const double scale = oracle.singularValues()(0);
  const Eigen::MatrixXd u = to_eigen(svd.u, comm);
  const Eigen::MatrixXd v = to_eigen(svd.v, comm);
  const Index k = std::ssize(svd.values);
  const Eigen::Map<const Eigen::VectorXd> values(svd.values.data(), k);
  const Eigen::MatrixXd one = Eigen::MatrixXd::Identity(k, k);
  EXPECT_LE((values - oracle.singularValues().head(k)).cwiseAbs().maxCoeff(), tolerance * scale);
  EXPECT_LE((u.transpose() * u - one).norm(), 100 * kEpsilon * static_cast<double>(k));
  EXPECT_LE((v.transpose() * v - one).norm(), 100 * kEpsilon * static_cast<double>(k));
  EXPECT_LE((a * v - u * values.asDiagonal()).norm(), tolerance * scale);
  EXPECT_LE((a.transpose() * u - v * values.asDiagonal()).norm(), tolerance * scale);
}

TEST(TruncatedSvd, EqualsTheOracleOnEveryGridDenseAndSparse) {
  for (const auto grid_shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), grid_shape);
    for (const auto [m, n, k] : kShapes) {
      SCOPED_TRACE(::testing::Message() << m << "x" << n << " on grid " << grid_shape.to_string());
      // Fewer than k + 10 values means that nothing is cut off; else what is cut off is small.
      const double tolerance = 1e-10;
      const Eigen::MatrixXd all = to_eigen(m, n, entry_a);
      expect_leading_triplets(
          all, init::truncated_svd(make_data_matrix<double>(grid, m, n, entry_a), grid, k, 0),
          grid.comm(), tolerance);
      expect_leading_triplets(
          all, init::truncated_svd(make_sparse_matrix<double>(grid, m, n, entry_a), grid, k, 0),
          grid.comm(), tolerance);
    }
  }
}

TEST(TruncatedSvd, IsAsRightAsFloatProductsAllow) {
  const EntryFunction entry = [](Index i, Index j) { return static_cast<float>(entry_a(i, j)); };
  const Eigen::MatrixXd all = to_eigen(61, 47, entry);
  for (const auto grid_shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), grid_shape);
    const auto a = make_data_matrix<float>(grid, 61, 47, entry);
    expect_leading_triplets(all, init::truncated_svd(a, grid, 5, 0), grid.comm(),
                            16 * static_cast<double>(std::numeric_limits<float>::epsilon()));
  }
}

TEST(TruncatedSvd, FindsZerosBeyondTheRankOfTheMatrix) {
  for (const auto grid_shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), grid_shape);
    const auto a = make_data_matrix<double>(grid, 50, 40, exact_low_rank);
    auto svd = init::truncated_svd(a, grid, 6, 0);
    for (std::size_t l = 3; l < 6; ++l) {
      EXPECT_LE(svd.values[l], 100 * kEpsilon * svd.values.front());
    }
    for (const auto* factor : {&svd.u, &svd.v}) {
      EXPECT_TRUE(std::ranges::all_of(factor->piece.span(),
                                      [](double entry) { return std::isfinite(entry); }));
    }
    const auto zero = make_data_matrix<double>(grid, 8, 12, [](Index, Index) { return 0.0; });
    EXPECT_EQ(init::truncated_svd(zero, grid, 2, 0).values, (std::vector<double>{0, 0}));
  }
}

TEST(SubspaceIteration, ValuesNeverExceedThoseOfTheMatrixAndRise) {
  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
  const EntryFunction entry = [](Index i, Index j) { return random_entry(3, i, j); };
  const auto a = make_data_matrix<double>(grid, 70, 60, entry);
  const Eigen::BDCSVD<Eigen::MatrixXd> oracle(to_eigen(70, 60, entry));
  init::SubspaceIteration<double> subspace(a, grid, 8, 1);
  std::vector<double> before(8, 0.0);
  for (int iteration = 0; iteration < 6; ++iteration) {
    subspace.iterate();
    const auto values = subspace.values();
    const double rounding = 1000 * kEpsilon * values.front();
    for (std::size_t l = 0; l < values.size(); ++l) {
      EXPECT_LE(values[l], oracle.singularValues()(static_cast<Index>(l)) + rounding);
      EXPECT_GE(values[l], before[l] - rounding);
    }
    before = values;
  }
}

TEST(LeadingSingularValues, EqualTheOracleOnEveryGridWhateverTheSeed) {
  const EntryFunction entry = [](Index i, Index j) { return random_entry(4, i, j); };
  const Eigen::BDCSVD<Eigen::MatrixXd> oracle(to_eigen(150, 90, entry));
  for (const auto grid_shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), grid_shape);
    const auto a = make_data_matrix<double>(grid, 150, 90, entry);
    for (const std::uint64_t seed : {0, 1}) {
      const auto spectrum = init::leading_singular_values(a, grid, {.count = 10, .seed = seed});
      EXPECT_TRUE(spectrum.converged);
      for (std::size_t l = 0; l < 10; ++l) {
        // A value that moves by 1e-6 in an iteration may have ten times as far to go.
        const double expected = oracle.singularValues()(static_cast<Index>(l));
        EXPECT_NEAR(spectrum.values[l], expected, 1e-5 * expected);
      }
    }
  }
}

TEST(LeadingSingularValues, OfAllNeedTwoIterations) {
  const mpi::ProcessGrid grid(test_world(), {1, test_world().size()});
  for (const auto& entry : {EntryFunction(entry_a), EntryFunction(exact_low_rank),
                            EntryFunction([](Index, Index) { return 0.0; })}) {
    const auto a = make_data_matrix<double>(grid, 12, 9, entry);
    const Eigen::BDCSVD<Eigen::MatrixXd> oracle(to_eigen(12, 9, entry));
    const auto spectrum = init::leading_singular_values(a, grid, {.count = 9});
    EXPECT_TRUE(spectrum.converged);
    EXPECT_EQ(spectrum.iterations, 2);
    for (std::size_t l = 0; l < 9; ++l) {
      EXPECT_NEAR(spectrum.values[l], oracle.singularValues()(static_cast<Index>(l)),
                  100 * kEpsilon * oracle.singularValues()(0));
    }
  }
}

TEST(LeadingSingularValues, SayWhenTheLimitEndedThem) {
  const mpi::ProcessGrid grid(test_world(), {1, test_world().size()});
  const auto a = make_data_matrix<double>(grid, 80, 60,
                                          [](Index i, Index j) { return random_entry(5, i, j); });
  const auto spectrum =
      init::leading_singular_values(a, grid, {.count = 5, .tolerance = 0, .max_iterations = 3});
  EXPECT_FALSE(spectrum.converged);
  EXPECT_EQ(spectrum.iterations, 3);
  EXPECT_EQ(spectrum.values.size(), 5U);
}

}  // namespace
}  // namespace tessera
