#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tessera/io/hdf5.hpp"

/// Parts of AnnData's encoding that Tessera writes beside a matrix.
namespace tessera::io {

/// A label for each row of a table, one of a few texts.
struct Categorical {
  std::string name = {};                     ///< of the table's column
  std::vector<std::string> categories = {};  ///< by rising bytes
  std::vector<std::int32_t> codes = {};      ///< index into these for each row; -1: no label

  [[nodiscard]] bool empty() const { return codes.empty(); }
};

}  // namespace tessera::io

namespace tessera::io::hdf5 {

/// Says what an object is, in AnnData's way. @throws IoError
void mark_encoding(hid_t object, const char* type, const char* version);

/// Writes a table of `rows` rows, whose index is `names`, or the numbers from 0 where there are
/// none, and whose only column, if any, are the labels. @throws IoError
/// @pre as many names as rows, or none; labels likewise
void write_table(hid_t file, const char* path, const std::vector<std::string>& names, Index rows,
                 const Categorical& labels = {});

/// Writes a 1-D dataset of variable-length UTF-8 texts; nothing for an empty list. @throws IoError
void write_texts(hid_t file, const char* path, const std::vector<std::string>& texts);

}  // namespace tessera::io::hdf5
