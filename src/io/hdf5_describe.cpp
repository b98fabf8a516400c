#include <array>
#include <limits>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tessera/io/file_format.hpp"
#include "tessera/io/hdf5_attribute.hpp"
#include "tessera/io/hdf5_dataset.hpp"
#include "tessera/io/hdf5_names.hpp"
#include "tessera/io/hdf5_open.hpp"

namespace tessera::io::hdf5 {
namespace {

/// Filters by their registered numbers, for those that HDF5 itself knows no name of.
constexpr std::array<std::pair<H5Z_filter_t, const char*>, 13> kFilterNames = {
    {{H5Z_FILTER_DEFLATE, "gzip"},
     {H5Z_FILTER_SHUFFLE, "shuffle"},
     {H5Z_FILTER_FLETCHER32, "fletcher32"},
     {H5Z_FILTER_SZIP, "szip"},
     {H5Z_FILTER_NBIT, "nbit"},
     {H5Z_FILTER_SCALEOFFSET, "scaleoffset"},
     {307, "bzip2"},
     {32000, "lzf"},
     {32001, "blosc"},
     {32004, "lz4"},
     {32008, "bitshuffle"},
     {32013, "zfp"},
     {32015, "zstd"}}};

/// The filters' names in the order of writing. @throws InputError for one that cannot be undone.
std::vector<std::string> filters(hid_t creation) {
  std::vector<std::string> names;
  for (const H5Z_filter_t filter : filters_of(creation)) {
    names.push_back(filter_name(filter));
    if (check(H5Zfilter_avail(filter), "H5Zfilter_avail") == 0) {
      throw InputError(fmt::format(
          "it is compressed with {}, which this HDF5 library cannot undo. Rewrite the file where "
          "that filter is installed: h5repack -f GZIP=4 OLD.h5 NEW.h5",
          names.back()));
    }
  }
  return names;
}

/// @throws InputError unless 2-D and not empty, with a number of entries that fits an Index.
void read_shape(hid_t dataset, MatrixDescription& description) {
  const Dataspace space(H5Dget_space(dataset), "H5Dget_space");
  const int dimensions = check(H5Sget_simple_extent_ndims(space), "H5Sget_simple_extent_ndims");
  std::vector<hsize_t> shape(static_cast<std::size_t>(dimensions));
  check(H5Sget_simple_extent_dims(space, shape.data(), nullptr), "H5Sget_simple_extent_dims");
  if (dimensions != 2) {
    throw InputError(fmt::format("it has {} dimension{}{}, but a matrix has 2", dimensions,
                                 dimensions == 1 ? "" : "s",
                                 shape.empty() ? "" : fmt::format(" ({})", fmt::join(shape, "x"))));
  }
  if (shape[0] == 0 || shape[1] == 0) {
    throw InputError(
        fmt::format("it is empty ({}x{}): there is nothing to factorize", shape[0], shape[1]));
  }
  if (shape[0] > static_cast<hsize_t>(std::numeric_limits<Index>::max()) / shape[1] / 16) {
    throw InputError(
        fmt::format("{}x{} entries are more than 64-bit sizes can count", shape[0], shape[1]));
  }
  description.rows = static_cast<Index>(shape[0]);
  description.columns = static_cast<Index>(shape[1]);
}

/// Sets contiguous, chunk and storage. @throws InputError for storage that is refused or empty.
void read_storage(hid_t dataset, DenseDataset& result) {
  const Storage storage = describe_storage(dataset);
  if (H5Dget_storage_size(dataset) == 0 && !lies_elsewhere(dataset)) {
    throw InputError("it was created but no value was ever written to it");
  }
  result.contiguous = storage.contiguous;
  if (!storage.chunk.empty()) {
    result.chunk = {static_cast<Index>(storage.chunk[0]), static_cast<Index>(storage.chunk[1])};
  }
  result.description.storage = storage.text;
}

DenseDataset describe(hid_t file, const std::string& path, const std::string& name) {
  const Dataset dataset = open_dataset(file, name);
  DenseDataset result;
  result.description.path = path;
  result.description.dataset = name;
  result.description.format = "HDF5 dense";
  const Datatype type(H5Dget_type(dataset), "H5Dget_type");
  result.description.value_type = number_type_name(type);
  result.value_bytes = static_cast<Index>(H5Tget_size(type));
  result.description.exceeds_float32 =
      H5Tget_class(type) == H5T_FLOAT && H5Tget_size(type) > sizeof(float);
  read_shape(dataset, result.description);
  read_storage(dataset, result);
  if (has_attribute(dataset, kImageShapeAttribute)) {
    result.description.image_shape = read_text_attribute(dataset, kImageShapeAttribute);
  }
  return result;
}

}  // namespace

std::string filter_name(H5Z_filter_t filter) {
  for (const auto& [number, name] : kFilterNames) {
    if (number == filter) {
      return name;
    }
  }
  return fmt::format("filter number {}", filter);
}

std::string number_type_name(hid_t type) {
  const H5T_class_t kind = H5Tget_class(type);
  if (kind != H5T_INTEGER && kind != H5T_FLOAT) {
    constexpr std::array<std::pair<H5T_class_t, const char*>, 9> kOthers = {
        {{H5T_TIME, "time"},
         {H5T_STRING, "string"},
         {H5T_BITFIELD, "bit field"},
         {H5T_OPAQUE, "opaque"},
         {H5T_COMPOUND, "compound"},
         {H5T_REFERENCE, "reference"},
         {H5T_ENUM, "enumeration (such as bool)"},
         {H5T_VLEN, "variable-length"},
         {H5T_ARRAY, "array"}}};
    std::string found = "unknown";
    for (const auto& [other, name] : kOthers) {
      found = other == kind ? name : found;
    }
    throw InputError(fmt::format(
        "its entries are of {} type, but a matrix holds integers or floating-point numbers. "
        "Convert it, for example with numpy's astype('float32')",
        found));
  }
  const std::size_t bytes = H5Tget_size(type);
  const char* order = bytes > 1 && H5Tget_order(type) == H5T_ORDER_BE ? "big-endian " : "";
  const char* base = kind == H5T_FLOAT                   ? "float"
                     : H5Tget_sign(type) == H5T_SGN_NONE ? "uint"
                                                         : "int";
  return fmt::format("{}{}{}", order, base, 8 * bytes);
}

Storage describe_storage(hid_t dataset) {
  const PropertyList creation(H5Dget_create_plist(dataset), "H5Dget_create_plist");
  const H5D_layout_t layout = H5Pget_layout(creation);
  if (lies_elsewhere(dataset)) {
    return {false, {}, layout == H5D_VIRTUAL ? "virtual" : "in other files"};
  }
  if (layout != H5D_CHUNKED) {
    const bool contiguous = layout == H5D_CONTIGUOUS;
    return {contiguous, {}, contiguous ? "contiguous" : "compact"};
  }
  Storage storage;
  const int dimensions = check(H5Pget_chunk(creation, 0, nullptr), "H5Pget_chunk");
  storage.chunk.resize(static_cast<std::size_t>(dimensions));
  check(H5Pget_chunk(creation, dimensions, storage.chunk.data()), "H5Pget_chunk");
  std::vector<std::string> parts = filters(creation);
  parts.insert(parts.begin(), fmt::format("chunked {}", fmt::join(storage.chunk, "x")));
  storage.text = fmt::format("{}", fmt::join(parts, ", "));
  return storage;
}

DenseDataset describe_dense(const InputOptions& input) {
  require_hdf5(input.path);
  return with_context("cannot read '" + input.path + "'", [&] {
    const File file = open_serial(input.path);
    std::string name = input.dataset;
    try {
      name = choose_dataset(file, input.dataset);
      auto dataset = describe(file, input.path, name);
      require_own_names(NameLayout::anndata, file, dataset.description);
      return dataset;
    } catch (const InputError& error) {
      const std::string place = name.empty() ? "" : ", dataset '" + name + "'";
      throw InputError("'" + input.path + "'" + place + ": " + error.what());
    }
  });
}

}  // namespace tessera::io::hdf5
