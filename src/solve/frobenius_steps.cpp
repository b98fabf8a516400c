#include <string>

#include "tessera/mpi/agree.hpp"
#include "tessera/products/cross.hpp"
#include "tessera/products/gram_message.hpp"
#include "tessera/solve/diagnostics.hpp"
#include "tessera/solve/monitor.hpp"
#include "tessera/solve/row_coupling.hpp"
#include "tessera/solve/steps.hpp"

namespace tessera::solve {
namespace {

template <class Real>
std::unique_ptr<update::UpdateRule<Real>> make_rule(const Problem<Real>& problem,
                                                    const Factor<Real>& own, Index other_rows,
                                                    const Penalty& penalty, Index fixed) {
  const auto& solver = problem.settings.solver;
  return update::make_update_rule<Real>(
      {.algorithm = solver.chosen_algorithm(),
       .rows = own.owned.size(),
       .rank = solver.rank,
       .fixed = fixed,
       .inner = update::inner_steps(solver, own.global_rows, other_rows,
                                    problem.a.summary.stored_entries),
       .step = solver.step,
       .penalty = penalty,
       .upper_bound = solver.upper_bound});
}

constexpr const char* kRuleState = "rule";

template <class Real>
void save_state(const update::UpdateRule<Real>& rule, Side side, const Factor<Real>& factor,
                Snapshot<Real>& snapshot) {
  if (rule.state_width() > 0) {
    Factor<Real> state(factor.global_rows, factor.owned, rule.state_width());
    rule.save_state(state.piece.view());
    snapshot.keep(side, kRuleState, std::move(state));
  }
}

/// A rule that has left no state is one that begins.
template <class Real>
void load_state(const Snapshot<Real>& snapshot, Side side, update::UpdateRule<Real>& rule) {
  if (snapshot.has(side, kRuleState)) {
    rule.load_state(snapshot.rows(side, kRuleState).piece.view());
  }
}

/// To a gram and a cross product, what is not stored is zero.
template <class Real>
void require_all_observed(const DataMatrix<Real>& a) {
  if (a.observed_only) {
    throw mpi::AgreedError(ExitCode::usage,
                           "this algorithm would take missing entries for zeros, and weights for "
                           "1. Leave out --missing, --mask, --weights and --holdout, or choose "
                           "--holdout-kind blocks");
  }
}

/// Whether W's update is to follow the rows of A, so that one pass over A serves both products.
/// @throws mpi::AgreedError (code usage) when that is asked for, but cannot be.
template <class Real>
bool takes_one_pass(const Problem<Real>& problem) {
  const auto& [a, grid, factors, settings, clock, times] = problem;
  // Rows that depend on each other, and a measure of the whole incoming W, need all of A·Hᵀ first.
  const bool by_rows = grid.shape().columns == 1 && settings.solver.penalty_w.coupling == 0 &&
                       settings.stopping.kkt_tolerance == 0;
  if (settings.solver.passes == Passes::one && !by_rows) {
    throw mpi::AgreedError(ExitCode::usage,
                           "--passes 1 needs whole rows of A on every process, and rows of W that "
                           "can be updated one by one. Take --grid " +
                               std::to_string(grid.comm().size()) +
                               "x1, no --graph and no --kkt-tolerance, or --passes 2");
  }
  return by_rows &&
         (settings.solver.passes == Passes::one || (settings.solver.passes == Passes::automatic &&
                                                    products::one_pass_pays(a, factors.rank())));
}

/// Grams and cross products for a rule that is local.
template <class Real>
class FrobeniusSteps final : public Steps<Real> {
 public:
  FrobeniusSteps(const Problem<Real>& problem, const Extrapolation<Real>& extrapolation,
                 bool one_pass)
      : grid_(problem.grid),
        factors_(problem.factors),
        extrapolation_(extrapolation),
        times_(problem.times),
        rule_w_(
            make_rule(problem, factors_.w, problem.a.n(), problem.settings.solver.penalty_w, 0)),
        rule_h_(make_rule(problem, factors_.h, problem.a.m(), problem.settings.solver.penalty_h,
                          problem.settings.fixed_h)),
        products_(problem.a, problem.grid, factors_.rank(), problem.times),
        gram_w_(problem.grid.comm(), factors_.rank(), problem.times),
        gram_h_(problem.grid.comm(), factors_.rank(), problem.times),
        coupling_w_(couple_w(problem.a, grid_, problem.settings.solver, times_)),
        coupling_h_(couple_h(problem.a, grid_, problem.settings.solver, times_)),
        monitor_(problem.a.summary.squared_norm, problem.settings, extrapolation.is_on(),
                 problem.clock, problem.times),
        one_pass_(one_pass) {
    coupling_w_.renew(w());
    coupling_h_.renew(h());
    sum_gram_w();
  }

