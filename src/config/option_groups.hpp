#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "tessera/config/options.hpp"

#include "option.hpp"

/// Options and groups of options that several commands have, and what is wrong between them as
/// problems() lists it.
namespace tessera::config {

/// "10:20" and the like.
[[nodiscard]] bool is_range(std::string_view given);

[[nodiscard]] OptionTable join(std::vector<OptionTable> tables);
[[nodiscard]] std::vector<std::string> join(std::initializer_list<std::vector<std::string>> lists);

/// How messages call the options that have another value than in the same table of defaults.
[[nodiscard]] std::vector<std::string> changed_options(const OptionTable& values,
                                                       const OptionTable& defaults);

[[nodiscard]] Option file(std::string& field, const std::string& name,
                          const std::string& description);
[[nodiscard]] Option allow_external_option(RunOptions& run);
[[nodiscard]] Option model_option(std::string& model);
[[nodiscard]] Option seed_option(SolverOptions& solver);
[[nodiscard]] Option precision_option(RunOptions& run);
[[nodiscard]] Option grid_option(RunOptions& run);
[[nodiscard]] Option threads_option(RunOptions& run);
[[nodiscard]] Option memory_option(RunOptions& run);
[[nodiscard]] Option output_option(std::string& output, const std::string& description,
                                   const std::string& example);

/// INPUT, and what of it is read how.
[[nodiscard]] OptionTable input_options(InputOptions& input, RunOptions& run);
/// The same for a command that can do without INPUT, which help then describes as said.
[[nodiscard]] OptionTable optional_input_options(InputOptions& input, RunOptions& run,
                                                 const std::string& description);
/// The options of this group that a command has, then those that all have.
[[nodiscard]] OptionTable run_options(RunOptions& run, OptionTable options);

/// If something is said about INPUT, which optional_input_options() lets a user leave out.
[[nodiscard]] std::vector<std::string> missing_input_conflicts(const InputOptions& input);
[[nodiscard]] std::vector<std::string> run_conflicts(const RunOptions& run);
/// If the output would replace `input`, which the message calls `what`.
[[nodiscard]] std::vector<std::string> output_conflicts(const std::string& output,
                                                        const std::string& input,
                                                        const std::string& what);

}  // namespace tessera::config
