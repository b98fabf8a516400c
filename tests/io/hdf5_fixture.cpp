#include "hdf5_fixture.hpp"

#include <array>

namespace tessera::testing {
namespace {

using io::hdf5::check;

io::hdf5::PropertyList creation_of(const TestDataset& dataset) {
  io::hdf5::PropertyList creation = io::hdf5::make_property_list(H5P_DATASET_CREATE);
  switch (dataset.layout) {
    case Layout::contiguous:
      break;
    case Layout::compact:
      check(H5Pset_layout(creation, H5D_COMPACT), "H5Pset_layout");
      break;
    case Layout::gzip:
    case Layout::chunked:
      check(H5Pset_chunk(creation, static_cast<int>(dataset.chunk.size()), dataset.chunk.data()),
            "H5Pset_chunk");
      if (dataset.layout == Layout::gzip) {
        check(H5Pset_shuffle(creation), "H5Pset_shuffle");
        check(H5Pset_deflate(creation, 4), "H5Pset_deflate");
      }
      break;
  }
  return creation;
}

}  // namespace

io::hdf5::File create_file(const std::string& path) {
  io::hdf5::prepare_library();
  return {H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), "H5Fcreate"};
}

void add_dataset(hid_t file, const TestDataset& dataset) {
  const io::hdf5::Dataspace space(
      H5Screate_simple(static_cast<int>(dataset.shape.size()), dataset.shape.data(), nullptr),
      "H5Screate_simple");
  const io::hdf5::Dataset created(H5Dcreate2(file, dataset.name.c_str(), dataset.type, space,
                                             H5P_DEFAULT, creation_of(dataset), H5P_DEFAULT),
                                  "H5Dcreate2");
  if (dataset.shape.size() != 2) {
    return;  // such datasets are there to be refused
  }
  std::vector<double> values;
  for (Index row = 0; row < static_cast<Index>(dataset.shape[0]); ++row) {
    for (Index column = 0; column < static_cast<Index>(dataset.shape[1]); ++column) {
      values.push_back(entry(row, column));
    }
  }
  check(H5Dwrite(created, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
        "H5Dwrite");
}

void overwrite_entry(hid_t file, const std::string& dataset, Index row, Index column,
                     double value) {
  const io::hdf5::Dataset opened(H5Dopen2(file, dataset.c_str(), H5P_DEFAULT), "H5Dopen2");
  const io::hdf5::Dataspace space(H5Dget_space(opened), "H5Dget_space");
  const std::array<hsize_t, 2> place = {static_cast<hsize_t>(row), static_cast<hsize_t>(column)};
  check(H5Sselect_elements(space, H5S_SELECT_SET, 1, place.data()), "H5Sselect_elements");
  const io::hdf5::Dataspace single(H5Screate(H5S_SCALAR), "H5Screate");
  check(H5Dwrite(opened, H5T_NATIVE_DOUBLE, single, space, H5P_DEFAULT, &value), "H5Dwrite");
}

void make_file(const mpi::Communicator& comm, const std::string& path, const TestDataset& dataset) {
  on_process_0(comm, [&] { add_dataset(create_file(path), dataset); });
}

}  // namespace tessera::testing
