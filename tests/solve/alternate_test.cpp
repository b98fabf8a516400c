#include "tessera/solve/alternate.hpp"

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tessera/init/random.hpp"
#include "tessera/products/residual.hpp"

#include "alternate_run.hpp"
#include "mpi_test.hpp"
#include "test_problem.hpp"

namespace tessera {
namespace {

using namespace testing;  // alternate_run.hpp, test_problem.hpp

TEST(Alternate, HalsGivesScikitLearnsIterates) {
  std::ifstream file(TESSERA_FIXTURES "/sklearn_cd.json");
  const auto fixture = nlohmann::json::parse(file);
  const auto entry = [&](const char* name) {
    const auto values = fixture.at(name).get<std::vector<std::vector<double>>>();
    return [values](Index i, Index j) {
      return values[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
    };
  };
  const auto m = static_cast<Index>(fixture.at("matrix").size());
  const auto n = static_cast<Index>(fixture.at("matrix").at(0).size());
  const auto k = static_cast<Index>(fixture.at("start_h").size());
  for (const auto shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), shape);
    const auto a = make_data_matrix<double>(grid, m, n, entry("matrix"));
    auto start = make_factors<double>(grid, a.distribution, k, entry("start_w"), entry("start_h"));
    const auto result = run<double>(a, grid, std::move(start), plain_hals(),
                                    iterations(fixture.at("iterations").get<Index>()));
    const auto w = gather_factor(result.factors.w, grid.comm());
    const auto h = gather_factor(result.factors.h, grid.comm());
    const auto expected_w = entry("result_w");
    const auto expected_h = entry("result_h");
    for (Index l = 0; l < k; ++l) {
      for (Index i = 0; i < m; ++i) {
        EXPECT_NEAR(w(i, l), expected_w(i, l), 1e-10);
      }
      for (Index j = 0; j < n; ++j) {
        EXPECT_NEAR(h(j, l), expected_h(l, j), 1e-10);
      }
    }
  }
}

TEST(Alternate, FreeLossEqualsTheExplicitResidual) {
  for (const auto shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), shape);
    for (const SolverOptions& method : methods()) {
      const auto a = make_data_matrix<double>(grid, 31, 23, noisy);
      auto start = init::random_start(a, grid, 5, 1);
      const auto result = run<double>(a, grid, std::move(start), method, iterations(15));
      const double residual = products::squared_residual(a, grid, result.factors);
      EXPECT_NEAR(result.outcome.returned.loss, 0.5 * residual, 1e-12 * a.summary.squared_norm)
          << name_of(method.chosen_algorithm());
    }
  }
}

TEST(Alternate, LossNeverRises) {
  const mpi::ProcessGrid grid(test_world(), tall());
  for (const SolverOptions& method : methods()) {
    for (std::uint64_t seed = 0; seed < 5 && is_monotone(method.chosen_algorithm()); ++seed) {
      const auto result = run_random<double>(grid, 40, 30, noisy, 6, seed, method, iterations(60));
      ASSERT_EQ(result.history.size(), 60U);
      const auto& first = result.history.front();
      const double noise = 1e-12 * 2.0 * first.loss / std::pow(first.relative_error, 2);
      for (std::size_t i = 1; i < result.history.size(); ++i) {
        EXPECT_LE(result.history[i].loss, result.history[i - 1].loss + noise)
            << name_of(method.chosen_algorithm()) << " iteration " << i + 1;
      }
    }
  }
}

TEST(Alternate, RecoversNoiselessLowRankFromTheBestOfFiveSeeds) {
  const mpi::ProcessGrid grid(test_world(), tall());
  double best = 1;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const auto result =
        run_random<double>(grid, 60, 45, low_rank(3), 3, seed, plain_hals(), iterations(2000));
    best = std::min(best, result.outcome.returned.relative_error);
  }
  EXPECT_LT(best, 1e-4);
}

TEST(Alternate, SingularGramsAreANormalCase) {
  // Rank 6 on a matrix of rank 3: the optimal W and H have singular grams.
  const mpi::ProcessGrid grid(test_world(), tall());
  for (const SolverOptions& method : methods()) {
    // Of five seeds, since ALS hangs on rounding where entries of 1/√ε cancel before it clips them.
    double best = 1;
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      const auto result =
          run_random<double>(grid, 40, 30, low_rank(3), 6, seed, method, iterations(200));
      EXPECT_TRUE(std::isfinite(result.outcome.returned.loss))
          << name_of(method.chosen_algorithm());
      best = std::min(best, result.outcome.returned.relative_error);
    }
    EXPECT_LT(best, 0.1) << name_of(method.chosen_algorithm());
  }
}

