#include <cmath>
#include <fstream>
#include <vector>

#include <nlohmann/json.hpp>

#include "tessera/mpi/agree.hpp"
#include "tessera/products/divergence.hpp"
#include "tessera/solve/supervisor.hpp"

#include "alternate_run.hpp"

namespace tessera {
namespace {

using namespace testing;  // alternate_run.hpp, test_problem.hpp

constexpr double kBetas[] = {-0.5, 0.0, 0.5, 1.0, 1.5, 2.5, 3.0};

SolverOptions solver(double beta, Switch extrapolation = Switch::off) {
  return {.loss = Loss::beta, .beta = beta, .extrapolation = extrapolation};
}

double positive(Index i, Index j) {
  return 0.1 + random_entry(1, i, j) + random_entry(2, i, 0) * random_entry(3, j, 0);
}
/// Two thirds of it zeros.
double with_zeros(Index i, Index j) { return (i + 2 * j) % 3 == 0 ? positive(i, j) : 0.0; }

/// Σ d(a | x) by its definition, entry by entry.
double plain_divergence(const Matrix<double>& w, const Matrix<double>& h,
                        const EntryFunction& entry, double beta) {
  double sum = 0;
  for (Index i = 0; i < w.rows(); ++i) {
    for (Index j = 0; j < h.rows(); ++j) {
      double x = 0;
      for (Index l = 0; l < w.columns(); ++l) {
        x += w(i, l) * h(j, l);
      }
      const double a = entry(i, j);
      if (beta == 1) {
        sum += (a > 0 ? a * std::log(a / x) : 0) - a + x;
      } else if (beta == 0) {
        sum += a / x - std::log(a / x) - 1;
      } else {
        sum += (std::pow(a, beta) + (beta - 1) * std::pow(x, beta) -
                beta * a * std::pow(x, beta - 1)) /
               (beta * (beta - 1));
      }
    }
  }
  return sum;
}

TEST(BetaLoss, GivesScikitLearnsIteratesAndLosses) {
  std::ifstream file(TESSERA_FIXTURES "/sklearn_mu.json");
  const auto fixture = nlohmann::json::parse(file);
  const auto entry_of = [](const nlohmann::json& rows) {
    const auto values = rows.get<std::vector<std::vector<double>>>();
    return [values](Index i, Index j) {
      return values[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
    };
  };
  const auto m = static_cast<Index>(fixture.at("matrix").size());
  const auto n = static_cast<Index>(fixture.at("matrix").at(0).size());
  const auto k = static_cast<Index>(fixture.at("start_h").size());
  for (const auto shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), shape);
    const auto a = make_data_matrix<double>(grid, m, n, entry_of(fixture.at("matrix")));
    const auto start = make_factors<double>(
        grid, a.distribution, k, entry_of(fixture.at("start_w")), entry_of(fixture.at("start_h")));
    for (const auto& expected : fixture.at("runs")) {
      auto options = solver(expected.at("beta").get<double>());
      options.algorithm = Algorithm::mu;
      const double loss = expected.at("start_loss").get<double>();
      EXPECT_NEAR(products::divergence(a, grid, start, options.beta), loss, 1e-12 * loss);
      const auto result =
          run(a, grid, start, options, iterations(fixture.at("iterations").get<Index>()));
      const double final_loss = expected.at("result_loss").get<double>();
      EXPECT_NEAR(result.outcome.returned.loss, final_loss, 1e-9 * final_loss) << options.beta;
      const auto w = gather_factor(result.factors.w, grid.comm());
      const auto h = gather_factor(result.factors.h, grid.comm());
      const auto expected_w = entry_of(expected.at("result_w"));
      const auto expected_h = entry_of(expected.at("result_h"));
      for (Index l = 0; l < k; ++l) {
        for (Index i = 0; i < m; ++i) {
          EXPECT_NEAR(w(i, l), expected_w(i, l), 1e-10) << options.beta;
        }
        for (Index j = 0; j < n; ++j) {
          EXPECT_NEAR(h(j, l), expected_h(l, j), 1e-10) << options.beta;
        }
      }
    }
  }
}

TEST(BetaLoss, LossOfTheHistoryIsTheDefinitionAndNeverRises) {
  for (const auto shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), shape);
    const auto a = make_data_matrix<double>(grid, 19, 13, positive);
    for (const double beta : kBetas) {
      for (const Switch extrapolation : {Switch::off, Switch::on}) {
        const auto result = run(a, grid, init::random_start(a, grid, 3, 1),
                                solver(beta, extrapolation), iterations(40));
        const auto w = gather_factor(result.factors.w, grid.comm());
        const auto h = gather_factor(result.factors.h, grid.comm());
        const double expected = plain_divergence(w, h, positive, beta);
        EXPECT_NEAR(result.outcome.returned.loss, expected, 1e-10 * (1 + expected)) << beta;
        EXPECT_NEAR(products::divergence(a, grid, result.factors, beta), expected,
                    1e-10 * (1 + expected));
        for (std::size_t at = 1; at < result.history.size(); ++at) {
          EXPECT_LE(result.history[at].loss, result.history[at - 1].loss * (1 + 1e-10))
              << beta << " iteration " << at + 1;
        }
      }
    }
  }
}

