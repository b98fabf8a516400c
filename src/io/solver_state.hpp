#pragma once

#include <string>

#include "tessera/io/factor_file.hpp"
#include "tessera/io/factor_transfer.hpp"
#include "tessera/io/hdf5.hpp"

/// The group of a result file from which a run goes on.
namespace tessera::io {

/// Where the rows of a solver's state lie: never transposed.
[[nodiscard]] FactorDataset dataset_of(Side side, const std::string& name);

/// Writes it but for the rows, which all processes write. On process 0.
template <class Real>
void create_solver_group(hid_t file, const ModelContents<Real>& contents, const ModelInfo& info);

}  // namespace tessera::io
