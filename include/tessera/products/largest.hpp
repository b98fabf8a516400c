#pragma once

#include <vector>

#include "tessera/core/types.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::products {

/// An entry of a factor's column.
struct RankedEntry {
  Index row = 0;  ///< global
  double value = 0;

  friend bool operator==(const RankedEntry&, const RankedEntry&) = default;
};

/// For each of the k columns of a factor its largest entries above 0, at most `most`: by falling
/// value, equal ones by rising row. The same on every process and for every cut. Two all-gathers.
/// @pre the pieces of all processes cover the factor once; most >= 0
template <class Real>
[[nodiscard]] std::vector<std::vector<RankedEntry>> largest_of_columns(
    const Factor<Real>& factor, Index most, const mpi::Communicator& comm);

}  // namespace tessera::products
