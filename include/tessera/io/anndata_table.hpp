#pragma once

#include <string>
#include <vector>

#include "tessera/io/hdf5.hpp"

/// Parts of AnnData's encoding that Tessera writes beside a matrix.
namespace tessera::io::hdf5 {

/// Says what an object is, in AnnData's way. @throws IoError
void mark_encoding(hid_t object, const char* type, const char* version);

/// Writes a table of `rows` rows, whose index is `names`, or the numbers from 0 where there are
/// none. It has no columns, or the categorical column "label", in which "" is a missing value.
/// @throws IoError
/// @pre as many names as rows, or none; as many labels as rows, or none
void write_table(hid_t file, const char* path, const std::vector<std::string>& names, Index rows,
                 const std::vector<std::string>& labels = {});

/// Writes a 1-D dataset of variable-length UTF-8 texts; nothing for an empty list. @throws IoError
void write_texts(hid_t file, const char* path, const std::vector<std::string>& texts);

}  // namespace tessera::io::hdf5
