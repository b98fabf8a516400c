#include "tessera/io/compressed_dataset.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <numeric>

#include <fmt/format.h>
#include <libdeflate.h>

#include "tessera/core/error.hpp"
#include "tessera/mpi/agree.hpp"
#include "tessera/mpi/gather.hpp"

namespace tessera::io {
namespace {

using Bytes = std::vector<std::byte>;

/// Stronger levels take twice as long for at most a twelfth of the space: measured on counts and on
/// TF-IDF weights.
constexpr int kCompressionLevel = 1;
/// Within the megabyte that HDF5 caches of a dataset for readers of parts of it.
constexpr Index kChunkBytes = Index{512} << 10;
/// HDF5 counts the bytes of a chunk in 32 bits.
constexpr Index kLargestChunkBytes = Index{1} << 31;

static_assert(std::endian::native == std::endian::little,
              "chunks are written as they lie in memory");

template <class T>
hid_t file_type() {
  if constexpr (std::same_as<T, float>) {
    return H5T_IEEE_F32LE;
  } else if constexpr (std::same_as<T, double>) {
    return H5T_IEEE_F64LE;
  } else if constexpr (std::same_as<T, std::int32_t>) {
    return H5T_STD_I32LE;
  } else {
    return H5T_STD_I64LE;
  }
}

/// How the entries of a dataset, counted row by row, are cut into chunks and lie on processes.
struct Cut {
  std::vector<Index> begins;  ///< of each process's run, and the total
  Index row_entries = 1;
  Index chunk_rows = 1;

  [[nodiscard]] Index total() const { return begins.back(); }
  [[nodiscard]] Index chunk_entries() const { return row_entries * chunk_rows; }
  [[nodiscard]] Index chunks() const {
    return (total() + chunk_entries() - 1) / std::max<Index>(1, chunk_entries());
  }
  /// Entries of the chunks [first, last), without those beyond the end.
  [[nodiscard]] Range entries(Index first, Index last) const {
    return {std::min(first * chunk_entries(), total()), std::min(last * chunk_entries(), total())};
  }
  [[nodiscard]] Range run(int process) const {
    const auto r = static_cast<std::size_t>(process);
    return {begins[r], begins[r + 1]};
  }
};

Cut make_cut(const std::vector<Index>& shape, Index own, Index value_bytes,
             const mpi::Communicator& comm) {
  Cut cut;
  cut.begins = mpi::gather(own, comm);
  cut.begins.insert(cut.begins.begin(), 0);
  std::partial_sum(cut.begins.begin(), cut.begins.end(), cut.begins.begin());
  cut.row_entries = shape.size() == 2 ? shape[1] : 1;
  const Index row_bytes = std::max<Index>(1, cut.row_entries * value_bytes);
  cut.chunk_rows = std::clamp<Index>(kChunkBytes / row_bytes, 1, std::max<Index>(1, shape[0]));
  mpi::agree(comm, [&] {
    if (cut.total() != shape[0] * cut.row_entries) {
      throw ShapeError(fmt::format("write_compressed_dataset: the processes hold {} entries of {}",
                                   cut.total(), shape[0] * cut.row_entries));
    }
  });
  return cut;
}

/// On process 0. Chunks cannot be empty, so a dataset without entries has none.
hdf5::Dataset create_dataset(hid_t location, const std::string& name,
                             const std::vector<Index>& shape, const Cut& cut, hid_t type) {
  const std::vector<hsize_t> extent(shape.begin(), shape.end());
  const auto dimensions = static_cast<int>(extent.size());
  const hdf5::Dataspace space(H5Screate_simple(dimensions, extent.data(), nullptr),
                              "H5Screate_simple");
  const hdf5::PropertyList creation = hdf5::make_property_list(H5P_DATASET_CREATE);
  if (cut.total() > 0) {
    std::vector<hsize_t> chunk = extent;
    chunk[0] = static_cast<hsize_t>(cut.chunk_rows);
    hdf5::check(H5Pset_chunk(creation, dimensions, chunk.data()), "H5Pset_chunk");
    hdf5::check(H5Pset_shuffle(creation), "H5Pset_shuffle");
    hdf5::check(H5Pset_deflate(creation, kCompressionLevel), "H5Pset_deflate");
    hdf5::check(H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER), "H5Pset_fill_time");
  }
  return {H5Dcreate2(location, name.c_str(), type, space, H5P_DEFAULT, creation, H5P_DEFAULT),
          "H5Dcreate2"};
}

// What follows is done for every chunk. So buffers come from outside: the system would take back
// what is freed, and to get it anew takes longer than to compress it.

/// Gathers the round's chunk of this process, whole: beyond the last entry it is filled up with
/// zeros. Collective.
template <class T>
void gather_chunk(const Cut& cut, Index first_chunk, std::span<const T> own, std::vector<T>& chunk,
                  const mpi::Communicator& comm) {
  constexpr auto kBytes = static_cast<Index>(sizeof(T));
  const Range run = cut.run(comm.rank());
  const auto chunk_of = [&](int process) {
    return cut.entries(first_chunk + process, first_chunk + process + 1);
  };
  std::vector<Index> send;
  std::vector<Index> receive;
  for (int process = 0; process < comm.size(); ++process) {
    send.push_back(intersect(run, chunk_of(process)).size() * kBytes);
    receive.push_back(intersect(cut.run(process), chunk_of(comm.rank())).size() * kBytes);
  }
  const Range sent = intersect(run, cut.entries(first_chunk, first_chunk + comm.size()));
  const auto outgoing = sent.empty() ? own.first(0)
                                     : own.subspan(static_cast<std::size_t>(sent.begin - run.begin),
                                                   static_cast<std::size_t>(sent.size()));
  const Range mine = chunk_of(comm.rank());
  chunk.resize(static_cast<std::size_t>(mine.empty() ? 0 : cut.chunk_entries()));
  const auto incoming = std::span(chunk).first(static_cast<std::size_t>(mine.size()));
  std::fill(chunk.begin() + mine.size(), chunk.end(), T{});
  comm.all_to_all<std::byte>(std::as_bytes(outgoing), send, std::as_writable_bytes(incoming),
                             receive);
}

/// The first bytes of all values, then the second ones, ..., as HDF5's filter "shuffle" lays them:
/// what values have in common comes to stand together.
template <class T>
void shuffle(std::span<const T> values, Bytes& shuffled) {
  const auto bytes = std::as_bytes(values);
  shuffled.resize(bytes.size());
  for (std::size_t byte = 0; byte < sizeof(T); ++byte) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      shuffled[byte * values.size() + i] = bytes[i * sizeof(T) + byte];
    }
  }
}

