#include "tessera/io/hdf5_array.hpp"

#include <fmt/format.h>

#include "tessera/io/hdf5_dataset.hpp"
#include "tessera/io/hdf5_open.hpp"

namespace tessera::io::hdf5 {
namespace {

template <class T>
hid_t memory_type() {
  if constexpr (std::same_as<T, Index>) {
    return H5T_NATIVE_INT64;
  } else {
    return native_type<T>();
  }
}

/// @throws InputError unless the dataset has one dimension.
Index read_length(hid_t dataset) {
  const Dataspace space(H5Dget_space(dataset), "H5Dget_space");
  const int dimensions = check(H5Sget_simple_extent_ndims(space), "H5Sget_simple_extent_ndims");
  if (dimensions != 1) {
    throw InputError(fmt::format("it has {} dimensions instead of 1", dimensions));
  }
  return check(H5Sget_simple_extent_npoints(space), "H5Sget_simple_extent_npoints");
}

Array describe(hid_t dataset) {
  Array array;
  const Datatype type(H5Dget_type(dataset), "H5Dget_type");
  array.value_type = number_type_name(type);
  array.integer = H5Tget_class(type) == H5T_INTEGER;
  array.exceeds_float32 = !array.integer && H5Tget_size(type) > sizeof(float);
  array.length = read_length(dataset);
  const Storage storage = describe_storage(dataset);
  array.storage = storage.text;
  if (!storage.chunk.empty()) {
    array.chunk = static_cast<Index>(storage.chunk.front());
  }
  if (array.length > 0 && H5Dget_storage_size(dataset) == 0 && !lies_elsewhere(dataset)) {
    throw InputError("it was created but no value was ever written to it");
  }
  return array;
}

}  // namespace

Array describe_array(hid_t group, const std::string& name) {
  const std::optional<Object> object = find_object(group, name);
  if (!object) {
    throw InputError(
        fmt::format("it has no dataset '{}', so it is incomplete. Write the file again", name));
  }
  if (H5Iget_type(*object) != H5I_DATASET) {
    throw InputError(fmt::format("its member '{}' is not a dataset", name));
  }
  try {
    return describe(*object);
  } catch (const InputError& error) {
    throw InputError(fmt::format("dataset '{}': {}", name, error.what()));
  }
}

Dataset open_array(hid_t group, const std::string& name) {
  const Dataset plain = open_dataset(group, name);
  const Datatype type(H5Dget_type(plain), "H5Dget_type");
  const Storage storage = describe_storage(plain);
  PropertyList access = make_property_list(H5P_DATASET_ACCESS);
  if (!storage.chunk.empty()) {
    constexpr std::size_t kOneChunk = 1;
    constexpr double kDropReadChunksFirst = 1.0;
    check(H5Pset_chunk_cache(access, kOneChunk, storage.chunk.front() * H5Tget_size(type),
                             kDropReadChunksFirst),
          "H5Pset_chunk_cache");
  }
  return open_dataset(group, name, std::move(access));
}

template <class T>
void read_array(hid_t array, Range range, std::span<T> target) {
  if (range.empty()) {
    return;
  }
  const Dataspace file(H5Dget_space(array), "H5Dget_space");
  const auto start = static_cast<hsize_t>(range.begin);
  const auto count = static_cast<hsize_t>(range.size());
  check(H5Sselect_hyperslab(file, H5S_SELECT_SET, &start, nullptr, &count, nullptr),
        "H5Sselect_hyperslab");
  const Dataspace memory(H5Screate_simple(1, &count, nullptr), "H5Screate_simple");
  check(H5Dread(array, memory_type<T>(), memory, file, H5P_DEFAULT, target.data()), "H5Dread");
}

template void read_array(hid_t, Range, std::span<Index>);
template void read_array(hid_t, Range, std::span<float>);
template void read_array(hid_t, Range, std::span<double>);

}  // namespace tessera::io::hdf5
