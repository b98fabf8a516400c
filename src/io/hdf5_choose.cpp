#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tessera/io/hdf5_dataset.hpp"
#include "tessera/io/hdf5_open.hpp"

namespace tessera::io::hdf5 {
namespace {

/// Messages list so many datasets at most.
constexpr std::size_t kListed = 20;

herr_t collect_dataset(hid_t, const char* name, const H5O_info_t* info, void* names) noexcept {
  if (info->type == H5O_TYPE_DATASET) {
    static_cast<std::vector<std::string>*>(names)->push_back(std::string("/") + name);
  }
  return 0;
}

/// All datasets that hard links of this file reach; others are not followed.
std::vector<std::string> all_datasets(hid_t file) {
  std::vector<std::string> names;
  check(H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, collect_dataset, &names, H5O_INFO_BASIC),
        "H5Ovisit2");
  return names;
}

struct NamedShape {
  std::string name;
  std::array<hsize_t, 2> shape;
};

std::vector<NamedShape> matrices(hid_t file) {
  std::vector<NamedShape> found;
  for (const std::string& name : all_datasets(file)) {
    // Only to be listed, so that what is refused may stand beside what is wanted.
    const Dataset dataset(H5Dopen2(file, name.c_str(), H5P_DEFAULT), "H5Dopen2");
    const Dataspace space = extent_of(dataset);
    if (H5Sget_simple_extent_ndims(space) == 2) {
      NamedShape matrix{name, {}};
      check(H5Sget_simple_extent_dims(space, matrix.shape.data(), nullptr),
            "H5Sget_simple_extent_dims");
      found.push_back(std::move(matrix));
    }
  }
  return found;
}

std::string list(const std::vector<NamedShape>& matrices) {
  if (matrices.empty()) {
    return "It has no 2-D dataset at all";
  }
  std::vector<std::string> texts;
  for (const NamedShape& matrix : matrices) {
    if (texts.size() == kListed) {
      texts.push_back(fmt::format("and {} more", matrices.size() - kListed));
      break;
    }
    texts.push_back(fmt::format("{} ({}x{})", matrix.name, matrix.shape[0], matrix.shape[1]));
  }
  return fmt::format("Its 2-D datasets are {}: choose one with --dataset", fmt::join(texts, ", "));
}

/// The type of what stands at a path, or H5I_BADID for nothing.
H5I_type_t type_at(hid_t file, const std::string& path) {
  const std::optional<Object> object = find_object(file, path);
  return object ? H5Iget_type(*object) : H5I_BADID;
}

}  // namespace

std::string choose_dataset(hid_t file, const std::string& requested) {
  if (!requested.empty()) {
    const H5I_type_t type = type_at(file, requested);
    if (type == H5I_DATASET) {
      return requested;
    }
    throw InputError(fmt::format(
        "{} '{}'. {}", type == H5I_BADID ? "there is no dataset" : "not a dataset:", requested,
        list(matrices(file))));
  }
  if (type_at(file, kDenseDataset) == H5I_DATASET) {
    return kDenseDataset;
  }
  const std::vector<NamedShape> candidates = matrices(file);
  if (candidates.size() == 1) {
    return candidates.front().name;
  }
  throw InputError(fmt::format("no dataset {}, and not exactly one 2-D dataset to take instead. {}",
                               kDenseDataset, list(candidates)));
}

}  // namespace tessera::io::hdf5
