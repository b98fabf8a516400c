#include "tessera/app/import_images.hpp"

#include <fmt/format.h>

#include "tessera/app/session.hpp"
#include "tessera/core/log.hpp"
#include "tessera/ingest/image_list.hpp"
#include "tessera/ingest/read_images.hpp"
#include "tessera/io/anndata_writer.hpp"
#include "tessera/report/image_shape.hpp"

namespace tessera::app {
namespace {

ingest::ImageSettings make_settings(const ImageImportOptions& options) {
  ingest::ImageSettings settings{options.color, {}};
  if (!options.resize.empty()) {
    const auto shape = report::parse_image_shape(options.resize);
    if (shape.channels != 1) {
      throw UsageError(
          fmt::format("--resize takes HxW such as 32x32, not '{}'; --color rgb keeps "
                      "colours",
                      options.resize));
    }
    settings.resize = ingest::ImageSize{shape.height, shape.width, 1};
  }
  return settings;
}

void warn(const ingest::ImageRemarks& remarks, const ingest::ImageList& list) {
  if (remarks.restored > 0) {
    log::warning(fmt::format(
        "{} of the {} pictures had been copied as text, which puts a byte 13 before each byte 10: "
        "these were taken out again, which makes their sizes right",
        remarks.restored, list.size()));
  }
  if (remarks.longer > 0) {
    log::warning(fmt::format(
        "{} of the {} pictures, '{}' first, hold bytes behind their last pixel, which were "
        "ignored: perhaps the files are damaged, or hold further pictures",
        remarks.longer, list.size(), list.path(remarks.first_longer)));
  }
}

template <class Real>
void run(const ImportOptions& options, const ingest::ImageSettings& settings,
         const ingest::ImageList& list, const mpi::Communicator& world) {
  const auto images = ingest::read_images<Real>(list, settings, world);
  warn(images.remarks, list);
  const report::ImageShape shape{images.size.height, images.size.width, images.size.channels};
  io::AnnDataFile file{options.output, list.size(), images.size.values(), {}, shape.to_string()};
  mpi::on_root(world, [&] {
    file.names.rows = list.names;
    file.labels = ingest::folder_labels(list.names);
  });
  io::write_dense_compressed(file, io::DenseRows<Real>{images.rows, images.entries.view()}, world);
  log::info(fmt::format("wrote {} ({}x{}: {} pictures of {} pixels, values from 0 to 1)",
                        options.output, file.rows, file.columns, list.size(), file.image_shape));
}

}  // namespace

void import_images(const ImportOptions& options, const mpi::Communicator& world) {
  const auto settings = mpi::agree(world, [&] { return make_settings(options.images); });
  const auto list = ingest::list_images(options.images.path, world);
  if (list.left_out > 0) {
    log::info(fmt::format("left out {} files of {} that are no pictures by their names",
                          list.left_out, list.folder));
  }
  with_precision(options.run.precision,
                 [&](auto real) { run<decltype(real)>(options, settings, list, world); });
}

}  // namespace tessera::app