TEST(BetaLoss, SparseAndDenseStorageAgree) {
  for (const auto shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), shape);
    const auto dense = make_data_matrix<double>(grid, 21, 14, with_zeros);
    const auto sparse = make_sparse_matrix<double>(grid, 21, 14, with_zeros);
    for (const double beta : {0.5, 1.0, 1.5, 3.0}) {
      const auto start = init::random_start(dense, grid, 3, 4);
      const auto one = run(dense, grid, start, solver(beta), iterations(20));
      const auto other = run(sparse, grid, start, solver(beta), iterations(20));
      EXPECT_NEAR(one.outcome.returned.loss, other.outcome.returned.loss, 1e-9) << beta;
      EXPECT_NEAR(products::divergence(dense, grid, one.factors, beta),
                  products::divergence(sparse, grid, one.factors, beta), 1e-9);
      EXPECT_NEAR(products::reference_loss(dense, grid, beta),
                  products::reference_loss(sparse, grid, beta), 1e-9);
      const auto w = gather_factor(one.factors.w, grid.comm());
      const auto other_w = gather_factor(other.factors.w, grid.comm());
      for (std::size_t at = 0; at < w.span().size(); ++at) {
        EXPECT_NEAR(w.span()[at], other_w.span()[at], 1e-9);
      }
    }
  }
}

TEST(BetaLoss, KullbackLeiblerOfRankOneHasAClosedForm) {
  const auto entry = with_zeros;
  for (const auto shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), shape);
    const auto a = make_sparse_matrix<double>(grid, 15, 11, entry);
    const auto result = run(a, grid, init::random_start(a, grid, 1, 0), solver(1.0), iterations(3));
    const auto w = gather_factor(result.factors.w, grid.comm());
    const auto h = gather_factor(result.factors.h, grid.comm());
    double total = 0;
    for (Index i = 0; i < 15; ++i) {
      for (Index j = 0; j < 11; ++j) {
        total += entry(i, j);
      }
    }
    for (Index i = 0; i < 15; ++i) {
      for (Index j = 0; j < 11; ++j) {
        double row = 0;
        double column = 0;
        for (Index at = 0; at < 11; ++at) {
          row += entry(i, at);
        }
        for (Index at = 0; at < 15; ++at) {
          column += entry(at, j);
        }
        EXPECT_NEAR(w(i, 0) * h(j, 0), row * column / total, 1e-12 * total);
      }
    }
    EXPECT_NEAR(result.outcome.returned.loss, products::reference_loss(a, grid, 1.0), 1e-10);
  }
}

TEST(BetaLoss, ZeroRowsColumnsAndMatricesAreLegalForKullbackLeibler) {
  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
  const auto entry = [](Index i, Index j) { return i == 3 || j == 1 ? 0.0 : with_zeros(i, j); };
  const auto a = make_sparse_matrix<float>(grid, 12, 9, entry);
  const auto result = run(a, grid, init::random_start(a, grid, 2, 0), solver(1.0), iterations(10));
  const auto w = gather_factor(result.factors.w, grid.comm());
  const auto h = gather_factor(result.factors.h, grid.comm());
  for (Index l = 0; l < 2; ++l) {
    EXPECT_EQ(w(3, l), 0.0);
    EXPECT_EQ(h(1, l), 0.0);
  }
  const auto zero = make_data_matrix<float>(grid, 6, 5, [](Index, Index) { return 0.0; });
  const auto none =
      run(zero, grid, init::random_start(zero, grid, 2, 0), solver(1.0), iterations(3));
  EXPECT_NEAR(none.outcome.returned.loss, 0.0, 1e-9);  // predictions never fall below a floor
}

TEST(BetaLoss, PenaltiesCountAndTheSumNeverRises) {
  const mpi::ProcessGrid grid(test_world(), {1, test_world().size()});
  const auto a = make_data_matrix<double>(grid, 20, 16, positive);
  for (const auto& [beta, l1, l2] : std::vector<std::array<double, 3>>{
           {0, 0.5, 0}, {0.5, 0.5, 0}, {1, 0.5, 0}, {1, 0.2, 0.7}, {1.5, 0.5, 0}, {3, 0.1, 0.3}}) {
    auto options = solver(beta);
    options.penalty_w = {.l1 = l1, .l2 = l2};
    options.penalty_h = {.l1 = 2 * l1, .l2 = l2};
    const auto result = run(a, grid, init::random_start(a, grid, 3, 2), options, iterations(60));
    for (std::size_t at = 1; at < result.history.size(); ++at) {
      EXPECT_LE(result.history[at].loss, result.history[at - 1].loss * (1 + 1e-10)) << beta;
    }
    const auto w = gather_factor(result.factors.w, grid.comm());
    const auto h = gather_factor(result.factors.h, grid.comm());
    double expected = plain_divergence(w, h, positive, beta);
    for (const double value : w.span()) {
      expected += l1 * value + 0.5 * l2 * value * value;
    }
    for (const double value : h.span()) {
      expected += 2 * l1 * value + 0.5 * l2 * value * value;
    }
    EXPECT_NEAR(result.outcome.returned.loss, expected, 1e-9 * expected);
  }
}

