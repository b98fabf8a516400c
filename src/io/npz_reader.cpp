#include "tessera/io/npz_reader.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tessera/core/error.hpp"
#include "tessera/io/text_line.hpp"

namespace tessera::io {
namespace {

constexpr const char* kRemedy = "Save it again: scipy.sparse.save_npz(FILE, matrix.tocsr())";

/// Names of the arrays that hold an entry's place.
struct IndexArrays {
  const char* major;
  const char* minor;
};

IndexArrays index_arrays(const std::string& format) {
  return format == "coo" ? IndexArrays{"row", "col"} : IndexArrays{"indptr", "indices"};
}

/// Places of entries that must lie in [0, bound).
void read_indices(NpyStream& stream, Index first, Index bound, std::span<Index> indices) {
  stream.read(indices);
  const auto wrong =
      std::ranges::find_if(indices, [&](Index index) { return index < 0 || index >= bound; });
  if (wrong != indices.end()) {
    throw InputError(fmt::format("{}: element {} is {}, but must lie between 0 and {}",
                                 stream.place(), first + (wrong - indices.begin()), *wrong,
                                 bound - 1));
  }
}

/// One index for each entry (COO).
class CoordinateIndices final : public MajorIndices {
 public:
  CoordinateIndices(NpyStream stream, Index bound) : stream_(std::move(stream)), bound_(bound) {}

  void read(std::span<Index> indices) override {
    read_indices(stream_, done_, bound_, indices);
    done_ += std::ssize(indices);
  }
  void finish() override { stream_.finish(); }

 private:
  NpyStream stream_;
  Index bound_ = 0;
  Index done_ = 0;
};

/// Index i for the entries from indptr[i] up to indptr[i + 1] (CSR, CSC).
class CompressedIndices final : public MajorIndices {
 public:
  CompressedIndices(NpyStream stream, Index entries)
      : stream_(std::move(stream)), length_(stream_.length()), entries_(entries) {
    take();
    if (end_ != 0) {
      throw InputError(fmt::format("{}: element 0 is {}, but must be 0", stream_.place(), end_));
    }
  }

  void read(std::span<Index> indices) override {
    for (Index& index : indices) {
      while (done_ == end_) {
        take();
      }
      index = taken_ - 2;
      ++done_;
    }
  }
  void finish() override {
    while (taken_ < length_) {
      take();
    }
    stream_.finish();
  }

 private:
  /// Goes on by one pointer.
  void take() {
    if (next_ == buffer_.size()) {
      refill();
    }
    const Index pointer = buffer_[next_++];
    if (pointer < end_ || pointer > entries_) {
      throw InputError(
          fmt::format("{}: element {} is {}, but must lie between the one before, {}, and the "
                      "number of entries, {}",
                      stream_.place(), taken_, pointer, end_, entries_));
    }
    end_ = pointer;
    ++taken_;
  }
  void refill() {
    constexpr Index kPointers = Index{1} << 15;
    if (taken_ == length_) {
      throw InputError(fmt::format("{}: the last element is {}, but there are {} entries",
                                   stream_.place(), end_, entries_));
    }
    buffer_.resize(static_cast<std::size_t>(std::min(kPointers, length_ - taken_)));
    stream_.read(std::span(buffer_));
    next_ = 0;
  }

