#include "image_options.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "option_groups.hpp"

namespace tessera::config {
OptionTable image_import_options(ImageImportOptions& images) {
  return in_group(
      "Pictures instead of INPUT",
      {text(images.path, "a folder or a file name",
            {"images", "PATH",
             "folder of PGM, PPM, PNG and JPEG files, each a row, or text file with one path a "
             "line"}),
       choice(images.color, {"color", "NAME", "one value per pixel, or three"}),
       text(images.resize, "HxW such as 32x32",
            {"resize", "HxW", "pixels of every picture; if not given, all must have one size"})});
}

std::vector<std::string> image_import_conflicts(const ImportOptions& options) {
  const ImageImportOptions& images = options.images;
  const ImageImportOptions unset;
  if (!images.is_set() && (images.color != unset.color || images.resize != unset.resize)) {
    return {"--color and --resize are for pictures: give --images as well"};
  }
  return output_conflicts(options.output, images.path, "list of pictures");
}

OptionTable image_shape_options(std::string& shape, bool& transpose) {
  return in_group(
      "Pictures",
      {text(shape, "HxW such as 32x32, or HxWx3",
            {"image-shape", "HxW",
             "pixels of a row of numbers, HxWx3 for colours; if not given, as stored, or a "
             "square"}),
       flag(transpose, "transpose", "pixels are stored column by column")});
}

OptionTable reconstruct_image_options(ReconstructOptions& options) {
  return join(
      {in_group("Pictures",
                {text(options.as_images, "a folder name",
                      {"as-images", "FOLDER",
                       "PNG file of every row, and sheet.png that shows the first of them"}),
                 file(options.input.path, "input",
                      "matrix that was factorized: originals are shown beside, and how near "
                      "they are is told"),
                 text(options.input.dataset, "a path inside the file",
                      {"dataset", "PATH", "of --input, as for factorize"}),
                 real(options.peak, {"peak", "X", "value that is white; PSNR refers to it"})}),
       image_shape_options(options.image_shape, options.transpose)});
}

std::vector<std::string> reconstruct_image_conflicts(const ReconstructOptions& options) {
  std::vector<std::string> found;
  const ReconstructOptions unset;
  if (options.output.empty() && options.as_images.empty()) {
    found.emplace_back(
        "--output is missing: give a file name, for example --output product.h5, or a folder for "
        "pictures with --as-images");
  }
  const bool says_how = !options.input.path.empty() || !options.input.dataset.empty() ||
                        !options.image_shape.empty() || options.transpose ||
                        options.peak != unset.peak;
  if (options.as_images.empty() && says_how) {
    found.emplace_back(
        "--input, --dataset, --image-shape, --transpose and --peak are for pictures: give "
        "--as-images as well");
  }
  if (options.input.path.empty() && !options.input.dataset.empty()) {
    found.emplace_back("--dataset says where in --input: give --input as well");
  }
  if (options.peak == 0) {
    found.emplace_back("--peak must be above 0: give 1, or 255 for pixels of 8 bits");
  }
  return found;
}

}  // namespace tessera::config
