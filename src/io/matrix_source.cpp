#include "tessera/io/matrix_source.hpp"

#include <array>
#include <bit>
#include <limits>

#include <fmt/format.h>

#include "tessera/io/hdf5_dense.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::io {
namespace {

template <class Real>
DenseBlock<Real> read_block(const MatrixSource& source, const mpi::ProcessGrid& grid,
                            const Distribution& distribution) {
  if constexpr (std::same_as<Real, float>) {
    return source.read_float32(grid, distribution);
  } else {
    return source.read_float64(grid, distribution);
  }
}

/// Combines the blocks' statistics of all processes. Collective.
MatrixSummary summarize(const BlockStatistics& own, Index own_entries, Index all_entries,
                        const mpi::Communicator& comm) {
  std::array<double, 2> sums = {own.sum, own.sum_of_squares};
  // The fingerprint is a sum modulo 2^64, for which signed and unsigned addition are the same.
  std::array<std::int64_t, 4> counts = {own.nonzeros, own.not_finite, own.negative,
                                        std::bit_cast<std::int64_t>(own.fingerprint)};
  constexpr double kNone = std::numeric_limits<double>::infinity();
  const bool has_finite = own_entries > own.not_finite;
  std::array<double, 2> extremes = {has_finite ? own.minimum : kNone,
                                    has_finite ? -own.maximum : kNone};
  comm.all_reduce_sum(std::span<double>(sums));
  comm.all_reduce_sum(std::span<std::int64_t>(counts));
  comm.all_reduce_min(std::span<double>(extremes));

  MatrixSummary summary;
  summary.squared_norm = sums[1];
  summary.mean = sums[0] / static_cast<double>(all_entries);
  if (counts[1] < all_entries) {
    summary.minimum = extremes[0];
    summary.maximum = -extremes[1];
  }
  summary.nonzeros = counts[0];
  summary.not_finite = counts[1];
  summary.negative = counts[2];
  summary.fingerprint = std::bit_cast<std::uint64_t>(counts[3]);
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

}  // namespace

std::unique_ptr<MatrixSource> open_matrix(const InputOptions& input,
                                          const mpi::Communicator& comm) {
  return open_hdf5_dense(input, comm);
}

template <class Real>
DataMatrix<Real> read_matrix(const MatrixSource& source, const mpi::ProcessGrid& grid) {
  const MatrixDescription& about = source.description();
  Distribution distribution(about.rows, about.columns, grid.shape().rows, grid.shape().columns);
  DenseBlock<Real> block = read_block<Real>(source, grid, distribution);
  const MatrixSummary summary =
      summarize(statistics(block), block.entries().size(), about.rows * about.columns, grid.comm());
  return {std::move(distribution), std::move(block), summary};
}

template <class Real>
void require_factorizable(const DataMatrix<Real>& a, const MatrixDescription& description,
                          const mpi::ProcessGrid& grid) {
  const Index bad = a.summary.negative + a.summary.not_finite;
  if (bad == 0) {
    return;
  }
  constexpr Index kNone = std::numeric_limits<Index>::max();
  const std::optional<InvalidEntry> own = find_invalid(a.block);
  const Index own_position = own ? own->row * a.n() + own->column : kNone;
  const Index first = grid.comm().min(own_position);

  std::optional<mpi::Failure> failure;
  if (own && own_position == first) {
    failure = mpi::Failure{
        ExitCode::input,
        fmt::format("'{}', dataset '{}': row {}, column {} (counted from 0) holds {}, the first "
                    "of {} negative, NaN or infinite entries. {}",
                    description.path, description.dataset, own->row, own->column, own->value, bad,
                    remedy<Real>(*own, description))};
  }
  mpi::throw_if_any_failed(grid.comm(), failure);
}

template DataMatrix<float> read_matrix(const MatrixSource&, const mpi::ProcessGrid&);
template DataMatrix<double> read_matrix(const MatrixSource&, const mpi::ProcessGrid&);
template void require_factorizable(const DataMatrix<float>&, const MatrixDescription&,
                                   const mpi::ProcessGrid&);
template void require_factorizable(const DataMatrix<double>&, const MatrixDescription&,
                                   const mpi::ProcessGrid&);

}  // namespace tessera::io
