#pragma once

#include <string>
#include <vector>

#include "tessera/config/options.hpp"

/// From the words of a command line to the plain structs of options.hpp and back to text.
///
/// Each option of a command is one row of a table (src/config/tables.cpp). What is read, checked,
/// shown by --help and written as the effective configuration all derives from that row and from
/// the default in the struct. The functions exist for every struct of options.hpp that is a
/// command's, FactorizeOptions and so on.
namespace tessera::config {

/// True if --help or -h is among the words after the command. To be asked before parse().
[[nodiscard]] bool asks_for_help(const std::vector<std::string>& arguments);

/// The options of a command from the words after its name.
///
/// Command line over configuration file (`--config FILE`, INI lines `key = value`) over default.
/// Long options must be written out; each may be given once in each place. The result is valid.
/// @throws UsageError that names every wrong value, or the first unknown option with the nearest
/// known one. @throws IoError if the configuration file cannot be read.
template <class Options>
[[nodiscard]] Options parse(const std::vector<std::string>& arguments);

/// What is wrong with the options, one sentence each that says what to do; empty if nothing is.
template <class Options>
[[nodiscard]] std::vector<std::string> problems(const Options& options);

/// What a loss other than Frobenius's, or one over some entries only, has no meaning or no rule
/// for, as problems() lists it. `observed`: with missing or weighted entries.
[[nodiscard]] std::vector<std::string> loss_conflicts(const SolverOptions& solver,
                                                      const StoppingOptions& stopping,
                                                      bool observed);

/// @throws UsageError with all problems().
template <class Options>
void validate(const Options& options);

/// Usage line, purpose, example and every option with its unit and default, 96 columns wide.
template <class Options>
[[nodiscard]] std::string help();

/// A configuration file that repeats the run: `tessera COMMAND --config FILE`. Every option is
/// in it, except texts that are empty. A text that the file format cannot hold (with # in it,
/// say) stands in a comment.
template <class Options>
[[nodiscard]] std::string effective_configuration(const Options& options);

}  // namespace tessera::config
