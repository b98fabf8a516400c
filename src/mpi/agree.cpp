#include "tessera/mpi/agree.hpp"

#include <new>
#include <span>

#include <fmt/format.h>

#include "tessera/core/aligned.hpp"

namespace tessera::mpi {
namespace {

constexpr const char* kMemoryRemedy =
    "Use more nodes, fewer processes per node, or --precision float32";

}  // namespace

Failure current_failure() {
  try {
    throw;
  } catch (const Error& error) {
    return {error.code(), error.what()};
  } catch (const OutOfMemory& error) {
    return {ExitCode::other, fmt::format("out of memory: {:.1f} MB more were needed at once. {}",
                                         static_cast<double>(error.bytes()) / 1e6, kMemoryRemedy)};
  } catch (const std::bad_alloc&) {
    return {ExitCode::other, fmt::format("out of memory. {}", kMemoryRemedy)};
  } catch (const std::exception& error) {
    return {ExitCode::other, error.what()};
  } catch (...) {
    return {ExitCode::other, "unknown failure"};
  }
}

void throw_if_any_failed(const Communicator& comm, const std::optional<Failure>& own) {
  const int first = comm.min(own ? comm.rank() : comm.size());
  if (first == comm.size()) {
    return;
  }
  const Failure failure = own.value_or(Failure{});
  auto code = static_cast<int>(failure.code);
  comm.broadcast(std::span(&code, 1), first);
  throw AgreedError(static_cast<ExitCode>(code), comm.broadcast(failure.message, first));
}

}  // namespace tessera::mpi
