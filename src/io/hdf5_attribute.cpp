#include "tessera/io/hdf5_attribute.hpp"

#include <memory>

#include <fmt/format.h>

namespace tessera::io::hdf5 {
namespace {

Attribute create_scalar(hid_t object, const std::string& name, hid_t type) {
  const Dataspace scalar(H5Screate(H5S_SCALAR), "H5Screate");
  return {H5Acreate2(object, name.c_str(), type, scalar, H5P_DEFAULT, H5P_DEFAULT), "H5Acreate2"};
}

Attribute open_scalar(hid_t object, const std::string& name) {
  if (!has_attribute(object, name)) {
    throw InputError("attribute '" + name + "' is missing");
  }
  Attribute attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), "H5Aopen");
  const Dataspace space(H5Aget_space(attribute), "H5Aget_space");
  if (check(H5Sget_simple_extent_npoints(space), "H5Sget_simple_extent_npoints") != 1) {
    throw InputError("attribute '" + name + "' is not a single value");
  }
  return attribute;
}

Datatype utf8_text(std::size_t size) {
  Datatype type(H5Tcopy(H5T_C_S1), "H5Tcopy");
  check(H5Tset_size(type, size), "H5Tset_size");
  check(H5Tset_cset(type, H5T_CSET_UTF8), "H5Tset_cset");
  return type;
}

std::string read_variable_text(hid_t attribute, hid_t stored) {
  const Datatype type = utf8_text(H5T_VARIABLE);
  // HDF5 does not convert between character sets, and ASCII is UTF-8.
  check(H5Tset_cset(type, H5Tget_cset(stored)), "H5Tset_cset");
  char* text = nullptr;
  check(H5Aread(attribute, type, static_cast<void*>(&text)), "H5Aread");
  const std::unique_ptr<char, herr_t (*)(void*)> owner(text, H5free_memory);
  return text == nullptr ? std::string() : std::string(text);
}

std::string read_fixed_text(hid_t attribute, hid_t stored) {
  constexpr std::size_t kLongest = std::size_t{16} << 20;
  if (H5Tget_size(stored) > kLongest) {
    throw InputError(
        fmt::format("the text of an attribute claims to have {} bytes", H5Tget_size(stored)));
  }
  std::string text(H5Tget_size(stored), '\0');
  check(H5Aread(attribute, stored, text.data()), "H5Aread");
  return text.substr(0, text.find('\0'));
}

}  // namespace

template <AttributeNumber T>
NumberTypes number_types() {
  if constexpr (std::same_as<T, double>) {
    return {H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE};
  } else if constexpr (std::same_as<T, std::int64_t>) {
    return {H5T_STD_I64LE, H5T_NATIVE_INT64};
  } else {
    return {H5T_STD_U64LE, H5T_NATIVE_UINT64};
  }
}

bool has_attribute(hid_t object, const std::string& name) {
  return check(H5Aexists(object, name.c_str()), "H5Aexists") > 0;
}

void write_attribute(hid_t object, const std::string& name, const std::string& value) {
  const Datatype type = utf8_text(H5T_VARIABLE);
  const Attribute attribute = create_scalar(object, name, type);
  const char* text = value.c_str();
  check(H5Awrite(attribute, type, static_cast<const void*>(&text)), "H5Awrite");
}

template <AttributeNumber T>
void write_attribute(hid_t object, const std::string& name, T value) {
  const auto [stored, native] = number_types<T>();
  const Attribute attribute = create_scalar(object, name, stored);
  check(H5Awrite(attribute, native, &value), "H5Awrite");
}

std::string read_text_attribute(hid_t object, const std::string& name) {
  const Attribute attribute = open_scalar(object, name);
  const Datatype stored(H5Aget_type(attribute), "H5Aget_type");
  if (H5Tget_class(stored) != H5T_STRING) {
    throw InputError("attribute '" + name + "' is not text");
  }
  return check(H5Tis_variable_str(stored), "H5Tis_variable_str") > 0
             ? read_variable_text(attribute, stored)
             : read_fixed_text(attribute, stored);
}

template <AttributeNumber T>
T read_number_attribute(hid_t object, const std::string& name) {
  const Attribute attribute = open_scalar(object, name);
  const Datatype stored(H5Aget_type(attribute), "H5Aget_type");
  const H5T_class_t kind = H5Tget_class(stored);
  if (kind != H5T_INTEGER && kind != H5T_FLOAT) {
    throw InputError("attribute '" + name + "' is not a number");
  }
  T value{};
  check(H5Aread(attribute, number_types<T>().native, &value), "H5Aread");
  return value;
}

template NumberTypes number_types<std::int64_t>();
template NumberTypes number_types<std::uint64_t>();
template NumberTypes number_types<double>();
template void write_attribute(hid_t, const std::string&, std::int64_t);
template void write_attribute(hid_t, const std::string&, std::uint64_t);
template void write_attribute(hid_t, const std::string&, double);
template std::int64_t read_number_attribute(hid_t, const std::string&);
template std::uint64_t read_number_attribute(hid_t, const std::string&);
template double read_number_attribute(hid_t, const std::string&);

}  // namespace tessera::io::hdf5
