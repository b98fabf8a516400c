#include "tessera/io/anndata_table.hpp"

#include <algorithm>
#include <cstdint>

#include "tessera/io/hdf5_attribute.hpp"
#include "tessera/io/hdf5_sparse_group.hpp"

namespace tessera::io::hdf5 {
namespace {

constexpr const char* kIndex = "_index";
constexpr const char* kLabel = "label";
/// Names that are handed to HDF5 at a time.
constexpr Index kNamesAtOnce = 65536;

Datatype text_type() {
  Datatype type(H5Tcopy(H5T_C_S1), "H5Tcopy");
  check(H5Tset_size(type, H5T_VARIABLE), "H5Tset_size");
  check(H5Tset_cset(type, H5T_CSET_UTF8), "H5Tset_cset");
  return type;
}

/// An attribute with a list of texts.
void write_list(hid_t object, const char* name, const std::vector<const char*>& texts) {
  const hsize_t count = texts.size();
  const Dataspace space(H5Screate_simple(1, &count, nullptr), "H5Screate_simple");
  const Attribute attribute(H5Acreate2(object, name, text_type(), space, H5P_DEFAULT, H5P_DEFAULT),
                            "H5Acreate2");
  if (!texts.empty()) {
    check(H5Awrite(attribute, text_type(), texts.data()), "H5Awrite");
  }
}

void write_names(hid_t dataset, const std::vector<std::string>& names, Range range) {
  std::vector<std::string> numbers;
  std::vector<const char*> texts;
  numbers.reserve(static_cast<std::size_t>(range.size()));  // `texts` points into it
  for (Index i = range.begin; i < range.end; ++i) {
    texts.push_back(names.empty() ? numbers.emplace_back(std::to_string(i)).c_str()
                                  : names[static_cast<std::size_t>(i)].c_str());
  }
  const auto start = static_cast<hsize_t>(range.begin);
  const auto count = static_cast<hsize_t>(range.size());
  const Dataspace file(H5Dget_space(dataset), "H5Dget_space");
  check(H5Sselect_hyperslab(file, H5S_SELECT_SET, &start, nullptr, &count, nullptr),
        "H5Sselect_hyperslab");
  const Dataspace memory(H5Screate_simple(1, &count, nullptr), "H5Screate_simple");
  check(H5Dwrite(dataset, text_type(), memory, file, H5P_DEFAULT, texts.data()), "H5Dwrite");
}

/// A 1-D dataset of texts: the names, or the numbers from 0 where there are none.
Dataset write_name_dataset(hid_t location, const char* name, const std::vector<std::string>& names,
                           Index rows) {
  const auto length = static_cast<hsize_t>(rows);
  const Dataspace space(H5Screate_simple(1, &length, nullptr), "H5Screate_simple");
  Dataset dataset(
      H5Dcreate2(location, name, text_type(), space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
      "H5Dcreate2");
  for (Index begin = 0; begin < rows; begin += kNamesAtOnce) {
    write_names(dataset, names, {begin, std::min(begin + kNamesAtOnce, rows)});
  }
  return dataset;
}

/// An attribute that is false, as h5py stores it.
void write_no(hid_t object, const char* name) {
  const Datatype type(H5Tenum_create(H5T_STD_I8LE), "H5Tenum_create");
  std::int8_t value = 0;
  for (const char* member : {"FALSE", "TRUE"}) {
    check(H5Tenum_insert(type, member, &value), "H5Tenum_insert");
    ++value;
  }
  const Dataspace space(H5Screate(H5S_SCALAR), "H5Screate");
  const Attribute attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT),
                            "H5Acreate2");
  value = 0;
  check(H5Awrite(attribute, type, &value), "H5Awrite");
}

/// Each text's place among `categories`, which are sorted; -1, AnnData's "missing", for "".
std::vector<std::int32_t> codes_of(const std::vector<std::string>& labels,
                                   const std::vector<std::string>& categories) {
  std::vector<std::int32_t> codes;
  codes.reserve(labels.size());
  for (const std::string& label : labels) {
    const auto place = std::ranges::lower_bound(categories, label) - categories.begin();
    codes.push_back(label.empty() ? -1 : static_cast<std::int32_t>(place));
  }
  return codes;
}

void write_codes(hid_t group, const std::vector<std::int32_t>& codes) {
  const hsize_t count = codes.size();
  const Dataspace space(H5Screate_simple(1, &count, nullptr), "H5Screate_simple");
  const Dataset dataset(
      H5Dcreate2(group, "codes", H5T_STD_I32LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
      "H5Dcreate2");
  check(H5Dwrite(dataset, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, codes.data()),
        "H5Dwrite");
  mark_encoding(dataset, "array", "0.2.0");
}

/// A categorical column of a table.
void write_categorical(hid_t table, const char* name, const std::vector<std::string>& labels) {
  std::vector<std::string> categories = labels;
  std::erase(categories, "");
  std::ranges::sort(categories);
  const auto repeated = std::ranges::unique(categories);
  categories.erase(repeated.begin(), repeated.end());

  const Group group(H5Gcreate2(table, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), "H5Gcreate2");
  mark_encoding(group, "categorical", "0.2.0");
  write_no(group, "ordered");
  mark_encoding(write_name_dataset(group, "categories", categories, std::ssize(categories)),
                "string-array", "0.2.0");
  write_codes(group, codes_of(labels, categories));
}

}  // namespace

void mark_encoding(hid_t object, const char* type, const char* version) {
  write_attribute(object, kEncodingType, std::string(type));
  write_attribute(object, kEncodingVersion, std::string(version));
}

void write_table(hid_t file, const char* path, const std::vector<std::string>& names, Index rows,
                 const std::vector<std::string>& labels) {
  const Group table(H5Gcreate2(file, path, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), "H5Gcreate2");
  mark_encoding(table, "dataframe", "0.2.0");
  write_attribute(table, kIndex, std::string(kIndex));
  write_list(table, "column-order",
             labels.empty() ? std::vector<const char*>{} : std::vector<const char*>{kLabel});

  mark_encoding(write_name_dataset(table, kIndex, names, rows), "string-array", "0.2.0");
  if (!labels.empty()) {
    write_categorical(table, kLabel, labels);
  }
}

void write_texts(hid_t file, const char* path, const std::vector<std::string>& texts) {
  if (!texts.empty()) {
    write_name_dataset(file, path, texts, std::ssize(texts));
  }
}

}  // namespace tessera::io::hdf5
