#include "tessera/io/matrix_source.hpp"

#include <fstream>
#include <string_view>

#include "tessera/io/csv.hpp"
#include "tessera/io/docword.hpp"
#include "tessera/io/edge_list.hpp"
#include "tessera/io/file_format.hpp"
#include "tessera/io/hdf5_dense.hpp"
#include "tessera/io/hdf5_sparse.hpp"
#include "tessera/io/matrix_market.hpp"
#include "tessera/io/npy_source.hpp"
#include "tessera/io/npz_source.hpp"
#include "tessera/io/text_format.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::io {
namespace {

enum class FileFormat { hdf5, npy, zip, matrix_market, docword, csv, edge_list };

FileFormat from_text_format(TextFormat format, const std::string& path) {
  switch (format) {
    case TextFormat::matrix_market:
      return FileFormat::matrix_market;
    case TextFormat::docword:
      return FileFormat::docword;
    case TextFormat::csv:
      return FileFormat::csv;
    case TextFormat::edge_list:
      return FileFormat::edge_list;
    case TextFormat::unknown:
      break;
  }
  throw InputError("'" + path + "': " + looks_like(path) +
                   ", but none of the formats that can be read: HDF5, NumPy .npy, "
                   "SciPy .npz, Matrix Market, CSV or TSV, UCI bag of words, edge list (text also "
                   "as gzip)");
}

/// By content, then by name; on one process. @throws IoError, InputError.
FileFormat recognise(const std::string& path) {
  require_readable(path);
  constexpr std::streamsize kHeadBytes = 1 << 16;
  std::string head(static_cast<std::size_t>(kHeadBytes), '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), kHeadBytes);
  head.resize(static_cast<std::size_t>(file.gcount()));
  const std::string_view start(head);
  if (is_hdf5(path)) {
    return FileFormat::hdf5;
  }
  if (start.starts_with("\x93NUMPY")) {
    return FileFormat::npy;
  }
  if (start.starts_with("PK\x03\x04")) {
    return FileFormat::zip;
  }
  return from_text_format(recognise_text(start, path), path);
}

std::unique_ptr<MatrixSource> open_hdf5(const InputOptions& input, const mpi::Communicator& comm) {
  if (auto sparse = open_hdf5_sparse(input, comm)) {
    return sparse;
  }
  return open_hdf5_dense(input, comm);
}

}  // namespace

std::unique_ptr<MatrixSource> open_matrix(const InputOptions& input,
                                          const mpi::Communicator& comm) {
  auto format = static_cast<int>(mpi::agree(
      comm, [&] { return comm.rank() == 0 ? recognise(input.path) : FileFormat::hdf5; }));
  comm.broadcast(std::span(&format, 1), 0);
  switch (static_cast<FileFormat>(format)) {
    case FileFormat::hdf5:
      return open_hdf5(input, comm);
    case FileFormat::npy:
      return open_npy(input, comm);
    case FileFormat::zip:
      return open_npz(input, comm);
    case FileFormat::matrix_market:
      return open_matrix_market(input, comm);
    case FileFormat::docword:
      return open_docword(input, comm);
    case FileFormat::csv:
      return open_csv(input, comm);
    case FileFormat::edge_list:
      return open_edge_list(
          input, input.undirected ? EdgeDirection::both : EdgeDirection::as_written, comm);
  }
  throw Error(ExitCode::other, "no reader for this format");
}

}  // namespace tessera::io
