#include <filesystem>

#include "tessera/config/topics_options.hpp"

#include "option_groups.hpp"
#include "tables.hpp"

namespace tessera::config {
namespace {

/// Pairs of columns are counted, for all components at once.
constexpr Index kMost = 1000;

bool is_table_file(std::string_view given) {
  const auto extension = std::filesystem::path(given).extension();
  return given.empty() || extension == ".csv" || extension == ".json";
}

}  // namespace

OptionTable table(TopicsOptions& options) {
  return join(
      {in_group("Topics",
                {model_option(options.model),
                 number(options.top, 1, {"top", "N", "strongest columns of each component"}),
                 number(options.documents, 0, {"documents", "N", "strongest rows of each"})}),
       optional_input_options(options.input, options.run,
                              "the data matrix, for the coherence of the topics; may be left out"),
       run_options(options.run, {threads_option(options.run)}),
       in_group("Output",
                {text(options.output, "a file name that ends with .csv or .json", is_table_file,
                      {"output", "FILE", "the same as a .csv table or a .json file"})})});
}

CommandText describe(const TopicsOptions&) {
  return {"topics [INPUT] --model FILE [options]",
          "Lists the strongest columns and rows of each component of a result, by name.",
          "mpirun -n 4 tessera topics counts.h5ad --model result.h5 --output topics.csv"};
}

std::vector<std::string> conflicts(const TopicsOptions& options) {
  auto found = join({run_conflicts(options.run), missing_input_conflicts(options.input),
                     output_conflicts(options.output, options.model, "file of --model"),
                     output_conflicts(options.output, options.input.path, "input file")});
  if (options.top > kMost || options.documents > kMost) {
    found.push_back("--top and --documents go up to " + std::to_string(kMost));
  }
  if (options.input.floor > 0) {
    found.emplace_back(
        "--floor raises zeros, so that every column would occur in every row: leave it out");
  }
  return found;
}

}  // namespace tessera::config
