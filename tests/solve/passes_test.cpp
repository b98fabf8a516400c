#include <algorithm>

#include "tessera/mpi/agree.hpp"

#include "alternate_run.hpp"

namespace tessera {
namespace {

using namespace testing;  // alternate_run.hpp, test_problem.hpp

void one_pass_gives_the_bits_of_two(const mpi::ProcessGrid& grid) {
  // Rows so long that a pass takes them in several parts.
  const auto dense = make_data_matrix<float>(grid, 300 * grid.comm().size(), 1500, noisy);
  const auto sparse = make_sparse_matrix<float>(
      grid, 300, 40, [](Index i, Index j) { return (i * j) % 3 == 0 ? noisy(i, j) : 0.0; });
  Index restarts = 0;
  for (const SolverOptions& method : methods()) {
    for (const auto* a : {&dense, &sparse}) {
      const auto run_in = [&](Passes passes) {
        auto with_passes = method;
        with_passes.passes = passes;
        return run<float>(*a, grid, init::random_start(*a, grid, 4, 5), with_passes,
                          iterations(40));
      };
      const auto one = run_in(Passes::one);
      const auto two = run_in(Passes::two);
      EXPECT_TRUE(std::ranges::equal(one.factors.w.piece.span(), two.factors.w.piece.span()));
      EXPECT_TRUE(std::ranges::equal(one.factors.h.piece.span(), two.factors.h.piece.span()));
      EXPECT_EQ(one.outcome.returned.loss, two.outcome.returned.loss);
      EXPECT_EQ(one.outcome.restarts, two.outcome.restarts);
      restarts += one.outcome.restarts;
    }
  }
  EXPECT_GT(restarts, 0);
}

TEST(Passes, OnePassOverAGivesTheBitsOfTwo) {
  one_pass_gives_the_bits_of_two({test_world(), tall()});
}

TEST(Passes, OnePassOverAGivesTheBitsOfTwoBetweenNodes) {
  one_pass_gives_the_bits_of_two({test_world(), tall(), 1});
}

TEST(Passes, FittingComponentsNeedsNoUpdateOfW) {
  const mpi::ProcessGrid grid(test_world(), tall());
  const auto a = make_data_matrix<double>(grid, 40, 30, noisy);
  const auto fit = [&](Passes passes) {
    auto factors = init::random_start(a, grid, 3, 5);
    SolverOptions method{.rank = 3, .algorithm = Algorithm::anls_bpp};
    method.passes = passes;
    PhaseTimes times;
    solve::fit_components(a, grid, factors, {method, iterations(1)}, times);
    return gather_factor(factors.h, grid.comm());
  };
  const auto expected = fit(Passes::two);
  EXPECT_GT(*std::ranges::max_element(expected.span()), 0);
  for (const Passes passes : {Passes::one, Passes::automatic}) {
    EXPECT_TRUE(std::ranges::equal(fit(passes).span(), expected.span()));
  }
}

TEST(Passes, RefusesOnePassWhereItNeedsAllOfTheProductFirst) {
  SolverOptions method = plain_hals();
  method.passes = Passes::one;
  const auto refuses = [&](mpi::GridShape shape, const StoppingOptions& stopping) {
    const mpi::ProcessGrid grid(test_world(), shape);
    EXPECT_THROW(run_random<float>(grid, 12, 9, noisy, 2, 0, method, stopping), mpi::AgreedError);
  };
  if (test_world().size() > 1) {
    refuses({1, test_world().size()}, iterations(3));
  }
  auto stopping = iterations(3);
  stopping.kkt_tolerance = 1e-3;
  refuses(tall(), stopping);
}

}  // namespace
}  // namespace tessera