TEST(Alternate, AllZeroMatrixIsLegal) {
  const mpi::ProcessGrid grid(test_world(), tall());
  for (const SolverOptions& method : methods()) {
    const auto result = run_random<float>(
        grid, 8, 7, [](Index, Index) { return 0.0; }, 2, 0, method, iterations(3));
    EXPECT_EQ(result.outcome.returned.loss, 0.0);
    EXPECT_EQ(result.outcome.returned.relative_error, 0.0);
  }
}

TEST(Alternate, ZeroRowsAndColumnsStayZero) {
  const mpi::ProcessGrid grid(test_world(), tall());
  const auto entry = [](Index i, Index j) { return i == 4 || j == 2 ? 0.0 : noisy(i, j); };
  for (const SolverOptions& method : methods()) {
    const auto result = run_random<double>(grid, 20, 12, entry, 3, 0, method, iterations(30));
    const auto w = gather_factor(result.factors.w, grid.comm());
    const auto h = gather_factor(result.factors.h, grid.comm());
    for (Index l = 0; l < 3; ++l) {
      EXPECT_EQ(w(4, l), 0.0) << name_of(method.chosen_algorithm());
      EXPECT_EQ(h(2, l), 0.0) << name_of(method.chosen_algorithm());
    }
  }
}

TEST(Alternate, EveryGridAgreesWithOneProcess) {
  // DESIGN: relative error within 1e-6 and factors within 1e-3 in float32 after 100 iterations.
  constexpr Index kRank = 4;
  const mpi::Communicator alone = test_world().split(test_world().rank(), 0);
  const mpi::ProcessGrid single(alone, {1, 1});
  const auto expected =
      run_random<float>(single, 50, 37, noisy, kRank, 5, plain_hals(), iterations(100));
  const auto expected_w = gather_factor(expected.factors.w, alone);
  for (const auto shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), shape);
    const auto result =
        run_random<float>(grid, 50, 37, noisy, kRank, 5, plain_hals(), iterations(100));
    EXPECT_NEAR(result.outcome.returned.relative_error, expected.outcome.returned.relative_error,
                1e-6);
    const auto w = gather_factor(result.factors.w, grid.comm());
    double largest = 0;
    for (const double value : expected_w.span()) {
      largest = std::max(largest, value);
    }
    for (std::size_t i = 0; i < w.span().size(); ++i) {
      EXPECT_NEAR(w.span()[i], expected_w.span()[i], 1e-3 * largest);
    }
  }
}

TEST(Alternate, RepeatsToTheBit) {
  for (const auto shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), shape);
    for (const SolverOptions& method : methods()) {
      const auto first = run_random<float>(grid, 33, 29, noisy, 5, 7, method, iterations(20));
      const auto second = run_random<float>(grid, 33, 29, noisy, 5, 7, method, iterations(20));
      EXPECT_TRUE(std::ranges::equal(first.factors.w.piece.span(), second.factors.w.piece.span()));
      EXPECT_TRUE(std::ranges::equal(first.factors.h.piece.span(), second.factors.h.piece.span()));
      EXPECT_EQ(first.outcome.returned.loss, second.outcome.returned.loss);
    }
  }
}

TEST(Alternate, EmptyBlocksGiveTheSameResult) {
  // With more grid rows than rows some processes hold nothing.
  const mpi::Communicator alone = test_world().split(test_world().rank(), 0);
  const mpi::ProcessGrid single(alone, {1, 1});
  const auto expected = run_random<double>(single, 2, 3, noisy, 1, 0, plain_hals(), iterations(10));
  for (const auto shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), shape);
    const auto result = run_random<double>(grid, 2, 3, noisy, 1, 0, plain_hals(), iterations(10));
    EXPECT_NEAR(result.outcome.returned.loss, expected.outcome.returned.loss, 1e-12);
  }
}

TEST(Alternate, MovesTheBytesOfTheFormulaAndSixCollectivesAnIteration) {
  constexpr Index kIterations = 7;
  for (const auto shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), shape, 1);
    const auto result =
        run_random<float>(grid, 50, 37, noisy, 4, 5, plain_hals(), iterations(kIterations));
    const auto& traffic = result.outcome.loop_traffic;
    const Index moved = test_world().sum(traffic.bytes_of(mpi::Collective::all_gather) +
                                         traffic.bytes_of(mpi::Collective::reduce_scatter));
    EXPECT_EQ(moved, kIterations * rows_moved(shape, 50, 37) * 4 * Index{sizeof(float)});
    // A factor that one process holds alone is not exchanged.
    const Index exchanges = kIterations * ((shape.rows > 1 ? 1 : 0) + (shape.columns > 1 ? 1 : 0));
    EXPECT_EQ(traffic.calls_of(mpi::Collective::all_gather), exchanges);
    EXPECT_EQ(traffic.calls_of(mpi::Collective::reduce_scatter), exchanges);
    // One more at the start (the KKT measure wants ‖W_:l‖) and one after the last iteration.
    EXPECT_EQ(traffic.calls_of(mpi::Collective::all_reduce), 2 * kIterations + 2);
  }
}

