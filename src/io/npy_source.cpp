#include "tessera/io/npy_source.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

#include <fmt/format.h>

#include "tessera/io/broadcast.hpp"
#include "tessera/io/input_file.hpp"
#include "tessera/io/parse_npy.hpp"
#include "tessera/mpi/agree.hpp"

#include "typed_source.hpp"

namespace tessera::io {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(NpyHeader, descr, fortran_order, shape, data_offset)

namespace {

/// Looks at the file on one process. @throws InputError unless it holds just the matrix its header
/// describes.
NpyHeader describe(const std::string& path) {
  const InputFile file(path);
  const auto read_begin = [&](Index bytes) {
    std::string begin(static_cast<std::size_t>(std::min(bytes, file.size())), '\0');
    file.read(0, std::as_writable_bytes(std::span(begin)));
    return begin;
  };
  try {
    const Index header_bytes = npy_header_bytes(read_begin(kNpyPrefixBytes));
    NpyHeader header = parse_npy_header(read_begin(header_bytes));
    const NpyType type = parse_npy_type(header.descr);
    require_matrix_shape(header.shape);
    const Index expected = header.data_offset + count_elements(header.shape) * type.bytes;
    if (file.size() != expected) {
      throw InputError(fmt::format(
          "it is {}: a {} matrix of {} takes {} bytes, but the file has {}. Save it again",
          file.size() < expected ? "truncated" : "followed by something else",
          shape_text(header.shape), npy_type_name(type), expected, file.size()));
    }
    return header;
  } catch (const InputError& error) {
    throw InputError("'" + path + "': " + error.what());
  }
}

/// A .npy file. To the file its matrix is `lines` of equal length one behind the other: the rows in
/// C order, the columns in Fortran order.
class NpySource final : public TypedDenseSource<NpySource> {
 public:
  NpySource(const std::string& path, const NpyHeader& header, Index piece_bytes)
      : header_(header), type_(parse_npy_type(header.descr)), piece_bytes_(piece_bytes) {
    description_.path = path;
    description_.format = "NumPy";
    description_.value_type = npy_type_name(type_);
    description_.storage = header.fortran_order ? "Fortran order" : "C order";
    description_.rows = header.shape[0];
    description_.columns = header.shape[1];
    description_.exceeds_float32 =
        type_.kind == NpyType::Kind::floating && type_.bytes > Index{sizeof(float)};
  }

  [[nodiscard]] const MatrixDescription& description() const override { return description_; }
  template <class Real>
  [[nodiscard]] Matrix<Real> read(const mpi::Communicator& comm,
                                  const std::vector<Rectangle>& wanted) const {
    const Rectangle& own = wanted[static_cast<std::size_t>(comm.rank())];
    return mpi::agree(comm, [&] {
      const InputFile file(description_.path);
      Matrix<Real> entries(own.rows.size(), own.columns.size());
      if (header_.fortran_order) {
        read_transposed<Real>(file, own, entries.view());
      } else {
        read_as_stored<Real>(file, own, entries.view());
      }
      return entries;
    });
  }

 private:
  template <class Real>
  void read_as_stored(const InputFile& file, const Rectangle& own, MatrixView<Real> entries) const;
  template <class Real>
  void read_transposed(const InputFile& file, const Rectangle& own, MatrixView<Real> entries) const;
  template <class Real>
  void read_lines(const InputFile& file, const Rectangle& lines, Real* numbers) const;
  [[nodiscard]] Index piece_elements() const {
    return std::max<Index>(1, piece_bytes_ / type_.bytes);
  }

  NpyHeader header_;
  NpyType type_;
  Index piece_bytes_;
  MatrixDescription description_;
};

/// Reads parts of some lines: rows of the rectangle are lines of the file, columns places in them.
template <class Real>
void NpySource::read_lines(const InputFile& file, const Rectangle& lines, Real* numbers) const {
  const Index length = header_.shape[header_.fortran_order ? 0 : 1];
  std::vector<std::byte> bytes(static_cast<std::size_t>(lines.size() * type_.bytes));
  // Whole lines follow each other without a gap.
  const bool whole = lines.columns.size() == length;
  const Index runs = whole ? 1 : lines.rows.size();
  const std::size_t run_bytes = bytes.size() / static_cast<std::size_t>(runs);
  for (Index run = 0; run < runs; ++run) {
    const Index first = (lines.rows.begin + run) * length + lines.columns.begin;
    file.read(header_.data_offset + first * type_.bytes,
              std::span(bytes).subspan(static_cast<std::size_t>(run) * run_bytes, run_bytes));
  }
  decode(std::span<const std::byte>(bytes), type_, numbers);
}

template <class Real>
void NpySource::read_as_stored(const InputFile& file, const Rectangle& own,
                               MatrixView<Real> entries) const {
  for (const Rectangle& piece : cut(own, Granule{}, piece_elements())) {
    read_lines(
        file, piece,
        entries.row(piece.rows.begin - own.rows.begin) + piece.columns.begin - own.columns.begin);
  }
}

template <class Real>
void NpySource::read_transposed(const InputFile& file, const Rectangle& own,
                                MatrixView<Real> entries) const {
  // Wide enough that what is written to one row fills whole cache lines.
  constexpr Index kColumns = 64;
  const Index limit = piece_elements();
  const Index columns = std::min(kColumns, limit);
  const Granule granule{limit / columns, columns};
  std::vector<Real> numbers(static_cast<std::size_t>(granule.rows * granule.columns));
  for (const Rectangle& piece : cut(own, granule, limit)) {
    read_lines(file, {piece.columns, piece.rows}, numbers.data());
    const MatrixView<Real> lines(numbers.data(), piece.columns.size(), piece.rows.size());
    const Index first_column = piece.columns.begin - own.columns.begin;
    for (Index i = 0; i < piece.rows.size(); ++i) {
      Real* row = entries.row(piece.rows.begin - own.rows.begin + i) + first_column;
      for (Index j = 0; j < piece.columns.size(); ++j) {
        row[j] = lines(j, i);
      }
    }
  }
}

}  // namespace

std::unique_ptr<DenseSource> open_npy(const InputOptions& input, const mpi::Communicator& comm,
                                      Index piece_bytes) {
  if (!input.dataset.empty()) {
    throw mpi::AgreedError(
        ExitCode::usage, fmt::format("'{}' holds a single array: leave out --dataset", input.path));
  }
  auto header =
      mpi::agree(comm, [&] { return comm.rank() == 0 ? describe(input.path) : NpyHeader{}; });
  broadcast_value(header, comm);
  return std::make_unique<NpySource>(input.path, header, piece_bytes);
}

}  // namespace tessera::io