  /// G = H·Hᵀ starts its way, with the sums behind the iterate's loss; C = A·Hᵀ meanwhile.
  void prepare_w(bool is_last) override {
    gram_h_.begin(h(), monitor_.shares());
    if (!is_last && !one_pass_) {
      cross_ = products_.times_h(h(), [&] { gram_h_.progress(); });
    }
    gram_h_.finish();
  }

  [[nodiscard]] IterationRecord record(Index iteration) const override {
    return monitor_.record(iteration, gram_h_.riders(), gram_w_.gram(), gram_h_.gram());
  }
  [[nodiscard]] Requests requests() const override { return gram_h_.riders().requests; }
  [[nodiscard]] const Factor<Real>& iterate_h() const override {
    return extrapolation_.iterate_h(factors_);
  }

  void set_back() override { sum_gram_w(); }

  void save(Snapshot<Real>& snapshot) const override {
    save_state(*rule_w_, Side::w, factors_.w, snapshot);
    save_state(*rule_h_, Side::h, factors_.h, snapshot);
  }
  void restore(const Snapshot<Real>& snapshot) override {
    load_state(snapshot, Side::w, *rule_w_);
    load_state(snapshot, Side::h, *rule_h_);
  }

  /// W ← argmin ½tr(W·G·Wᵀ) − tr(W·Cᵀ), as far as the rule goes.
  void update_w(Extrapolation<Real>& extrapolation) override {
    if (extrapolation_.is_on()) {
      coupling_w_.renew(w());  // a restart may have set it back
    }
    monitor_.before_w(gram_w_.gram(), gram_h_.gram(), cross_, w(), coupling_w_.terms());
    timed(times_, Phase::update, [&] { rule_w_->begin(gram_h_.gram(), coupling_w_.terms()); });
    const auto update = [&](Range rows, ConstMatrixView<Real> cross) {
      const auto scope = times_.scope(Phase::update);
      const auto w_rows = w().rows(rows);
      rule_w_->update_rows(rows.begin, cross, w_rows);
      extrapolation.extrapolate_w(w_rows, rows.begin);
    };
    if (one_pass_) {
      products_.pass_once(h(), w(), update);
    } else {
      update({0, w().rows()}, cross_);
    }
  }

  /// G = Wᵀ·W and C = Aᵀ·W for H, in the same way.
  void update_h() override {
    gram_w_.begin(w(), {});
    cross_ = one_pass_ ? products_.sum_transposed()
                       : products_.transposed_times_w(w(), [&] { gram_w_.progress(); });
    gram_w_.finish();
    // What the loss of the iterate needs of S·F is what the next updates need, too, unless they
    // start from another point than it.
    coupling_w_.renew(w());
    if (extrapolation_.is_on()) {
      coupling_h_.renew(h());
    }
    monitor_.before_h(gram_w_.gram(), gram_h_.gram(), cross_, h(), coupling_h_.terms());
    timed(times_, Phase::update,
          [&] { rule_h_->update(gram_w_.gram(), cross_, h(), coupling_h_.terms()); });
    coupling_h_.renew(h());
    monitor_.after_h(gram_w_.gram(), cross_, w(), h(),
                     coupling_w_.penalty() + coupling_h_.penalty());
  }

  [[nodiscard]] Effort effort() const override {
    const std::int64_t renewals = extrapolation_.is_on() ? 2 : 1;  // an iteration
    const auto coupled_per_iteration =
        renewals * (coupling_w_.bytes_per_renewal() + coupling_h_.bytes_per_renewal());
    const auto coupled = coupling_w_.bytes_moved() + coupling_h_.bytes_moved();
    return {.products = products_.computed(),
            .predicted_bytes = products_.predicted_bytes() + coupled,
            .predicted_bytes_per_iteration =
                products_.predicted_bytes_per_pair() + coupled_per_iteration,
            .w = of_all_processes(rule_w_->diagnostics(), grid_.comm()),
            .h = of_all_processes(rule_h_->diagnostics(), grid_.comm())};
  }

 private:
  MatrixView<Real> w() { return factors_.w.piece.view(); }
  MatrixView<Real> h() { return factors_.h.piece.view(); }
  void sum_gram_w() {
    gram_w_.begin(w(), {});
    gram_w_.finish();
  }

