#pragma once

#include <string>
#include <vector>

#include "tessera/io/hdf5.hpp"
#include "tessera/io/matrix_source.hpp"

/// Names of rows and columns that HDF5 files hold beside their matrix.
namespace tessera::io {

namespace hdf5 {

/// The texts of a 1-D dataset: fixed or variable length, or one such field of a compound.
/// @throws InputError if it is no such dataset of this file.
[[nodiscard]] std::vector<std::string> read_texts(hid_t location, const std::string& path);

/// The index of an AnnData table such as /obs: the dataset that its attribute `_index` names, or,
/// as written before version 0.7, the field `index` of a compound dataset, else its first field.
/// Empty if there is no such table. @throws InputError if there is one without a readable index.
[[nodiscard]] std::vector<std::string> read_table_index(hid_t file, const std::string& table);

}  // namespace hdf5

/// The names in an AnnData file for its matrix `about`: of the tables /obs and /var, for matrices
/// below /raw of /raw/var. A file without these tables has no names. Names that cannot be read, or
/// are not as many as rows or columns, are left out with a warning. Only process 0 reads.
/// Collective; @throws mpi::AgreedError when the file cannot be opened.
[[nodiscard]] MatrixNames read_anndata_names(const MatrixDescription& about,
                                             const mpi::Communicator& comm);

/// The barcodes and the names of the features, else their identifiers, in a 10x Genomics file;
/// otherwise as read_anndata_names().
[[nodiscard]] MatrixNames read_tenx_names(const MatrixDescription& about,
                                          const mpi::Communicator& comm);

}  // namespace tessera::io
