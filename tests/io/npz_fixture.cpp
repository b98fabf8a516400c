#include "npz_fixture.hpp"

#include <stdexcept>

#include <zip.h>

#include "npy_fixture.hpp"

namespace tessera::testing {
namespace {

Members common_members(const std::string& format) {
  return {{"format.npy", npy_header("|S3", "()") + format},
          {"shape.npy", npy_array("<i8", {3, 4})}};
}

}  // namespace

void write_archive(const std::string& path, const Members& members, bool compressed) {
  int error = 0;
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
  if (archive == nullptr) {
    throw std::runtime_error("cannot create " + path);
  }
  for (const auto& [name, content] : members) {
    zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
    const zip_int64_t index = zip_file_add(archive, name.c_str(), source, ZIP_FL_OVERWRITE);
    zip_set_file_compression(archive, static_cast<zip_uint64_t>(index),
                             compressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
  }
  if (zip_close(archive) != 0) {
    throw std::runtime_error("cannot write " + path);
  }
}

Members csr_members(const std::string& value_descr, const std::string& index_descr) {
  Members members = common_members("csr");
  members["data.npy"] = npy_array(value_descr, {5, 1, 2, 3});
  members["indices.npy"] = npy_array(index_descr, {1, 3, 0, 2});
  members["indptr.npy"] = npy_array(index_descr, {0, 2, 2, 4});
  return members;
}

Members csc_members(const std::string& value_descr, const std::string& index_descr) {
  Members members = common_members("csc");
  members["data.npy"] = npy_array(value_descr, {2, 5, 3, 1});
  members["indices.npy"] = npy_array(index_descr, {2, 0, 2, 0});
  members["indptr.npy"] = npy_array(index_descr, {0, 1, 2, 3, 4});
  return members;
}

Members coo_members(const std::string& value_descr, const std::string& index_descr) {
  Members members = common_members("coo");
  members["data.npy"] = npy_array(value_descr, {3, 1, 5, 2});
  members["row.npy"] = npy_array(index_descr, {2, 0, 0, 2});
  members["col.npy"] = npy_array(index_descr, {2, 3, 1, 0});
  return members;
}

}  // namespace tessera::testing
