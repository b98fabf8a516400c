#include <algorithm>
#include <cmath>
#include <optional>

#include "tessera/mpi/agree.hpp"

#include "alternate_run.hpp"

namespace tessera {
namespace {

using namespace testing;  // alternate_run.hpp, test_problem.hpp

/// A checkpoint in memory.
template <class Real>
struct Saved {
  FactorPair<Real> factors;
  Snapshot<Real> state;
};

/// Saves after one iteration, by copying all that a file would hold.
template <class Real>
class SaveAfter final : public solve::Checkpointer<Real> {
 public:
  explicit SaveAfter(Index iteration) : iteration_(iteration) {}

  [[nodiscard]] Requests requests() const override { return requests_; }
  [[nodiscard]] bool is_due(Index iteration, const Requests&) const override {
    return iteration == iteration_;
  }
  void save(const solve::Checkpoint<Real>& checkpoint) override {
    saved.emplace();
    saved->factors = {checkpoint.w, checkpoint.h};
    for (const auto& part : checkpoint.state.parts()) {
      saved->state.keep(part.side, part.name, *part.rows);
    }
    for (const auto& [name, number] : checkpoint.state.numbers()) {
      saved->state.note(name, number);
    }
    returned_loss = checkpoint.returned.loss;
  }
  void ask(const Requests& requests) { requests_ = requests; }

  std::optional<Saved<Real>> saved;
  double returned_loss = 0;

 private:
  Index iteration_;
  Requests requests_;
};

/// A run that may be saved, or go on from what was saved of another.
template <class Real>
Run<Real> run_on(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid, FactorPair<Real> start,
                 SolverOptions method, const StoppingOptions& stopping,
                 const solve::Persistence<Real>& persistence) {
  method.rank = start.rank();
  Run<Real> result{std::move(start), {}, {}};
  solve::History history(persistence.resumption != nullptr ? persistence.resumption->history
                                                           : std::vector<IterationRecord>{});
  solve::Observer* const observers[] = {&history};
  PhaseTimes times;
  result.outcome = solve::alternate<Real>(a, grid, result.factors, {method, stopping}, observers,
                                          times, persistence);
  result.history = history.records();
  return result;
}

template <class Real>
Run<Real> go_on(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid, Saved<Real>& saved,
                const std::vector<IterationRecord>& history, const SolverOptions& method,
                const StoppingOptions& stopping) {
  const solve::Resumption<Real> resumption{saved.state, history};
  return run_on<Real>(a, grid, saved.factors, method, stopping, {&resumption, nullptr});
}

bool same_numbers(double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); }

template <class Real>
void expect_same(const Run<Real>& whole, const Run<Real>& resumed) {
  EXPECT_TRUE(std::ranges::equal(whole.factors.w.piece.span(), resumed.factors.w.piece.span()));
  EXPECT_TRUE(std::ranges::equal(whole.factors.h.piece.span(), resumed.factors.h.piece.span()));
  EXPECT_EQ(whole.outcome.iterations, resumed.outcome.iterations);
  EXPECT_EQ(whole.outcome.restarts, resumed.outcome.restarts);
  EXPECT_EQ(whole.outcome.reason, resumed.outcome.reason);
  EXPECT_EQ(whole.outcome.returned.iteration, resumed.outcome.returned.iteration);
  EXPECT_EQ(whole.outcome.returned.loss, resumed.outcome.returned.loss);
  ASSERT_EQ(whole.history.size(), resumed.history.size());
  for (std::size_t at = 0; at < whole.history.size(); ++at) {
    const auto& x = whole.history[at];
    const auto& y = resumed.history[at];
    EXPECT_EQ(x.iteration, y.iteration);
    EXPECT_EQ(x.loss, y.loss);
    EXPECT_TRUE(same_numbers(x.relative_error, y.relative_error));
    EXPECT_TRUE(same_numbers(x.kkt_residual, y.kkt_residual));
  }
}

/// Every algorithm and loss, with the extrapolation it can have.
std::vector<SolverOptions> all_methods() {
  auto all = methods();
  all.push_back({.algorithm = Algorithm::mu, .extrapolation = Switch::on});
  for (const Loss loss : {Loss::kl, Loss::itakura_saito, Loss::beta}) {
    for (const Switch extrapolation : {Switch::off, Switch::on}) {
      all.push_back({.loss = loss, .beta = 1.5, .extrapolation = extrapolation});
    }
  }
  SolverOptions penalized{.algorithm = Algorithm::mu};
  penalized.penalty_w = {.l2 = 0.1};
  penalized.penalty_h = {.l2 = 0.1, .coupling = 0.2};
  all.push_back(penalized);
  return all;
}

template <class Real>
void resume_everything() {
  constexpr Index kIterations = 34;
  for (const auto shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), shape);
    const auto a = make_data_matrix<Real>(grid, 40, 26, noisy);
    for (const SolverOptions& method : all_methods()) {
      const auto start = init::random_start(a, grid, 4, 5);
      for (const Index after : {1, 9, 33}) {
        SaveAfter<Real> saver(after);
        const auto whole =
            run_on<Real>(a, grid, start, method, iterations(kIterations), {nullptr, &saver});
        ASSERT_TRUE(saver.saved.has_value());
        const std::vector<IterationRecord> history(whole.history.begin(),
                                                   whole.history.begin() + after);
        expect_same(whole,
                    go_on<Real>(a, grid, *saver.saved, history, method, iterations(kIterations)));
      }
    }
  }
}

TEST(Checkpoint, EveryMethodGoesOnToTheBitInFloat32) { resume_everything<float>(); }
TEST(Checkpoint, EveryMethodGoesOnToTheBitInFloat64) { resume_everything<double>(); }

