#include "tessera/app/session.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "tessera/core/log.hpp"
#include "tessera/io/hdf5_open.hpp"
#include "tessera/io/replace_file.hpp"
#include "tessera/products/scaling.hpp"

namespace tessera::app {

void print(const std::string& text, const mpi::Communicator& world) {
  // Names of rows, columns and datasets come from files.
  mpi::on_root(world, [&] { print_as_is(log::escape(text)); });
}

void print_as_is(const std::string& text) {
  if (std::fputs(text.c_str(), stdout) == EOF || std::fflush(stdout) != 0) {
    throw IoError("cannot write to standard output");
  }
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

void configure_external(const RunOptions& run) {
  io::hdf5::set_external(run.allow_external ? io::hdf5::External::allowed
                                            : io::hdf5::External::refused);
}

void require_writable(const std::string& path, const mpi::Communicator& world) {
  mpi::on_root(world, [&] {
    if (std::filesystem::is_directory(path)) {
      throw IoError(fmt::format("cannot write '{}': it is a folder. Name a file", path));
    }
    const std::string folder = io::folder_of(path);
    if (access(folder.c_str(), W_OK | X_OK) != 0) {
      throw IoError(
          fmt::format("cannot write '{}': folder '{}': {}", path, folder, std::strerror(errno)));
    }
  });
}

mpi::ProcessGrid make_grid(const std::string& setting, Index m, Index n,
                           const mpi::Communicator& world) {
  const auto wanted = mpi::agree(world, [&] { return parse_grid_shape(setting); });
  return {world, wanted.value_or(choose_grid_shape(m, n, world.size()))};
}

void require_rank_fits(Index rank, const io::MatrixDescription& about) {
  const Index limit = std::min(about.rows, about.columns);
  if (rank > limit) {
    throw mpi::AgreedError(
        ExitCode::usage,
        fmt::format("--rank {} is larger than the smaller side of '{}', which is {}x{}. Choose at "
                    "most {}",
                    rank, about.path, about.rows, about.columns, limit));
  }
}

template <class Real>
DataMatrix<Real> read_scaled(const io::MatrixInput& input, Scaling scale,
                             const mpi::ProcessGrid& grid) {
  auto a = input.read<Real>(grid);
  io::require_factorizable(a, input.description(), grid.comm());
  if (scale != Scaling::none) {
    products::scale(a, scale, grid);
    a.summary = io::summarize(a, grid.comm());
  }
  return a;
}

template <class Real>
void raise_to_floor(DataMatrix<Real>& a, double floor, const io::MatrixDescription& about,
                    const mpi::ProcessGrid& grid) {
  if (floor == 0) {
    return;
  }
  if (a.is_sparse() && !a.observed_only) {
    throw mpi::AgreedError(ExitCode::usage,
                           fmt::format("--floor would fill '{}', which is sparse: give --storage "
                                       "dense as well, or leave it out",
                                       about.path));
  }
  products::raise_to_floor(a, floor);
  a.summary = io::summarize(a, grid.comm());
}

void require_loss_finite(const MatrixSummary& matrix, const SolverOptions& solver,
                         Precision precision, const io::MatrixDescription& about) {
  if (solver.divergence() <= 0 && matrix.minimum <= 0) {
    throw mpi::AgreedError(
        ExitCode::input,
        fmt::format(
            "'{}' holds zeros, at which --loss {} is infinite. Raise them with --floor X, X "
            "being small beside the mean of {:.3g}, or take --loss kl",
            about.path, loss_text(solver), matrix.mean));
  }
  const double beta = solver.divergence();
  if (beta == 2 || beta == 1 || matrix.mean == 0) {
    return;
  }
  // Powers of predictions near the mean; what is left of the range is for those far from it.
  const double exponent = std::max(std::abs(beta - 2), std::abs(beta - 1));
  const double limit = precision == Precision::float32 ? 25 : 250;
  if (exponent * std::abs(std::log10(matrix.mean)) > limit) {
    throw mpi::AgreedError(
        ExitCode::input,
        fmt::format(
            "'{}' has entries of {:.1e} in the mean, whose powers --loss {} cannot hold in "
            "{}. Bring them near 1, for example by --scale max, or give --precision float64",
            about.path, matrix.mean, loss_text(solver), name_of(precision)));
  }
}

template DataMatrix<float> read_scaled(const io::MatrixInput&, Scaling, const mpi::ProcessGrid&);
template DataMatrix<double> read_scaled(const io::MatrixInput&, Scaling, const mpi::ProcessGrid&);
template void raise_to_floor(DataMatrix<float>&, double, const io::MatrixDescription&,
                             const mpi::ProcessGrid&);
template void raise_to_floor(DataMatrix<double>&, double, const io::MatrixDescription&,
                             const mpi::ProcessGrid&);

}  // namespace tessera::app
