#pragma once

#include <string>
#include <vector>

#include "tessera/config/compress_options.hpp"
#include "tessera/config/export_options.hpp"
#include "tessera/config/options.hpp"
#include "tessera/config/recommend_options.hpp"
#include "tessera/config/report_options.hpp"
#include "tessera/config/topics_options.hpp"
#include "tessera/config/vectorize_options.hpp"

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

/// Calls `apply` with the options struct of every command: the one list of them.
#define TESSERA_FOR_EACH_COMMAND(apply)                                                        \
  apply(FactorizeOptions) apply(TransformOptions) apply(EvaluateOptions) apply(CompareOptions) \
      apply(SpectrumOptions) apply(ReconstructOptions) apply(ComponentsOptions)                \
          apply(InspectOptions) apply(ImportOptions) apply(GenerateOptions)                    \
              apply(VectorizeOptions) apply(RecommendOptions) apply(CompressOptions)           \
                  apply(TopicsOptions) apply(ExportOptions) apply(ReportOptions)

/// The options of a command, in the order of help, bound to the fields of `options`, which must
/// outlive the table; what help says of it; and what is wrong between options, each of them being
/// right by itself.
#define TESSERA_DECLARE(Options)                              \
  [[nodiscard]] OptionTable table(Options& options);          \
  [[nodiscard]] CommandText describe(const Options& options); \
  [[nodiscard]] std::vector<std::string> conflicts(const Options& options);
TESSERA_FOR_EACH_COMMAND(TESSERA_DECLARE)
#undef TESSERA_DECLARE

[[nodiscard]] OptionTable table(CommandLineOptions& options);

}  // namespace tessera::config
