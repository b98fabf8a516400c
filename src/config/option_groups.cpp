#include "option_groups.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tessera/config/range_text.hpp"
#include "tessera/core/error.hpp"
#include "tessera/core/grid_shape.hpp"

namespace tessera::config {
namespace {

template <class Parse>
bool succeeds(Parse parse) {
  try {
    static_cast<void>(parse());
    return true;
  } catch (const UsageError&) {
    return false;
  }
}

bool is_grid(std::string_view given) {
  return succeeds([&] { return parse_grid_shape(given); });
}

bool is_thread_count(std::string_view given) {
  int count = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), count);
  return given == "auto" ||
         (error == std::errc{} && end == given.data() + given.size() && count >= 1);
}

}  // namespace

bool is_range(std::string_view given) {
  return succeeds([&] { return parse_range(given, std::numeric_limits<Index>::max()); });
}

OptionTable join(std::vector<OptionTable> tables) {
  OptionTable all;
  for (OptionTable& part : tables) {
    std::ranges::move(part, std::back_inserter(all));
  }
  return all;
}

std::vector<std::string> changed_options(const OptionTable& values, const OptionTable& defaults) {
  std::vector<std::string> changed;
  for (std::size_t at = 0; at < values.size(); ++at) {
    if (values[at].text() != defaults[at].text()) {
      changed.push_back(values[at].label());
    }
  }
  return changed;
}

Option file(std::string& field, const std::string& name, const std::string& description) {
  return text(field, "a file name", {name, "FILE", description});
}

Option allow_external_option(RunOptions& run) {
  return flag(run.allow_external, "allow-external",
              "HDF5 files may take values from other files and load filter plugins");
}

OptionTable input_options(InputOptions& input, RunOptions& run) {
  return in_group(
      "Input",
      {required(positional(text(input.path, "a file name", {"input", "INPUT", "the data matrix"})),
                "data.h5"),
       text(input.dataset, "a path inside the file",
            {"dataset", "PATH", "dataset of an HDF5 file; if not given, /X or the only 2-D one"}),
       flag(input.transpose, "transpose", "factorize the transpose: columns of the file are rows"),
       text(input.rows, "a range such as 10:20", is_range,
            {"rows", "A:B", "rows to take, from A up to but without B, counted from 0"}),
       text(input.columns, "a range such as 10:20", is_range,
            {"columns", "A:B", "columns to take, likewise"}),
       choice(input.scale, {"scale", "NAME", "what is done to the entries first"}),
       real(input.floor, {"floor", "X", "then smaller entries are raised to this"}),
       choice(input.storage, {"storage", "NAME", "in memory; auto is as in the file"}),
       choice(input.duplicates, {"duplicates", "NAME", "if a sparse file gives a place twice"}),
       choice(input.balance,
              {"balance", "NAME", "how sparse rows and columns are dealt to processes"}),
       flag(input.undirected, "undirected", "edge lists: every edge counts in both directions"),
       allow_external_option(run)});
}

OptionTable optional_input_options(InputOptions& input, RunOptions& run,
                                   const std::string& description) {
  OptionTable options = input_options(input, run);
  options.front().example.clear();
  options.front().description = description;
  return options;
}

std::vector<std::string> missing_input_conflicts(const InputOptions& input) {
  if (!input.path.empty()) {
    return {};
  }
  RunOptions run;
  InputOptions unset;
  InputOptions copy = input;
  const OptionTable defaults = input_options(unset, run);
  const OptionTable values = input_options(copy, run);
  std::vector<std::string> given;
  for (std::size_t at = 0; at < values.size(); ++at) {
    if (values[at].text() != defaults[at].text()) {
      given.push_back(values[at].label());
    }
  }
  if (given.empty()) {
    return {};
  }
  return {fmt::format("INPUT is missing, which {} {} about: give a file name, for example data.h5",
                      fmt::join(given, ", "), given.size() == 1 ? "is" : "are")};
}

Option model_option(std::string& model) {
  return required(file(model, "model", "result of tessera factorize"), "result.h5");
}

Option seed_option(SolverOptions& solver) {
  return number(solver.seed,
                {"seed", "N", "seed of the random start, the same on any process count"});
}

Option precision_option(RunOptions& run) {
  return choice(run.precision, {"precision", "NAME", "type of the values in memory"});
}

Option grid_option(RunOptions& run) {
  return text(run.grid, "auto or PRxPC such as 2x3", is_grid,
              {"grid", "PRxPC", "process grid; auto: the one that moves the fewest bytes"});
}

Option threads_option(RunOptions& run) {
  return text(run.threads, "auto or a whole number of at least 1", is_thread_count,
              {"threads", "N", "threads per process; auto: its share of the node's cores"});
}

Option memory_option(RunOptions& run) {
  return choice(run.memory, {"memory", "NAME",
                             "fast holds sparse A by rows and by columns, lean only once; auto: "
                             "fast where it takes less than half of what is free"});
}

OptionTable run_options(RunOptions& run, OptionTable options) {
  options.push_back(flag(run.quiet, "quiet", "print errors only"));
  options.push_back(flag(run.verbose, "verbose", "print details too"));
  return in_group("Run", std::move(options));
}

Option output_option(std::string& output, const std::string& description,
                     const std::string& example) {
  return required(file(output, "output", description), example);
}

std::vector<std::string> run_conflicts(const RunOptions& run) {
  if (run.quiet && run.verbose) {
    return {"--quiet and --verbose exclude each other: give one of them"};
  }
  return {};
}

std::vector<std::string> output_conflicts(const std::string& output, const std::string& input,
                                          const std::string& what) {
  if (!output.empty() && output == input) {
    return {fmt::format("--output is the {}: give it another name", what)};
  }
  return {};
}

std::vector<std::string> join(std::initializer_list<std::vector<std::string>> lists) {
  std::vector<std::string> all;
  for (const auto& list : lists) {
    std::ranges::copy(list, std::back_inserter(all));
  }
  return all;
}

}  // namespace tessera::config
