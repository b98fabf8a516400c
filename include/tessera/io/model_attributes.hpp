#pragma once

#include <vector>

#include "tessera/io/factor_file.hpp"
#include "tessera/io/hdf5.hpp"

/// The parts of a result file besides the factors, on one process.
namespace tessera::io {

/// Writes the mark of a result file and every scalar of `info` as attributes of `file`.
void write_model_attributes(hid_t file, const ModelInfo& info);

/// @throws InputError unless the file has the mark and a version this program knows.
void require_model_mark(hid_t file);

/// @throws InputError as require_model_mark(), and for missing or malformed attributes.
[[nodiscard]] ModelInfo read_model_attributes(hid_t file);

inline constexpr const char* kHistory = "/history";

/// A dataset such as /history, one compound entry per iteration.
void write_history(hid_t file, const char* name, const std::vector<IterationRecord>& history);
[[nodiscard]] std::vector<IterationRecord> read_history(hid_t file, const char* name);

}  // namespace tessera::io
