#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "tessera/core/types.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::mpi {

/// A number of each process, in rank order. Collective.
[[nodiscard]] inline std::vector<Index> gather(Index own, const Communicator& comm) {
  const auto size = static_cast<std::size_t>(comm.size());
  std::vector<Index> all(size);
  comm.all_gather(std::span<const Index>(&own, 1), std::vector<Index>(size, 1), std::span(all));
  return all;
}

}  // namespace tessera::mpi
