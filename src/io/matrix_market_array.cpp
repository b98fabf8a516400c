#include "matrix_market_array.hpp"

#include <algorithm>
#include <utility>

#include "tessera/io/parse_matrix_market.hpp"
#include "tessera/mpi/agree.hpp"

#include "text_dense.hpp"
#include "typed_source.hpp"

namespace tessera::io {
namespace {

class ArraySource final : public TypedDenseSource<ArraySource> {
 public:
  ArraySource(TextFile file, MatrixDescription description, ArrayLayout layout)
      : file_(std::move(file)), description_(std::move(description)), layout_(layout) {}

  [[nodiscard]] const MatrixDescription& description() const override { return description_; }
  template <class Real>
  [[nodiscard]] Matrix<Real> read(const mpi::Communicator& comm,
                                  const std::vector<Rectangle>& wanted) const;

 private:
  [[nodiscard]] std::vector<double> parse_values(const TextChunk& chunk) const;
  [[nodiscard]] Index values_before(Index line) const {
    return std::max<Index>(0, line - 1 - layout_.header_lines);
  }

  TextFile file_;
  MatrixDescription description_;
  ArrayLayout layout_;
};

std::vector<double> ArraySource::parse_values(const TextChunk& chunk) const {
  const Index total = description_.rows * description_.columns;
  std::vector<double> values;
  for_each_line(chunk, [&](const TextLine& line) {
    if (line.number <= layout_.header_lines) {
      return;
    }
    // The number of a line says where its value belongs, so none may be left blank.
    if (values_before(line.number) < total) {
      values.push_back(parse_array_value(layout_.value, line));
    } else if (!is_blank(line.text)) {
      throw LineError(line.number, "there are more values than the " + std::to_string(total) +
                                       " that the header says, from " + excerpt(line.text));
    }
  });
  return values;
}

/// The tiles of consecutive values.
template <class Real>
std::vector<Tile<Real>> make_tiles(const std::vector<double>& values, Index first, Index rows) {
  const auto places = split_columns({first, first + std::ssize(values)}, rows);
  const double* next = values.data();
  std::vector<Tile<Real>> tiles;
  for (const Rectangle& place : places) {
    Matrix<Real> entries(place.rows.size(), place.columns.size());
    for (Index column = 0; column < entries.columns(); ++column) {
      for (Index row = 0; row < entries.rows(); ++row) {
        entries(row, column) = static_cast<Real>(*next++);
      }
    }
    tiles.push_back({place, std::move(entries)});
  }
  return tiles;
}

template <class Real>
Matrix<Real> ArraySource::read(const mpi::Communicator& comm,
                               const std::vector<Rectangle>& wanted) const {
  Index own_values = 0;
  const ParseTiles<Real> parse = [&](const TextChunk& chunk) {
    const std::vector<double> values = parse_values(chunk);
    own_values += std::ssize(values);
    return make_tiles<Real>(values, values_before(chunk.first_line), description_.rows);
  };
  constexpr std::size_t kTiles = 3;
  Matrix<Real> own = read_text_tiles<Real>(file_, parse, kTiles, comm, wanted);
  const Index values = comm.sum(own_values);
  const Index expected = description_.rows * description_.columns;
  if (values < expected) {
    throw mpi::AgreedError(ExitCode::input,
                           "'" + file_.path() + "', the header says " + std::to_string(expected) +
                               " values, but there are only " + std::to_string(values) +
                               ": the file is truncated. Get it again");
  }
  return own;
}

}  // namespace

std::array<Rectangle, 3> split_columns(Range values, Index rows) {
  const Index first_whole = (values.begin + rows - 1) / rows;  // columns
  const Index end_whole = values.end / rows;
  const Index first = values.begin / rows;
  const Index column_end = std::min(values.end, (first + 1) * rows);
  std::array<Rectangle, 3> places;
  if (first < first_whole) {
    places[0] = {{values.begin - first * rows, column_end - first * rows}, {first, first + 1}};
  }
  if (first_whole < end_whole) {
    places[1] = {{0, rows}, {first_whole, end_whole}};
  }
  if (first_whole <= end_whole && end_whole * rows < values.end) {
    places[2] = {{0, values.end - end_whole * rows}, {end_whole, end_whole + 1}};
  }
  return places;
}

std::unique_ptr<MatrixSource> make_array_source(TextFile file, MatrixDescription description,
                                                ArrayLayout layout, const mpi::Communicator& comm) {
  constexpr Index kShortestValue = 2;  // a digit and a line end
  const Index most_values = file.most_bytes() / kShortestValue + 1;
  mpi::agree(comm, [&] {
    if (description.rows > most_values / description.columns) {
      throw InputError("'" + file.path() + "', the header says " +
                       std::to_string(description.rows) + "x" +
                       std::to_string(description.columns) +
                       " values, but the file is too short for more than " +
                       std::to_string(most_values) + ": it is truncated. Get it again");
    }
  });
  return std::make_unique<ArraySource>(std::move(file), std::move(description), layout);
}

}  // namespace tessera::io