/// A chunk as it is stored.
struct StoredChunk {
  std::span<const std::byte> bytes;
  std::uint32_t skipped = 0;  ///< a bit for each filter that was not applied, in their order
};

/// Does what HDF5's filters "shuffle" and "deflate" do, the latter into zlib's format. Chunks that
/// would hardly become smaller, such as most weights, are left as they are: HDF5 notes that with
/// each.
class Compressor {
 public:
  Compressor() : compressor_(libdeflate_alloc_compressor(kCompressionLevel)) {
    if (compressor_ == nullptr) {
      throw std::bad_alloc();
    }
  }

  /// The result lies in `values` or in here, until the next call.
  template <class T>
  [[nodiscard]] StoredChunk compress(std::span<const T> values) {
    if (values.empty()) {
      return {};
    }
    constexpr std::size_t kSample = 16;  // a chunk is judged by one part of so many
    constexpr std::uint32_t kNoFilter = 3;
    if (!is_worthwhile(values.first((values.size() + kSample - 1) / kSample))) {
      return {std::as_bytes(values), kNoFilter};
    }
    return {deflate(values), 0};
  }

 private:
  /// Whether deflating values takes a quarter of their bytes away.
  template <class T>
  [[nodiscard]] bool is_worthwhile(std::span<const T> values) {
    constexpr double kWorthwhile = 0.75;
    return static_cast<double>(deflate(values).size()) <=
           kWorthwhile * static_cast<double>(values.size_bytes());
  }