TEST(BetaLoss, ACopyByColumnsGivesTheSameBits) {
  for (const auto shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), shape);
    const auto once = make_sparse_matrix<float>(grid, 24, 18, with_zeros);
    auto twice = once;
    twice.transposed = transposed_panels(std::get<SparseBlock<float>>(once.block), 3);
    const auto run_on = [&](const DataMatrix<float>& a) {
      return run(a, grid, init::random_start(a, grid, 3, 2), solver(1.0), iterations(5));
    };
    const auto expected = run_on(once);
    const auto result = run_on(twice);
    EXPECT_EQ(result.outcome.returned.loss, expected.outcome.returned.loss);
    EXPECT_TRUE(std::ranges::equal(result.factors.w.piece.span(), expected.factors.w.piece.span()));
    EXPECT_TRUE(std::ranges::equal(result.factors.h.piece.span(), expected.factors.h.piece.span()));
  }
}

TEST(BetaLoss, PayloadIsAsPredicted) {
  for (const auto shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid separate(test_world(), shape, 1);
    const mpi::ProcessGrid pairs(test_world(), shape, 2);
    for (const auto& [grid, beta] : {std::pair(&separate, 1.0), {&separate, 0.5}, {&pairs, 0.5}}) {
      const auto a = make_sparse_matrix<float>(*grid, 24, 18, with_zeros);
      const auto result =
          run(a, *grid, init::random_start(a, *grid, 3, 2), solver(beta), iterations(5));
      const auto& traffic = result.outcome.loop_traffic;
      const auto counted = grid->comm().sum(traffic.bytes_of(mpi::Collective::all_gather) +
                                            traffic.bytes_of(mpi::Collective::reduce_scatter));
      EXPECT_EQ(counted, result.outcome.effort.predicted_bytes);
    }
  }
}

TEST(BetaLoss, WeightsAloneReachTheLossOfTheWholeForFixedComponents) {
  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
  const auto a = make_data_matrix<double>(grid, 18, 12, positive);
  auto both = run(a, grid, init::random_start(a, grid, 2, 0), solver(1.0), iterations(400));
  auto factors = init::random_start(a, grid, 2, 7);
  factors.h = both.factors.h;
  SolverOptions options = solver(1.0);
  options.rank = 2;
  PhaseTimes times;
  const auto outcome =
      solve::fit_weights<double>(a, grid, factors, {options, iterations(400)}, {}, times);
  EXPECT_NEAR(outcome.returned.loss, both.outcome.returned.loss, 1e-6);
}

TEST(BetaLoss, ToleranceStopsAMatrixThatTheSimplestModelFits) {
  const mpi::ProcessGrid grid(test_world(), {1, test_world().size()});
  const auto a = make_data_matrix<float>(grid, 14, 12, [](Index i, Index j) {
    return (1.0 + random_entry(5, i, 0)) * (1.0 + random_entry(6, j, 0));
  });
  const StoppingOptions stopping{.max_iterations = 5000, .tolerance = 1e-4};
  const auto result = run(a, grid, init::random_start(a, grid, 2, 0), solver(1.0), stopping);
  EXPECT_EQ(result.outcome.reason, solve::StopReason::tolerance);
}

TEST(Supervisor, TakesAMonotoneLossThatRisesByMuchForABreakdown) {
  const Factor<double> none;
  solve::Supervisor<double> last({}, 1.0, solve::Keeps::last, {});
  EXPECT_EQ(last.judge({.iteration = 1, .loss = 1.0}, {}, none, none), std::nullopt);
  EXPECT_EQ(last.judge({.iteration = 2, .loss = 1.05}, {}, none, none), std::nullopt);
  EXPECT_THROW(static_cast<void>(last.judge({.iteration = 3, .loss = 2.0}, {}, none, none)),
               mpi::AgreedError);
  // A step with momentum may rise, the plain one after it may not.
  solve::Supervisor<double> accepted({}, 1.0, solve::Keeps::accepted, {});
  EXPECT_EQ(accepted.judge({.iteration = 1, .loss = 1.0}, {}, none, none), std::nullopt);
  EXPECT_EQ(accepted.judge({.iteration = 2, .loss = 2.0}, {}, none, none), std::nullopt);
  EXPECT_TRUE(accepted.has_rejected());
  EXPECT_THROW(static_cast<void>(accepted.judge({.iteration = 3, .loss = 2.0}, {}, none, none)),
               mpi::AgreedError);
}

TEST(BetaLoss, AnAllZeroMatrixStopsAtOnceByTolerance) {
  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
  const auto zero = make_data_matrix<float>(grid, 6, 5, [](Index, Index) { return 0.0; });
  const auto result = run(zero, grid, init::random_start(zero, grid, 2, 0), solver(1.0),
                          {.max_iterations = 500, .tolerance = 1e-4});
  EXPECT_EQ(result.outcome.reason, solve::StopReason::tolerance);
}

}  // namespace
}  // namespace tessera
