#include <cstdint>

#include <fmt/format.h>

#include "tessera/app/command.hpp"
#include "tessera/app/machine.hpp"
#include "tessera/app/session.hpp"
#include "tessera/core/log.hpp"
#include "tessera/init/sparse_rows.hpp"
#include "tessera/init/synthetic.hpp"
#include "tessera/io/anndata_writer.hpp"
#include "tessera/io/dense_writer.hpp"
#include "tessera/matrix/partition.hpp"

namespace tessera::app {
namespace {

/// The shape of what is generated, and the function that makes any of its rows.
template <class Real>
void write_dense(const GenerateOptions& options, const mpi::Communicator& world) {
  io::DenseFile file{options.output, options.rows, options.columns, options.run.precision, ""};
  io::FillRows<Real> fill;
  if (options.kind == SyntheticKind::swimmer) {
    file.rows = init::kSwimmerImages;
    file.columns = init::kSwimmerPixels;
    file.image_shape = fmt::format("{0}x{0}", init::kSwimmerSide);
    fill = [](Range rows, MatrixView<Real> slab) { init::swimmer_rows(rows, slab); };
  } else {
    const init::LowRankOptions lowrank{options.rows, options.columns, options.rank, options.noise,
                                       options.seed};
    fill = [lowrank](Range rows, MatrixView<Real> slab) {
      init::fill_lowrank_rows(lowrank, rows, slab);
    };
  }
  io::write_dense_file<Real>(file, world, fill);
  log::info(fmt::format("wrote {} ({}x{}, {})", file.path, file.rows, file.columns,
                        name_of(file.precision)));
}

template <class Real>
void write_sparse(const GenerateOptions& options, const mpi::Communicator& world) {
  const init::SparseGenerator generator(
      {options.rows, options.columns, options.density, options.skew, options.seed});
  io::SparseRows<Real> own;
  own.rows = Partition::even(options.rows, world.size()).part(world.rank());
  io::require_numbered_columns(options.columns);
  own.offsets.push_back(0);
  for (Index row = own.rows.begin; row < own.rows.end; ++row) {
    for (const auto& [column, value] : generator.row(row)) {
      own.columns.push_back(static_cast<std::int32_t>(column));
      own.values.push_back(static_cast<Real>(value));
    }
    own.offsets.push_back(std::ssize(own.values));
  }
  io::write_sparse_file({options.output, options.rows, options.columns, {}, {}}, own, world);
  const Index entries = world.sum(std::ssize(own.values));
  log::info(fmt::format("wrote {} ({}x{}, {} non-zeros)", options.output, options.rows,
                        options.columns, entries));
}

}  // namespace

void generate(const std::vector<std::string>& arguments, const mpi::Communicator& world) {
  const auto options = parse_command<GenerateOptions>(arguments, world);
  if (!options) {
    return;
  }
  set_threads(options->run.threads, world);
  require_writable(options->output, world);
  with_precision(options->run.precision, [&](auto real) {
    if (options->kind == SyntheticKind::sparse) {
      write_sparse<decltype(real)>(*options, world);
    } else {
      write_dense<decltype(real)>(*options, world);
    }
  });
}

}  // namespace tessera::app
