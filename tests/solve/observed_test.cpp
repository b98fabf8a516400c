#include <cmath>
#include <vector>

#include "tessera/init/random.hpp"
#include "tessera/products/divergence.hpp"
#include "tessera/solve/alternate.hpp"
#include "tessera/update/observed_hals.hpp"

#include "mpi_test.hpp"
#include "test_problem.hpp"

namespace tessera {
namespace {

using testing::all_grid_shapes;
using testing::EntryFunction;
using testing::gather_factor;
using testing::make_data_matrix;
using testing::random_entry;
using testing::test_world;

double value(Index i, Index j) {
  double sum = 0.2 * random_entry(9, i, j);
  for (Index l = 0; l < 2; ++l) {
    sum += random_entry(7, i, l) * random_entry(8, j, l);
  }
  return sum;
}
double half(Index i, Index j) { return random_entry(5, i, j) < 0.5 ? 1.0 : 0.0; }
double all(Index, Index) { return 1.0; }

/// A with these entries where the weight is above 0; nothing is known of the others.
template <class Real>
DataMatrix<Real> make_observed(const mpi::ProcessGrid& grid, Index m, Index n,
                               const EntryFunction& entry, const EntryFunction& weight) {
  Distribution distribution(m, n, grid.shape().rows, grid.shape().columns);
  const Range rows = distribution.row_block(grid.row());
  const Range columns = distribution.column_block(grid.column());
  AlignedVector<Index> offsets{0};
  AlignedVector<std::int32_t> local_columns;
  AlignedVector<Real> values;
  AlignedVector<Real> weights;
  std::vector<double> sums(4);
  for (Index i = rows.begin; i < rows.end; ++i) {
    for (Index j = columns.begin; j < columns.end; ++j) {
      const double w = weight(i, j);
      if (w > 0) {
        local_columns.push_back(static_cast<std::int32_t>(j - columns.begin));
        values.push_back(static_cast<Real>(entry(i, j)));
        weights.push_back(static_cast<Real>(w));
        sums[0] += w;
        sums[1] += w * entry(i, j);
        sums[2] += w * entry(i, j) * entry(i, j);
        sums[3] += 1;
      }
    }
    offsets.push_back(std::ssize(values));
  }
  grid.comm().all_reduce_sum(std::span<double>(sums));
  MatrixSummary summary;
  summary.total_weight = sums[0];
  summary.mean = sums[1] / sums[0];
  summary.squared_norm = sums[2];
  summary.stored_entries = static_cast<Index>(sums[3]);
  DataMatrix<Real> a{std::move(distribution),
                     SparseBlock<Real>(rows, columns, std::move(offsets), std::move(local_columns),
                                       std::move(values)),
                     summary};
  a.observed_only = true;
  a.weights = std::move(weights);
  return a;
}

struct Result {
  Matrix<double> w;
  Matrix<double> h;
  solve::Outcome outcome;
  std::vector<IterationRecord> history;
};

template <class Real>
Result run(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid, FactorPair<Real> factors,
           SolverOptions options, Index iterations) {
  options.rank = factors.rank();
  solve::History history;
  solve::Observer* const observers[] = {&history};
  PhaseTimes times;
  const StoppingOptions stopping{.max_iterations = iterations, .tolerance = 0};
  auto outcome = solve::alternate<Real>(a, grid, factors, {options, stopping}, observers, times);
  return {gather_factor(factors.w, grid.comm()), gather_factor(factors.h, grid.comm()),
          std::move(outcome), history.records()};
}

/// Every rule for observed entries, with its default extrapolation and without.
std::vector<SolverOptions> methods() {
  std::vector<SolverOptions> result;
  for (const Switch extrapolation : {Switch::off, Switch::on}) {
    result.push_back(
        {.algorithm = Algorithm::hals, .extrapolation = extrapolation, .l2_per_entry = 0.0});
    result.push_back({.algorithm = Algorithm::mu, .extrapolation = extrapolation});
    result.push_back({.loss = Loss::kl, .extrapolation = extrapolation});
  }
  return result;
}

/// Masked multiplicative steps run on any grid, row by row rules on p×1.
std::vector<mpi::GridShape> shapes(const SolverOptions& method) {
  return method.chosen_algorithm() == Algorithm::mu
             ? all_grid_shapes(test_world().size())
             : std::vector<mpi::GridShape>{{test_world().size(), 1}};
}

double plain_loss(const Result& result, const EntryFunction& entry, const EntryFunction& weight,
                  double beta) {
  double sum = 0;
  for (Index i = 0; i < result.w.rows(); ++i) {
    for (Index j = 0; j < result.h.rows(); ++j) {
      double x = 0;
      for (Index l = 0; l < result.w.columns(); ++l) {
        x += result.w(i, l) * result.h(j, l);
      }
      const double a = entry(i, j);
      const double d = beta == 2 ? 0.5 * (a - x) * (a - x) : a * std::log(a / x) - a + x;
      sum += weight(i, j) > 0 ? weight(i, j) * d : 0.0;
    }
  }
  return sum;
}

double weights_of_all_sizes(Index i, Index j) { return half(i, j) * (0.5 + random_entry(4, i, j)); }

TEST(Observed, LossIsTheDefinitionAndNeverRises) {
  for (const SolverOptions& method : methods()) {
    for (const auto shape : shapes(method)) {
      const mpi::ProcessGrid grid(test_world(), shape);
      const auto a = make_observed<double>(grid, 24, 17, value, weights_of_all_sizes);
      const auto result = run(a, grid, init::random_start(a, grid, 3, 1), method, 40);
      const double expected = plain_loss(result, value, weights_of_all_sizes, method.divergence());
      EXPECT_NEAR(result.outcome.returned.loss, expected, 1e-10 * (1 + expected))
          << name_of(method.chosen_algorithm());
      for (std::size_t at = 1; at < result.history.size(); ++at) {
        EXPECT_LE(result.history[at].loss, result.history[at - 1].loss * (1 + 1e-10))
            << name_of(method.chosen_algorithm());
      }
    }
  }
}

TEST(Observed, ResultDoesNotDependOnTheGrid) {
  const mpi::Communicator alone = test_world().split(test_world().rank(), 0);
  const mpi::ProcessGrid single(alone, {1, 1});
  for (const SolverOptions& method : methods()) {
    const auto a = make_observed<double>(single, 20, 15, value, half);
    const auto expected = run(a, single, init::random_start(a, single, 3, 2), method, 15);
    for (const auto shape : shapes(method)) {
      const mpi::ProcessGrid grid(test_world(), shape);
      const auto b = make_observed<double>(grid, 20, 15, value, half);
      const auto result = run(b, grid, init::random_start(b, grid, 3, 2), method, 15);
      EXPECT_NEAR(result.outcome.returned.loss, expected.outcome.returned.loss, 1e-9);
      for (std::size_t at = 0; at < result.w.span().size(); ++at) {
        EXPECT_NEAR(result.w.span()[at], expected.w.span()[at], 1e-7);
      }
    }
  }
}

TEST(Observed, WithEverythingObservedMultiplicativeStepsAreTheUnmaskedOnes) {
  for (const auto shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), shape);
    const auto whole = make_data_matrix<double>(grid, 18, 14, value);
    const auto observed = make_observed<double>(grid, 18, 14, value, all);
    for (const Loss loss : {Loss::frobenius, Loss::kl}) {
      const SolverOptions method{
          .loss = loss, .algorithm = Algorithm::mu, .extrapolation = Switch::off};
      const auto start = init::random_start(whole, grid, 3, 3);
      const auto one = run(whole, grid, start, method, 25);
      const auto other = run(observed, grid, start, method, 25);
      for (std::size_t at = 0; at < one.w.span().size(); ++at) {
        EXPECT_NEAR(one.w.span()[at], other.w.span()[at], 1e-9);
      }
    }
  }
}

