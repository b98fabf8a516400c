#include <algorithm>
#include <vector>

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

/// The rows of W that this process reads: those whose products it will write, which is its part of
/// an even cut of `wanted`. The first and the last process also read what lies before and behind,
/// so that all rows are read once and the checksum can be verified.
Range rows_to_read(Range wanted, Index m, const mpi::Communicator& world) {
  const Range part = Partition::even(wanted.size(), world.size()).part(world.rank());
  const bool first = world.rank() == 0;
  const bool last = world.rank() == world.size() - 1;
  return {first ? 0 : wanted.begin + part.begin, last ? m : wanted.begin + part.end};
}

/// All of Hᵀ on every process, from the pieces of an even cut.
template <class Real>
Matrix<Real> gather_all(const Factor<Real>& h, const mpi::Communicator& world) {
  const auto cut = Partition::even(h.global_rows, world.size());
  std::vector<Index> lengths;
  lengths.reserve(static_cast<std::size_t>(world.size()));
  for (int process = 0; process < world.size(); ++process) {
    lengths.push_back(cut.part(process).size() * h.rank());
  }
  Matrix<Real> all(h.global_rows, h.rank());
  world.all_gather(h.piece.span(), lengths, all.span());
  return all;
}

template <class Real>
void write(const ReconstructOptions& options, const io::ModelInfo& info, Range rows,
           const mpi::Communicator& world) {
  const auto factors =
      io::read_factors<Real>(options.model, info, rows_to_read(rows, info.rows, world),
                             Partition::even(info.columns, world.size()).part(world.rank()), world);
  const auto h = gather_all(factors.h, world);
  const auto w = factors.w.piece.view();
  const Index w_begin = factors.w.owned.begin - rows.begin;

  const io::DenseFile file{options.output, rows.size(), info.columns, info.precision,
                           info.image_shape};
  io::write_dense_file<Real>(file, world, [&](Range slab_rows, MatrixView<Real> slab) {
    Matrix<double> product(slab_rows.size(), info.columns);
    kernels::reconstruct<Real>(w.rows({slab_rows.begin - w_begin, slab_rows.end - w_begin}),
                               h.view(), product.view());
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