TEST(Checkpoint, IsTakenRightAfterASetBackToo) {
  const mpi::ProcessGrid grid(test_world(), tall());
  const auto a = make_data_matrix<float>(grid, 60, 40, noisy);
  const auto start = init::random_start(a, grid, 5, 1);
  const SolverOptions method;
  auto stopping = iterations(120);
  stopping.kkt_tolerance = 1e-12;  // so that it is measured
  const auto whole = run<float>(a, grid, start, method, stopping);
  ASSERT_GT(whole.outcome.restarts, 0);
  // Where the loss stands still, the iterate was turned down.
  Index after = 0;
  for (std::size_t at = 1; at < whole.history.size() && after == 0; ++at) {
    if (whole.history[at].loss == whole.history[at - 1].loss) {
      after = whole.history[at].iteration;
    }
  }
  ASSERT_GT(after, 0);
  SaveAfter<float> saver(after);
  const auto saved = run_on<float>(a, grid, start, method, stopping, {nullptr, &saver});
  expect_same(whole, saved);
  const std::vector<IterationRecord> history(whole.history.begin(), whole.history.begin() + after);
  expect_same(whole, go_on<float>(a, grid, *saver.saved, history, method, stopping));
}

TEST(Checkpoint, HoldsTheIterateThatWouldBeReturned) {
  const mpi::ProcessGrid grid(test_world(), tall());
  const auto a = make_data_matrix<double>(grid, 40, 26, noisy);
  for (const SolverOptions& method : all_methods()) {
    const auto start = init::random_start(a, grid, 4, 5);
    SaveAfter<double> saver(12);
    run_on<double>(a, grid, start, method, iterations(20), {nullptr, &saver});
    const auto until_then = run<double>(a, grid, start, method, iterations(12));
    EXPECT_EQ(saver.returned_loss, until_then.outcome.returned.loss);
    EXPECT_TRUE(
        std::ranges::equal(saver.saved->factors.w.piece.span(), until_then.factors.w.piece.span()));
    EXPECT_TRUE(
        std::ranges::equal(saver.saved->factors.h.piece.span(), until_then.factors.h.piece.span()));
  }
}

TEST(Checkpoint, AnInterruptionOfOneProcessSavesAndEndsAll) {
  const mpi::ProcessGrid grid(test_world(), tall());
  const auto a = make_data_matrix<float>(grid, 40, 26, noisy);
  const int last = grid.comm().size() - 1;
  for (const auto& [asked, reason] :
       {std::pair(Requests{.interruption = 1}, solve::StopReason::interruption),
        std::pair(Requests{.time_out = 1}, solve::StopReason::time_limit)}) {
    SaveAfter<float> saver(1000);
    if (grid.comm().rank() == last) {
      saver.ask(asked);
    }
    const auto start = init::random_start(a, grid, 4, 5);
    const auto ended = run_on<float>(a, grid, start, {}, iterations(500), {nullptr, &saver});
    EXPECT_EQ(ended.outcome.reason, reason);
    EXPECT_EQ(ended.outcome.iterations, 1);
    ASSERT_TRUE(saver.saved.has_value());
    expect_same(run<float>(a, grid, start, {}, iterations(30)),
                go_on<float>(a, grid, *saver.saved, ended.history, {}, iterations(30)));
  }
}

TEST(Checkpoint, OfARunThatIsToEndThereIsTheResult) {
  const mpi::ProcessGrid grid(test_world(), tall());
  const auto a = make_data_matrix<double>(grid, 40, 26, noisy);
  for (const SolverOptions& method : all_methods()) {
    const auto start = init::random_start(a, grid, 4, 5);
    SaveAfter<double> saver(12);
    const auto saved = run_on<double>(a, grid, start, method, iterations(20), {nullptr, &saver});
    const std::vector<IterationRecord> history(saved.history.begin(), saved.history.begin() + 12);
    for (const Index limit : {12, 5}) {
      SaveAfter<double> again(12);
      run_on<double>(a, grid, start, method, iterations(20), {nullptr, &again});
      const auto ended = go_on<double>(a, grid, *again.saved, history, method, iterations(limit));
      EXPECT_EQ(ended.outcome.reason, solve::StopReason::max_iterations);
      EXPECT_EQ(ended.outcome.iterations, 12);
      EXPECT_EQ(ended.outcome.returned.loss, saver.returned_loss);
      EXPECT_TRUE(
          std::ranges::equal(ended.factors.w.piece.span(), saver.saved->factors.w.piece.span()));
      EXPECT_TRUE(
          std::ranges::equal(ended.factors.h.piece.span(), saver.saved->factors.h.piece.span()));
    }
  }
}

TEST(Checkpoint, SaysWhatItLacks) {
  const mpi::ProcessGrid grid(test_world(), tall());
  const auto a = make_data_matrix<float>(grid, 40, 26, noisy);
  const auto start = init::random_start(a, grid, 4, 5);
  SaveAfter<float> saver(3);
  const auto plain = run_on<float>(a, grid, start, plain_hals(), iterations(5), {nullptr, &saver});
  const std::vector<IterationRecord> history(plain.history.begin(), plain.history.begin() + 3);
  try {
    go_on<float>(a, grid, *saver.saved, history, {}, iterations(5));
    ADD_FAILURE() << "a run with extrapolation went on from one without";
  } catch (const mpi::AgreedError& error) {
    EXPECT_EQ(error.code(), ExitCode::input);
    EXPECT_NE(std::string(error.what()).find("plain"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace tessera
