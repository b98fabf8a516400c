#pragma once

#include <cstdint>
#include <memory>

#include "tessera/core/iteration_record.hpp"
#include "tessera/core/requests.hpp"
#include "tessera/core/timer.hpp"
#include "tessera/matrix/data_matrix.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/matrix/snapshot.hpp"
#include "tessera/mpi/process_grid.hpp"
#include "tessera/solve/extrapolation.hpp"
#include "tessera/solve/run_clock.hpp"
#include "tessera/solve/settings.hpp"
#include "tessera/update/update_rule.hpp"

namespace tessera::solve {

/// What a run of steps had to do; but for the bytes the same on every process.
struct Effort {
  Index products = 0;  ///< passes over A, each for one of the two factors
  /// Of all-gathers, reduce-scatters and the all-to-alls of coupled rows, by the formulas: in a
  /// run's outcome of all processes together, from steps the process's share.
  std::int64_t predicted_bytes = 0;
  std::int64_t predicted_bytes_per_iteration = 0;
  update::Diagnostics w;
  update::Diagnostics h;
};

/// The two half-steps of one iteration for one loss: what alternate() alternates.
///
/// The loss of an iterate costs no pass of its own: it falls out of what the next update of W
/// needs. Hence prepare_w() comes first, then record() tells about the iterate that came in, and
/// only then update_w() and update_h() move on. All of it is collective and gives the same numbers
/// on every process.
template <class Real>
class Steps {
 public:
  Steps() = default;
  virtual ~Steps() = default;
  Steps(const Steps&) = delete;
  Steps& operator=(const Steps&) = delete;

  /// Collects what W's update needs, and the numbers of the iterate; the latter alone if it is the
  /// last. May be called again after set_back().
  virtual void prepare_w(bool is_last) = 0;
  /// The numbers of the iterate that prepare_w() has met.
  [[nodiscard]] virtual IterationRecord record(Index iteration) const = 0;
  /// What all processes ask for, as of that call.
  [[nodiscard]] virtual Requests requests() const = 0;
  /// H of that iterate.
  [[nodiscard]] virtual const Factor<Real>& iterate_h() const = 0;
  /// The factors were set back to those of an earlier iterate.
  virtual void set_back() {}
  /// Updates W, and extrapolates it.
  virtual void update_w(Extrapolation<Real>& extrapolation) = 0;
  /// Collects what H's update needs, and updates it.
  virtual void update_h() = 0;
  /// What the next updates need besides the factors.
  virtual void save(Snapshot<Real>& /*snapshot*/) const {}
  virtual void restore(const Snapshot<Real>& /*snapshot*/) {}
  /// Whether one iteration leaves nothing to improve.
  [[nodiscard]] virtual bool is_exact() const { return false; }
  /// Collective.
  [[nodiscard]] virtual Effort effort() const = 0;
  /// What this process moved to bring A into the form that the steps need.
  [[nodiscard]] virtual mpi::Traffic setup_traffic() const { return {}; }
};

/// What steps work on; all of it outlives them.
template <class Real>
struct Problem {
  const DataMatrix<Real>& a;
  const mpi::ProcessGrid& grid;
  FactorPair<Real>& factors;  ///< the start, then every iterate
  const Settings& settings;
  const RunClock& clock;
  PhaseTimes& times;
};

/// Steps for min ½‖A − WH‖² by an update rule, as in MPI-FAUN: gram and cross products.
/// @throws mpi::AgreedError (code usage) for an A with entries that are missing or weighted.
template <class Real>
[[nodiscard]] std::unique_ptr<Steps<Real>> make_frobenius_steps(
    const Problem<Real>& problem, const Extrapolation<Real>& extrapolation);

/// The same for W alone: H stays as it is.
template <class Real>
[[nodiscard]] std::unique_ptr<Steps<Real>> make_weight_steps(const Problem<Real>& problem);

/// Steps for ½Σ ω_ij(a_ij − (WH)_ij)² over the observed entries alone, by coordinate descent.
/// @pre A is observed only, on a p×1 grid.
template <class Real>
[[nodiscard]] std::unique_ptr<Steps<Real>> make_observed_steps(
    const Problem<Real>& problem, const Extrapolation<Real>& extrapolation, bool updates_h);

/// Steps for a β-divergence by multiplicative updates. Without `updates_h` for W alone.
template <class Real>
[[nodiscard]] std::unique_ptr<Steps<Real>> make_beta_steps(const Problem<Real>& problem,
                                                           bool updates_h);

}  // namespace tessera::solve
