#include <algorithm>

#include <fmt/format.h>

#include "tessera/io/hdf5_attribute.hpp"
#include "tessera/io/hdf5_dataset.hpp"
#include "tessera/io/hdf5_names.hpp"

namespace tessera::io::hdf5 {
namespace {

constexpr const char* kIndexAttribute = "_index";
constexpr const char* kOldIndexField = "index";
/// Texts that are held in HDF5's form at a time.
constexpr Index kTextsAtOnce = 65536;

/// A 1-D dataset of texts, or of compounds with a field of texts.
struct TextColumn {
  Dataset dataset;
  Datatype text;    ///< of one text
  Datatype memory;  ///< of one element in memory: `text`, or a compound of that one field
  Index length = 0;
};

/// The field of a compound type that holds the names.
unsigned name_field(hid_t compound) {
  const int named = H5Tget_member_index(compound, kOldIndexField);
  return named < 0 ? 0 : static_cast<unsigned>(named);
}

/// Sets `text` and `memory`. @throws InputError unless there are texts.
void choose_types(TextColumn& column) {
  Datatype stored(H5Dget_type(column.dataset), "H5Dget_type");
  if (H5Tget_class(stored) == H5T_COMPOUND) {
    const unsigned field = name_field(stored);
    column.text = Datatype(H5Tget_member_type(stored, field), "H5Tget_member_type");
    column.memory = Datatype(H5Tcreate(H5T_COMPOUND, H5Tget_size(column.text)), "H5Tcreate");
    char* const name = H5Tget_member_name(stored, field);
    const herr_t inserted = H5Tinsert(column.memory, name, 0, column.text);
    H5free_memory(name);
    check(inserted, "H5Tinsert");
  } else {
    column.text = std::move(stored);
    column.memory = Datatype(H5Tcopy(column.text), "H5Tcopy");
  }
  if (H5Tget_class(column.text) != H5T_STRING) {
    throw InputError("it does not hold text");
  }
}

TextColumn open_texts(hid_t location, const std::string& path) {
  const std::optional<Object> object = find_object(location, path);
  if (!object || H5Iget_type(*object) != H5I_DATASET) {
    throw InputError("it is not a dataset");
  }
  // Refuses what lies in other files or cannot be decompressed.
  static_cast<void>(describe_storage(*object));
  TextColumn column;
  column.dataset = Dataset(H5Dopen2(location, path.c_str(), H5P_DEFAULT), "H5Dopen2");
  const Dataspace space(H5Dget_space(column.dataset), "H5Dget_space");
  if (H5Sget_simple_extent_ndims(space) != 1) {
    throw InputError("it does not have one dimension");
  }
  column.length = check(H5Sget_simple_extent_npoints(space), "H5Sget_simple_extent_npoints");
  choose_types(column);
  return column;
}

/// A text that fills its place in the file, without what pads it.
std::string unpadded(const char* begin, std::size_t size, H5T_str_t padding) {
  std::string text(begin, std::find(begin, begin + size, '\0'));
  if (padding == H5T_STR_SPACEPAD) {
    text.erase(text.find_last_not_of(' ') + 1);
  }
  return text;
}

void append_fixed(const TextColumn& column, Range range, hid_t file, hid_t memory,
                  std::vector<std::string>& texts) {
  const std::size_t size = H5Tget_size(column.text);
  const H5T_str_t padding = H5Tget_strpad(column.text);
  std::vector<char> bytes(static_cast<std::size_t>(range.size()) * size);
  check(H5Dread(column.dataset, column.memory, memory, file, H5P_DEFAULT, bytes.data()), "H5Dread");
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    texts.push_back(unpadded(bytes.data() + at, size, padding));
  }
}

void append_variable(const TextColumn& column, Range range, hid_t file, hid_t memory,
                     std::vector<std::string>& texts) {
  std::vector<char*> pointers(static_cast<std::size_t>(range.size()), nullptr);
  const herr_t read =
      H5Dread(column.dataset, column.memory, memory, file, H5P_DEFAULT, pointers.data());
  const std::string reason = read < 0 ? innermost_error() : "";
  for (char* const text : pointers) {
    texts.emplace_back(text == nullptr ? "" : text);
    H5free_memory(text);
  }
  if (read < 0) {
    throw IoError("H5Dread failed: " + reason);
  }
}

}  // namespace

std::vector<std::string> read_texts(hid_t location, const std::string& path) {
  const TextColumn column = open_texts(location, path);
  const bool variable = check(H5Tis_variable_str(column.text), "H5Tis_variable_str") > 0;
  std::vector<std::string> texts;
  for (Index begin = 0; begin < column.length; begin += kTextsAtOnce) {
    const Range range{begin, std::min(begin + kTextsAtOnce, column.length)};
    const Dataspace file(H5Dget_space(column.dataset), "H5Dget_space");
    const auto start = static_cast<hsize_t>(range.begin);
    const auto count = static_cast<hsize_t>(range.size());
    check(H5Sselect_hyperslab(file, H5S_SELECT_SET, &start, nullptr, &count, nullptr),
          "H5Sselect_hyperslab");
    const Dataspace memory(H5Screate_simple(1, &count, nullptr), "H5Screate_simple");
    (variable ? append_variable : append_fixed)(column, range, file, memory, texts);
  }
  return texts;
}

std::vector<std::string> read_table_index(hid_t file, const std::string& table) {
  const std::optional<Object> object = find_object(file, table);
  if (!object) {
    return {};
  }
  if (H5Iget_type(*object) != H5I_GROUP) {
    return read_texts(file, table);
  }
  return read_texts(*object, read_text_attribute(*object, kIndexAttribute));
}

}  // namespace tessera::io::hdf5