  template <class T>
  [[nodiscard]] std::span<const std::byte> deflate(std::span<const T> values) {
    shuffle(values, shuffled_);
    const std::size_t most = libdeflate_zlib_compress_bound(compressor_.get(), shuffled_.size());
    packed_.resize(std::max(packed_.size(), most));
    const std::size_t length = libdeflate_zlib_compress(
        compressor_.get(), shuffled_.data(), shuffled_.size(), packed_.data(), packed_.size());
    if (length == 0) {
      throw IoError(fmt::format("libdeflate cannot compress {} bytes", shuffled_.size()));
    }
    return std::span(packed_).first(length);
  }

  struct Free {
    void operator()(libdeflate_compressor* compressor) const {
      libdeflate_free_compressor(compressor);
    }
  };
  std::unique_ptr<libdeflate_compressor, Free> compressor_;
  Bytes shuffled_;
  Bytes packed_;
};

using WriteChunk =
    std::function<void(Index chunk, std::uint32_t skipped, std::span<const std::byte>)>;

/// Process 0 calls write() with the chunk of each process that has one. Collective.
void write_round(const StoredChunk& own, Index first_chunk, Bytes& all,
                 const mpi::Communicator& comm, const WriteChunk& write) {
  const std::vector<Index> lengths = mpi::gather(std::ssize(own.bytes), comm);
  const std::vector<Index> skipped = mpi::gather(own.skipped, comm);
  const bool first = comm.rank() == 0;
  std::vector<Index> send(lengths.size(), 0);
  send.front() = std::ssize(own.bytes);
  const std::vector<Index> receive = first ? lengths : std::vector<Index>(lengths.size(), 0);
  all.resize(static_cast<std::size_t>(std::reduce(receive.begin(), receive.end())));
  comm.all_to_all<std::byte>(own.bytes, send, all, receive);
  mpi::on_root(comm, [&] {
    std::size_t at = 0;
    for (std::size_t process = 0; process < lengths.size(); ++process) {
      const auto length = static_cast<std::size_t>(lengths[process]);
      if (length > 0) {
        write(first_chunk + static_cast<Index>(process),
              static_cast<std::uint32_t>(skipped[process]), std::span(all).subspan(at, length));
      }
      at += length;
    }
  });
}

}  // namespace

template <class T>
void write_compressed_dataset(hid_t location, const std::string& name,
                              const std::vector<Index>& shape, std::span<const T> own,
                              const mpi::Communicator& comm) {
  const Cut cut = make_cut(shape, std::ssize(own), sizeof(T), comm);
  hdf5::Dataset dataset;
  mpi::on_root(comm, [&] {
    if (cut.chunk_entries() * static_cast<Index>(sizeof(T)) > kLargestChunkBytes) {
      throw InputError(fmt::format("rows of {} entries are too long for chunks of an HDF5 file",
                                   cut.row_entries));
    }
    dataset = create_dataset(location, name, shape, cut, file_type<T>());
  });
  const auto write = [&](Index chunk, std::uint32_t skipped, std::span<const std::byte> bytes) {
    const std::array<hsize_t, 2> corner = {static_cast<hsize_t>(chunk * cut.chunk_rows), 0};
    hdf5::check(
        H5Dwrite_chunk(dataset, H5P_DEFAULT, skipped, corner.data(), bytes.size(), bytes.data()),
        "H5Dwrite_chunk");
  };
  auto compressor = mpi::agree(comm, [] { return Compressor(); });
  std::vector<T> chunk;
  Bytes all;
  for (Index first = 0; first < cut.chunks(); first += comm.size()) {
    gather_chunk(cut, first, own, chunk, comm);
    const StoredChunk stored =
        mpi::agree(comm, [&] { return compressor.compress(std::span<const T>(chunk)); });
    write_round(stored, first, all, comm, write);
  }
  mpi::on_root(comm, [&] { dataset.close(); });
}

template void write_compressed_dataset(hid_t, const std::string&, const std::vector<Index>&,
                                       std::span<const float>, const mpi::Communicator&);
template void write_compressed_dataset(hid_t, const std::string&, const std::vector<Index>&,
                                       std::span<const double>, const mpi::Communicator&);
template void write_compressed_dataset(hid_t, const std::string&, const std::vector<Index>&,
                                       std::span<const std::int32_t>, const mpi::Communicator&);
template void write_compressed_dataset(hid_t, const std::string&, const std::vector<Index>&,
                                       std::span<const Index>, const mpi::Communicator&);

}  // namespace tessera::io
