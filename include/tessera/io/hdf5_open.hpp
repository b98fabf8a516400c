#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tessera/io/hdf5.hpp"

/// Opening what stands in a file that somebody else has written. Such a file can name other files,
/// whose content would be read as if it were the file's own, and filters, for which HDF5 would load
/// code. Everything that is read from an HDF5 file is opened by these functions, which refuse that.
namespace tessera::io::hdf5 {

/// Whether a file may make the program open other files and load filter plugins.
enum class External { refused, allowed };

/// For this process, as HDF5 itself keeps whether plugins are loaded; refused until this is called.
void set_external(External external);

/// A file wants what is refused.
class ExternalError : public InputError {
 public:
  /// @param path of the object inside its file  @param what it does: "is a virtual dataset"
  ///        @param remedy if that is not to be allowed
  ExternalError(const std::string& path, const std::string& what, const std::string& remedy);
};

/// What stands at a path, or nothing.
/// @throws ExternalError at a link into another file, and for a dataset whose values lie in other
/// files or need a filter that is not part of HDF5; InputError if a dataset claims more bytes than
/// its file has.
[[nodiscard]] std::optional<Object> find_object(hid_t location, const std::string& path);

/// Opens a dataset. @throws as find_object(); IoError if there is none.
[[nodiscard]] Dataset open_dataset(hid_t location, const std::string& path);

/// The same with properties of dataset access, such as a chunk cache, to which what is needed here
/// is added.
[[nodiscard]] Dataset open_dataset(hid_t location, const std::string& path, PropertyList access);

/// Opens a group. @throws as find_object(); IoError if there is none.
[[nodiscard]] Group open_group(hid_t location, const std::string& path);

/// The filters of a dataset's creation properties, in the order of writing.
[[nodiscard]] std::vector<H5Z_filter_t> filters_of(hid_t creation);

/// Whether the values of a dataset lie in other files or other datasets.
[[nodiscard]] bool lies_elsewhere(hid_t dataset);

/// Whether they are those of other datasets, which parallel HDF5 does not read.
[[nodiscard]] bool is_virtual(hid_t dataset);

/// The extent of a dataset. Opens no other file, which H5Dget_space may do for a virtual dataset.
[[nodiscard]] Dataspace extent_of(hid_t dataset);

}  // namespace tessera::io::hdf5