TEST(Observed, WithEverythingObservedTheRowRuleIsHals) {
  const mpi::Communicator alone = test_world().split(test_world().rank(), 0);
  const mpi::ProcessGrid single(alone, {1, 1});
  const auto whole = make_data_matrix<double>(single, 18, 14, value);
  const auto observed = make_observed<double>(single, 18, 14, value, all);
  auto factors = init::random_start(whole, single, 3, 3);
  Matrix<double> gram(3, 3);
  Matrix<double> cross(18, 3);
  const auto h = factors.h.piece.view();
  for (Index l = 0; l < 3; ++l) {
    for (Index j = 0; j < 14; ++j) {
      for (Index other = 0; other < 3; ++other) {
        gram(l, other) += h(j, l) * h(j, other);
      }
      for (Index i = 0; i < 18; ++i) {
        cross(i, l) += value(i, j) * h(j, l);
      }
    }
  }
  const Penalty penalty{.l1 = 0.1, .l2 = 0.2};
  auto expected = factors.w.piece;
  update::make_update_rule<double>({.algorithm = Algorithm::hals,
                                    .rows = 18,
                                    .rank = 3,
                                    .inner = {update::ObservedHals<double>::kMostSweeps, true},
                                    .penalty = penalty})
      ->update(std::as_const(gram).view(), std::as_const(cross).view(), expected.view());
  update::ObservedHals<double>(3, penalty, 0, 0)
      .update(std::get<SparseBlock<double>>(observed.block), observed.weights, h,
              factors.w.piece.view());
  for (std::size_t at = 0; at < expected.span().size(); ++at) {
    EXPECT_NEAR(factors.w.piece.span()[at], expected.span()[at], 1e-12);
  }
}

