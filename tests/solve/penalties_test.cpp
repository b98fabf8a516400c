#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tessera/init/random.hpp"
#include "tessera/solve/alternate.hpp"
#include "tessera/solve/kkt.hpp"
#include "tessera/solve/penalty.hpp"

#include "mpi_test.hpp"
#include "test_graph.hpp"

namespace tessera {
namespace {

using testing::all_grid_shapes;
using testing::gather_factor;
using testing::graph_weight;
using testing::make_data_matrix;
using testing::make_graph;
using testing::random_entry;
using testing::test_world;

constexpr Index kRows = 26;
constexpr Index kColumns = 19;
constexpr Index kRank = 4;

double entry_a(Index i, Index j) {
  double sum = 0.3 * random_entry(13, i, j);
  for (Index l = 0; l < kRank; ++l) {
    sum += random_entry(11, i, l) * random_entry(12, j, l);
  }
  return sum;
}

/// With a graph of its rows, and columns that stand in another order than the user's.
DataMatrix<double> make_matrix(const mpi::ProcessGrid& grid, Index rows = kRows,
                               Index columns = kColumns) {
  auto a = make_data_matrix<double>(grid, rows, columns, entry_a);
  a.row_graph =
      make_graph<double>(a.distribution.w_piece(grid.row(), grid.column()), rows, graph_weight);
  a.column_order = Ordering::shuffled(columns, 5);
  return a;
}

struct Case {
  std::string name;
  SolverOptions solver;
};

/// Every penalty with every rule that takes it, then all at once.
std::vector<Case> cases() {
  const SolverOptions orthogonal{.penalty_w = {.l2 = 0.2}, .penalty_h = {.orthogonality = 0.5}};
  const SolverOptions bounded{.upper_bound = 0.6};
  const SolverOptions smooth{.penalty_w = {.l2 = 0.2}, .penalty_h = {.coupling = 0.8}};
  const SolverOptions graph{.penalty_w = {.coupling = 0.3}, .penalty_h = {.l2 = 0.2}};
  const SolverOptions all{.penalty_w = {.l1 = 0.1, .coupling = 0.3},
                          .penalty_h = {.l2 = 0.1, .orthogonality = 0.2, .coupling = 0.4},
                          .upper_bound = 0.8};
  std::vector<Case> found;
  const auto add = [&](const std::string& name, SolverOptions solver, Algorithm algorithm,
                       Switch extrapolation, Step step = Step::armijo) {
    solver.rank = kRank;
    solver.algorithm = algorithm;
    solver.extrapolation = extrapolation;
    solver.step = step;
    found.push_back({name + " " + std::string(name_of(algorithm)), solver});
  };
  for (const auto& [name, solver] : {Case{"orthogonal", orthogonal}, Case{"bounded", bounded}}) {
    add(name, solver, Algorithm::hals, Switch::automatic);
    add(name + ", plain", solver, Algorithm::hals, Switch::off);
    add(name, solver, Algorithm::mu, Switch::automatic);
    add(name, solver, Algorithm::gradient, Switch::automatic);
    add(name + ", lipschitz", solver, Algorithm::gradient, Switch::automatic, Step::lipschitz);
  }
  for (const auto& [name, solver] :
       {Case{"smooth", smooth}, Case{"graph", graph}, Case{"all", all}}) {
    add(name, solver, Algorithm::mu, Switch::automatic);
    add(name + ", extrapolated", solver, Algorithm::mu, Switch::on);
  }
  return found;
}

StoppingOptions iterations(Index count) { return {.max_iterations = count, .tolerance = 0}; }

struct Run {
  FactorPair<double> factors;
  solve::Outcome outcome;
  std::vector<IterationRecord> history;
};

Run run(const DataMatrix<double>& a, const mpi::ProcessGrid& grid, const SolverOptions& solver,
        Index count) {
  Run result{init::random_start(a, grid, kRank, 3), {}, {}};
  solve::History history;
  solve::Observer* const observers[] = {&history};
  PhaseTimes times;
  result.outcome = solve::alternate<double>(a, grid, result.factors, {solver, iterations(count)},
                                            observers, times);
  result.history = history.records();
  return result;
}

/// Σ of f(i, l) over a gathered factor.
template <class Function>
double sum_over(const Matrix<double>& factor, const Function& function) {
  double sum = 0;
  for (Index i = 0; i < factor.rows(); ++i) {
    for (Index l = 0; l < factor.columns(); ++l) {
      sum += function(i, l);
    }
  }
  return sum;
}

double coupling_value(const Matrix<double>& factor, const testing::EntryFunction& weight) {
  double sum = 0;
  for (Index other = 0; other < factor.rows(); ++other) {
    sum += sum_over(factor, [&](Index i, Index l) {
      return 0.25 * weight(i, other) * std::pow(factor(i, l) - factor(other, l), 2);
    });
  }
  return sum;
}

double value_of(const Penalty& penalty, const Matrix<double>& factor,
                const testing::EntryFunction& weight) {
  double orthogonality = 0;
  for (Index other = 0; other < factor.columns(); ++other) {
    orthogonality += sum_over(factor, [&](Index i, Index l) {
      return l < other ? factor(i, l) * factor(i, other) : 0.0;
    });
  }
  return penalty.l1 * sum_over(factor, [&](Index i, Index l) { return factor(i, l); }) +
         0.5 * penalty.l2 *
             sum_over(factor, [&](Index i, Index l) { return factor(i, l) * factor(i, l); }) +
         penalty.orthogonality * orthogonality + penalty.coupling * coupling_value(factor, weight);
}

/// 1 for columns next to each other in the user's order.
testing::EntryFunction path_weight(const Ordering& order) {
  return [order](Index i, Index j) {
    return std::abs(order.original(i) - order.original(j)) == 1 ? 1.0 : 0.0;
  };
}

/// The definition, entry by entry.
double objective(const DataMatrix<double>& a, const mpi::ProcessGrid& grid,
                 const FactorPair<double>& factors, const SolverOptions& solver) {
  const auto w = gather_factor(factors.w, grid.comm());
  const auto h = gather_factor(factors.h, grid.comm());
  double sum = 0;
  for (Index i = 0; i < kRows; ++i) {
    for (Index j = 0; j < kColumns; ++j) {
      double difference = entry_a(i, j);
      for (Index l = 0; l < kRank; ++l) {
        difference -= w(i, l) * h(j, l);
      }
      sum += 0.5 * difference * difference;
    }
  }
  return sum + value_of(solver.penalty_w, w, graph_weight) +
         value_of(solver.penalty_h, h, path_weight(a.column_order));
}

template <class Test>
void for_each_grid(const Test& test, int node_size = 0) {
  for (const auto shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), shape, node_size);
    SCOPED_TRACE("grid " + shape.to_string());
    test(grid, make_matrix(grid));
  }
}

