#include <filesystem>

#include <fmt/format.h>

#include "tessera/config/export_options.hpp"
#include "tessera/core/error.hpp"

#include "option_groups.hpp"
#include "tables.hpp"

namespace tessera {

ExportFormat ExportOptions::chosen_format() const {
  if (format) {
    return *format;
  }
  const std::string extension = std::filesystem::path(output).extension().string();
  for (const auto& [value, name] : EnumNames<ExportFormat>::values) {
    if (extension == fmt::format(".{}", name)) {
      return value;
    }
  }
  throw UsageError(
      fmt::format("'{}' does not tell the format: let it end with .npy, .csv or .h5ad, or give "
                  "--format",
                  output));
}

std::string ExportOptions::path_of(std::string_view factor) const {
  const std::string extension = fmt::format(".{}", name_of(chosen_format()));
  std::filesystem::path beginning = output;
  if (beginning.extension() == extension) {
    beginning.replace_extension();
  }
  return fmt::format("{}_{}{}", beginning.string(), factor, extension);
}

namespace config {

OptionTable table(ExportOptions& options) {
  return join(
      {in_group("Input", {model_option(options.model), allow_external_option(options.run)}),
       run_options(options.run, {}),
       in_group("Output",
                {choice_or_auto(options.format, {"format", "NAME",
                                                 "of the files; auto is what --output ends with"}),
                 output_option(options.output,
                               "the .h5ad file; npy and csv are two: from x.npy (or x) x_W.npy "
                               "and x_H.npy",
                               "result.h5ad")})});
}

CommandText describe(const ExportOptions&) {
  return {"export --model FILE --output PATH [options]",
          "Writes the factors of a result for other programs: NumPy, tables, AnnData.",
          "tessera export --model result.h5 --output result.h5ad"};
}

std::vector<std::string> conflicts(const ExportOptions& options) {
  auto found = run_conflicts(options.run);
  if (options.output.empty()) {
    return found;  // told by itself
  }
  try {
    if (options.chosen_format() == ExportFormat::h5ad) {
      return join({found, output_conflicts(options.output, options.model, "file of --model")});
    }
  } catch (const UsageError& error) {
    found.emplace_back(error.what());
  }
  return found;
}

}  // namespace config
}  // namespace tessera
