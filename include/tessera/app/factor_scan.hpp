#pragma once

#include <string>
#include <vector>

#include "tessera/io/factor_file.hpp"
#include "tessera/mpi/communicator.hpp"
#include "tessera/report/factor_digest.hpp"

/// Looking at the factors of a result without holding them.
namespace tessera::app {

/// Calls `visit` with this process's part of an even cut of W (of H) as io::scan_factor() does, in
/// pieces of some megabytes. Collective; @throws mpi::AgreedError (code input) if the file is
/// damaged, or the factor has entries that are negative or not finite.
void scan_even_part(Side side, const std::string& path, const io::ModelInfo& info,
                    const io::FactorVisitor& visit, const mpi::Communicator& world);

/// What each row of H has to be divided by, and the column of W multiplied by, so that components
/// can be compared: where a result leaves the rows of H as they came out (--normalize none, a
/// checkpoint), their 2-norm, for Kullback-Leibler their sum; else 1.
/// @param h sums over all of H
[[nodiscard]] std::vector<double> canonical_scale(const io::ModelInfo& info,
                                                  const std::vector<report::ComponentSums>& h);

}  // namespace tessera::app