TEST(Penalties, LossIsTheObjectiveOfTheIterateInEveryIteration) {
  for_each_grid([](const mpi::ProcessGrid& grid, const DataMatrix<double>& a) {
    for (const auto& [name, solver] : cases()) {
      for (const Index count : {1, 2, 3, 12}) {
        const auto result = run(a, grid, solver, count);
        const double expected = objective(a, grid, result.factors, solver);
        EXPECT_NEAR(result.outcome.returned.loss, expected, 1e-12 * a.summary.squared_norm)
            << name << ", " << count;
        EXPECT_NEAR(solve::penalty_value(a, grid, result.factors, solver),
                    expected - objective(a, grid, result.factors, {}), 1e-12 * expected)
            << name;
      }
    }
  });
}

TEST(Penalties, LossNeverRisesAndDoesNotDependOnTheGrid) {
  const mpi::Communicator alone = test_world().split(test_world().rank(), 0);
  const mpi::ProcessGrid single(alone, {1, 1});
  const auto whole = make_matrix(single);
  for (const auto& [name, solver] : cases()) {
    const auto expected = run(whole, single, solver, 60);
    for_each_grid([&](const mpi::ProcessGrid& grid, const DataMatrix<double>& a) {
      const auto result = run(a, grid, solver, 60);
      const double noise = 1e-12 * a.summary.squared_norm;
      for (std::size_t at = 1; at < result.history.size(); ++at) {
        EXPECT_LE(result.history[at].loss, result.history[at - 1].loss + noise)
            << name << " iteration " << at + 1;
      }
      EXPECT_NEAR(result.outcome.returned.loss, expected.outcome.returned.loss,
                  1e-9 * expected.outcome.returned.loss)
          << name;
    });
  }
}

TEST(Penalties, EmptyBlocksGiveTheSameResult) {
  const mpi::Communicator alone = test_world().split(test_world().rank(), 0);
  const mpi::ProcessGrid single(alone, {1, 1});
  const auto whole = make_matrix(single, 3, 2);
  for (const auto& [name, solver] : cases()) {
    const double expected = run(whole, single, solver, 10).outcome.returned.loss;
    for (const auto shape : all_grid_shapes(test_world().size())) {
      const mpi::ProcessGrid grid(test_world(), shape);
      const auto result = run(make_matrix(grid, 3, 2), grid, solver, 10);
      EXPECT_NEAR(result.outcome.returned.loss, expected, 1e-10 * (1 + expected)) << name;
    }
  }
}

TEST(Penalties, MoveThePredictedBytes) {
  for_each_grid(
      [](const mpi::ProcessGrid& grid, const DataMatrix<double>& a) {
        for (const auto& [name, solver] : cases()) {
          const auto outcome = run(a, grid, solver, 7).outcome;
          const auto& traffic = outcome.loop_traffic;
          const auto moved = test_world().sum(traffic.bytes_of(mpi::Collective::all_gather) +
                                              traffic.bytes_of(mpi::Collective::reduce_scatter) +
                                              traffic.bytes_of(mpi::Collective::all_to_all));
          EXPECT_EQ(moved, outcome.effort.predicted_bytes) << name;
        }
      },
      1);
}

