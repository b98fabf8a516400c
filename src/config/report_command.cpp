#include "tessera/config/report_options.hpp"

#include "option_groups.hpp"
#include "tables.hpp"

/// The command report.
namespace tessera::config {

OptionTable table(ReportOptions& options) {
  return join(
      {in_group(
           "Input",
           {model_option(options.model),
            file(options.input, "input",
                 "matrix that the result was made of, to show rows of it beside W H; scale, part "
                 "and so on are those of the result"),
            text(options.dataset, "a path inside the file",
                 {"dataset", "PATH", "dataset of that file; if not given, as in the result"}),
            allow_external_option(options.run)}),
       in_group("Pictures",
                {text(options.image_shape, "HxW or HxWx3 such as 32x32",
                      {"image-shape", "HxW",
                       "pixels of one row, if rows are pictures; if not given, as stored"}),
                 flag(options.transpose, "transpose", "pixels are stored column by column")}),
       run_options(options.run, {threads_option(options.run)}),
       in_group("Output", {output_option(options.output, "HTML file", "report.html")})});
}

CommandText describe(const ReportOptions&) {
  return {"report --model FILE --output FILE [options]",
          "Writes one page about a result: how well it fits, its components, where the time went.",
          "tessera report --model result.h5 --input data.h5 --output report.html"};
}

std::vector<std::string> conflicts(const ReportOptions& options) {
  auto found = join({run_conflicts(options.run),
                     output_conflicts(options.output, options.model, "file of --model"),
                     output_conflicts(options.output, options.input, "file of --input")});
  if (!options.dataset.empty() && options.input.empty()) {
    found.emplace_back("--dataset is of the file of --input: give that, too");
  }
  return found;
}

}  // namespace tessera::config