TEST(Observed, ImpliedOnesGiveTheSameBits) {
  for (const auto& method : methods()) {
    for (const auto& shape : shapes(method)) {
      const mpi::ProcessGrid grid(test_world(), shape);
      for (const EntryFunction& weight :
           {EntryFunction(half), EntryFunction(weights_of_all_sizes)}) {
        const auto held = make_observed<float>(grid, 24, 18, all, weight);
        auto implied = held;
        implied.imply_ones();
        const auto run_on = [&](const DataMatrix<float>& a) {
          return run(a, grid, init::random_start(a, grid, 3, 2), method, 8);
        };
        const auto expected = run_on(held);
        const auto result = run_on(implied);
        EXPECT_EQ(result.outcome.returned.loss, expected.outcome.returned.loss);
        EXPECT_TRUE(std::ranges::equal(result.w.span(), expected.w.span()));
        EXPECT_TRUE(std::ranges::equal(result.h.span(), expected.h.span()));
      }
    }
  }
}

TEST(Observed, WeightsOfTwoAreRowsGivenTwice) {
  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
  constexpr Index kRows = 12;
  const auto twice = [](Index i, Index j) { return i < 4 ? 2 * half(i, j) : half(i, j); };
  const auto original = [](Index i) { return i < kRows ? i : i - kRows; };
  for (const SolverOptions& method : methods()) {
    if (method.extrapolation == Switch::on) {
      continue;
    }
    const auto weighted = make_observed<double>(grid, kRows, 10, value, twice);
    const auto repeated = make_observed<double>(
        grid, kRows + 4, 10, [&](Index i, Index j) { return value(original(i), j); },
        [&](Index i, Index j) { return half(original(i), j); });
    const auto start = [&](const DataMatrix<double>& a) {
      return testing::make_factors<double>(
          grid, a.distribution, 2,
          [&](Index i, Index l) { return 0.1 + random_entry(21, original(i), l); },
          [](Index l, Index j) { return 0.1 + random_entry(22, j, l); });
    };
    const auto one = run(weighted, grid, start(weighted), method, 20);
    const auto other = run(repeated, grid, start(repeated), method, 20);
    for (std::size_t at = 0; at < one.h.span().size(); ++at) {
      EXPECT_NEAR(one.h.span()[at], other.h.span()[at], 1e-9);
    }
    EXPECT_NEAR(one.outcome.returned.loss, other.outcome.returned.loss, 1e-9);
  }
}

TEST(Observed, RowsOfWhichNothingIsKnownGetTheMeanOfTheOthers) {
  const auto weight = [](Index i, Index j) { return i == 5 || j == 3 ? 0.0 : half(i, j); };
  for (const SolverOptions& method : methods()) {
    const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
    const auto a = make_observed<double>(grid, 14, 11, value, weight);
    const auto result = run(a, grid, init::random_start(a, grid, 2, 1), method, 10);
    for (Index l = 0; l < 2; ++l) {
      double sum = 0;
      for (Index i = 0; i < 14; ++i) {
        sum += i == 5 ? 0.0 : result.w(i, l);
      }
      EXPECT_NEAR(result.w(5, l), sum / 13, 1e-12);
      EXPECT_TRUE(std::isfinite(result.h(3, l)));
    }
  }
}

