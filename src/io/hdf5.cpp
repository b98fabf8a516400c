#include "tessera/io/hdf5.hpp"

namespace tessera::io::hdf5 {
namespace {

herr_t keep_innermost(unsigned depth, const H5E_error2_t* entry, void* text) noexcept {
  if (depth == 0 && entry->desc != nullptr) {
    *static_cast<std::string*>(text) = entry->desc;
  }
  return 0;
}

PropertyList transfer(H5FD_mpio_xfer_t mode) {
  prepare_library();
  PropertyList properties = make_property_list(H5P_DATASET_XFER);
  check(H5Pset_dxpl_mpio(properties, mode), "H5Pset_dxpl_mpio");
  return properties;
}

}  // namespace

std::string innermost_error() {
  std::string text;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_innermost, &text);
  return text.empty() ? "HDF5 gives no reason" : text;
}

void prepare_library() {
  [[maybe_unused]] static const bool prepared = [] {
    H5dont_atexit();
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    return true;
  }();
}

PropertyList make_property_list(hid_t property_class) {
  return {H5Pcreate(property_class), "H5Pcreate"};
}

File open_serial(const std::string& path) {
  prepare_library();
  const PropertyList access = make_property_list(H5P_FILE_ACCESS);
  // Many cluster file systems offer no locks; reading needs none there.
  check(H5Pset_file_locking(access, /*use=*/true, /*ignore_when_disabled=*/true),
        "H5Pset_file_locking");
  return {H5Fopen(path.c_str(), H5F_ACC_RDONLY, access), "H5Fopen"};
}

File open_parallel(const std::string& path, unsigned flags, const mpi::Communicator& comm) {
  prepare_library();
  const PropertyList access = make_property_list(H5P_FILE_ACCESS);
  check(H5Pset_fapl_mpio(access, comm.handle(), MPI_INFO_NULL), "H5Pset_fapl_mpio");
  // One process reads the metadata and broadcasts it, instead of all asking the file server.
  check(H5Pset_all_coll_metadata_ops(access, true), "H5Pset_all_coll_metadata_ops");
  check(H5Pset_coll_metadata_write(access, true), "H5Pset_coll_metadata_write");
  return with_context("cannot open '" + path + "'",
                      [&] { return File(H5Fopen(path.c_str(), flags, access), "H5Fopen"); });
}

PropertyList independent_transfer() { return transfer(H5FD_MPIO_INDEPENDENT); }
PropertyList collective_transfer() { return transfer(H5FD_MPIO_COLLECTIVE); }

template <>
hid_t native_type<float>() {
  return H5T_NATIVE_FLOAT;
}
template <>
hid_t native_type<double>() {
  return H5T_NATIVE_DOUBLE;
}
template <>
hid_t stored_type<float>() {
  return H5T_IEEE_F32LE;
}
template <>
hid_t stored_type<double>() {
  return H5T_IEEE_F64LE;
}

}  // namespace tessera::io::hdf5
