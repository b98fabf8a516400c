#include <array>
#include <span>
#include <vector>

#include <zip.h>

#include "tessera/io/npz_reader.hpp"

#include "memory_file.hpp"

using namespace tessera;
using namespace tessera::fuzz;

namespace {

/// Takes a byte off the text, and then as many as it says.
std::string_view take_counted(std::string_view& text) {
  const auto count = static_cast<unsigned char>(text.front());
  const std::string_view taken = text.substr(1, count);
  text.remove_prefix(1 + taken.size());
  return taken;
}

/// The bytes of an archive whose checksums are right. A member is a byte for its name, one for its
/// length, and its content.
std::string make_archive(std::string_view members) {
  constexpr std::array<const char*, 7> kNames = {
      "format.npy", "shape.npy", "data.npy", "row.npy", "col.npy", "indptr.npy", "indices.npy"};
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, nullptr);
  zip_t* archive = zip_open_from_source(target, ZIP_TRUNCATE, nullptr);
  zip_source_keep(target);  // beyond zip_close
  while (members.size() >= 2) {
    const char* name = kNames[static_cast<unsigned char>(members.front()) % kNames.size()];
    members.remove_prefix(1);
    const std::string_view content = take_counted(members);
    zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
    const zip_int64_t index = zip_file_add(archive, name, source, ZIP_FL_OVERWRITE);
    zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0);
  }
  require(zip_close(archive) == 0, "the archive is written");

  std::string bytes;
  zip_stat_t status;
  if (zip_source_stat(target, &status) == 0 && zip_source_open(target) == 0) {
    bytes.resize(status.size);
    zip_source_read(target, bytes.data(), bytes.size());
    zip_source_close(target);
  }
  zip_source_free(target);
  return bytes;
}

template <class Real>
void read_all(const std::string& path, const io::NpzMatrix& matrix) {
  constexpr Index kBatch = 3;
  io::NpzReader<Real> reader(path, matrix);
  Index entries = 0;
  for (auto piece = reader.next(kBatch); !piece.positions.empty(); piece = reader.next(kBatch)) {
    require(piece.positions.size() == piece.values.size(), "every entry has a value");
    for (const Index position : piece.positions) {
      require(position >= 0 && position / matrix.columns < matrix.rows, "the place is in A");
    }
    entries += std::ssize(piece.positions);
  }
  require(entries == matrix.entries, "all entries are read");
}

}  // namespace

/// The members of an archive, read as a sparse matrix of both precisions.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const MemoryFile file(make_archive(as_text(data, size)));
  try_parse([&] {
    const io::NpzMatrix matrix = io::describe_npz(file.path());
    require(matrix.rows > 0 && matrix.columns > 0 && matrix.entries >= 0, "the shape is one");
    try_parse([&] { read_all<float>(file.path(), matrix); });
    read_all<double>(file.path(), matrix);
  });
  return 0;
}
