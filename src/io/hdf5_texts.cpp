#include "tessera/io/hdf5_texts.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tessera/io/hdf5_attribute.hpp"
#include "tessera/io/hdf5_dataset.hpp"
#include "tessera/io/hdf5_open.hpp"

namespace tessera::io::hdf5 {
namespace {

constexpr const char* kIndexAttribute = "_index";
constexpr const char* kOldIndexField = "index";
/// Texts that are held in HDF5's form at a time.
constexpr Index kTextsAtOnce = 65536;
/// And so many bytes of texts of fixed length, each of which may be this long.
constexpr std::size_t kBytesAtOnce = std::size_t{16} << 20;
constexpr std::size_t kLongestText = std::size_t{1} << 20;

/// The field of a compound type that holds the names.
unsigned name_field(hid_t compound) {
  const int named = H5Tget_member_index(compound, kOldIndexField);
  return named < 0 ? 0 : static_cast<unsigned>(named);
}

/// A text that fills its place in the file, without what pads it.
std::string unpadded(const char* begin, std::size_t size, H5T_str_t padding) {
  std::string text(begin, std::find(begin, begin + size, '\0'));
  if (padding == H5T_STR_SPACEPAD) {
    text.erase(text.find_last_not_of(' ') + 1);
  }
  return text;
}

}  // namespace

Texts::Texts(hid_t location, const std::string& path) : dataset_(open_dataset(location, path)) {
  // Refuses what cannot be decompressed.
  static_cast<void>(describe_storage(dataset_));
  const Dataspace space = extent_of(dataset_);
  if (H5Sget_simple_extent_ndims(space) != 1) {
    throw InputError("it does not have one dimension");
  }
  length_ = check(H5Sget_simple_extent_npoints(space), "H5Sget_simple_extent_npoints");
  choose_types();
}

void Texts::choose_types() {
  Datatype stored(H5Dget_type(dataset_), "H5Dget_type");
  if (H5Tget_class(stored) == H5T_COMPOUND) {
    const unsigned field = name_field(stored);
    text_ = Datatype(H5Tget_member_type(stored, field), "H5Tget_member_type");
    memory_ = Datatype(H5Tcreate(H5T_COMPOUND, H5Tget_size(text_)), "H5Tcreate");
    char* const name = H5Tget_member_name(stored, field);
    const herr_t inserted = H5Tinsert(memory_, name, 0, text_);
    H5free_memory(name);
    check(inserted, "H5Tinsert");
  } else {
    text_ = std::move(stored);
    memory_ = Datatype(H5Tcopy(text_), "H5Tcopy");
  }
  if (H5Tget_class(text_) != H5T_STRING) {
    throw InputError("it does not hold text");
  }
  if (H5Tget_size(text_) > kLongestText) {
    throw InputError(fmt::format("its texts are of {} bytes each, but names have at most {}",
                                 H5Tget_size(text_), kLongestText));
  }
}

void Texts::append_fixed(Index count, hid_t file, hid_t memory,
                         std::vector<std::string>& texts) const {
  const std::size_t size = H5Tget_size(text_);
  const H5T_str_t padding = H5Tget_strpad(text_);
  std::vector<char> bytes(static_cast<std::size_t>(count) * size);
  check(H5Dread(dataset_, memory_, memory, file, H5P_DEFAULT, bytes.data()), "H5Dread");
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    texts.push_back(unpadded(bytes.data() + at, size, padding));
  }
}

void Texts::append_variable(Index count, hid_t file, hid_t memory,
                            std::vector<std::string>& texts) const {
  std::vector<char*> pointers(static_cast<std::size_t>(count), nullptr);
  const herr_t read = H5Dread(dataset_, memory_, memory, file, H5P_DEFAULT, pointers.data());
  const std::string reason = read < 0 ? innermost_error() : "";
  for (char* const text : pointers) {
    texts.emplace_back(text == nullptr ? "" : text);
    H5free_memory(text);
  }
  if (read < 0) {
    throw IoError("H5Dread failed: " + reason);
  }
}

std::vector<std::string> Texts::read() const {
  const bool variable = check(H5Tis_variable_str(text_), "H5Tis_variable_str") > 0;
  const auto at_once =
      std::min(kTextsAtOnce, static_cast<Index>(kBytesAtOnce / H5Tget_size(text_)));
  std::vector<std::string> texts;
  for (Index begin = 0; begin < length_; begin += at_once) {
    const Index end = std::min(begin + at_once, length_);
    const Dataspace file(H5Dget_space(dataset_), "H5Dget_space");
    const auto start = static_cast<hsize_t>(begin);
    const auto count = static_cast<hsize_t>(end - begin);
    check(H5Sselect_hyperslab(file, H5S_SELECT_SET, &start, nullptr, &count, nullptr),
          "H5Sselect_hyperslab");
    const Dataspace memory(H5Screate_simple(1, &count, nullptr), "H5Screate_simple");
    if (variable) {
      append_variable(end - begin, file, memory, texts);
    } else {
      append_fixed(end - begin, file, memory, texts);
    }
  }
  return texts;
}

std::optional<Texts> find_table_index(hid_t file, const std::string& table) {
  const std::optional<Object> object = find_object(file, table);
  if (!object) {
    return std::nullopt;
  }
  if (H5Iget_type(*object) != H5I_GROUP) {
    return Texts(file, table);
  }
  return Texts(*object, read_text_attribute(*object, kIndexAttribute));
}

}  // namespace tessera::io::hdf5
