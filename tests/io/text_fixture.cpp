#include "text_fixture.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include <zlib.h>

#include "tessera/matrix/partition.hpp"

namespace tessera::testing {
namespace {

std::vector<io::Rectangle> row_blocks(Index rows, Index columns, int processes) {
  const Partition parts = Partition::even(rows, processes);
  std::vector<io::Rectangle> blocks;
  for (int process = 0; process < processes; ++process) {
    blocks.push_back({parts.part(process), {0, columns}});
  }
  return blocks;
}

std::vector<io::Rectangle> column_blocks(Index rows, Index columns, int processes) {
  std::vector<io::Rectangle> blocks = row_blocks(columns, rows, processes);
  for (io::Rectangle& block : blocks) {
    std::swap(block.rows, block.columns);
  }
  return blocks;
}

/// Puts the blocks of all processes together, on all of them.
template <class Real>
Matrix<double> assemble(const Matrix<Real>& own, const io::Rectangle& place, Index rows,
                        Index columns, const mpi::Communicator& comm) {
  Matrix<double> all(rows, columns);
  for (Index i = 0; i < own.rows(); ++i) {
    for (Index j = 0; j < own.columns(); ++j) {
      all(place.rows.begin + i, place.columns.begin + j) = static_cast<double>(own(i, j));
    }
  }
  comm.all_reduce_sum(all.span());
  return all;
}

template <class T>
std::vector<T> gather(const std::vector<T>& own, const mpi::Communicator& comm) {
  std::vector<Index> lengths(static_cast<std::size_t>(comm.size()));
  const Index length = std::ssize(own);
  comm.all_gather(std::span<const Index>(&length, 1), std::vector<Index>(lengths.size(), 1),
                  std::span(lengths));
  const mpi::Layout layout(lengths);
  std::vector<T> all(static_cast<std::size_t>(layout.total()));
  comm.all_gather(std::span<const T>(own), layout, std::span(all));
  return all;
}

}  // namespace

std::string compress(std::string_view text) {
  constexpr int kGzip = 16;
  constexpr int kMemoryLevel = 8;
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + kGzip, kMemoryLevel,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("cannot start zlib");
  }
  std::string compressed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  deflate(&stream, Z_FINISH);
  compressed.resize(stream.total_out);
  deflateEnd(&stream);
  return compressed;
}

void write_file(const std::filesystem::path& path, std::string_view bytes,
                const mpi::Communicator& comm) {
  if (comm.rank() == 0) {
    std::ofstream(path, std::ios::binary) << bytes;
  }
  comm.barrier();
}

ReadEntries read_all_entries(const io::MatrixSource& source, const mpi::Communicator& comm) {
  const auto& sparse = dynamic_cast<const io::SparseSource&>(source);
  const io::Entries<double> own = sparse.read_entries_float64(comm);
  std::vector<Index> own_positions;
  std::vector<double> own_values;
  for (const auto& piece : own.pieces()) {
    own_positions.insert(own_positions.end(), piece.positions.begin(), piece.positions.end());
    own_values.insert(own_values.end(), piece.values.begin(), piece.values.end());
  }
  const std::vector<Index> positions = gather(own_positions, comm);
  const std::vector<double> values = gather(own_values, comm);
  const Index columns = source.description().columns;
  ReadEntries read{std::ssize(positions), {}};
  for (std::size_t at = 0; at < positions.size(); ++at) {
    read.values[{positions[at] / columns, positions[at] % columns}] += values[at];
  }
  return read;
}

Matrix<double> read_all_values(const io::MatrixSource& source, const mpi::Communicator& comm) {
  const auto& dense = dynamic_cast<const io::DenseSource&>(source);
  const Index rows = source.description().rows;
  const Index columns = source.description().columns;
  const auto rank = static_cast<std::size_t>(comm.rank());
  const auto by_rows = row_blocks(rows, columns, comm.size());
  const auto by_columns = column_blocks(rows, columns, comm.size());
  Matrix<double> values =
      assemble(dense.read_float64(comm, by_rows), by_rows[rank], rows, columns, comm);
  const Matrix<double> again =
      assemble(dense.read_float32(comm, by_columns), by_columns[rank], rows, columns, comm);
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < columns; ++j) {
      EXPECT_FLOAT_EQ(static_cast<float>(values(i, j)), static_cast<float>(again(i, j)));
    }
  }
  return values;
}

std::optional<std::filesystem::path> data_folder() {
  const char* given = std::getenv("TESSERA_DATA");
  const std::filesystem::path path = given != nullptr ? given : TESSERA_DATA_BESIDE_SOURCE;
  return std::filesystem::is_directory(path) ? std::optional(path) : std::nullopt;
}

}  // namespace tessera::testing
