#include "tessera/solve/supervisor.hpp"

#include <cmath>
#include <string>

#include "tessera/mpi/agree.hpp"

namespace tessera::solve {

template <class Real>
std::optional<StopReason> Supervisor<Real>::judge(const IterationRecord& record, bool out_of_time,
                                                  const Factor<Real>& w, const Factor<Real>& h) {
  if (!std::isfinite(record.loss)) {
    throw mpi::AgreedError(ExitCode::numerical,
                           "the loss is no longer a finite number in iteration " +
                               std::to_string(record.iteration) +
                               ". Try --precision float64, or scale the data");
  }
  const bool improves = is_improvement(record);
  rejected_ = keeps_ == Keeps::accepted && !improves;
  IterationRecord judged = record;
  if (rejected_) {
    // The iterate is still the one before.
    judged.loss = returned_.loss;
    judged.relative_error = returned_.relative_error;
  }
  for (Observer* observer : observers_) {
    observer->on_iteration(judged);
  }
  if (improves) {
    returned_ = record;
    if (keeps_ != Keeps::last) {
      kept_.w = w;
      kept_.h = h;
    }
  }
  return stopping_.check(judged, out_of_time);
}

template <class Real>
bool Supervisor<Real>::is_improvement(const IterationRecord& record) const {
  if (keeps_ == Keeps::last || returned_.iteration == 0) {
    return true;
  }
  return keeps_ == Keeps::best ? record.loss < returned_.loss
                               : record.loss <= returned_.loss + noise_;
}

template <class Real>
IterationRecord Supervisor<Real>::settle(FactorPair<Real>& factors) const {
  if (keeps_ != Keeps::last) {
    factors = kept_;
  }
  return returned_;
}

template class Supervisor<float>;
template class Supervisor<double>;

}  // namespace tessera::solve
