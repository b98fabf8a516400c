#include "tessera/solve/supervisor.hpp"

#include <cmath>
#include <string>

#include "tessera/mpi/agree.hpp"

namespace tessera::solve {

template <class Real>
std::optional<StopReason> Supervisor<Real>::judge(const IterationRecord& record, bool out_of_time,
                                                  const FactorPair<Real>& factors) {
  if (!std::isfinite(record.loss)) {
    throw mpi::AgreedError(ExitCode::numerical,
                           "the loss is no longer a finite number in iteration " +
                               std::to_string(record.iteration) +
                               ". Try --precision float64, or scale the data");
  }
  for (Observer* observer : observers_) {
    observer->on_iteration(record);
  }
  if (!keeps_best_) {
    returned_ = record;
  } else if (returned_.iteration == 0 || record.loss < returned_.loss) {
    returned_ = record;
    best_ = factors;
  }
  return stopping_.check(record, out_of_time);
}

template <class Real>
IterationRecord Supervisor<Real>::settle(FactorPair<Real>& factors) const {
  if (keeps_best_) {
    factors = best_;
  }
  return returned_;
}

template class Supervisor<float>;
template class Supervisor<double>;

}  // namespace tessera::solve
