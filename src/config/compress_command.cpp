#include <fmt/format.h>

#include "tessera/config/compress_options.hpp"
#include "tessera/config/rank_list.hpp"
#include "tessera/core/error.hpp"

#include "option_groups.hpp"
#include "tables.hpp"

namespace tessera::config {
namespace {

bool is_rank_list(std::string_view given) {
  try {
    static_cast<void>(parse_rank_list(given));
    return true;
  } catch (const UsageError&) {
    return false;
  }
}

}  // namespace

OptionTable table(CompressOptions& options) {
  return join(
      {in_group("Input",
                {required(positional(text(options.image, "a file name",
                                          {"image", "IMAGE", "PGM, PPM, PNG or JPEG file"})),
                          "photo.jpg")}),
       in_group(
           "Factorization",
           {required(text(options.ranks, "numbers of at least 1 with commas between", is_rank_list,
                          {"rank", "K[,K...]", "number of components, or several to compare"}),
                     "10,20,40"),
            text(options.patches, "HxW such as 8x8",
                 {"patches", "HxW",
                  "rows of the matrix are patches of so many pixels; if not given, they are the "
                  "rows "
                  "of pixels of the picture, channels side by side"}),
            flag(options.channels, "channels", "every channel is a matrix of its own"),
            choice_or_auto(options.solver.algorithm,
                           {"algorithm", "NAME", "update rule; auto is hals"}),
            seed_option(options.solver),
            number(options.stopping.max_iterations, 1,
                   {"max-iterations", "N", "iterations at most"}),
            real(
                options.stopping.tolerance,
                {"tolerance", "X",
                 "least decrease of the loss over 10 iterations, relative to half the squared norm "
                 "of the matrix; 0: off"})}),
       run_options(options.run, {precision_option(options.run), threads_option(options.run)}),
       in_group(
           "Output",
           {output_option(options.output,
                          "PNG file for W H; with several ranks each gets -K before its ending",
                          "small.png"),
            file(options.run.report, "report", "JSON file for sizes and PSNR")})});
}

CommandText describe(const CompressOptions& /*options*/) {
  return {"compress IMAGE --rank K[,K...] --output FILE [options]",
          "Factorizes one picture, and tells how small and how near to it W H is.",
          "tessera compress photo.jpg --rank 10,20,40 --output small.png"};
}

std::vector<std::string> conflicts(const CompressOptions& options) {
  auto found = join({run_conflicts(options.run),
                     output_conflicts(options.output, options.image, "picture itself")});
  if (options.channels && !options.patches.empty()) {
    found.emplace_back("--patches and --channels exclude each other: give one of them");
  }
  return found;
}

}  // namespace tessera::config
