#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tessera/config/parse.hpp"
#include "tessera/io/matrix_input.hpp"
#include "tessera/mpi/agree.hpp"
#include "tessera/mpi/process_grid.hpp"

/// What every command does around its own work.
namespace tessera::app {

/// Prints to stdout on process 0. Collective. @throws mpi::AgreedError (code io).
void print(const std::string& text, const mpi::Communicator& world);

/// Prints to stdout on this process what may drive a terminal: names in it are escaped already.
/// @throws IoError.
void print_as_is(const std::string& text);

/// Sets how much process 0 tells on stderr; the others stay silent.
void configure_log(const RunOptions& run, const mpi::Communicator& world);

/// Lets HDF5 files name other files and filter plugins if the user says so.
void configure_external(const RunOptions& run);

/// The options of a command, the same on every process; nothing when the user asked for help, which
/// is printed. Sets up the log and what input files may do. Collective. @throws mpi::AgreedError.
template <class Options>
std::optional<Options> parse_command(const std::vector<std::string>& arguments,
                                     const mpi::Communicator& world) {
  if (config::asks_for_help(arguments)) {
    print(config::help<Options>(), world);
    return std::nullopt;
  }
  const auto options = mpi::agree(world, [&] { return config::parse<Options>(arguments); });
  configure_log(options.run, world);
  mpi::agree(world, [&] { configure_external(options.run); });
  return options;
}

/// Checks on process 0, before hours of work, that a file can be created under this path.
/// Collective. @throws mpi::AgreedError (code io).
void require_writable(const std::string& path, const mpi::Communicator& world);

/// The grid a user asked for, or the one that moves the fewest words for an m×n matrix. Collective.
/// @throws mpi::AgreedError (code usage) when it does not fit the number of processes.
[[nodiscard]] mpi::ProcessGrid make_grid(const std::string& setting, Index m, Index n,
                                         const mpi::Communicator& world);

/// @throws mpi::AgreedError (code usage) unless the rank fits the matrix.
void require_rank_fits(Index rank, const io::MatrixDescription& about);

/// Reads A, refuses entries that cannot be factorized, and scales the others as asked. Collective.
/// @throws mpi::AgreedError.
template <class Real>
[[nodiscard]] DataMatrix<Real> read_scaled(const io::MatrixInput& input, Scaling scale,
                                           const mpi::ProcessGrid& grid);

/// Raises smaller entries to `floor`, unless it is 0. Collective. @throws mpi::AgreedError (code
/// usage) where that would fill a sparse matrix.
template <class Real>
void raise_to_floor(DataMatrix<Real>& a, double floor, const io::MatrixDescription& about,
                    const mpi::ProcessGrid& grid);

/// Refuses zeros where the loss is infinite at them, and entries whose powers the precision cannot
/// hold. Collective. @throws mpi::AgreedError (code input).
void require_loss_finite(const MatrixSummary& matrix, const SolverOptions& solver,
                         Precision precision, const io::MatrixDescription& about);

/// Calls `action` with a float or a double, by the precision.
template <class Action>
auto with_precision(Precision precision, Action&& action) {
  return precision == Precision::float32 ? action(float{}) : action(double{});
}

}  // namespace tessera::app
