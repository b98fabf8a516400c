#include <fmt/format.h>

#include "tessera/config/recommend_options.hpp"

#include "observation_tables.hpp"
#include "option_groups.hpp"
#include "tables.hpp"

namespace tessera::config {
namespace {

bool is_table_file(std::string_view given) {
  return given.empty() || given.ends_with(".csv") || given.ends_with(".json");
}

}  // namespace

OptionTable table(RecommendOptions& options) {
  return join(
      {in_group("Input",
                {model_option(options.model),
                 text(options.user, "names of rows with commas between",
                      {"user", "NAMES",
                       "users, that is rows of the model, by name, with commas between; by number "
                       "from 0 if the model has no names"}),
                 file(options.users, "users", "text file with one such name a line"),
                 allow_external_option(options.run)}),
       in_group("Recommendation",
                {number(options.top, 1, {"top", "N", "items for each user, best first"}),
                 file(options.exclude_seen, "exclude-seen",
                      "matrix of the model's shape, such as the one it was made of; what is not "
                      "zero there is not recommended"),
                 clip_option(options.clip)}),
       run_options(options.run, {threads_option(options.run)}),
       in_group("Output",
                {text(options.output, "a file name that ends in .csv or .json", is_table_file,
                      {"output", "FILE",
                       "file for the table, by its name as CSV or JSON; if not given, standard "
                       "output"})})});
}

CommandText describe(const RecommendOptions&) {
  return {"recommend --model FILE --user NAMES [options]",
          "Lists the items (columns) that a result predicts highest for some users (rows).",
          "mpirun -n 4 tessera recommend --model result.h5 --user 17,42 --exclude-seen ratings.h5"};
}

std::vector<std::string> conflicts(const RecommendOptions& options) {
  auto found =
      join({run_conflicts(options.run),
            output_conflicts(options.output, options.model, "file of --model"),
            output_conflicts(options.output, options.users, "file of --users"),
            output_conflicts(options.output, options.exclude_seen, "file of --exclude-seen")});
  if (options.user.empty() == options.users.empty()) {
    found.emplace_back(
        "say for whom: give --user NAMES, or --users FILE with one name a line, and not both");
  }
  return found;
}

}  // namespace tessera::config
