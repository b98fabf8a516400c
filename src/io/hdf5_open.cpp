#include "tessera/io/hdf5_open.hpp"

#include <fmt/format.h>

#include "tessera/io/hdf5_dataset.hpp"

namespace tessera::io::hdf5 {
namespace {

constexpr const char* kCopyValues =
    "copy the values into one file: h5repack -l CONTI OLD.h5 NEW.h5";

External& external() {
  static External setting = External::refused;
  return setting;
}

bool is_refused() { return external() == External::refused; }

/// The setting that HDF5 began with, which a user can change by its environment variables.
unsigned first_plugin_state() {
  static const unsigned state = [] {
    unsigned initial = 0;
    check(H5PLget_loading_state(&initial), "H5PLget_loading_state");
    return initial;
  }();
  return state;
}

void apply_plugin_state() {
  prepare_library();
  const unsigned initial = first_plugin_state();
  constexpr unsigned kNone = 0;
  check(H5PLset_loading_state(is_refused() ? kNone : initial), "H5PLset_loading_state");
}

/// Before the first object of a file is opened.
void prepare_plugins() {
  [[maybe_unused]] static const bool prepared = [] {
    apply_plugin_state();
    return true;
  }();
}

herr_t refuse_external_link(const char*, const char*, const char*, const char*, unsigned*, hid_t,
                            void* refused) noexcept {
  *static_cast<bool*>(refused) = true;
  return -1;
}

/// Makes an open call that follows links by `access` set `refused`, and fail, at a link into
/// another file.
void watch_links(const PropertyList& access, bool& refused) {
  prepare_plugins();
  if (is_refused()) {
    check(H5Pset_elink_cb(access, refuse_external_link, &refused), "H5Pset_elink_cb");
  }
}

void throw_if_refused(bool refused, const std::string& path) {
  if (refused) {
    throw ExternalError(path, "leads through an external link into another file",
                        "give that file itself");
  }
}

/// Those that are part of HDF5 have numbers that are reserved for it. While plugins are off,
/// another is available only if this program itself has registered it.
bool needs_plugin(H5Z_filter_t filter) {
  return filter >= H5Z_FILTER_RESERVED && H5Zfilter_avail(filter) <= 0;
}

void require_own_filters(hid_t creation, const std::string& path) {
  for (const H5Z_filter_t filter : filters_of(creation)) {
    if (needs_plugin(filter)) {
      throw ExternalError(
          path,
          fmt::format("is compressed with {}, for which HDF5 loads a plugin", filter_name(filter)),
          "rewrite it where that filter is installed: h5repack -f GZIP=4 OLD.h5 NEW.h5");
    }
  }
}

void require_own_values(hid_t dataset, const std::string& path) {
  const PropertyList creation(H5Dget_create_plist(dataset), "H5Dget_create_plist");
  if (H5Pget_layout(creation) == H5D_VIRTUAL) {
    throw ExternalError(path, "is a virtual dataset, whose values may lie in other files",
                        kCopyValues);
  }
  if (check(H5Pget_external_count(creation), "H5Pget_external_count") > 0) {
    throw ExternalError(path, "has its values in other files (external storage)", kCopyValues);
  }
  require_own_filters(creation, path);
}

/// @throws InputError if values that lie in one run of the file would end behind it.
void require_within_file(hid_t dataset) {
  const PropertyList creation(H5Dget_create_plist(dataset), "H5Dget_create_plist");
  if (H5Pget_layout(creation) != H5D_CONTIGUOUS || lies_elsewhere(dataset)) {
    return;
  }
  const Dataspace space(H5Dget_space(dataset), "H5Dget_space");
  const Datatype type(H5Dget_type(dataset), "H5Dget_type");
  const auto values = static_cast<hsize_t>(
      check(H5Sget_simple_extent_npoints(space), "H5Sget_simple_extent_npoints"));
  const auto value_bytes = static_cast<hsize_t>(H5Tget_size(type));
  const File file(H5Iget_file_id(dataset), "H5Iget_file_id");
  hsize_t file_bytes = 0;
  check(H5Fget_filesize(file, &file_bytes), "H5Fget_filesize");
  if (values <= file_bytes / value_bytes) {
    return;
  }
  if (H5Dget_storage_size(dataset) == 0) {
    throw InputError("it was created but no value was ever written to it");
  }
  throw InputError(
      fmt::format("it claims to hold {} values of {} bytes, but the file has only {} bytes: it is "
                  "truncated or damaged. Get it again",
                  values, value_bytes, file_bytes));
}

void require_sound(hid_t object, const std::string& path) {
  if (H5Iget_type(object) != H5I_DATASET) {
    return;
  }
  if (is_refused()) {
    require_own_values(object, path);
  }
  require_within_file(object);
}

}  // namespace

ExternalError::ExternalError(const std::string& path, const std::string& what,
                             const std::string& remedy)
    : InputError(fmt::format(
          "'{}' {}, which is refused. If you trust the file, give --allow-external; else {}", path,
          what, remedy)) {}

void set_external(External setting) {
  external() = setting;
  apply_plugin_state();
}

std::optional<Object> find_object(hid_t location, const std::string& path) {
  bool refused = false;
  const PropertyList access = make_property_list(H5P_LINK_ACCESS);
  watch_links(access, refused);
  const hid_t id = H5Oopen(location, path.c_str(), access);
  throw_if_refused(refused, path);
  if (id < 0) {
    return std::nullopt;
  }
  Object object(id, "H5Oopen");
  require_sound(object, path);
  return object;
}

Dataset open_dataset(hid_t location, const std::string& path) {
  return open_dataset(location, path, make_property_list(H5P_DATASET_ACCESS));
}

Dataset open_dataset(hid_t location, const std::string& path, PropertyList access) {
  bool refused = false;
  watch_links(access, refused);
  const hid_t id = H5Dopen2(location, path.c_str(), access);
  throw_if_refused(refused, path);
  Dataset dataset(id, "H5Dopen2");
  require_sound(dataset, path);
  return dataset;
}

Group open_group(hid_t location, const std::string& path) {
  bool refused = false;
  const PropertyList access = make_property_list(H5P_GROUP_ACCESS);
  watch_links(access, refused);
  const hid_t id = H5Gopen2(location, path.c_str(), access);
  throw_if_refused(refused, path);
  return {id, "H5Gopen2"};
}

bool is_virtual(hid_t dataset) {
  const PropertyList creation(H5Dget_create_plist(dataset), "H5Dget_create_plist");
  return H5Pget_layout(creation) == H5D_VIRTUAL;
}

std::vector<H5Z_filter_t> filters_of(hid_t creation) {
  const int count = check(H5Pget_nfilters(creation), "H5Pget_nfilters");
  std::vector<H5Z_filter_t> filters;
  for (int index = 0; index < count; ++index) {
    unsigned flags = 0;
    unsigned configuration = 0;
    std::size_t parameters = 0;
    filters.push_back(check(H5Pget_filter2(creation, static_cast<unsigned>(index), &flags,
                                           &parameters, nullptr, 0, nullptr, &configuration),
                            "H5Pget_filter2"));
  }
  return filters;
}

bool lies_elsewhere(hid_t dataset) {
  const PropertyList creation(H5Dget_create_plist(dataset), "H5Dget_create_plist");
  return H5Pget_layout(creation) == H5D_VIRTUAL ||
         check(H5Pget_external_count(creation), "H5Pget_external_count") > 0;
}

Dataspace extent_of(hid_t dataset) {
  const PropertyList creation(H5Dget_create_plist(dataset), "H5Dget_create_plist");
  if (is_refused() && H5Pget_layout(creation) == H5D_VIRTUAL) {
    std::size_t mappings = 0;
    check(H5Pget_virtual_count(creation, &mappings), "H5Pget_virtual_count");
    if (mappings > 0) {
      return {H5Pget_virtual_vspace(creation, 0), "H5Pget_virtual_vspace"};
    }
  }
  return {H5Dget_space(dataset), "H5Dget_space"};
}

}  // namespace tessera::io::hdf5
