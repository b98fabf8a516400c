#pragma once

#include <string>

#include "tessera/io/factor_file.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::app {

/// W and H of a result, each cut evenly, in the form in which components can be compared: where the
/// result leaves the rows of H as they came out (--normalize none, a checkpoint), each is brought
/// to 2-norm 1, for Kullback-Leibler to sum 1, and W carries the weight. Components keep their
/// places. Collective; @throws mpi::AgreedError.
template <class Real>
[[nodiscard]] FactorPair<Real> read_canonical_factors(const std::string& path,
                                                      const io::ModelInfo& info,
                                                      const mpi::Communicator& world);

}  // namespace tessera::app
