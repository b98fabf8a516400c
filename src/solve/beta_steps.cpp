#include <algorithm>
#include <cmath>
#include <limits>

#include "tessera/products/beta_products.hpp"
#include "tessera/products/model_sum.hpp"
#include "tessera/products/score.hpp"
#include "tessera/solve/observed_penalty.hpp"
#include "tessera/solve/steps.hpp"
#include "tessera/update/beta_multiplicative.hpp"

namespace tessera::solve {
namespace {

/// Multiplicative updates for a β-divergence.
template <class Real>
class BetaSteps final : public Steps<Real> {
 public:
  BetaSteps(const Problem<Real>& problem, bool updates_h)
      : grid_(problem.grid),
        factors_(problem.factors),
        times_(problem.times),
        a_(problem.a),
        penalty_(problem.a, problem.grid, problem.settings.solver),
        updates_h_(updates_h),
        clock_(problem.clock),
        rule_w_(problem.settings.solver.divergence(), problem.settings.solver.penalty_w, 0),
        rule_h_(problem.settings.solver.divergence(), problem.settings.solver.penalty_h,
                problem.settings.fixed_h),
        products_(problem.a, problem.grid, factors_.rank(), problem.settings.solver.divergence(),
                  problem.times),
        is_squared_distance_(problem.settings.solver.is_frobenius()),
        message_(static_cast<std::size_t>(2 * factors_.rank()) + kScalars),
        column_sums_(1, factors_.rank()) {}

  void prepare_w(bool is_last) override {
    if (!has_gathered_w_) {
      products_.gather_w(w());
    }
    products_.multiply_for_w(h(), is_last);
    sum_up();
    has_gathered_w_ = false;  // should this be called again, W has been set back meanwhile
    if (a_.summary.held_out_entries > 0) {
      score_ =
          products::score<Real>(a_.held_out, products_.w_panel(), products_.h_panel(),
                                {{}, kernels::prediction_floor(a_.summary.mean)}, grid_.comm());
    }
  }

  [[nodiscard]] IterationRecord record(Index iteration) const override {
    IterationRecord record;
    record.iteration = iteration;
    record.seconds = clock_.seconds();
    double loss = scalars()[kLoss];
    if (products_.loss_lacks_model_sum()) {
      const auto k = static_cast<std::size_t>(factors_.rank());
      for (std::size_t l = 0; l < k; ++l) {
        loss += message_[l] * message_[k + l];
      }
    }
    record.loss = loss + scalars()[kPenalty];
    record.relative_error = is_squared_distance_ && a_.summary.squared_norm > 0
                                ? std::sqrt(2.0 * loss / a_.summary.squared_norm)
                                : std::numeric_limits<double>::quiet_NaN();
    set_held_out(record, score_);
    return record;
  }
  [[nodiscard]] Requests requests() const override {
    return {scalars()[kTimeOut], scalars()[kInterruption], scalars()[kCheckpoint]};
  }
  [[nodiscard]] const Factor<Real>& iterate_h() const override { return factors_.h; }

  void update_w(Extrapolation<Real>& extrapolation) override {
    timed(times_, Phase::update, [&] {
      rule_w_.update(products_.numerator(), denominator(h_sums()), w(), penalty_.ridge_w());
      extrapolation.extrapolate_w(w());
    });
  }

  void update_h() override {
    if (!updates_h_) {
      return;
    }
    products_.multiply_for_h(w());
    has_gathered_w_ = true;
    if (products_.denominators_are_column_sums()) {
      products::sum_columns<Real>(w(), w_sums());
      reduce(w_sums());
    }
    timed(times_, Phase::update, [&] {
      rule_h_.update(products_.numerator(), denominator(w_sums()), h(), penalty_.ridge_h());
    });
  }

  [[nodiscard]] Effort effort() const override {
    return {.products = products_.computed(),
            .predicted_bytes = products_.predicted_bytes(),
            .predicted_bytes_per_iteration = products_.predicted_bytes_per_iteration(),
            .w = {},
            .h = {}};
  }

 private:
  enum : std::size_t { kLoss, kPenalty, kTimeOut, kInterruption, kCheckpoint, kScalars };

  MatrixView<Real> w() { return factors_.w.piece.view(); }
  MatrixView<Real> h() { return factors_.h.piece.view(); }
  std::size_t rank() const { return static_cast<std::size_t>(factors_.rank()); }
  std::span<double> h_sums() { return std::span(message_).first(rank()); }
  std::span<double> w_sums() { return std::span(message_).subspan(rank(), rank()); }
  [[nodiscard]] std::span<const double> scalars() const {
    return std::span(message_).subspan(2 * rank());
  }

  /// One message: the column sums of both factors, and what the loss and the stop need.
  void sum_up() {
    {
      const auto scope = times_.scope(Phase::objective);
      products::sum_columns<Real>(h(), h_sums());
      if (has_gathered_w_ && products_.denominators_are_column_sums()) {
        // They are known, on every process: one of them passes them on.
        if (grid_.comm().rank() != 0) {
          std::ranges::fill(w_sums(), 0.0);
        }
      } else {
        products::sum_columns<Real>(w(), w_sums());
      }
      double* own = message_.data() + 2 * rank();
      own[kLoss] = products_.loss_share();
      own[kPenalty] = penalty_.share(factors_.w, factors_.h);
      const Requests requests = clock_.requests();
      own[kTimeOut] = requests.time_out;
      own[kInterruption] = requests.interruption;
      own[kCheckpoint] = requests.checkpoint;
    }
    reduce(message_);
  }

  void reduce(std::span<double> sums) {
    const auto scope = times_.scope(Phase::all_reduce);
    grid_.comm().all_reduce_sum(sums);
  }

  /// The denominators that were summed, or these column sums of the other factor for every row.
  ConstMatrixView<Real> denominator(std::span<const double> sums_of_other) {
    if (!products_.denominators_are_column_sums()) {
      return products_.denominator();
    }
    std::ranges::transform(sums_of_other, column_sums_.span().begin(),
                           [](double sum) { return static_cast<Real>(sum); });
    return std::as_const(column_sums_).view();
  }

  const mpi::ProcessGrid& grid_;
  FactorPair<Real>& factors_;
  PhaseTimes& times_;
  const DataMatrix<Real>& a_;
  ObservedPenalty<Real> penalty_;
  bool updates_h_;
  const RunClock& clock_;
  update::BetaMultiplicative rule_w_;
  update::BetaMultiplicative rule_h_;
  products::BetaProducts<Real> products_;
  bool is_squared_distance_;
  bool has_gathered_w_ = false;
  products::Score score_;
  AlignedVector<double> message_;  ///< column sums of H, of W, then the scalars
  Matrix<Real> column_sums_;       ///< 1 × k
};

}  // namespace

template <class Real>
std::unique_ptr<Steps<Real>> make_beta_steps(const Problem<Real>& problem, bool updates_h) {
  return std::make_unique<BetaSteps<Real>>(problem, updates_h);
}

template std::unique_ptr<Steps<float>> make_beta_steps(const Problem<float>&, bool);
template std::unique_ptr<Steps<double>> make_beta_steps(const Problem<double>&, bool);

}  // namespace tessera::solve
