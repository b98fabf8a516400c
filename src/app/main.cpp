#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tessera/app/command.hpp"
#include "tessera/app/machine.hpp"
#include "tessera/app/session.hpp"
#include "tessera/config/nearest.hpp"
#include "tessera/core/log.hpp"
#include "tessera/mpi/environment.hpp"

namespace tessera::app {
namespace {

constexpr std::array kCommands = {
    Command{"factorize", "factorize a matrix: A ≈ W·H", factorize},
    Command{"transform", "weights of new rows for the components of a result", transform},
    Command{"evaluate", "how well a result describes a matrix, or chosen entries", evaluate},
    Command{"compare", "every algorithm from the same start", compare},
    Command{"recommend", "the items that a result predicts highest for some users", recommend},
    Command{"reconstruct", "write W·H of a result, whole or some rows", reconstruct},
    Command{"components", "draw the components of a result as pictures", components},
    Command{"compress", "factorize one picture, and tell how small and how near it is", compress},
    Command{"topics", "the strongest columns and rows of each component, by name", topics},
    Command{"export", "the factors of a result for NumPy, tables, AnnData", export_factors},
    Command{"spectrum", "leading singular values, and the error no rank can go below", spectrum},
    Command{"inspect", "say what a matrix file or a result file holds", inspect},
    Command{"report", "one page about a result, for a browser", write_report_page},
    Command{"import", "any matrix file to HDF5 as AnnData lays it out", import_matrix},
    Command{"vectorize", "count the words of a text corpus: TF-IDF or counts", vectorize},
    Command{"generate", "make a matrix whose factorization is known", generate},
};

std::string usage() {
  std::string text =
      "Tessera " TESSERA_VERSION
      ": distributed non-negative matrix factorization\n\n"
      "usage: tessera COMMAND [options]        mpirun -n P tessera COMMAND [options]\n\n";
  for (const Command& command : kCommands) {
    text += fmt::format("  {:<12} {}\n", command.name, command.summary);
  }
  return text + "\n'tessera COMMAND --help' lists the options of a command.\n";
}

void dispatch(const std::vector<std::string>& arguments, const mpi::Communicator& world) {
  if (arguments.empty()) {
    throw mpi::AgreedError(ExitCode::usage, "which command?\n\n" + usage());
  }
  const std::string& name = arguments.front();
  if (name == "--help" || name == "help") {
    print(usage(), world);
    return;
  }
  if (name == "--version") {
    print("tessera " TESSERA_VERSION "\n", world);
    return;
  }
  const auto command = std::ranges::find(kCommands, name, &Command::name);
  if (command == kCommands.end()) {
    std::vector<std::string_view> names;
    std::ranges::transform(kCommands, std::back_inserter(names), &Command::name);
    throw mpi::AgreedError(ExitCode::usage,
                           fmt::format("unknown command '{}'; did you mean '{}'? 'tessera --help' "
                                       "lists the commands",
                                       name, config::nearest(name, names)));
  }
  command->run({arguments.begin() + 1, arguments.end()}, world);
}

/// Runs the command on every process. An error that all processes know is told by process 0 and
/// becomes everyone's exit code; any other is told by the process that met it and ends the job.
ExitCode run(const std::vector<std::string>& arguments, const mpi::Communicator& world) {
  if (world.rank() != 0) {
    log::silence();
  }
  try {
    dispatch(arguments, world);
    return ExitCode::done;
  } catch (const mpi::AgreedError& error) {
    if (error.code() == ExitCode::interrupted) {
      log::warning(error.what());
    } else {
      log::error(error.what());
    }
    return error.code();
  } catch (...) {
    const auto failure = mpi::current_failure();
    log::configure(log::Level::quiet);
    log::error(world.size() == 1 ? failure.message
                                 : fmt::format("process {}: {}", world.rank(), failure.message));
    mpi::abort(failure.code);
  }
}

}  // namespace
}  // namespace tessera::app

int main(int argc, char** argv) {
  try {
    tessera::app::return_freed_memory();
    tessera::app::require_room_for_libraries();
    const tessera::mpi::Environment environment(argc, argv);
    const auto world = tessera::mpi::Communicator::world();
    return static_cast<int>(tessera::app::run({argv + 1, argv + argc}, world));
  } catch (...) {
    const auto failure = tessera::mpi::current_failure();
    tessera::log::error(failure.message);
    return static_cast<int>(failure.code);
  }
}