  NpyStream stream_;
  Index length_ = 0;
  Index entries_ = 0;
  Index taken_ = 0;  ///< pointers
  Index end_ = 0;    ///< the last pointer taken
  Index done_ = 0;   ///< entries
  std::vector<Index> buffer_;
  std::size_t next_ = 0;
};

std::unique_ptr<MajorIndices> open_major(const ZipArchive& archive, const NpzMatrix& matrix) {
  NpyStream stream(archive, index_arrays(matrix.format).major);
  if (matrix.format == "coo") {
    return std::make_unique<CoordinateIndices>(std::move(stream), matrix.rows);
  }
  return std::make_unique<CompressedIndices>(std::move(stream), matrix.entries);
}

/// "csr" of an array of bytes ('|S3') or of 4-byte characters ('<U3').
std::string read_format(const ZipArchive& archive) {
  NpyStream stream(archive, "format");
  std::string text = stream.read_text();
  std::erase(text, '\0');
  stream.finish();
  if (text == "csr" || text == "csc" || text == "coo") {
    return text;
  }
  constexpr std::array<const char*, 4> kOthers = {"bsr", "dia", "dok", "lil"};
  const bool known = std::ranges::find(kOthers, text) != kOthers.end();
  throw InputError(fmt::format("{}: sparse matrices of {} are not read, only csr, csc and coo. {}",
                               stream.place(), known ? "format " + text : "unknown format",
                               kRemedy));
}

/// @throws InputError that lists what the archive holds unless it is a sparse matrix.
void require_sparse(const ZipArchive& archive, const std::string& path) {
  if (archive.contains("format.npy") && archive.contains("shape.npy") &&
      archive.contains("data.npy")) {
    return;
  }
  constexpr std::size_t kShown = 10;
  std::vector<std::string> names = archive.member_names();
  const bool more = names.size() > kShown;
  names.resize(std::min(names.size(), kShown));
  std::ranges::transform(names, names.begin(), [](const auto& name) { return excerpt(name); });
  if (more) {
    names.emplace_back("...");
  }
  throw InputError(fmt::format(
      "'{}' holds no sparse matrix of scipy.sparse.save_npz, which has format.npy, shape.npy and "
      "data.npy: its members are {}. A dense array is read from a file of np.save(FILE, array)",
      path, names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
}

std::array<Index, 2> read_shape(const ZipArchive& archive) {
  NpyStream stream(archive, "shape");
  if (stream.length() != 2) {
    throw InputError(
        fmt::format("{} names {} dimensions, but a matrix has 2", stream.place(), stream.length()));
  }
  std::array<Index, 2> shape{};
  stream.read(std::span<Index>(shape));
  stream.finish();
  if (shape[0] < 0 || shape[1] < 0) {
    throw InputError(fmt::format("{}: {}x{} is no shape", stream.place(), shape[0], shape[1]));
  }
  try {
    require_matrix_shape({shape[0], shape[1]});
  } catch (const InputError& error) {
    throw InputError(stream.place() + ": " + error.what());
  }
  return shape;
}

/// @throws InputError unless the array is 1-D, of integers, and of this length.
void require_indices(const NpyStream& stream, Index length) {
  if (stream.number_type().kind == NpyType::Kind::floating) {
    throw InputError(fmt::format("{} must hold integers, but holds {}. {}", stream.place(),
                                 npy_type_name(stream.number_type()), kRemedy));
  }
  if (stream.length() != length) {
    throw InputError(fmt::format("{} has {} elements, but must have {}", stream.place(),
                                 stream.length(), length));
  }
}

}  // namespace

NpzMatrix describe_npz(const std::string& path) {
  const ZipArchive archive(path);
  require_sparse(archive, path);
  NpzMatrix matrix;
  matrix.format = read_format(archive);
  const auto [rows, columns] = read_shape(archive);
  matrix.rows = rows;
  matrix.columns = columns;
  const NpyStream values(archive, "data");
  static_cast<void>(values.number_type());  // refuses what is no number
  matrix.descr = values.descr();
  matrix.entries = values.length();
  const auto [major, minor] = index_arrays(matrix.format);
  const Index pointers = 1 + (matrix.format == "csr" ? rows : columns);
  require_indices(NpyStream(archive, major), matrix.format == "coo" ? matrix.entries : pointers);
  require_indices(NpyStream(archive, minor), matrix.entries);
  return matrix;
}

template <class Real>
NpzReader<Real>::NpzReader(const std::string& path, const NpzMatrix& matrix)
    : matrix_(matrix),
      archive_(path),
      values_(archive_, "data"),
      major_(open_major(archive_, matrix)),
      minor_(archive_, index_arrays(matrix.format).minor) {}

template <class Real>
typename Entries<Real>::Piece NpzReader<Real>::next(Index limit) {
  const auto count = static_cast<std::size_t>(std::min(limit, matrix_.entries - done_));
  typename Entries<Real>::Piece batch;
  batch.positions.resize(count);
  batch.values.resize(count);
  values_.read(std::span(batch.values));
  major_->read(std::span(batch.positions));
  std::vector<Index> minor(count);
  const bool by_columns = matrix_.format == "csc";
  read_indices(minor_, done_, by_columns ? matrix_.rows : matrix_.columns, minor);
  for (std::size_t entry = 0; entry < count; ++entry) {
    const Index row = by_columns ? minor[entry] : batch.positions[entry];
    const Index column = by_columns ? batch.positions[entry] : minor[entry];
    batch.positions[entry] = row * matrix_.columns + column;
  }
  done_ += static_cast<Index>(count);
  if (done_ == matrix_.entries) {
    finish();
  }
  return batch;
}

template <class Real>
void NpzReader<Real>::finish() {
  values_.finish();
  major_->finish();
  minor_.finish();
}

template class NpzReader<float>;
template class NpzReader<double>;

}  // namespace tessera::io
