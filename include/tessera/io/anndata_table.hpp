#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tessera/io/hdf5.hpp"
#include "tessera/io/hdf5_attribute.hpp"

/// Parts of AnnData's encoding that Tessera writes beside a matrix.
namespace tessera::io {

/// A label for each row of a table, one of a few texts.
struct Categorical {
  std::string name = {};                     ///< of the table's column
  std::vector<std::string> categories = {};  ///< by rising bytes
  std::vector<std::int32_t> codes = {};      ///< index into these for each row; -1: no label

  [[nodiscard]] bool empty() const { return codes.empty(); }
};

/// A number for each row of a table.
struct NumberColumn {
  std::string name = {};  ///< of the table's column
  std::vector<std::int64_t> values = {};

  [[nodiscard]] bool empty() const { return values.empty(); }
};

/// Lists of texts that say how a matrix came about, which AnnData keeps as uns[topic][name].
struct Notes {
  struct List {
    std::string name;
    std::vector<std::string> texts;
  };
  std::string topic = {};
  std::vector<List> lists = {};
};

}  // namespace tessera::io

namespace tessera::io::hdf5 {

/// Says what an object is, in AnnData's way. @throws IoError
void mark_encoding(hid_t object, const char* type, const char* version);

/// An empty mapping from names to what is put in, such as /uns. @throws IoError
Group create_mapping(hid_t location, const char* path);

/// What a table holds besides its index; each may be empty.
struct TableColumns {
  Categorical labels = {};
  std::vector<std::string> ids = {};  ///< column "id"
  NumberColumn numbers = {};
};

/// Writes a table of `rows` rows, whose index is `names`, or the numbers from 0 where there are
/// none. @throws IoError
/// @pre as many names as rows, or none; labels, ids and numbers likewise
void write_table(hid_t file, const char* path, const std::vector<std::string>& names, Index rows,
                 const TableColumns& columns = {});

/// Writes a single value as a dataset, as AnnData keeps what stands in uns. @throws IoError
void write_value(hid_t location, const char* name, const std::string& text);
template <AttributeNumber T>
void write_value(hid_t location, const char* name, T number);

/// Writes /uns with these notes. @throws IoError
void write_notes(hid_t file, const Notes& notes);

/// Writes a 1-D dataset of variable-length UTF-8 texts; nothing for an empty list. @throws IoError
void write_texts(hid_t file, const char* path, const std::vector<std::string>& texts);

}  // namespace tessera::io::hdf5
