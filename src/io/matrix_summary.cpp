#include "tessera/io/matrix_summary.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <tuple>

#include <fmt/format.h>

#include "tessera/mpi/agree.hpp"

namespace tessera::io {
namespace {

/// What one process contributes.
struct Share {
  BlockStatistics statistics;
  Index stored = 0;
  BlockStatistics held_out_statistics;
  Index held_out = 0;
};

/// Combines the shares of all processes. Entries that nobody stores are zeros of weight 1, unless
/// `observed_only`. Collective.
MatrixSummary combine(const Share& share, Index all_entries, bool observed_only,
                      const mpi::Communicator& comm) {
  const auto& [own, stored, other, held_out] = share;
  std::array<double, 3> sums = {own.sum, own.sum_of_squares, own.sum_of_weights};
  // The fingerprint is a sum modulo 2^64, for which signed and unsigned addition are the same.
  std::array<std::int64_t, 6> counts = {own.nonzeros,
                                        own.not_finite + other.not_finite,
                                        own.negative + other.negative,
                                        stored,
                                        held_out,
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
  summary.total_weight = observed_only ? sums[2] : static_cast<double>(all_entries);
  summary.mean = summary.total_weight > 0 ? sums[0] / summary.total_weight : 0.0;
  summary.nonzeros = counts[0];
  summary.not_finite = counts[1];
  summary.negative = counts[2];
  const Index all_stored = counts[3];
  summary.fingerprint = std::bit_cast<std::uint64_t>(counts[5]);
  if (extremes[0] < kNone) {
    summary.minimum = extremes[0];
    summary.maximum = -extremes[1];
  }
  if (!observed_only && all_stored < all_entries) {  // the others are zero
    summary.minimum = std::min(summary.minimum, 0.0);
    summary.maximum = std::max(summary.maximum, 0.0);
  }
  summary.stored_entries = all_stored;
  summary.held_out_entries = counts[4];
  if (all_stored > 0) {
    summary.imbalance = -extremes[2] * comm.size() / static_cast<double>(all_stored);
  }
  return summary;
}

template <class Real>
std::string remedy(const InvalidEntry& entry, const MatrixDescription& description,
                   bool observed_only) {
  if (std::isinf(entry.value) && std::same_as<Real, float> && description.exceeds_float32) {
    return fmt::format(
        "The file holds {} values, which may be too large for float32: try "
        "--precision float64",
        description.value_type);
  }
  if (observed_only) {
    return "Every observed entry must be a finite number >= 0: shift or clip it first, or mask it";
  }
  return "Every entry must be a finite number >= 0: shift, clip or impute the data first" +
         std::string(std::isnan(entry.value) ? ", or give --missing nan" : "");
}

/// The first by original place of the entries on this process that cannot be factorized.
template <class Real>
std::optional<InvalidEntry> find_own_invalid(const DataMatrix<Real>& a) {
  const auto find = [&](const auto& block) {
    return find_invalid(block, a.row_order, a.column_order);
  };
  const auto in_block = std::visit(find, a.block);
  const auto in_held_out = find(a.held_out);
  if (!in_block || !in_held_out) {
    return in_block ? in_block : in_held_out;
  }
  return std::tie(in_held_out->row, in_held_out->column) < std::tie(in_block->row, in_block->column)
             ? in_held_out
             : in_block;
}

}  // namespace

template <class Real>
MatrixSummary summarize(const DataMatrix<Real>& a, const mpi::Communicator& comm) {
  Share share;
  if (a.observed_only) {
    const auto& block = std::get<SparseBlock<Real>>(a.block);
    share.statistics = statistics_of_observed<Real>(block, a.weights, a.row_order, a.column_order);
    share.stored = block.stored_entries();
    share.held_out_statistics = statistics(a.held_out);
    share.held_out = a.held_out.stored_entries();
  } else {
    const auto collect = [&](const auto& block) {
      share.statistics = statistics(block, a.row_order, a.column_order);
      share.stored = block.stored_entries();
    };
    std::visit(collect, a.block);
  }
  return combine(share, a.m() * a.n(), a.observed_only, comm);
}

template <class Real>
void require_factorizable(const DataMatrix<Real>& a, const MatrixDescription& description,
                          const mpi::Communicator& comm) {
  const Index bad = a.summary.negative + a.summary.not_finite;
  if (bad == 0) {
    return;
  }
  constexpr Index kNone = std::numeric_limits<Index>::max();
  const auto own = find_own_invalid(a);
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
                    remedy<Real>(*own, description, a.observed_only))};
  }
  mpi::throw_if_any_failed(comm, failure);
}

template MatrixSummary summarize(const DataMatrix<float>&, const mpi::Communicator&);
template MatrixSummary summarize(const DataMatrix<double>&, const mpi::Communicator&);
template void require_factorizable(const DataMatrix<float>&, const MatrixDescription&,
                                   const mpi::Communicator&);
template void require_factorizable(const DataMatrix<double>&, const MatrixDescription&,
                                   const mpi::Communicator&);

}  // namespace tessera::io
