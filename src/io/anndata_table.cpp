#include "tessera/io/anndata_table.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "tessera/io/hdf5_attribute.hpp"
#include "tessera/io/hdf5_sparse_group.hpp"

namespace tessera::io::hdf5 {
namespace {

constexpr const char* kIndex = "_index";
constexpr const char* kId = "id";
/// Names that are handed to HDF5 at a time.
constexpr Index kNamesAtOnce = 65536;

Datatype text_type() {
  Datatype type(H5Tcopy(H5T_C_S1), "H5Tcopy");
  check(H5Tset_size(type, H5T_VARIABLE), "H5Tset_size");
  check(H5Tset_cset(type, H5T_CSET_UTF8), "H5Tset_cset");
  return type;
}

/// An attribute with a list of texts.
void write_list(hid_t object, const char* name, const std::vector<std::string>& texts) {
  const hsize_t length = texts.size();
  const Dataspace space(H5Screate_simple(1, &length, nullptr), "H5Screate_simple");
  const Attribute attribute(H5Acreate2(object, name, text_type(), space, H5P_DEFAULT, H5P_DEFAULT),
                            "H5Acreate2");
  std::vector<const char*> pointers(texts.size());
  std::ranges::transform(texts, pointers.begin(), &std::string::c_str);
  if (!texts.empty()) {
    check(H5Awrite(attribute, text_type(), pointers.data()), "H5Awrite");
  }
}

/// An attribute that h5py reads as a NumPy boolean.
void write_boolean(hid_t object, const char* name, bool value) {
  const Datatype type(H5Tenum_create(H5T_NATIVE_INT8), "H5Tenum_create");
  for (const auto& [text, number] : {std::pair{"FALSE", 0}, {"TRUE", 1}}) {
    const auto narrow = static_cast<std::int8_t>(number);
    check(H5Tenum_insert(type, text, &narrow), "H5Tenum_insert");
  }
  const Dataspace space(H5Screate(H5S_SCALAR), "H5Screate");
  const Attribute attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT),
                            "H5Acreate2");
  const auto stored = static_cast<std::int8_t>(value);
  check(H5Awrite(attribute, type, &stored), "H5Awrite");
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

/// The narrowest type that AnnData takes for so many categories.
hid_t code_type(std::size_t categories) {
  if (categories <= std::numeric_limits<std::int8_t>::max()) {
    return H5T_STD_I8LE;
  }
  return categories <= std::numeric_limits<std::int16_t>::max() ? H5T_STD_I16LE : H5T_STD_I32LE;
}

void write_categorical(hid_t table, const Categorical& labels) {
  const Group group(H5Gcreate2(table, labels.name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                    "H5Gcreate2");
  mark_encoding(group, "categorical", "0.2.0");
  write_boolean(group, "ordered", false);
  mark_encoding(
      write_name_dataset(group, "categories", labels.categories, std::ssize(labels.categories)),
      "string-array", "0.2.0");
  const hsize_t length = labels.codes.size();
  const Dataspace space(H5Screate_simple(1, &length, nullptr), "H5Screate_simple");
  const Dataset codes(H5Dcreate2(group, "codes", code_type(labels.categories.size()), space,
                                 H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                      "H5Dcreate2");
  check(H5Dwrite(codes, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, labels.codes.data()),
        "H5Dwrite");
  mark_encoding(codes, "array", "0.2.0");
}

void write_numbers(hid_t table, const NumberColumn& numbers) {
  const hsize_t length = numbers.values.size();
  const Dataspace space(H5Screate_simple(1, &length, nullptr), "H5Screate_simple");
  const Dataset dataset(H5Dcreate2(table, numbers.name.c_str(), H5T_STD_I64LE, space, H5P_DEFAULT,
                                   H5P_DEFAULT, H5P_DEFAULT),
                        "H5Dcreate2");
  check(H5Dwrite(dataset, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.values.data()),
        "H5Dwrite");
  mark_encoding(dataset, "array", "0.2.0");
}

Dataset create_scalar_dataset(hid_t location, const char* name, hid_t type) {
  const Dataspace scalar(H5Screate(H5S_SCALAR), "H5Screate");
  return {H5Dcreate2(location, name, type, scalar, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
          "H5Dcreate2"};
}

}  // namespace

void mark_encoding(hid_t object, const char* type, const char* version) {
  write_attribute(object, kEncodingType, std::string(type));
  write_attribute(object, kEncodingVersion, std::string(version));
}

Group create_mapping(hid_t location, const char* path) {
  Group group(H5Gcreate2(location, path, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), "H5Gcreate2");
  mark_encoding(group, "dict", "0.1.0");
  return group;
}

void write_table(hid_t file, const char* path, const std::vector<std::string>& names, Index rows,
                 const TableColumns& columns) {
  const Group table(H5Gcreate2(file, path, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), "H5Gcreate2");
  mark_encoding(table, "dataframe", "0.2.0");
  write_attribute(table, kIndex, std::string(kIndex));
  mark_encoding(write_name_dataset(table, kIndex, names, rows), "string-array", "0.2.0");
  std::vector<std::string> order;
  if (!columns.labels.empty()) {
    write_categorical(table, columns.labels);
    order.push_back(columns.labels.name);
  }
  if (!columns.ids.empty()) {
    mark_encoding(write_name_dataset(table, kId, columns.ids, rows), "string-array", "0.2.0");
    order.emplace_back(kId);
  }
  if (!columns.numbers.empty()) {
    write_numbers(table, columns.numbers);
    order.push_back(columns.numbers.name);
  }
  write_list(table, "column-order", order);
}

void write_value(hid_t location, const char* name, const std::string& text) {
  const Dataset dataset = create_scalar_dataset(location, name, text_type());
  const char* value = text.c_str();
  check(H5Dwrite(dataset, text_type(), H5S_ALL, H5S_ALL, H5P_DEFAULT, &value), "H5Dwrite");
  mark_encoding(dataset, "string", "0.2.0");
}

template <AttributeNumber T>
void write_value(hid_t location, const char* name, T number) {
  const auto [stored, native] = number_types<T>();
  const Dataset dataset = create_scalar_dataset(location, name, stored);
  check(H5Dwrite(dataset, native, H5S_ALL, H5S_ALL, H5P_DEFAULT, &number), "H5Dwrite");
  mark_encoding(dataset, "numeric-scalar", "0.2.0");
}

template void write_value(hid_t, const char*, std::int64_t);
template void write_value(hid_t, const char*, std::uint64_t);
template void write_value(hid_t, const char*, double);

void write_notes(hid_t file, const Notes& notes) {
  const Group all = create_mapping(file, "/uns");
  const Group topic = create_mapping(all, notes.topic.c_str());
  for (const auto& [name, texts] : notes.lists) {
    mark_encoding(write_name_dataset(topic, name.c_str(), texts, std::ssize(texts)), "string-array",
                  "0.2.0");
  }
}

void write_texts(hid_t file, const char* path, const std::vector<std::string>& texts) {
  if (!texts.empty()) {
    write_name_dataset(file, path, texts, std::ssize(texts));
  }
}

}  // namespace tessera::io::hdf5
