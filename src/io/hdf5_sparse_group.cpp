#include "tessera/io/hdf5_sparse_group.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tessera/io/hdf5_array.hpp"
#include "tessera/io/hdf5_attribute.hpp"
#include "tessera/io/hdf5_dataset.hpp"
#include "tessera/io/hdf5_open.hpp"

namespace tessera::io::hdf5 {
namespace {

constexpr const char* kTenxGroup = "/matrix";
constexpr const char* kTenxRows = "barcodes";
/// As AnnData wrote them before version 0.7.
constexpr const char* kOldFormat = "h5sparse_format";
constexpr const char* kOldShape = "h5sparse_shape";

using Shape = std::array<Index, 2>;

bool has_member(hid_t group, const char* name) {
  return check(H5Lexists(group, name, H5P_DEFAULT), "H5Lexists") > 0;
}

/// Something to open as sparse matrix, were it only to say what is wrong with it.
bool claims_to_be_sparse(hid_t object) {
  return H5Iget_type(object) == H5I_GROUP &&
         (has_attribute(object, kEncodingType) || has_attribute(object, kOldFormat) ||
          has_member(object, kValues) || has_member(object, kIndices) ||
          has_member(object, kOffsets));
}

herr_t collect_link(hid_t, const char* name, const H5L_info_t* info, void* names) noexcept {
  if (info->type == H5L_TYPE_HARD) {
    static_cast<std::vector<std::string>*>(names)->push_back(std::string("/") + name);
  }
  return 0;
}

/// A group at the root, or nothing. What is refused may stand beside it.
std::optional<Object> find_group(hid_t file, const std::string& link) {
  try {
    std::optional<Object> object = find_object(file, link);
    return object && H5Iget_type(*object) == H5I_GROUP ? std::move(object) : std::nullopt;
  } catch (const InputError&) {
    return std::nullopt;
  }
}

/// The only group at the root with all three arrays, or "". @throws InputError if there are more.
std::string only_complete_group(hid_t file) {
  std::vector<std::string> links;
  check(H5Literate(file, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect_link, &links), "H5Literate");
  std::vector<std::string> found;
  for (const std::string& link : links) {
    const std::optional<Object> object = find_group(file, link);
    if (object && has_member(*object, kValues) && has_member(*object, kIndices) &&
        has_member(*object, kOffsets)) {
      found.push_back(link);
    }
  }
  if (found.size() > 1) {
    throw InputError(fmt::format("it holds {} sparse matrices: choose one of {} with --dataset",
                                 found.size(), fmt::join(found, ", ")));
  }
  return found.empty() ? "" : found.front();
}

/// The path of the group to read, or "" when the matrix is none.
std::string choose_group(hid_t file, const std::string& requested) {
  if (!requested.empty()) {
    const std::optional<Object> object = find_object(file, requested);
    return object && claims_to_be_sparse(*object) ? requested : "";
  }
  for (const char* standard : {kDenseDataset, kTenxGroup}) {
    if (const std::optional<Object> object = find_object(file, standard)) {
      return claims_to_be_sparse(*object) ? standard : "";
    }
  }
  return only_complete_group(file);
}

/// Sets layout and by_rows from what marks the format.
void read_format(hid_t group, SparseGroup& result) {
  if (has_attribute(group, kEncodingType)) {
    const std::string type = read_text_attribute(group, kEncodingType);
    if (type != kByRows && type != kByColumns) {
      throw InputError(
          fmt::format("its {} is '{}', but sparse matrices are {} or {}. Name one with "
                      "--dataset, such as X or layers/counts",
                      kEncodingType, type, kByRows, kByColumns));
    }
    result.by_rows = type == kByRows;
  } else if (has_attribute(group, kOldFormat)) {
    const std::string type = read_text_attribute(group, kOldFormat);
    if (type != "csr" && type != "csc") {
      throw InputError(fmt::format("its {} is '{}' instead of csr or csc", kOldFormat, type));
    }
    result.by_rows = type == "csr";
  } else if (has_member(group, kTenxRows)) {
    result.layout = NameLayout::tenx;
  } else {
    throw InputError(
        fmt::format("it has neither the attribute {} (AnnData) nor a dataset '{}' (10x Genomics), "
                    "so nothing says whether it is stored by rows or by columns. Set {} to {} or "
                    "{}",
                    kEncodingType, kTenxRows, kEncodingType, kByRows, kByColumns));
  }
}

Shape read_shape_attribute(hid_t group, const char* name) {
  const Attribute attribute(H5Aopen(group, name, H5P_DEFAULT), "H5Aopen");
  const Dataspace space(H5Aget_space(attribute), "H5Aget_space");
  const Datatype type(H5Aget_type(attribute), "H5Aget_type");
  Shape shape{};
  if (H5Tget_class(type) != H5T_INTEGER ||
      H5Sget_simple_extent_npoints(space) != std::ssize(shape)) {
    throw InputError(fmt::format("its attribute '{}' is not two integers", name));
  }
  check(H5Aread(attribute, H5T_NATIVE_INT64, shape.data()), "H5Aread");
  return shape;
}

Shape read_shape_dataset(hid_t group) {
  const Array array = describe_array(group, kShape);
  Shape shape{};
  if (!array.integer || array.length != std::ssize(shape)) {
    throw InputError(fmt::format("its dataset '{}' is not two integers", kShape));
  }
  read_array<Index>(open_array(group, kShape), {0, array.length}, shape);
  return shape;
}

Shape read_shape(hid_t group) {
  for (const char* name : {kShape, kOldShape}) {
    if (has_attribute(group, name)) {
      return read_shape_attribute(group, name);
    }
  }
  if (!has_member(group, kShape)) {
    throw InputError(
        fmt::format("its shape is missing: it has neither an attribute nor a dataset '{}'. Set "
                    "the attribute to the numbers of rows and columns",
                    kShape));
  }
  return read_shape_dataset(group);
}

/// @throws InputError unless the matrix has entries, and their positions fit an Index.
void require_countable(const Shape& shape) {
  const auto [rows, columns] = shape;
  if (rows < 0 || columns < 0) {
    throw InputError(fmt::format("its shape is negative ({}x{})", rows, columns));
  }
  if (rows == 0 || columns == 0) {
    throw InputError(
        fmt::format("it is empty ({}x{}): there is nothing to factorize", rows, columns));
  }
  if (rows > std::numeric_limits<Index>::max() / columns) {
    throw InputError(
        fmt::format("{}x{} entries are more than 64-bit sizes can count", rows, columns));
  }
}

void require_integers(const Array& array, const char* name) {
  if (!array.integer) {
    throw InputError(
        fmt::format("dataset '{}' holds {} values instead of integers", name, array.value_type));
  }
}

/// @throws InputError unless the offsets begin and end where the entries do.
void require_ends(hid_t group, const SparseGroup& about) {
  const Dataset offsets = open_array(group, kOffsets);
  Index first = 0;
  Index last = 0;
  read_array<Index>(offsets, {0, 1}, std::span(&first, 1));
  read_array<Index>(offsets, {about.lines(), about.lines() + 1}, std::span(&last, 1));
  if (first != 0) {
    throw InputError(fmt::format("{} begins with {} instead of 0", kOffsets, first));
  }
  if (last != about.entries) {
    throw InputError(
        fmt::format("{} ends with {}, but '{}' and '{}' have {} entries. The file is "
                    "damaged or was cut short: write it again",
                    kOffsets, last, kValues, kIndices, about.entries));
  }
}

void read_arrays(hid_t group, SparseGroup& result) {
  const Array values = describe_array(group, kValues);
  const Array indices = describe_array(group, kIndices);
  const Array offsets = describe_array(group, kOffsets);
  require_integers(indices, kIndices);
  require_integers(offsets, kOffsets);
  if (values.length != indices.length) {
    throw InputError(fmt::format("'{}' has {} entries, but '{}' has {}", kValues, values.length,
                                 kIndices, indices.length));
  }
  if (offsets.length - 1 != result.lines()) {
    throw InputError(fmt::format("{} has {} values, but {} {} need one more than that", kOffsets,
                                 offsets.length, result.lines(),
                                 result.by_rows ? "rows" : "columns"));
  }
  result.entries = values.length;
  result.chunk = std::max(values.chunk, indices.chunk);
  result.description.value_type = values.value_type;
  result.description.exceeds_float32 = values.exceeds_float32;
  result.description.storage = fmt::format("{}, {} entries, {}", result.by_rows ? "CSR" : "CSC",
                                           values.length, values.storage);
  require_ends(group, result);
}

SparseGroup describe_group(hid_t group) {
  SparseGroup result;
  read_format(group, result);
  Shape shape = read_shape(group);
  require_countable(shape);
  const bool tenx = result.layout == NameLayout::tenx;
  if (tenx) {
    std::swap(shape[0], shape[1]);
  }
  result.description.rows = shape[0];
  result.description.columns = shape[1];
  result.description.format = tenx ? "10x Genomics HDF5" : "HDF5 sparse";
  read_arrays(group, result);
  return result;
}

}  // namespace

std::optional<SparseGroup> find_sparse_group(hid_t file, const InputOptions& input) {
  const std::string path = choose_group(file, input.dataset);
  if (path.empty()) {
    return std::nullopt;
  }
  try {
    SparseGroup result = describe_group(open_group(file, path));
    result.description.path = input.path;
    result.description.dataset = path;
    return result;
  } catch (const InputError& error) {
    throw InputError(fmt::format("group '{}': {}", path, error.what()));
  }
}

}  // namespace tessera::io::hdf5
