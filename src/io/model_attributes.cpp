#include "tessera/io/model_attributes.hpp"

#include <limits>

#include <fmt/format.h>

#include "tessera/io/hdf5_attribute.hpp"
#include "tessera/io/hdf5_open.hpp"
#include "tessera/io/model_fields.hpp"

namespace tessera::io {
namespace {

constexpr const char* kFormatAttribute = "format";
constexpr const char* kFormat = "tessera-factors";
constexpr const char* kVersionAttribute = "format_version";
constexpr std::int64_t kVersion = 1;

/// How a field of ModelInfo looks as an attribute.
template <class T>
auto to_attribute(const T& field) {
  if constexpr (std::same_as<T, Precision>) {
    return std::string(name_of(field));
  } else if constexpr (std::same_as<T, int>) {
    return std::int64_t{field};
  } else {
    return field;
  }
}

void read_field(hid_t file, const char* name, std::string& field) {
  field = hdf5::read_text_attribute(file, name);
}

void read_field(hid_t file, const char* name, Precision& field) {
  const std::string text = hdf5::read_text_attribute(file, name);
  for (const auto& [value, value_name] : EnumNames<Precision>::values) {
    if (value_name == text) {
      field = value;
      return;
    }
  }
  throw InputError(fmt::format("attribute '{}' has the unknown value '{}'", name, text));
}

void read_field(hid_t file, const char* name, int& field) {
  const auto value = hdf5::read_number_attribute<std::int64_t>(file, name);
  if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max()) {
    throw InputError(fmt::format("attribute '{}' has the impossible value {}", name, value));
  }
  field = static_cast<int>(value);
}

template <hdf5::AttributeNumber T>
void read_field(hid_t file, const char* name, T& field) {
  field = hdf5::read_number_attribute<T>(file, name);
}

/// A compound type of IterationRecord's fields: native, or little-endian as stored.
hdf5::Datatype history_type(bool stored) {
  hdf5::Datatype type(H5Tcreate(H5T_COMPOUND, sizeof(IterationRecord)), "H5Tcreate");
  const auto insert = [&](const char* name, std::size_t offset, hid_t member) {
    hdf5::check(H5Tinsert(type, name, offset, member), "H5Tinsert");
  };
  const hid_t integer = stored ? H5T_STD_I64LE : H5T_NATIVE_INT64;
  const hid_t real = stored ? H5T_IEEE_F64LE : H5T_NATIVE_DOUBLE;
  insert("iteration", HOFFSET(IterationRecord, iteration), integer);
  insert("seconds", HOFFSET(IterationRecord, seconds), real);
  insert("loss", HOFFSET(IterationRecord, loss), real);
  insert("relative_error", HOFFSET(IterationRecord, relative_error), real);
  insert("kkt_residual", HOFFSET(IterationRecord, kkt_residual), real);
  insert("held_out_rmse", HOFFSET(IterationRecord, held_out_rmse), real);
  insert("held_out_mae", HOFFSET(IterationRecord, held_out_mae), real);
  insert("held_out_kl", HOFFSET(IterationRecord, held_out_kl), real);
  return type;
}

/// @throws InputError if the table is longer than what is stored of it can be, which is at best
/// compressed by deflate (whose limit is in zlib's technical notes).
void require_possible(hid_t table, hssize_t rows) {
  constexpr hsize_t kMostRatio = 1032;
  const hsize_t stored = H5Dget_storage_size(table);
  if (!hdf5::lies_elsewhere(table) &&
      static_cast<hsize_t>(rows) > stored * kMostRatio / sizeof(IterationRecord)) {
    throw InputError(fmt::format("{} claims to have {} rows, but holds {} bytes: it is damaged",
                                 kHistory, rows, stored));
  }
}

}  // namespace

void write_model_attributes(hid_t file, const ModelInfo& info) {
  hdf5::write_attribute(file, kFormatAttribute, std::string(kFormat));
  hdf5::write_attribute(file, kVersionAttribute, kVersion);
  for_each_field(info, [&](const char* name, const auto& field) {
    hdf5::write_attribute(file, name, to_attribute(field));
  });
}

void require_model_mark(hid_t file) {
  if (!hdf5::has_attribute(file, kFormatAttribute) ||
      hdf5::read_text_attribute(file, kFormatAttribute) != kFormat) {
    throw InputError("it is not a result of 'tessera factorize'");
  }
  const auto version = hdf5::read_number_attribute<std::int64_t>(file, kVersionAttribute);
  if (version != kVersion) {
    throw InputError(fmt::format(
        "its format has version {}, but this program reads version {}. Use a newer program",
        version, kVersion));
  }
}

ModelInfo read_model_attributes(hid_t file) {
  require_model_mark(file);
  ModelInfo info;
  for_each_field(info, [&](const char* name, auto& field) { read_field(file, name, field); });
  constexpr Index kMost = std::numeric_limits<Index>::max();
  constexpr Index kBytes = 16;  // of a value, with room for what is computed with offsets
  if (info.rows < 1 || info.columns < 1 || info.rank < 1 || info.columns > kMost / info.rows ||
      info.rank > kMost / kBytes / info.rows || info.rank > kMost / kBytes / info.columns) {
    throw InputError(fmt::format("its attributes give the impossible shape {}x{} of rank {}",
                                 info.rows, info.columns, info.rank));
  }
  return info;
}

void write_history(hid_t file, const char* name, const std::vector<IterationRecord>& history) {
  const hsize_t rows = history.size();
  const hdf5::Dataspace space(H5Screate_simple(1, &rows, nullptr), "H5Screate_simple");
  const hdf5::PropertyList creation = hdf5::make_property_list(H5P_DATASET_CREATE);
  if (rows > 0) {
    // One chunk with a checksum, which HDF5 compares when it is read.
    hdf5::check(H5Pset_chunk(creation, 1, &rows), "H5Pset_chunk");
    hdf5::check(H5Pset_fletcher32(creation), "H5Pset_fletcher32");
  }
  const hdf5::Dataset dataset(H5Dcreate2(file, name, history_type(/*stored=*/true), space,
                                         H5P_DEFAULT, creation, H5P_DEFAULT),
                              "H5Dcreate2");
  hdf5::check(H5Dwrite(dataset, history_type(/*stored=*/false), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                       history.data()),
              "H5Dwrite");
}

std::vector<IterationRecord> read_history(hid_t file, const char* name) {
  const hdf5::Dataset dataset = hdf5::open_dataset(file, name);
  const hdf5::Dataspace space(H5Dget_space(dataset), "H5Dget_space");
  const auto rows =
      hdf5::check(H5Sget_simple_extent_npoints(space), "H5Sget_simple_extent_npoints");
  require_possible(dataset, rows);
  std::vector<IterationRecord> history(static_cast<std::size_t>(rows));
  hdf5::check(H5Dread(dataset, history_type(/*stored=*/false), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                      history.data()),
              "H5Dread");
  return history;
}

}  // namespace tessera::io
