#include <algorithm>

#include <fmt/format.h>

#include "tessera/app/command.hpp"
#include "tessera/app/machine.hpp"
#include "tessera/app/session.hpp"
#include "tessera/config/range_text.hpp"
#include "tessera/core/log.hpp"
#include "tessera/io/dense_writer.hpp"
#include "tessera/io/factor_file.hpp"
#include "tessera/kernels/residual.hpp"
#include "tessera/matrix/partition.hpp"

namespace tessera::app {
namespace {

/// All of a factor on every process: `own` rows of it, gathered in process order.
template <class Real>
Matrix<Real> gather_all(const Factor<Real>& factor, const mpi::Communicator& world) {
  const auto pieces = Partition::even(factor.global_rows, world.size());
  std::vector<Index> counts;
  for (int process = 0; process < world.size(); ++process) {
    counts.push_back(pieces.part(process).size() * factor.rank());
  }
  Matrix<Real> all(factor.global_rows, factor.rank());
  world.all_gather(std::span<const Real>(factor.piece.span()), counts, all.span());
  return all;
}

template <class Real>
void write(const ReconstructOptions& options, const io::ModelInfo& info, Range rows,
           const mpi::Communicator& world) {
  const auto piece_of = [&](Index total) {
    return Partition::even(total, world.size()).part(world.rank());
  };
  const auto factors = io::read_factors<Real>(options.model, info, piece_of(info.rows),
                                              piece_of(info.columns), world);
  // Rows are asked for in slabs that need not match the pieces, and the factors are small beside
  // the matrix they rebuild.
  const auto w = gather_all(factors.w, world);
  const auto h = gather_all(factors.h, world);
  const io::DenseFile file{options.output, rows.size(), info.columns, info.precision,
                           info.image_shape};
  io::write_dense_file<Real>(file, world, [&](Range slab_rows, MatrixView<Real> slab) {
    Matrix<double> product(slab_rows.size(), info.columns);
    const Range w_rows{rows.begin + slab_rows.begin, rows.begin + slab_rows.end};
    kernels::reconstruct<Real>(w.view().rows(w_rows), h.view(), product.view());
    std::ranges::transform(product.span(), slab.data(),
                           [](double value) { return static_cast<Real>(value); });
  });
  log::info(fmt::format("wrote {} ({}x{}, rows {}:{} of W·H)", file.path, file.rows, file.columns,
                        rows.begin, rows.end));
}

}  // namespace

void reconstruct(const std::vector<std::string>& arguments, const mpi::Communicator& world) {
  const auto options = parse_command<ReconstructOptions>(arguments, world);
  if (!options) {
    return;
  }
  set_threads(options->run.threads, world);
  require_writable(options->output, world);
  const auto info = io::read_model_info(options->model, world);
  const Range rows =
      mpi::agree(world, [&] { return config::parse_range(options->rows, info.rows); });
  with_precision(info.precision,
                 [&](auto real) { write<decltype(real)>(*options, info, rows, world); });
}

}  // namespace tessera::app
