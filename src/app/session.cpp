#include "tessera/app/session.hpp"

#include <cstdio>

#include "tessera/core/log.hpp"

namespace tessera::app {

void print(const std::string& text, const mpi::Communicator& world) {
  mpi::on_root(world, [&] {
    if (std::fputs(text.c_str(), stdout) == EOF || std::fflush(stdout) != 0) {
      throw IoError("cannot write to standard output");
    }
  });
}

void configure_log(const RunOptions& run, const mpi::Communicator& world) {
  if (world.rank() != 0) {
    log::silence();
  } else if (run.quiet) {
    log::configure(log::Level::quiet);
  } else {
    log::configure(run.verbose ? log::Level::verbose : log::Level::normal);
  }
}

mpi::ProcessGrid make_grid(const std::string& setting, Index m, Index n,
                           const mpi::Communicator& world) {
  const auto wanted = mpi::agree(world, [&] { return parse_grid_shape(setting); });
  return {world, wanted.value_or(choose_grid_shape(m, n, world.size()))};
}

}  // namespace tessera::app
