#pragma once

#include <string>
#include <utility>

#include <hdf5.h>

#include "tessera/core/error.hpp"
#include "tessera/core/types.hpp"
#include "tessera/mpi/communicator.hpp"

/// The HDF5 C library with owning handles and exceptions.
namespace tessera::io::hdf5 {

/// The innermost entry of HDF5's error stack: the reason, not the chain of callers.
[[nodiscard]] std::string innermost_error();

/// Passes on what an HDF5 call returned. @throws IoError that names the call, with HDF5's reason,
/// if that is negative.
template <class Result>
Result check(Result result, const char* call) {
  if (result < 0) {
    throw IoError(std::string(call) + " failed: " + innermost_error());
  }
  return result;
}

/// Runs a step and puts what was being done in front of the message of its IoError.
template <class Step>
auto with_context(const std::string& context, Step&& step) {
  try {
    return step();
  } catch (const IoError& error) {
    throw IoError(context + ": " + error.what());
  }
}

/// Owns one HDF5 identifier. Move-only.
template <herr_t (*Close)(hid_t)>
class Handle {
 public:
  Handle() = default;
  /// Takes over what `call` returned. @throws IoError if it failed.
  Handle(hid_t id, const char* call) : id_(check(id, call)) {}
  ~Handle() {
    if (id_ >= 0) {
      Close(id_);
    }
  }
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  // The C calls take the plain identifier everywhere.
  operator hid_t() const { return id_; }  // NOLINT(google-explicit-constructor)

  /// Closes now, where a failure can still be reported. @throws IoError
  void close() { check(Close(std::exchange(id_, H5I_INVALID_HID)), "closing an HDF5 object"); }

 private:
  hid_t id_ = H5I_INVALID_HID;
};

using File = Handle<H5Fclose>;
using Group = Handle<H5Gclose>;
using Object = Handle<H5Oclose>;
using Dataset = Handle<H5Dclose>;
using Dataspace = Handle<H5Sclose>;
using Datatype = Handle<H5Tclose>;
using Attribute = Handle<H5Aclose>;
using PropertyList = Handle<H5Pclose>;

/// Keeps HDF5 from printing and from closing files behind our back at exit, where a parallel file
/// would wait for processes that are gone. Every function below does this first.
void prepare_library();

/// A property list of a class such as H5P_DATASET_CREATE. (The class identifiers are expressions
/// that initialise the library: call prepare_library() before naming the first.)
[[nodiscard]] PropertyList make_property_list(hid_t property_class);

/// Opens a file for reading by this process alone. @throws IoError
[[nodiscard]] File open_serial(const std::string& path);

/// Opens a file over MPI-IO: `flags` is H5F_ACC_RDONLY or H5F_ACC_RDWR. Collective.
[[nodiscard]] File open_parallel(const std::string& path, unsigned flags,
                                 const mpi::Communicator& comm);

/// Transfer properties: each process for itself, or all together over MPI-IO.
[[nodiscard]] PropertyList independent_transfer();
[[nodiscard]] PropertyList collective_transfer();

/// The type of entries in memory.
template <RealType Real>
[[nodiscard]] hid_t native_type();

/// The type of entries in the files Tessera writes: IEEE, little-endian.
template <RealType Real>
[[nodiscard]] hid_t stored_type();

}  // namespace tessera::io::hdf5
