#include "tessera/app/stored_factors.hpp"

#include <fmt/format.h>

#include "tessera/config/resume_conflicts.hpp"
#include "tessera/core/log.hpp"
#include "tessera/io/matrix_input.hpp"
#include "tessera/matrix/partition.hpp"
#include "tessera/mpi/agree.hpp"
#include "tessera/products/redistribute.hpp"

namespace tessera::app {
namespace {

/// From the order of the file, cut evenly, to the order and the pieces of A.
template <class Real>
Factor<Real> arrange(const Factor<Real>& stored, const Ordering& order, Range piece,
                     const mpi::Communicator& comm) {
  return products::redistribute<Real>(
      stored, piece, [&](Index row) { return order.position(row); }, comm);
}

/// A matrix file of c rows and n columns, as an even cut of its transpose.
template <class Real>
Factor<Real> read_rows_as_factor(const std::string& path, const mpi::Communicator& world) {
  InputOptions options;
  options.path = path;
  options.transpose = true;
  options.storage = Storage::dense;
  const io::MatrixInput input(options, world);
  const auto& about = input.description();
  const mpi::ProcessGrid tall(world, {world.size(), 1});
  auto read = input.read<Real>(tall);
  io::require_factorizable(read, about, world);
  Factor<Real> factor(about.rows, read.distribution.row_block(tall.row()), about.columns);
  std::ranges::copy(std::get<DenseBlock<Real>>(read.block).entries().span(),
                    factor.piece.span().begin());
  return factor;
}

}  // namespace

void warn_of_other_scale(const io::ModelInfo& model, Scaling scale) {
  const std::string trained = config::configured(model.configuration, "scale");
  if (!trained.empty() && trained != name_of(scale)) {
    log::warning(fmt::format("the model was made with --scale {}, this matrix has --scale {}",
                             trained, name_of(scale)));
  }
}

template <class Real>
FactorPair<Real> read_model(const std::string& path, const io::ModelInfo& info,
                            const DataMatrix<Real>& a, const mpi::ProcessGrid& grid) {
  const auto& world = grid.comm();
  const auto part = [&](Index total) {
    return Partition::even(total, world.size()).part(world.rank());
  };
  const auto stored = io::read_factors<Real>(path, info, part(a.m()), part(a.n()), world);
  const int i = grid.row();
  const int j = grid.column();
  return {arrange(stored.w, a.row_order, a.distribution.w_piece(i, j), world),
          arrange(stored.h, a.column_order, a.distribution.h_piece(i, j), world)};
}

template <class Real>
io::StoredState<Real> read_state(const std::string& path, const io::ModelInfo& info,
                                 const DataMatrix<Real>& a, const mpi::ProcessGrid& grid) {
  auto stored = io::read_solver_state<Real>(path, info, grid.comm());
  io::StoredState<Real> arranged;
  arranged.best_history = std::move(stored.best_history);
  for (const auto& [name, number] : stored.snapshot.numbers()) {
    arranged.snapshot.note(name, number);
  }
  const auto& cut = a.distribution;
  for (const auto& [side, name, rows] : stored.snapshot.parts()) {
    const bool of_w = side == Side::w;
    const Range piece =
        of_w ? cut.w_piece(grid.row(), grid.column()) : cut.h_piece(grid.row(), grid.column());
    arranged.snapshot.keep(side, name,
                           arrange(*rows, of_w ? a.row_order : a.column_order, piece, grid.comm()));
  }
  return arranged;
}

template <class Real>
FactorPair<Real> read_start(const std::string& path, Index rank, const DataMatrix<Real>& a,
                            const mpi::ProcessGrid& grid) {
  const auto info = io::read_model_info(path, grid.comm());
  if (info.rows != a.m() || info.columns != a.n() || info.rank != rank) {
    throw mpi::AgreedError(
        ExitCode::input,
        fmt::format("'{}' holds factors of rank {} for a {}x{} matrix, but the start must have "
                    "rank {} for a {}x{} one",
                    path, info.rank, info.rows, info.columns, rank, a.m(), a.n()));
  }
  return read_model(path, info, a, grid);
}

template <class Real>
Factor<Real> read_components(const std::string& path, const DataMatrix<Real>& a,
                             const mpi::ProcessGrid& grid) {
  const auto& world = grid.comm();
  Factor<Real> stored;
  if (io::is_factor_file(path, world)) {
    const auto info = io::read_model_info(path, world);
    const auto part = Partition::even(info.columns, world.size()).part(world.rank());
    stored = io::read_factor_h<Real>(path, info, part, world);
  } else {
    stored = read_rows_as_factor<Real>(path, world);
  }
  if (stored.global_rows != a.n()) {
    throw mpi::AgreedError(
        ExitCode::input,
        fmt::format("the components in '{}' have {} columns, but the matrix has {}", path,
                    stored.global_rows, a.n()));
  }
  return arrange(stored, a.column_order, a.distribution.h_piece(grid.row(), grid.column()), world);
}

template FactorPair<float> read_model(const std::string&, const io::ModelInfo&,
                                      const DataMatrix<float>&, const mpi::ProcessGrid&);
template FactorPair<double> read_model(const std::string&, const io::ModelInfo&,
                                       const DataMatrix<double>&, const mpi::ProcessGrid&);
template io::StoredState<float> read_state(const std::string&, const io::ModelInfo&,
                                           const DataMatrix<float>&, const mpi::ProcessGrid&);
template io::StoredState<double> read_state(const std::string&, const io::ModelInfo&,
                                            const DataMatrix<double>&, const mpi::ProcessGrid&);
template FactorPair<float> read_start(const std::string&, Index, const DataMatrix<float>&,
                                      const mpi::ProcessGrid&);
template FactorPair<double> read_start(const std::string&, Index, const DataMatrix<double>&,
                                       const mpi::ProcessGrid&);
template Factor<float> read_components(const std::string&, const DataMatrix<float>&,
                                       const mpi::ProcessGrid&);
template Factor<double> read_components(const std::string&, const DataMatrix<double>&,
                                        const mpi::ProcessGrid&);

}  // namespace tessera::app
