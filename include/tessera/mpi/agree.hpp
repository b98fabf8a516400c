#pragma once

#include <exception>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "tessera/core/error.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::mpi {

/// An error that every process of the job throws at the same point, so all of them can leave in
/// order. Any other exception is known to one process only and ends the job by abort().
class AgreedError : public Error {
 public:
  using Error::Error;
};

/// What one process knows of its own failure.
struct Failure {
  ExitCode code = ExitCode::done;
  std::string message;
};

/// The failure behind an exception in flight. @pre called inside a catch block.
[[nodiscard]] Failure current_failure();

/// Throws the same AgreedError on all processes if any of them passes a failure: that of the
/// lowest rank. Collective.
void throw_if_any_failed(const Communicator& comm, const std::optional<Failure>& own);

/// Runs a step that may fail on some processes only (it opens a file, checks its entries...).
/// Where it fails anywhere, every process throws the same AgreedError; else each returns its
/// step's result. Collective; the step itself must not communicate unless it cannot fail before.
template <class Step>
auto agree(const Communicator& comm, Step&& step) {
  using Result = std::invoke_result_t<Step>;
  std::optional<Failure> failure;
  if constexpr (std::is_void_v<Result>) {
    try {
      step();
    } catch (...) {
      failure = current_failure();
    }
    throw_if_any_failed(comm, failure);
  } else {
    std::optional<Result> result;
    try {
      result.emplace(step());
    } catch (...) {
      failure = current_failure();
    }
    throw_if_any_failed(comm, failure);
    return std::move(*result);
  }
}

/// Runs a step on process 0 only; where it fails, every process throws the same AgreedError.
/// Collective.
template <class Step>
void on_root(const Communicator& comm, Step&& step) {
  agree(comm, [&] {
    if (comm.rank() == 0) {
      step();
    }
  });
}

}  // namespace tessera::mpi
