#pragma once

#include <string>

#include "tessera/io/factor_file.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::io {

/// Writes a result as an .h5ad file that anndata.read_h5ad opens: W as obsm["X_nmf"] (m×k), Hᵀ as
/// varm["nmf_components"] (n×k), the names as the indices of obs and var (numbers where there are
/// none), and every scalar of `info` as uns["nmf"][...]. There is no X. Process 0 writes, and reads
/// W of `model` in bounded pieces; otherwise as write_sparse_file(). Collective.
/// @param h all of Hᵀ on process 0  @param names likewise  @pre Real is the stored precision
/// @throws mpi::AgreedError (code io) when the file cannot be created or renamed, (code input) when
/// W is damaged, for which it is read once before.
template <class Real>
void write_result_anndata(const std::string& path, const std::string& model, const ModelInfo& info,
                          const MatrixNames& names, const Factor<Real>& h,
                          const mpi::Communicator& comm);

}  // namespace tessera::io
