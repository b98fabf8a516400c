#include <fmt/format.h>

#include "image_options.hpp"
#include "option_groups.hpp"
#include "rating_import_options.hpp"
#include "tables.hpp"

/// The command that makes a matrix file of other files: INPUT, pictures or ratings.
namespace tessera::config {
namespace {

/// What was given of INPUT's options where there is no INPUT.
std::vector<std::string> misplaced_input_options(const ImportOptions& options,
                                                 const std::string& source) {
  ImportOptions unset;
  ImportOptions given = options;
  std::vector<std::string> found;
  for (const std::string& label : changed_options(input_options(given.input, given.run),
                                                  input_options(unset.input, unset.run))) {
    if (label != "INPUT" && label != "--allow-external") {
      found.push_back(
          fmt::format("{} is for INPUT, not {}: leave it out here, and give it to the "
                      "command that reads the imported file",
                      label, source));
    }
  }
  return found;
}

}  // namespace

OptionTable table(ImportOptions& options) {
  OptionTable input = input_options(options.input, options.run);
  input.front().example.clear();  // INPUT may be left out
  return join(
      {std::move(input), image_import_options(options.images),
       rating_import_options(options.ratings),
       run_options(options.run, {precision_option(options.run), threads_option(options.run)}),
       in_group("Output", {output_option(options.output, "HDF5 file, sparse or dense as the input",
                                         "data.h5")})});
}

CommandText describe(const ImportOptions&) {
  return {"import INPUT | --images PATH | --ratings FILE  --output FILE [options]",
          "Writes any matrix file, pictures or ratings as HDF5 in AnnData's layout, compressed.",
          "mpirun -n 4 tessera import counts.mtx.gz --output counts.h5"};
}

std::vector<std::string> conflicts(const ImportOptions& options) {
  auto found = join({run_conflicts(options.run), image_import_conflicts(options),
                     rating_import_conflicts(options),
                     output_conflicts(options.output, options.input.path, "input file")});
  const bool has_images = options.images.is_set();
  const bool has_ratings = !options.ratings.path.empty();
  const int sources =
      (options.input.path.empty() ? 0 : 1) + (has_images ? 1 : 0) + (has_ratings ? 1 : 0);
  if (sources != 1) {
    found.emplace_back(
        "say what to import: give one of INPUT (for example data.csv), --images PATH and --ratings "
        "FILE");
  } else if (has_images || has_ratings) {
    found = join({found, misplaced_input_options(options, has_images ? "--images" : "--ratings")});
  }
  return found;
}

}  // namespace tessera::config
