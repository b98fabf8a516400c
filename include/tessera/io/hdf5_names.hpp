#pragma once

#include "tessera/io/hdf5.hpp"
#include "tessera/io/matrix_source.hpp"

/// Names of rows and columns that HDF5 files hold beside their matrix.
namespace tessera::io {

/// Where a file may keep them.
enum class NameLayout { anndata, tenx };

/// The names in a file for its matrix `about`. AnnData: of the tables /obs and /var, for matrices
/// below /raw of /raw/var. 10x Genomics: the barcodes, and the names of the features, else their
/// identifiers. A file without these has no names. Names that cannot be read, or are not as many as
/// rows or columns, are left out with a warning. Only process 0 reads.
/// Collective; @throws mpi::AgreedError when the file cannot be opened.
[[nodiscard]] MatrixNames read_hdf5_names(NameLayout layout, const MatrixDescription& about,
                                          const mpi::Communicator& comm);

/// Refuses names that lie in other files or need a filter plugin when a matrix is opened, since
/// they are read only when everything has been computed. @throws hdf5::ExternalError
void require_own_names(NameLayout layout, hid_t file, const MatrixDescription& about);

}  // namespace tessera::io
