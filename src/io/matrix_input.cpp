#include "tessera/io/matrix_input.hpp"

#include <utility>

#include <fmt/format.h>

#include "tessera/io/entry_router.hpp"
#include "tessera/matrix/observed.hpp"
#include "tessera/mpi/agree.hpp"
#include "tessera/mpi/available_memory.hpp"

namespace tessera::io {
namespace {

/// The entries of A that one process wants, from those of the file.
template <class Real>
Matrix<Real> transposed(const Matrix<Real>& file) {
  constexpr Index kTile = 64;  // so that both sides of a tile stay in cache
  Matrix<Real> result(file.columns(), file.rows());
  for (Index row = 0; row < file.rows(); row += kTile) {
    for (Index column = 0; column < file.columns(); column += kTile) {
      for (Index i = row; i < std::min(row + kTile, file.rows()); ++i) {
        for (Index j = column; j < std::min(column + kTile, file.columns()); ++j) {
          result(j, i) = file(i, j);
        }
      }
    }
  }
  return result;
}

template <class Real>
Matrix<Real> read_rectangles(const MatrixSource& source, const mpi::Communicator& comm,
                             const std::vector<Rectangle>& wanted) {
  const auto& dense = dynamic_cast<const DenseSource&>(source);
  if constexpr (std::same_as<Real, float>) {
    return dense.read_float32(comm, wanted);
  } else {
    return dense.read_float64(comm, wanted);
  }
}

template <class Real>
Entries<Real> read_entries(const MatrixSource& source, const mpi::Communicator& comm) {
  const auto& sparse = dynamic_cast<const SparseSource&>(source);
  if constexpr (std::same_as<Real, float>) {
    return sparse.read_entries_float32(comm);
  } else {
    return sparse.read_entries_float64(comm);
  }
}

/// Keeps the selected entries, their positions turned into those of A.
template <class Real>
void select(Entries<Real>& entries, const Selection& selection) {
  for (auto& piece : entries.pieces()) {
    std::size_t kept = 0;
    for (std::size_t entry = 0; entry < piece.positions.size(); ++entry) {
      if (const auto position = selection.position_in_a(piece.positions[entry])) {
        piece.positions[kept] = *position;
        piece.values[kept] = piece.values[entry];
        ++kept;
      }
    }
    piece.positions.resize(kept);
    piece.values.resize(kept);
  }
}

/// The non-zero entries of a dense block as entries of A by their original places.
template <class Real>
Entries<Real> to_entries(const DenseBlock<Real>& dense, Index n) {
  Entries<Real> entries;
  for_each_entry(dense, [&](Index row, Index column, Real value) {
    if (value != 0) {
      entries.add(row * n + column, value);
    }
  });
  return entries;
}

template <class Real>
DenseBlock<Real> to_dense(const SparseBlock<Real>& sparse) {
  DenseBlock<Real> dense(sparse.rows(), sparse.columns());
  for_each_entry(sparse, [&](Index row, Index column, Real value) {
    dense.entries()(row - sparse.rows().begin, column - sparse.columns().begin) = value;
  });
  return dense;
}

Distribution even_distribution(const Selection& selection, const mpi::ProcessGrid& grid) {
  return {selection.m(), selection.n(), grid.shape().rows, grid.shape().columns};
}

/// In floating point, in which no claimed size overflows.
double bytes_of(const Rectangle& rectangle, std::size_t value_bytes) {
  return static_cast<double>(rectangle.rows.size()) *
         static_cast<double>(rectangle.columns.size()) * static_cast<double>(value_bytes);
}

template <class T>
std::vector<T> part(std::vector<T> values, Range range) {
  if (values.empty()) {
    return values;
  }
  return {values.begin() + range.begin, values.begin() + range.end};
}

}  // namespace

MatrixInput::MatrixInput(const InputOptions& options, const mpi::Communicator& comm)
    : options_(options), source_(open_matrix(options, comm)) {
  const auto& file = source_->description();
  selection_ = mpi::agree(comm, [&] { return make_selection(options_, file.rows, file.columns); });
  describe();
}

MatrixInput::MatrixInput(InputOptions options, std::unique_ptr<MatrixSource> source,
                         Selection selection)
    : options_(std::move(options)), source_(std::move(source)), selection_(selection) {
  describe();
}

void MatrixInput::describe() {
  description_ = source_->description();
  description_.rows = selection_.m();
  description_.columns = selection_.n();
  if (selection_.file.columns.size() != selection_.file_columns || selection_.transpose) {
    description_.image_shape.clear();  // rows of A are not the file's pictures
  }
}

bool MatrixInput::is_sparse() const {
  return dynamic_cast<const SparseSource*>(source_.get()) != nullptr;
}

MatrixNames MatrixInput::read_names(const mpi::Communicator& comm) const {
  MatrixNames names = source_->read_names(comm);
  names.rows = part(std::move(names.rows), selection_.file.rows);
  names.columns = part(std::move(names.columns), selection_.file.columns);
  if (selection_.transpose) {
    std::swap(names.rows, names.columns);
  }
  return names;
}

MatrixInput MatrixInput::same_part_of(const std::string& path,
                                      const mpi::Communicator& comm) const {
  InputOptions options = options_;
  options.path = path;
  options.dataset.clear();
  options.storage = Storage::automatic;
  auto source = open_matrix(options, comm);
  const auto& other = source->description();
  const auto& own = source_->description();
  if (other.rows != own.rows || other.columns != own.columns) {
    throw mpi::AgreedError(
        ExitCode::input,
        fmt::format("'{}' is {}x{}, but must have the shape of '{}', which is {}x{}", path,
                    other.rows, other.columns, own.path, own.rows, own.columns));
  }
  return {std::move(options), std::move(source), selection_};
}

void MatrixInput::require_memory_for_entries(double bytes, const mpi::Communicator& comm) const {
  const std::string what = fmt::format("'{}': reading {}x{} entries", description_.path,
                                       description_.rows, description_.columns);
  mpi::require_memory(what, bytes, comm);
}

/// A file can claim any number of empty rows and columns in a few bytes, but each costs a count.
template <class Real>
void MatrixInput::require_memory_for_lines(bool densify, const mpi::ProcessGrid& grid) const {
  const auto distribution = even_distribution(selection_, grid);
  const Rectangle own{distribution.row_block(grid.row()), distribution.column_block(grid.column())};
  const auto lines = static_cast<double>(selection_.m()) + static_cast<double>(selection_.n());
  require_memory_for_entries(
      densify ? bytes_of(own, sizeof(Real)) : lines * static_cast<double>(sizeof(Index)),
      grid.comm());
}

template <class Real>
DenseBlock<Real> MatrixInput::read_block(const Distribution& distribution,
                                         const mpi::ProcessGrid& grid) const {
  std::vector<Rectangle> wanted;
  for (int i = 0; i < grid.shape().rows; ++i) {
    for (int j = 0; j < grid.shape().columns; ++j) {
      wanted.push_back(
          selection_.in_file({distribution.row_block(i), distribution.column_block(j)}));
    }
  }
  const auto own = static_cast<std::size_t>(grid.comm().rank());
  const double copies = selection_.transpose ? 2 : 1;
  require_memory_for_entries(copies * bytes_of(wanted[own], sizeof(Real)), grid.comm());
  auto entries = read_rectangles<Real>(*source_, grid.comm(), wanted);
  return mpi::agree(grid.comm(), [&] {
    return DenseBlock<Real>(distribution.row_block(grid.row()),
                            distribution.column_block(grid.column()),
                            selection_.transpose ? transposed(entries) : std::move(entries));
  });
}

template <class Real>
Entries<Real> MatrixInput::read_selected(const mpi::ProcessGrid& grid) const {
  if (is_sparse()) {
    auto entries = read_entries<Real>(*source_, grid.comm());
    select(entries, selection_);
    return entries;
  }
  const auto block = read_block<Real>(even_distribution(selection_, grid), grid);
  return mpi::agree(grid.comm(), [&] { return to_entries(block, selection_.n()); });
}

template <class Real>
DataMatrix<Real> MatrixInput::read_dense(const mpi::ProcessGrid& grid) const {
  Distribution distribution = even_distribution(selection_, grid);
  auto block = read_block<Real>(distribution, grid);
  DataMatrix<Real> a{std::move(distribution), std::move(block), {}};
  if (options_.storage == Storage::sparse) {
    a.block =
        mpi::agree(grid.comm(), [&] { return to_sparse(std::get<DenseBlock<Real>>(a.block)); });
  }
  return a;
}

template <class Real>
DataMatrix<Real> MatrixInput::read_sparse(const mpi::ProcessGrid& grid) const {
  const bool densify = options_.storage == Storage::dense;
  require_memory_for_lines<Real>(densify, grid);
  auto entries = read_selected<Real>(grid);
  const auto placement = place(entries, selection_.m(), selection_.n(),
                               densify ? Balance::even : options_.balance, grid);
  DataMatrix<Real> a{
      placement.distribution,
      route_entries(std::move(entries), placement, options_.duplicates, description_.path, grid),
      {}};
  a.row_order = placement.row_order;
  a.column_order = placement.column_order;
  if (densify) {
    a.block =
        mpi::agree(grid.comm(), [&] { return to_dense(std::get<SparseBlock<Real>>(a.block)); });
  }
  return a;
}

template <class Real>
DataMatrix<Real> MatrixInput::read(const mpi::ProcessGrid& grid) const {
  auto a = is_sparse() ? read_sparse<Real>(grid) : read_dense<Real>(grid);
  a.summary = summarize(a, grid.comm());
  return a;
}

template <class Real>
SparseBlock<Real> MatrixInput::read_onto(const DataMatrix<Real>& a,
                                         const mpi::ProcessGrid& grid) const {
  const bool in_order = !a.row_order.is_shuffled() && !a.column_order.is_shuffled();
  if (!is_sparse() && in_order) {
    const auto block = read_block<Real>(a.distribution, grid);
    return mpi::agree(grid.comm(), [&] { return to_sparse(block); });
  }
  auto entries = read_selected<Real>(grid);
  const auto placement = place_onto(entries, a, grid);
  return route_entries(std::move(entries), placement, options_.duplicates, description_.path, grid);
}

template SparseBlock<float> MatrixInput::read_onto(const DataMatrix<float>&,
                                                   const mpi::ProcessGrid&) const;
template SparseBlock<double> MatrixInput::read_onto(const DataMatrix<double>&,
                                                    const mpi::ProcessGrid&) const;
template DataMatrix<float> MatrixInput::read(const mpi::ProcessGrid&) const;
template DataMatrix<double> MatrixInput::read(const mpi::ProcessGrid&) const;

}  // namespace tessera::io
