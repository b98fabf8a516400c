#include <fmt/format.h>

#include "tessera/app/command.hpp"
#include "tessera/app/machine.hpp"
#include "tessera/app/session.hpp"
#include "tessera/core/log.hpp"
#include "tessera/init/synthetic.hpp"
#include "tessera/io/dense_writer.hpp"

namespace tessera::app {
namespace {

/// The shape of what is generated, and the function that makes any of its rows.
template <class Real>
void write(const GenerateOptions& options, const mpi::Communicator& world) {
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

}  // namespace

void generate(const std::vector<std::string>& arguments, const mpi::Communicator& world) {
  const auto options = parse_command<GenerateOptions>(arguments, world);
  if (!options) {
    return;
  }
  set_threads(options->run.threads, world);
  require_writable(options->output, world);
  with_precision(options->run.precision,
                 [&](auto real) { write<decltype(real)>(*options, world); });
}

}  // namespace tessera::app
