#include <fmt/format.h>

#include "tessera/app/command.hpp"
#include "tessera/app/machine.hpp"
#include "tessera/app/report_digest.hpp"
#include "tessera/app/report_samples.hpp"
#include "tessera/app/session.hpp"
#include "tessera/core/log.hpp"
#include "tessera/io/atomic_file.hpp"

namespace tessera::app {
namespace {

constexpr Index kMostPixels = 1'000'000;  // of one row, to be drawn as a picture

/// Chooses how rows are shown: as pictures if the user or the result gives their shape, else by
/// names if there are any.
void choose_view(const ReportOptions& options, bool has_names, report::ModelPage& page) {
  const std::string& text =
      options.image_shape.empty() ? page.info.image_shape : options.image_shape;
  page.view = has_names ? report::View::words : report::View::profile;
  if (text.empty()) {
    return;
  }
  page.image_shape = report::parse_image_shape(text);
  report::require_image_shape(page.image_shape, page.info.columns);
  page.transpose = options.transpose;
  if (page.info.columns <= kMostPixels) {
    page.view = report::View::pictures;
  } else {
    log::warning(
        fmt::format("rows of {} pixels are too large for the page: tessera components "
                    "draws them",
                    page.image_shape.to_string()));
  }
}

/// On process 0, which has the names.
void add_names(io::MatrixNames names, report::ModelPage& page) {
  if (!names.columns.empty()) {
    for (auto& top : page.components.tops) {
      for (auto& entry : top) {
        entry.name = names.columns[static_cast<std::size_t>(entry.index)];
      }
    }
  }
  if (!names.rows.empty()) {
    for (const Index row : page.samples.rows) {
      page.samples.names.push_back(names.rows[static_cast<std::size_t>(row)]);
    }
  }
  page.samples.columns = std::move(names.columns);
}

bool everywhere(bool on_process_0, const mpi::Communicator& world) {
  int answer = on_process_0 ? 1 : 0;
  world.broadcast(std::span(&answer, 1), 0);
  return answer != 0;
}

}  // namespace

void write_report_page(const std::vector<std::string>& arguments, const mpi::Communicator& world) {
  const auto options = parse_command<ReportOptions>(arguments, world);
  if (!options) {
    return;
  }
  set_threads(options->run.threads, world);
  require_writable(options->output, world);
  report::ModelPage page;
  page.model = options->model;
  page.info = io::read_model_info(options->model, world);
  auto names = io::read_model_names(options->model, world);
  const bool has_names = everywhere(!names.columns.empty(), world);
  mpi::agree(world, [&] { choose_view(*options, has_names, page); });
  if (!options->input.empty()) {
    page.samples.rows = choose_sample_rows(page.info.rows, page.info.columns);
    read_samples(*options, page, world);
  }
  digest_factors(page, world);
  mpi::on_root(world, [&] {
    add_names(std::move(names), page);
    const std::string html = report::model_page_html(page);
    io::write_file_atomically(options->output, html);
    log::info(fmt::format("wrote {} ({:.0f} KB)", options->output,
                          static_cast<double>(html.size()) / 1000));
  });
}

}  // namespace tessera::app
