#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "tessera/config/options.hpp"

namespace tessera {

/// Files of other programs that a result can be written as.
enum class ExportFormat { npy, csv, h5ad };

template <>
struct EnumNames<ExportFormat> {
  static constexpr std::array<std::pair<ExportFormat, std::string_view>, 3> values = {
      {{ExportFormat::npy, "npy"}, {ExportFormat::csv, "csv"}, {ExportFormat::h5ad, "h5ad"}}};
};

/// The factors of a result for other programs.
struct ExportOptions {
  RunOptions run;
  std::string model;
  std::optional<ExportFormat> format;  ///< nothing: what `output` ends with
  std::string output;                  ///< the .h5ad file; of npy and csv what W and H begin with

  /// `format`, or what `output` ends with. @throws UsageError if that is none.
  [[nodiscard]] ExportFormat chosen_format() const;
  /// The files of W and of H in the formats that have two: "x_W.npy" for the output "x" or
  /// "x.npy".
  [[nodiscard]] std::string path_of(std::string_view factor) const;
};

}  // namespace tessera
