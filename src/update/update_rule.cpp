#include "tessera/update/update_rule.hpp"

#include <algorithm>
#include <string>

#include "tessera/config/upper_bound.hpp"
#include "tessera/core/error.hpp"
#include "tessera/kernels/parallel.hpp"
#include "tessera/update/active_set.hpp"
#include "tessera/update/admm.hpp"
#include "tessera/update/als.hpp"
#include "tessera/update/anls_bpp.hpp"
#include "tessera/update/exact.hpp"
#include "tessera/update/fixed_components.hpp"
#include "tessera/update/gradient.hpp"
#include "tessera/update/hals.hpp"
#include "tessera/update/multiplicative.hpp"
#include "tessera/update/nesterov.hpp"
#include "tessera/update/penalized_gram.hpp"
#include "tessera/update/shared_rows.hpp"

namespace tessera::update {
namespace {

template <class Real, class Method>
std::unique_ptr<UpdateRule<Real>> make_exact(const RuleSettings& settings) {
  const Index rows = std::min(settings.rows, Exact<Real>::kChunkRows);
  return std::make_unique<Exact<Real>>(settings, std::make_unique<Method>(rows, settings.rank));
}

/// A rule for all components, of one thread but for Hals.
template <class Real>
std::unique_ptr<UpdateRule<Real>> make_single(const RuleSettings& settings) {
  switch (settings.algorithm) {
    case Algorithm::hals:
      return std::make_unique<Hals<Real>>(settings);
    case Algorithm::anls_bpp:
      return make_exact<Real, BlockPivoting>(settings);
    case Algorithm::anls_active_set:
      return make_exact<Real, LawsonHanson>(settings);
    case Algorithm::nesterov:
      return std::make_unique<Nesterov<Real>>(settings);
    case Algorithm::admm:
      return std::make_unique<Admm<Real>>(settings);
    case Algorithm::mu:
      return std::make_unique<Multiplicative<Real>>(settings);
    case Algorithm::gradient:
      return std::make_unique<ProjectedGradient<Real>>(settings);
    case Algorithm::als:
      return std::make_unique<Als<Real>>(settings);
  }
  throw Error(ExitCode::other, "no update rule for this algorithm");
}

void require_takes_penalties(const RuleSettings& settings) {
  const auto& penalty = settings.penalty;
  const bool is_special = penalty.orthogonality > 0 || settings.upper_bound > 0;
  if ((is_special && !takes_orthogonality_and_bounds(settings.algorithm)) ||
      (penalty.coupling > 0 && !takes_coupling(settings.algorithm))) {
    throw UsageError("the algorithm " + std::string(name_of(settings.algorithm)) +
                     " takes no penalty of orthogonality or coupling and no upper bound");
  }
}

}  // namespace

template <class Real>
UpdateRule<Real>::UpdateRule(const RuleSettings& settings)
    : rows_(settings.rows),
      penalty_(settings.penalty),
      upper_bound_(largest_entry<Real>(settings.upper_bound)),
      gram_(settings.rank, settings.rank) {}

template <class Real>
void UpdateRule<Real>::begin(ConstMatrixView<double> gram, const Coupling<Real>& coupling) {
  const Index k = gram_.rows();
  require_shape("the gram matrix", gram, k, k);
  if (coupling.is_set()) {
    require_shape("the coupling", coupling.attraction, rows_, k);
  }
  coupling_ = coupling;
  std::ranges::copy(gram.span(), gram_.span().begin());
  add_penalty(penalty_, gram_.view());
  prepare();
}

template <class Real>
void UpdateRule<Real>::update_rows(Index first_row, ConstMatrixView<Real> cross,
                                   MatrixView<Real> factor) {
  const Index k = gram_.rows();
  const Index most = std::max<Index>(rows_ - first_row, 0);
  require_shape("the factor", factor, std::min(factor.rows(), most), k);
  require_shape("the cross product", cross, factor.rows(), k);
  improve(first_row, cross, factor);
}

template <class Real>
void UpdateRule<Real>::update(ConstMatrixView<double> gram, ConstMatrixView<Real> cross,
                              MatrixView<Real> factor, const Coupling<Real>& coupling) {
  begin(gram, coupling);
  update_rows(0, cross, factor);
}

InnerSteps inner_steps(const SolverOptions& solver, Index own_rows, Index other_rows,
                       Index stored_entries) {
  if (solver.inner_iterations > 0) {
    return {solver.inner_iterations, false};
  }
  const auto sweeps = automatic_sweeps(own_rows, other_rows, stored_entries, solver.rank);
  // A step of nesterov or admm costs as much as a sweep, but a few of them achieve little.
  const auto at_least = [&sweeps](Index steps) {
    return InnerSteps{std::max(steps, sweeps.most), sweeps.ends_early};
  };
  switch (solver.chosen_algorithm()) {
    case Algorithm::hals:
      return sweeps;
    case Algorithm::nesterov:
      return at_least(20);
    case Algorithm::admm:
      return at_least(5);
    case Algorithm::gradient:
      return {10, true};
    default:
      return {1, false};
  }
}

template <class Real>
std::unique_ptr<UpdateRule<Real>> make_update_rule(const RuleSettings& settings) {
  require_takes_penalties(settings);
  if (settings.fixed > 0) {
    return std::make_unique<FixedComponents<Real>>(settings);
  }
  // Hals shares its tiles among the threads itself, of whatever rows it is given.
  const Index threads = settings.algorithm == Algorithm::hals ? 1 : kernels::threads();
  if (threads > 1) {
    return std::make_unique<SharedRows<Real>>(settings, threads, make_single<Real>);
  }
  return make_single<Real>(settings);
}

template class UpdateRule<float>;
template class UpdateRule<double>;
template std::unique_ptr<UpdateRule<float>> make_update_rule(const RuleSettings&);
template std::unique_ptr<UpdateRule<double>> make_update_rule(const RuleSettings&);

}  // namespace tessera::update
