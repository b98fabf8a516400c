#pragma once

#include <string>
#include <vector>

#include "tessera/config/options.hpp"

#include "option.hpp"

namespace tessera::config {

/// What help says of a command besides its options.
struct CommandText {
  std::string usage;    ///< after the program's name
  std::string purpose;  ///< one sentence
  std::string example;
};

/// What every command takes besides its own options, on the command line only.
struct CommandLineOptions {
  std::string config;
  bool help = false;
};

/// The options of a command, in the order of help, bound to the fields of `options`, which must
/// outlive the table.
[[nodiscard]] OptionTable table(FactorizeOptions& options);
[[nodiscard]] OptionTable table(ReconstructOptions& options);
[[nodiscard]] OptionTable table(ImportOptions& options);
[[nodiscard]] OptionTable table(SpectrumOptions& options);
[[nodiscard]] OptionTable table(InspectOptions& options);
[[nodiscard]] OptionTable table(ComponentsOptions& options);
[[nodiscard]] OptionTable table(GenerateOptions& options);
[[nodiscard]] OptionTable table(CommandLineOptions& options);

[[nodiscard]] CommandText describe(const FactorizeOptions& options);
[[nodiscard]] CommandText describe(const ReconstructOptions& options);
[[nodiscard]] CommandText describe(const ImportOptions& options);
[[nodiscard]] CommandText describe(const SpectrumOptions& options);
[[nodiscard]] CommandText describe(const InspectOptions& options);
[[nodiscard]] CommandText describe(const ComponentsOptions& options);
[[nodiscard]] CommandText describe(const GenerateOptions& options);

/// What is wrong between options, each of them being right by itself.
[[nodiscard]] std::vector<std::string> conflicts(const FactorizeOptions& options);
[[nodiscard]] std::vector<std::string> conflicts(const ReconstructOptions& options);
[[nodiscard]] std::vector<std::string> conflicts(const ImportOptions& options);
[[nodiscard]] std::vector<std::string> conflicts(const SpectrumOptions& options);
[[nodiscard]] std::vector<std::string> conflicts(const InspectOptions& options);
[[nodiscard]] std::vector<std::string> conflicts(const ComponentsOptions& options);
[[nodiscard]] std::vector<std::string> conflicts(const GenerateOptions& options);

}  // namespace tessera::config