TEST(Penalties, BoundHoldsEverywhereAndMatters) {
  for_each_grid([](const mpi::ProcessGrid& grid, const DataMatrix<double>& a) {
    for (const auto& [name, solver] : cases()) {
      if (solver.upper_bound > 0) {
        const auto result = run(a, grid, solver, 20);
        double largest = 0;
        for (const auto& factor : {result.factors.w, result.factors.h}) {
          for (const double entry : factor.piece.span()) {
            largest = std::max(largest, entry);
          }
        }
        EXPECT_EQ(test_world().max(largest), solver.upper_bound) << name;
      }
    }
  });
}

TEST(Penalties, KktResidualVanishesAtTheSolutionOfABoundedAndAnOrthogonalProblem) {
  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
  const auto a = make_matrix(grid);
  for (const auto& [name, solver] : cases()) {
    if (solver.algorithm == Algorithm::hals && solver.extrapolation == Switch::automatic) {
      const auto result = run(a, grid, solver, 800);
      const double residual = solve::kkt_residual(a, grid, result.factors, {solver, {}});
      EXPECT_LT(residual, 1e-3) << name;
      // The penalties count in it: without them the factors are no solution.
      EXPECT_GT(solve::kkt_residual(a, grid, result.factors, {{.rank = kRank}, {}}), 10 * residual)
          << name;
    }
  }
}

TEST(Penalties, KktResidualCountsCoupledRows) {
  const mpi::ProcessGrid grid(test_world(), {1, test_world().size()});
  const auto a = make_matrix(grid);
  for (const auto& [name, solver] : cases()) {
    // Under the other penalties entries tend to zero, which the rule never gets to.
    const bool is_coupled = solver.penalty_w.coupling + solver.penalty_h.coupling > 0;
    if (is_coupled && solver.penalty_h.orthogonality == 0) {
      const auto early = run(a, grid, solver, 2);
      const auto late = run(a, grid, solver, 300);
      EXPECT_LT(solve::kkt_residual(a, grid, late.factors, {solver, {}}),
                0.3 * solve::kkt_residual(a, grid, early.factors, {solver, {}}))
          << name;
    }
  }
}

/// Mean cosine between different components.
double mean_cosine(const Matrix<double>& h) {
  const auto dot = [&](Index l, Index other) {
    double sum = 0;
    for (Index j = 0; j < h.rows(); ++j) {
      sum += h(j, l) * h(j, other);
    }
    return sum;
  };
  double sum = 0;
  for (Index l = 0; l < kRank; ++l) {
    for (Index other = 0; other < l; ++other) {
      const double norms = std::sqrt(dot(l, l) * dot(other, other));
      sum += norms > 0 ? dot(l, other) / norms : 0.0;
    }
  }
  return sum / (0.5 * kRank * (kRank - 1));
}

TEST(Penalties, DoWhatTheyAreFor) {
  for_each_grid([](const mpi::ProcessGrid& grid, const DataMatrix<double>& a) {
    const auto factors_for = [&](Algorithm algorithm, double orthogonality, double smooth,
                                 double graph) {
      const SolverOptions solver{
          .rank = kRank,
          .algorithm = algorithm,
          .penalty_w = {.l2 = 0.1, .coupling = graph},
          .penalty_h = {.l2 = 0.1, .orthogonality = orthogonality, .coupling = smooth}};
      const auto result = run(a, grid, solver, 80);
      return std::pair{gather_factor(result.factors.w, grid.comm()),
                       gather_factor(result.factors.h, grid.comm())};
    };
    for (const Algorithm algorithm : {Algorithm::hals, Algorithm::mu, Algorithm::gradient}) {
      const auto free = factors_for(algorithm, 0, 0, 0).second;
      EXPECT_LT(mean_cosine(factors_for(algorithm, 2, 0, 0).second), 0.8 * mean_cosine(free))
          << name_of(algorithm);
    }
    const auto path = path_weight(a.column_order);
    const auto [free_w, free_h] = factors_for(Algorithm::mu, 0, 0, 0);
    EXPECT_LT(coupling_value(factors_for(Algorithm::mu, 0, 5, 0).second, path),
              0.5 * coupling_value(free_h, path));
    EXPECT_LT(coupling_value(factors_for(Algorithm::mu, 0, 0, 5).first, graph_weight),
              0.5 * coupling_value(free_w, graph_weight));
  });
}

TEST(Penalties, AGraphThatIsNotThereIsAnError) {
  const mpi::ProcessGrid grid(test_world(), {1, test_world().size()});
  const auto a = make_data_matrix<double>(grid, 30, 20, entry_a);
  auto factors = init::random_start(a, grid, 2, 0);
  PhaseTimes times;
  const SolverOptions solver{
      .rank = 2, .algorithm = Algorithm::mu, .penalty_w = {.coupling = 1}, .penalty_h = {.l2 = 1}};
  EXPECT_THROW(solve::alternate<double>(a, grid, factors, {solver, iterations(2)}, {}, times),
               ShapeError);
}

}  // namespace
}  // namespace tessera
