#pragma once

#include <string>

#include "tessera/io/hdf5.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::io {

/// How a factor lies in its file: W as in memory, H as k×n, the transpose of its pieces.
struct FactorDataset {
  std::string name;
  bool transposed;
};

inline const FactorDataset kDatasetW = {"/W", false};
inline const FactorDataset kDatasetH = {"/H", true};

/// Writes the pieces of all processes into an existing dataset, in slabs of at most `slab_bytes`
/// per process and call. Collective; @throws mpi::AgreedError.
template <class Real>
void write_factor(hid_t file, const FactorDataset& where, const Factor<Real>& factor,
                  Index slab_bytes, const mpi::Communicator& comm);

/// Fills the pieces of all processes, which say themselves which rows they want; otherwise as
/// write_factor().
template <class Real>
void read_factor(hid_t file, const FactorDataset& where, Factor<Real>& factor, Index slab_bytes,
                 const mpi::Communicator& comm);

}  // namespace tessera::io
