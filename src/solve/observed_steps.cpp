#include <array>
#include <cmath>

#include "tessera/products/by_columns.hpp"
#include "tessera/products/factor_exchange.hpp"
#include "tessera/products/observations.hpp"
#include "tessera/products/score.hpp"
#include "tessera/solve/observed_penalty.hpp"
#include "tessera/solve/steps.hpp"
#include "tessera/update/observed_hals.hpp"

namespace tessera::solve {
namespace {

/// Frobenius's loss over the observed entries of A, of which every process holds some whole rows
/// and a copy of some whole columns: a half-step gathers the other factor and is local from there
/// on.
template <class Real>
class ObservedSteps final : public Steps<Real> {
 public:
  ObservedSteps(const Problem<Real>& problem, const Extrapolation<Real>& extrapolation,
                bool updates_h)
      : a_(problem.a),
        comm_(problem.grid.comm()),
        factors_(problem.factors),
        extrapolation_(extrapolation),
        times_(problem.times),
        updates_h_(updates_h),
        clock_(problem.clock),
        penalty_(problem.a, problem.grid, problem.settings.solver),
        rule_w_(problem.settings.solver.rank, problem.settings.solver.penalty_w,
                l2_per_entry(problem.a, problem.settings.solver), 0,
                problem.settings.solver.inner_iterations),
        rule_h_(problem.settings.solver.rank, problem.settings.solver.penalty_h,
                l2_per_entry(problem.a, problem.settings.solver), problem.settings.fixed_h,
                problem.settings.solver.inner_iterations),
        rows_(std::get<SparseBlock<Real>>(a_.block)),
        traffic_before_copy_(problem.grid.traffic()),
        columns_(updates_h ? products::by_columns(a_, problem.grid) : WeightedBlock<Real>{}),
        setup_traffic_(problem.grid.traffic() - traffic_before_copy_),
        whole_w_(
            products::FactorExchange<Real>::of_whole_w(a_, problem.grid, factors_.rank(), times_)),
        whole_h_(
            products::FactorExchange<Real>::of_h(a_, problem.grid, factors_.rank(), 0, times_)) {}

  void prepare_w(bool is_last) override {
    if (a_.summary.held_out_entries > 0) {
      gather_h(iterate_h().piece.view());
      score_ = products::score<Real>(a_.held_out, factors_.w.piece.view(), whole_h_.panel(),
                                     {{}, kernels::prediction_floor(a_.summary.mean)}, comm_);
    }
    if (!is_last) {
      gather_h(factors_.h.piece.view());
    }
    const double penalty = penalty_.share(factors_.w, iterate_h());
    const Requests own = clock_.requests();
    message_ = {loss_share_, penalty, own.time_out, own.interruption, own.checkpoint};
    const auto scope = times_.scope(Phase::all_reduce);
    comm_.all_reduce_sum(std::span<double>(message_));
  }

  [[nodiscard]] IterationRecord record(Index iteration) const override {
    const double norm = a_.summary.squared_norm;
    IterationRecord record;
    record.iteration = iteration;
    record.seconds = clock_.seconds();
    record.loss = message_[0] + message_[1];
    record.relative_error = norm > 0 ? std::sqrt(2.0 * message_[0] / norm) : 0.0;
    set_held_out(record, score_);
    return record;
  }
  [[nodiscard]] Requests requests() const override {
    return {message_[2], message_[3], message_[4]};
  }
  [[nodiscard]] const Factor<Real>& iterate_h() const override {
    return extrapolation_.iterate_h(factors_);
  }

  void update_w(Extrapolation<Real>& extrapolation) override {
    const auto scope = times_.scope(Phase::update);
    loss_share_ = rule_w_.update(rows_, a_.weights, whole_h_.panel(), factors_.w.piece.view());
    extrapolation.extrapolate_w(factors_.w.piece.view());
  }
  void update_h() override {
    if (!updates_h_) {
      return;
    }
    const auto w = whole_w_.gather(factors_.w.piece.view());
    predicted_bytes_ += whole_w_.predicted_bytes();
    const auto scope = times_.scope(Phase::update);
    loss_share_ = rule_h_.update(columns_.block, columns_.weights, w, factors_.h.piece.view());
    ++sweeps_;
  }

  [[nodiscard]] mpi::Traffic setup_traffic() const override { return setup_traffic_; }
  [[nodiscard]] Effort effort() const override {
    return {.products = sweeps_,
            .predicted_bytes = predicted_bytes_,
            .predicted_bytes_per_iteration =
                whole_w_.predicted_bytes() +
                whole_h_.predicted_bytes() * (a_.summary.held_out_entries > 0 ? 2 : 1),
            .w = {},
            .h = {}};
  }

 private:
  void gather_h(ConstMatrixView<Real> piece) {
    whole_h_.gather(piece);
    predicted_bytes_ += whole_h_.predicted_bytes();
  }

  const DataMatrix<Real>& a_;
  const mpi::Communicator& comm_;
  FactorPair<Real>& factors_;
  const Extrapolation<Real>& extrapolation_;
  PhaseTimes& times_;
  bool updates_h_;
  const RunClock& clock_;
  ObservedPenalty<Real> penalty_;
  update::ObservedHals<Real> rule_w_;
  update::ObservedHals<Real> rule_h_;
  const SparseBlock<Real>& rows_;
  mpi::Traffic traffic_before_copy_;
  const WeightedBlock<Real> columns_;  ///< of Aᵀ
  mpi::Traffic setup_traffic_;
  products::FactorExchange<Real> whole_w_;
  products::FactorExchange<Real> whole_h_;
  double loss_share_ = 0;
  products::Score score_;
  std::array<double, 5> message_{};  ///< loss, penalty, requests
  Index sweeps_ = 0;
  std::int64_t predicted_bytes_ = 0;
};

}  // namespace

template <class Real>
std::unique_ptr<Steps<Real>> make_observed_steps(const Problem<Real>& problem,
                                                 const Extrapolation<Real>& extrapolation,
                                                 bool updates_h) {
  return std::make_unique<ObservedSteps<Real>>(problem, extrapolation, updates_h);
}

template std::unique_ptr<Steps<float>> make_observed_steps(const Problem<float>&,
                                                           const Extrapolation<float>&, bool);
template std::unique_ptr<Steps<double>> make_observed_steps(const Problem<double>&,
                                                            const Extrapolation<double>&, bool);

}  // namespace tessera::solve
