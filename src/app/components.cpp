#include <fmt/format.h>
#include <unistd.h>

#include "tessera/app/command.hpp"
#include "tessera/app/image_shape.hpp"
#include "tessera/app/session.hpp"
#include "tessera/core/log.hpp"
#include "tessera/io/factor_file.hpp"
#include "tessera/report/picture.hpp"
#include "tessera/report/terminal.hpp"

namespace tessera::app {
namespace {

/// H as k×n, from its transpose.
Matrix<float> components_of(const FactorPair<float>& factors) {
  const auto& h = factors.h.piece;
  Matrix<float> components(h.columns(), h.rows());
  for (Index j = 0; j < h.rows(); ++j) {
    for (Index l = 0; l < h.columns(); ++l) {
      components(l, j) = h(j, l);
    }
  }
  return components;
}

void draw(const ComponentsOptions& options, const io::ModelInfo& info,
          const Matrix<float>& components) {
  const auto shape = choose_image_shape(options.image_shape, info);
  const report::MontageOptions montage{options.columns, options.transpose};
  if (!options.output.empty()) {
    report::write_png(options.output, report::montage<float>(components.view(), shape, montage));
    log::info(fmt::format("wrote {} ({} components of {} pixels)", options.output,
                          components.rows(), shape.to_string()));
  }
  if (!options.run.quiet) {
    const auto terminal = report::detect_terminal(STDOUT_FILENO);
    fmt::print("{}", report::text_montage<float>(components.view(), shape, montage, terminal));
  }
}

}  // namespace

void components(const std::vector<std::string>& arguments, const mpi::Communicator& world) {
  const auto options = parse_command<ComponentsOptions>(arguments, world);
  if (!options) {
    return;
  }
  const auto info = io::read_model_info(options->model, world);
  // Pictures are drawn by process 0, which takes all of both factors; the others take nothing.
  const bool draws = world.rank() == 0;
  const auto factors = io::read_factors<float>(options->model, info, {0, draws ? info.rows : 0},
                                               {0, draws ? info.columns : 0}, world);
  mpi::on_root(world, [&] { draw(*options, info, components_of(factors)); });
}

}  // namespace tessera::app
