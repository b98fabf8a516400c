#include "tessera/io/matrix_input.hpp"

#include <array>
#include <bit>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "tessera/io/entry_router.hpp"
#include "tessera/mpi/agree.hpp"

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

/// The non-zero entries of a dense block.
template <class Real>
SparseBlock<Real> to_sparse(const DenseBlock<Real>& dense) {
  AlignedVector<Index> offsets{0};
  AlignedVector<std::int32_t> columns;
  AlignedVector<Real> values;
  const auto entries = dense.entries();
  for (Index i = 0; i < entries.rows(); ++i) {
    for (Index j = 0; j < entries.columns(); ++j) {
      if (entries(i, j) != 0) {
        columns.push_back(static_cast<std::int32_t>(j));
        values.push_back(entries(i, j));
      }
    }
    offsets.push_back(std::ssize(values));
  }
  return {dense.rows(), dense.columns(), std::move(offsets), std::move(columns), std::move(values)};
}

template <class Real>
DenseBlock<Real> to_dense(const SparseBlock<Real>& sparse) {
  DenseBlock<Real> dense(sparse.rows(), sparse.columns());
  for_each_entry(sparse, [&](Index row, Index column, Real value) {
    dense.entries()(row - sparse.rows().begin, column - sparse.columns().begin) = value;
  });
  return dense;
}

/// Combines the blocks' statistics of all processes. Collective.
MatrixSummary combine(const BlockStatistics& own, Index stored, Index all_entries,
                      const mpi::Communicator& comm) {
  std::array<double, 2> sums = {own.sum, own.sum_of_squares};
  // The fingerprint is a sum modulo 2^64, for which signed and unsigned addition are the same.
  std::array<std::int64_t, 5> counts = {own.nonzeros, own.not_finite, own.negative, stored,
                                        std::bit_cast<std::int64_t>(own.fingerprint)};
  constexpr double kNone = std::numeric_limits<double>::infinity();
  const bool has_finite = stored > own.not_finite;
  std::array<double, 3> extremes = {has_finite ? own.minimum : kNone,
                                    has_finite ? -own.maximum : kNone,
                                    -static_cast<double>(stored)};
  comm.all_reduce_sum(std::span<double>(sums));
  comm.all_reduce_sum(std::span<std::int64_t>(counts));
  comm.all_reduce_min(std::span<double>(extremes));

  MatrixSummary summary;
  summary.squared_norm = sums[1];
  summary.mean = sums[0] / static_cast<double>(all_entries);
  summary.nonzeros = counts[0];
  summary.not_finite = counts[1];
  summary.negative = counts[2];
  const Index all_stored = counts[3];
  summary.fingerprint = std::bit_cast<std::uint64_t>(counts[4]);
  if (summary.not_finite < all_stored) {
    summary.minimum = extremes[0];
    summary.maximum = -extremes[1];
  }
  if (all_stored < all_entries) {  // the others are zero
    summary.minimum = std::min(summary.minimum, 0.0);
    summary.maximum = std::max(summary.maximum, 0.0);
  }
  summary.stored_entries = all_stored;
  if (all_stored > 0) {
    summary.imbalance = -extremes[2] * comm.size() / static_cast<double>(all_stored);
  }
  return summary;
}

template <class Real>
std::string remedy(const InvalidEntry& entry, const MatrixDescription& description) {
  if (std::isinf(entry.value) && std::same_as<Real, float> && description.exceeds_float32) {
    return fmt::format(
        "The file holds {} values, which may be too large for float32: try "
        "--precision float64",
        description.value_type);
  }
  return "Every entry must be a finite number >= 0: shift, clip or impute the data first";
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
  description_ = source_->description();
  selection_ = mpi::agree(
      comm, [&] { return make_selection(options_, description_.rows, description_.columns); });
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

template <class Real>
DataMatrix<Real> MatrixInput::read_dense(const mpi::ProcessGrid& grid) const {
  Distribution distribution(selection_.m(), selection_.n(), grid.shape().rows,
                            grid.shape().columns);
  std::vector<Rectangle> wanted;
  for (int i = 0; i < grid.shape().rows; ++i) {
    for (int j = 0; j < grid.shape().columns; ++j) {
      wanted.push_back(
          selection_.in_file({distribution.row_block(i), distribution.column_block(j)}));
    }
  }
  auto entries = read_rectangles<Real>(*source_, grid.comm(), wanted);
  auto block = mpi::agree(grid.comm(), [&] {
    return DenseBlock<Real>(distribution.row_block(grid.row()),
                            distribution.column_block(grid.column()),
                            selection_.transpose ? transposed(entries) : std::move(entries));
  });
  DataMatrix<Real> a{std::move(distribution), std::move(block), {}};
  if (options_.storage == Storage::sparse) {
    a.block =
        mpi::agree(grid.comm(), [&] { return to_sparse(std::get<DenseBlock<Real>>(a.block)); });
  }
  return a;
}

template <class Real>
DataMatrix<Real> MatrixInput::read_sparse(const mpi::ProcessGrid& grid) const {
  auto entries = read_entries<Real>(*source_, grid.comm());
  select(entries, selection_);
  const bool densify = options_.storage == Storage::dense;
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
MatrixSummary summarize(const DataMatrix<Real>& a, const mpi::Communicator& comm) {
  const auto collect = [&](const auto& block) {
    return combine(statistics(block, a.row_order, a.column_order), block.stored_entries(),
                   a.m() * a.n(), comm);
  };
  return std::visit(collect, a.block);
}

template <class Real>
void require_factorizable(const DataMatrix<Real>& a, const MatrixDescription& description,
                          const mpi::Communicator& comm) {
  const Index bad = a.summary.negative + a.summary.not_finite;
  if (bad == 0) {
    return;
  }
  constexpr Index kNone = std::numeric_limits<Index>::max();
  const std::optional<InvalidEntry> own = std::visit(
      [&](const auto& block) { return find_invalid(block, a.row_order, a.column_order); }, a.block);
  const Index own_position = own ? own->row * a.n() + own->column : kNone;
  const Index first = comm.min(own_position);

  std::optional<mpi::Failure> failure;
  if (own && own_position == first) {
    const std::string place =
        description.dataset.empty()
            ? fmt::format("'{}'", description.path)
            : fmt::format("'{}', dataset '{}'", description.path, description.dataset);
    failure = mpi::Failure{
        ExitCode::input,
        fmt::format("{}: row {}, column {} (counted from 0) holds {}, the first of {} negative, "
                    "NaN or infinite entries. {}",
                    place, own->row, own->column, own->value, bad,
                    remedy<Real>(*own, description))};
  }
  mpi::throw_if_any_failed(comm, failure);
}

template DataMatrix<float> MatrixInput::read(const mpi::ProcessGrid&) const;
template DataMatrix<double> MatrixInput::read(const mpi::ProcessGrid&) const;
template MatrixSummary summarize(const DataMatrix<float>&, const mpi::Communicator&);
template MatrixSummary summarize(const DataMatrix<double>&, const mpi::Communicator&);
template void require_factorizable(const DataMatrix<float>&, const MatrixDescription&,
                                   const mpi::Communicator&);
template void require_factorizable(const DataMatrix<double>&, const MatrixDescription&,
                                   const mpi::Communicator&);

}  // namespace tessera::io
