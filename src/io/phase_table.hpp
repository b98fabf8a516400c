#pragma once

#include <vector>

#include "tessera/io/factor_file.hpp"
#include "tessera/io/hdf5.hpp"

namespace tessera::io {

/// /phases, one compound entry per kind of work.
void write_phases(hid_t file, const std::vector<PhaseCost>& phases);

/// Nothing where the file has no such table. @throws InputError if it has more entries than any
/// program writes.
[[nodiscard]] std::vector<PhaseCost> read_phases(hid_t file);

}  // namespace tessera::io