TEST(Observed, PenaltyPerEntryCountsEachObservation) {
  SolverOptions hals{.algorithm = Algorithm::hals, .l2_per_entry = 0.3};
  SolverOptions mu{.algorithm = Algorithm::mu, .l2_per_entry = 0.3};
  for (const SolverOptions& method : {hals, mu}) {
    const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
    const auto a = make_observed<double>(grid, 16, 12, value, half);
    const auto result = run(a, grid, init::random_start(a, grid, 2, 1), method, 30);
    double expected = plain_loss(result, value, half, 2);
    for (Index i = 0; i < 16; ++i) {
      for (Index j = 0; j < 12; ++j) {
        for (Index l = 0; l < 2 && half(i, j) > 0; ++l) {
          expected += 0.15 * (std::pow(result.w(i, l), 2) + std::pow(result.h(j, l), 2));
        }
      }
    }
    EXPECT_NEAR(result.outcome.returned.loss, expected, 1e-9);
    for (std::size_t at = 1; at < result.history.size(); ++at) {
      EXPECT_LE(result.history[at].loss, result.history[at - 1].loss * (1 + 1e-10));
    }
  }
}

/// The grids for a method, with messages alone and with shared memory.
std::vector<std::pair<mpi::GridShape, int>> shapes_and_nodes(const SolverOptions& method) {
  std::vector<std::pair<mpi::GridShape, int>> all;
  for (const auto shape : shapes(method)) {
    all.emplace_back(shape, 1);
    all.emplace_back(shape, 0);
  }
  return all;
}

TEST(Observed, EntriesHeldOutAreScoredAtEveryIterate) {
  const auto test = [](Index i, Index j) { return random_entry(31, i, j) < 0.2; };
  const auto train = [&](Index i, Index j) { return test(i, j) ? 0.0 : 1.0; };
  for (const SolverOptions& method : methods()) {
    for (const auto& [shape, node_size] : shapes_and_nodes(method)) {
      const mpi::ProcessGrid grid(test_world(), shape, node_size);
      auto a = make_observed<double>(grid, 15, 12, value, train);
      auto held_out = make_observed<double>(
          grid, 15, 12, value, [&](Index i, Index j) { return test(i, j) ? 1.0 : 0.0; });
      a.held_out = std::get<SparseBlock<double>>(held_out.block);
      a.summary.held_out_entries = held_out.summary.stored_entries;
      const auto result = run(a, grid, init::random_start(a, grid, 2, 1), method, 8);
      double squares = 0;
      double count = 0;
      for (Index i = 0; i < 15; ++i) {
        for (Index j = 0; j < 12; ++j) {
          if (test(i, j)) {
            const double x = result.w(i, 0) * result.h(j, 0) + result.w(i, 1) * result.h(j, 1);
            squares += std::pow(value(i, j) - x, 2);
            count += 1;
          }
        }
      }
      EXPECT_NEAR(result.outcome.returned.held_out_rmse, std::sqrt(squares / count), 1e-10)
          << name_of(method.chosen_algorithm());
      const auto counted =
          grid.comm().sum(result.outcome.loop_traffic.bytes_of(mpi::Collective::all_gather) +
                          result.outcome.loop_traffic.bytes_of(mpi::Collective::all_to_all) +
                          result.outcome.loop_traffic.bytes_of(mpi::Collective::reduce_scatter));
      EXPECT_EQ(counted, result.outcome.effort.predicted_bytes);
    }
  }
}

TEST(Observed, RowsOfFewEntriesDoNotGrowWithoutEndUnlessAsked) {
  // Half of what is observed once per row or less, five components: nothing determines them.
  const auto few = [](Index i, Index j) { return random_entry(41, i, j) < 0.08 ? 1.0 : 0.0; };
  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
  const auto a = make_observed<double>(grid, 40, 30, value, few);
  const auto result = run(a, grid, init::random_start(a, grid, 5, 1), {}, 500);
  // |w| <= r / (2√λ) for an entry r, with λ a thousandth of the mean; no entry exceeds 2.2.
  const double bound = 2.2 / (2 * std::sqrt(1e-3 * a.summary.mean));
  for (const double entry : result.w.span()) {
    EXPECT_LE(entry, bound);
  }
}

TEST(Observed, InnerIterationsAreSweepsOfARow) {
  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
  const auto a = make_observed<double>(grid, 24, 17, value, half);
  const auto loss_after_one = [&](Index sweeps) {
    SolverOptions method{.inner_iterations = sweeps, .extrapolation = Switch::off};
    return run(a, grid, init::random_start(a, grid, 3, 1), method, 1).outcome.returned.loss;
  };
  EXPECT_LT(loss_after_one(20), loss_after_one(1));
}

}  // namespace
}  // namespace tessera
