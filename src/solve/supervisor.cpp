#include "tessera/solve/supervisor.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "tessera/mpi/agree.hpp"

namespace tessera::solve {
namespace {

constexpr const char* kReturnedIteration = "returned_iteration";
constexpr const char* kRejected = "last_iterate_was_rejected";

}  // namespace

template <class Real>
std::optional<StopReason> Supervisor<Real>::judge(const IterationRecord& record,
                                                  const Requests& requests, const Factor<Real>& w,
                                                  const Factor<Real>& h) {
  if (!std::isfinite(record.loss)) {
    throw mpi::AgreedError(ExitCode::numerical,
                           "the loss is no longer a finite number in iteration " +
                               std::to_string(record.iteration) +
                               ". Try --precision float64, or scale the data");
  }
  if (breaks_down(record)) {
    throw mpi::AgreedError(
        ExitCode::numerical,
        fmt::format("the loss rose from {:.6g} to {:.6g} in iteration {}, which only happens when "
                    "numbers leave the range of the precision. Try --precision float64, or scale "
                    "the data",
                    returned_.loss, record.loss, record.iteration));
  }
  const bool improves = is_improvement(record);
  rejected_ = keeps_ == Keeps::accepted && !improves;
  IterationRecord judged = record;
  if (rejected_) {
    // The iterate is still the one before.
    judged.loss = returned_.loss;
    judged.relative_error = returned_.relative_error;
    judged.held_out_rmse = returned_.held_out_rmse;
    judged.held_out_mae = returned_.held_out_mae;
    judged.held_out_kl = returned_.held_out_kl;
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
  return stopping_.check(judged, requests);
}

template <class Real>
bool Supervisor<Real>::is_improvement(const IterationRecord& record) const {
  if (keeps_ == Keeps::last || returned_.iteration == 0) {
    return true;
  }
  return keeps_ == Keeps::best ? record.loss < returned_.loss
                               : record.loss <= returned_.loss + noise_;
}

/// Whether a step that cannot raise the loss, rounding aside, has raised it by much.
template <class Real>
bool Supervisor<Real>::breaks_down(const IterationRecord& record) const {
  constexpr double kMuch = 1.1;
  constexpr double kManyRoundings = 1e4;
  const bool is_plain_step = keeps_ == Keeps::last || rejected_;
  return keeps_ != Keeps::best && is_plain_step && returned_.iteration > 0 &&
         record.loss > kMuch * returned_.loss + kManyRoundings * noise_;
}

template <class Real>
void Supervisor<Real>::save(Snapshot<Real>& snapshot) const {
  snapshot.note(kReturnedIteration, static_cast<double>(returned_.iteration));
  snapshot.note(kRejected, rejected_ ? 1 : 0);
}

template <class Real>
void Supervisor<Real>::restore(const Snapshot<Real>& snapshot,
                               const std::vector<IterationRecord>& history, const Factor<Real>& w,
                               const Factor<Real>& h) {
  const auto iteration = static_cast<Index>(snapshot.number(kReturnedIteration));
  const auto record = std::ranges::find(history, iteration, &IterationRecord::iteration);
  if (record == history.end()) {
    throw InputError("the history of the checkpoint lacks iteration " + std::to_string(iteration));
  }
  returned_ = *record;
  rejected_ = snapshot.number(kRejected) != 0;
  if (keeps_ != Keeps::last) {
    kept_ = {w, h};
  }
  std::ranges::for_each(history, [this](const auto& past) { stopping_.remember(past); });
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