TEST(Alternate, MovesTheBytesOfTheFormulaInMoreMessagesWherePiecesAreLong) {
  constexpr Index kIterations = 3;
  const int p = test_world().size();
  const mpi::ProcessGrid grid(test_world(), {1, p}, 1);
  // A piece of W takes two messages, and each process sends p - 1 pieces.
  const Index m = 1200 * p;
  const auto result =
      run_random<float>(grid, m, 7, noisy, 20, 5, plain_hals(), iterations(kIterations));
  const auto& traffic = result.outcome.loop_traffic;
  const Index moved = test_world().sum(traffic.bytes_of(mpi::Collective::reduce_scatter));
  EXPECT_EQ(moved, kIterations * (p - 1) * m * 20 * Index{sizeof(float)});
  EXPECT_EQ(traffic.calls_of(mpi::Collective::reduce_scatter), kIterations * 2 * (p - 1));
}

TEST(Alternate, AlsReturnsItsBestIterate) {
  const mpi::ProcessGrid grid(test_world(), tall());
  bool rose = false;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const auto a = make_data_matrix<double>(
        grid, 30, 25, [](Index i, Index j) { return random_entry(17, i, j); });
    auto result = run<double>(a, grid, init::random_start(a, grid, 8, seed),
                              {.algorithm = Algorithm::als}, iterations(40));
    double best = result.history.front().loss;
    for (const auto& record : result.history) {
      best = std::min(best, record.loss);
    }
    rose = rose || result.history.back().loss > best;
    EXPECT_EQ(result.outcome.returned.loss, best);
    EXPECT_NEAR(0.5 * products::squared_residual(a, grid, result.factors), best, 1e-10);
  }
  EXPECT_TRUE(rose) << "no seed where keeping the best made a difference";
}

TEST(Stopping, ToleranceLooksAtTenIterations) {
  const mpi::ProcessGrid grid(test_world(), tall());
  StoppingOptions options;
  options.tolerance = 1e-3;
  const auto result =
      run_random<double>(grid, 40, 30, noisy, 4, 0, {.algorithm = Algorithm::mu}, options);
  EXPECT_EQ(result.outcome.reason, solve::StopReason::tolerance);
  const auto& history = result.history;
  ASSERT_GT(history.size(), 11U);
  const double scale = history.back().loss / std::pow(history.back().relative_error, 2);
  const auto decrease_at = [&](std::size_t i) {
    return (history[i - 10].loss - history[i].loss) / scale;
  };
  EXPECT_LT(decrease_at(history.size() - 1), 1e-3);
  EXPECT_GE(decrease_at(history.size() - 2), 1e-3);
}

TEST(Stopping, TargetErrorEndsAtTheFirstIterateBelow) {
  const mpi::ProcessGrid grid(test_world(), tall());
  auto options = iterations(500);
  options.target_error = 0.12;
  const auto result = run_random<double>(grid, 40, 30, noisy, 4, 0, plain_hals(), options);
  EXPECT_EQ(result.outcome.reason, solve::StopReason::target_error);
  ASSERT_GT(result.history.size(), 1U);
  EXPECT_LE(result.history.back().relative_error, 0.12);
  EXPECT_GT(result.history[result.history.size() - 2].relative_error, 0.12);
}

TEST(Stopping, KktResidualFallsAndEndsTheRun) {
  for (const auto shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), shape);
    auto options = iterations(3000);
    options.kkt_tolerance = 1e-4;
    const auto result = run_random<double>(grid, 30, 20, noisy, 3, 0, plain_hals(), options);
    EXPECT_EQ(result.outcome.reason, solve::StopReason::kkt_tolerance);
    EXPECT_LE(result.history.back().kkt_residual, 1e-4);
    EXPECT_GT(result.history.front().kkt_residual, 1e-3);
  }
}

TEST(Stopping, TimeLimitEndsAllProcessesTogether) {
  const mpi::ProcessGrid grid(test_world(), tall());
  auto options = iterations(0);
  options.time_limit = 0.05;
  const auto result =
      run_random<double>(grid, 200, 100, noisy, 8, 0, {.algorithm = Algorithm::mu}, options);
  EXPECT_EQ(result.outcome.reason, solve::StopReason::time_limit);
  const auto count = static_cast<Index>(result.history.size());
  EXPECT_EQ(test_world().min(count), test_world().max(count));
}

TEST(Alternate, BreakdownIsAnErrorOnEveryProcess) {
  const mpi::ProcessGrid grid(test_world(), tall());
  const auto huge = [](Index, Index) { return 1e200; };
  try {
    run_random<double>(grid, 12, 9, huge, 2, 0, plain_hals(), iterations(5));
    ADD_FAILURE() << "a loss beyond the range of double was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::numerical);
  }
}

}  // namespace
}  // namespace tessera
