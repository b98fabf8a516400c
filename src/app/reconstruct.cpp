#include <fmt/format.h>

#include "tessera/app/command.hpp"
#include "tessera/app/machine.hpp"
#include "tessera/app/product_rows.hpp"
#include "tessera/app/reconstruct_images.hpp"
#include "tessera/app/session.hpp"
#include "tessera/config/range_text.hpp"
#include "tessera/core/log.hpp"
#include "tessera/io/dense_writer.hpp"

namespace tessera::app {
namespace {

template <class Real>
void write(const ReconstructOptions& options, const io::ModelInfo& info,
           const ProductRows<Real>& product, Range rows, const mpi::Communicator& world) {
  const io::DenseFile file{options.output, rows.size(), info.columns, info.precision,
                           info.image_shape};
  io::write_dense_file<Real>(
      file, world, [&](Range slab_rows, MatrixView<Real> slab) { product.fill(slab_rows, slab); });
  log::info(fmt::format("wrote {} ({}x{}, rows {}:{} of W·H)", file.path, file.rows, file.columns,
                        rows.begin, rows.end));
}

template <class Real>
void run(const ReconstructOptions& options, const io::ModelInfo& info, Range rows,
         const mpi::Communicator& world) {
  const ProductRows<Real> product(options.model, info, rows, world);
  if (!options.output.empty()) {
    write(options, info, product, rows, world);
  }
  if (!options.as_images.empty()) {
    reconstruct_images(options, info, product, rows, world);
  }
}

}  // namespace

void reconstruct(const std::vector<std::string>& arguments, const mpi::Communicator& world) {
  const auto options = parse_command<ReconstructOptions>(arguments, world);
  if (!options) {
    return;
  }
  set_threads(options->run.threads, world);
  if (!options->output.empty()) {
    require_writable(options->output, world);
  }
  const auto info = io::read_model_info(options->model, world);
  const Range rows =
      mpi::agree(world, [&] { return config::parse_range(options->rows, info.rows); });
  with_precision(info.precision,
                 [&](auto real) { run<decltype(real)>(*options, info, rows, world); });
}

}  // namespace tessera::app
