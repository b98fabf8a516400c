#include "checkpoint_options.hpp"

#include <filesystem>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "tessera/config/interval_text.hpp"
#include "tessera/core/error.hpp"

namespace tessera {

std::string FactorizeOptions::checkpoint_path() const {
  if (checkpoint.path == "none") {
    return "";
  }
  if (checkpoint.path != "auto") {
    return checkpoint.path;
  }
  constexpr std::string_view kEnding = ".h5";
  const bool has_ending = output.size() > kEnding.size() && output.ends_with(kEnding);
  return output.substr(0, output.size() - (has_ending ? kEnding.size() : 0)) + ".checkpoint.h5";
}

}  // namespace tessera

namespace tessera::config {
namespace {

bool is_interval(std::string_view given) {
  try {
    static_cast<void>(parse_interval(given));
    return true;
  } catch (const UsageError&) {
    return false;
  }
}

/// Whether two paths lead to one file, there or not.
bool same_file(const std::string& one, const std::string& other) {
  std::error_code ignored;
  const auto resolved = [&](const std::string& path) {
    return std::filesystem::weakly_canonical(std::filesystem::absolute(path, ignored), ignored);
  };
  return !other.empty() && resolved(one) == resolved(other);
}

}  // namespace

OptionTable checkpoint_options(CheckpointOptions& checkpoint) {
  return in_group(
      "Interruptions",
      {text(checkpoint.path, "auto, none or a file name",
            {"checkpoint", "FILE",
             "HDF5 file that is saved now and then, and when SIGINT, SIGTERM, SIGUSR1, SIGUSR2 or "
             "--time-limit ends the run, with exit code 75; auto: OUTPUT with .checkpoint before "
             ".h5; none: signals just end the program, and --time-limit gives a result"}),
       text(checkpoint.interval, "5min, 90s, 2h, 50it (iterations) or never", is_interval,
            {"checkpoint-interval", "TIME",
             "time or iterations (50it) between two checkpoints; a time is stretched where they "
             "would take more than 2 % of it"}),
       text(checkpoint.resume, "no, auto or a file name",
            {"resume", "FILE",
             "checkpoint to go on from; auto: that of --checkpoint, or from the start if there "
             "is none yet"})});
}

std::vector<std::string> checkpoint_conflicts(const FactorizeOptions& options) {
  std::vector<std::string> found;
  const std::string path = options.checkpoint_path();
  if (path.empty()) {
    if (options.checkpoint.resume == "auto") {
      found.emplace_back("--resume auto needs the file that --checkpoint names: leave out one");
    }
    return found;
  }
  const auto& solver = options.solver;
  const std::pair<std::string_view, const std::string*> others[] = {
      {"--output", &options.output},
      {"the input", &options.input.path},
      {"--report", &options.run.report},
      {"the file of --init", &solver.init_path},
      {"--fix-h", &solver.fix_h},
      {"--graph", &solver.graph},
      {"--mask", &options.observation.mask},
      {"--weights", &options.observation.weights}};
  for (const auto& [name, other] : others) {
    if (same_file(path, *other)) {
      found.push_back(fmt::format(
          "the checkpoint '{}', which goes when the run is complete, is {}: give --checkpoint "
          "another name",
          path, name));
    }
  }
  return found;
}

}  // namespace tessera::config
