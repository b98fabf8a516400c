#include "tessera/solve/canonical.hpp"

#include <cmath>

#include "mpi_test.hpp"
#include "test_problem.hpp"

namespace tessera {
namespace {

using testing::all_grid_shapes;
using testing::gather_factor;
using testing::make_factors;
using testing::random_entry;
using testing::test_world;

constexpr Index kM = 17;
constexpr Index kN = 11;
constexpr Index kRank = 5;
constexpr Index kDead = 1;

/// Component kDead is zero in H but not in W: it contributes nothing.
double entry_w(Index i, Index l) { return (1.0 + static_cast<double>(l)) * random_entry(1, i, l); }
double entry_h(Index l, Index j) { return l == kDead ? 0.0 : 3.0 * random_entry(2, j, l); }

Matrix<double> product(const FactorPair<double>& factors, const mpi::Communicator& comm) {
  const auto w = gather_factor(factors.w, comm);
  const auto h = gather_factor(factors.h, comm);
  Matrix<double> result(kM, kN);
  for (Index i = 0; i < kM; ++i) {
    for (Index j = 0; j < kN; ++j) {
      for (Index l = 0; l < kRank; ++l) {
        result(i, j) += w(i, l) * h(j, l);
      }
    }
  }
  return result;
}

double column_norm(const Matrix<double>& factor, Index l, double power) {
  double sum = 0;
  for (Index row = 0; row < factor.rows(); ++row) {
    sum += std::pow(factor(row, l), power);
  }
  return std::pow(sum, 1.0 / power);
}

class Canonical : public ::testing::TestWithParam<Normalization> {};
INSTANTIATE_TEST_SUITE_P(Solve, Canonical,
                         ::testing::Values(Normalization::l2, Normalization::l1,
                                           Normalization::none),
                         [](const auto& instance) { return std::string(name_of(instance.param)); });

TEST_P(Canonical, KeepsTheProductAndOrdersTheComponents) {
  for (const auto shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), shape);
    const Distribution distribution(kM, kN, shape.rows, shape.columns);
    auto factors = make_factors<double>(grid, distribution, kRank, entry_w, entry_h);
    const auto before = product(factors, grid.comm());

    EXPECT_EQ(solve::canonicalize(factors, GetParam(), 0, grid.comm()), 1);

    const auto after = product(factors, grid.comm());
    for (std::size_t i = 0; i < before.span().size(); ++i) {
      EXPECT_NEAR(after.span()[i], before.span()[i], 1e-12);
    }
    const auto w = gather_factor(factors.w, grid.comm());
    const auto h = gather_factor(factors.h, grid.comm());
    for (Index l = 0; l + 1 < kRank; ++l) {
      EXPECT_GE(column_norm(w, l, 2), column_norm(w, l + 1, 2));
    }
    for (Index l = 0; l < kRank - 1; ++l) {
      if (GetParam() != Normalization::none) {
        const double power = GetParam() == Normalization::l2 ? 2 : 1;
        EXPECT_NEAR(column_norm(h, l, power), 1.0, 1e-12);
      }
    }
    EXPECT_EQ(column_norm(w, kRank - 1, 2), 0.0) << "the dead component is last and zero";
    EXPECT_EQ(column_norm(h, kRank - 1, 2), 0.0);
  }
}

}  // namespace
}  // namespace tessera