  const mpi::ProcessGrid& grid_;
  FactorPair<Real>& factors_;
  const Extrapolation<Real>& extrapolation_;
  PhaseTimes& times_;
  std::unique_ptr<update::UpdateRule<Real>> rule_w_;
  std::unique_ptr<update::UpdateRule<Real>> rule_h_;
  products::CrossProducts<Real> products_;
  products::GramMessage<Real> gram_w_;
  products::GramMessage<Real> gram_h_;
  RowCoupling<Real> coupling_w_;
  RowCoupling<Real> coupling_h_;
  Monitor<Real> monitor_;
  bool one_pass_;
  ConstMatrixView<Real> cross_;
};

/// Only W moves: A is needed once, for A·Hᵀ.
template <class Real>
class WeightSteps final : public Steps<Real> {
 public:
  explicit WeightSteps(const Problem<Real>& problem)
      : grid_(problem.grid),
        factors_(problem.factors),
        times_(problem.times),
        is_exact_(tessera::is_exact(problem.settings.solver.chosen_algorithm())),
        rule_(make_rule(problem, factors_.w, problem.a.n(), problem.settings.solver.penalty_w, 0)),
        products_(problem.a, problem.grid, factors_.rank(), problem.times),
        gram_w_(problem.grid.comm(), factors_.rank(), problem.times),
        gram_h_(problem.grid.comm(), factors_.rank(), problem.times),
        monitor_(problem.a.summary.squared_norm, problem.settings, false, problem.clock,
                 problem.times) {
    gram_h_.begin(factors_.h.piece.view(), {});
    cross_ = products_.times_h(factors_.h.piece.view(), [&] { gram_h_.progress(); });
    gram_h_.finish();
  }

  void prepare_w(bool /*is_last*/) override {
    // ½‖A − WH‖² = ½(‖A‖² − 2⟨A·Hᵀ, W⟩ + ⟨WᵀW, HHᵀ⟩)
    monitor_.after_w(cross_, w());
    gram_w_.begin(w(), monitor_.shares());
    gram_w_.finish();
  }
  [[nodiscard]] IterationRecord record(Index iteration) const override {
    return monitor_.record(iteration, gram_w_.riders(), gram_w_.gram(), gram_h_.gram());
  }
  [[nodiscard]] Requests requests() const override { return gram_w_.riders().requests; }
  [[nodiscard]] const Factor<Real>& iterate_h() const override { return factors_.h; }
  void update_w(Extrapolation<Real>& /*extrapolation*/) override {
    monitor_.before_w(gram_w_.gram(), gram_h_.gram(), cross_, w());
    timed(times_, Phase::update, [&] { rule_->update(gram_h_.gram(), cross_, w()); });
  }
  void update_h() override {}
  [[nodiscard]] bool is_exact() const override { return is_exact_; }
  [[nodiscard]] Effort effort() const override {
    return {.products = products_.computed(),
            .predicted_bytes = products_.predicted_bytes(),
            .predicted_bytes_per_iteration = 0,
            .w = of_all_processes(rule_->diagnostics(), grid_.comm()),
            .h = {}};
  }

 private:
  MatrixView<Real> w() { return factors_.w.piece.view(); }

  const mpi::ProcessGrid& grid_;
  FactorPair<Real>& factors_;
  PhaseTimes& times_;
  bool is_exact_;
  std::unique_ptr<update::UpdateRule<Real>> rule_;
  products::CrossProducts<Real> products_;
  products::GramMessage<Real> gram_w_;
  products::GramMessage<Real> gram_h_;
  Monitor<Real> monitor_;
  ConstMatrixView<Real> cross_;
};

}  // namespace

template <class Real>
std::unique_ptr<Steps<Real>> make_frobenius_steps(const Problem<Real>& problem,
                                                  const Extrapolation<Real>& extrapolation) {
  require_all_observed(problem.a);
  return std::make_unique<FrobeniusSteps<Real>>(problem, extrapolation, takes_one_pass(problem));
}

template <class Real>
std::unique_ptr<Steps<Real>> make_weight_steps(const Problem<Real>& problem) {
  require_all_observed(problem.a);
  return std::make_unique<WeightSteps<Real>>(problem);
}

template std::unique_ptr<Steps<float>> make_frobenius_steps(const Problem<float>&,
                                                            const Extrapolation<float>&);
template std::unique_ptr<Steps<double>> make_frobenius_steps(const Problem<double>&,
                                                             const Extrapolation<double>&);
template std::unique_ptr<Steps<float>> make_weight_steps(const Problem<float>&);
template std::unique_ptr<Steps<double>> make_weight_steps(const Problem<double>&);

}  // namespace tessera::solve
