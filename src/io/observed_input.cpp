#include "tessera/io/observed_input.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "tessera/matrix/observed.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::io {
namespace {

/// What makes no sense for this file; empty if all does.
template <class Real>
std::string contradiction(const DataMatrix<Real>& a, const ObservationOptions& observation,
                          const std::string& path) {
  if (!a.is_sparse()) {
    return "";
  }
  if (observation.missing == Missing::nan) {
    return fmt::format(
        "--missing nan is for files that store every entry, which '{}' does not. Give --missing "
        "zeros if what it does not store is unknown, or --storage dense if that is zero",
        path);
  }
  if (!observation.is_set()) {
    return fmt::format(
        "'{}' is sparse and its zeros are data, of which single entries cannot be held out. Give "
        "--holdout-kind blocks (rows and columns), or --missing zeros if only the stored entries "
        "are observed",
        path);
  }
  return "";
}

/// Refuses entries that are negative, NaN or infinite, naming the first of all processes and what
/// is expected. Collective.
template <class Real>
void require_valid(const SparseBlock<Real>& block, const DataMatrix<Real>& a,
                   const std::string& path, std::string_view expected,
                   const mpi::Communicator& comm) {
  constexpr Index kNone = std::numeric_limits<Index>::max();
  const auto own = find_invalid(block, a.row_order, a.column_order);
  const Index position = own ? own->row * a.n() + own->column : kNone;
  const Index first = comm.min(position);
  std::optional<mpi::Failure> failure;
  if (own && position == first) {
    failure = mpi::Failure{
        ExitCode::input, fmt::format("'{}': row {}, column {} (counted from 0) holds {}. {}", path,
                                     own->row, own->column, own->value, expected)};
  }
  mpi::throw_if_any_failed(comm, failure);
}

/// What the file of the mask or the weights says of this process's block. Collective.
template <class Real>
SparseBlock<Real> read_mask(const DataMatrix<Real>& a, const MatrixInput& input,
                            const ObservationOptions& observation, const mpi::ProcessGrid& grid) {
  const bool weighted = !observation.weights.empty();
  const std::string& path = weighted ? observation.weights : observation.mask;
  auto mask = input.same_part_of(path, grid.comm()).template read_onto<Real>(a, grid);
  if (!weighted) {
    auto& values = mask.held_values();
    std::ranges::transform(values, values.begin(), [](Real value) { return std::abs(value); });
  }
  require_valid(mask, a, path,
                weighted ? "A weight must be a finite number >= 0, and 0 masks an entry"
                         : "A mask holds 0 where nothing is observed, and a number other than 0 "
                           "where something is",
                grid.comm());
  return mask;
}

void require_any(const MatrixSummary& summary, const std::string& path) {
  if (summary.stored_entries > 0) {
    return;
  }
  throw mpi::AgreedError(
      ExitCode::input,
      summary.held_out_entries > 0
          ? fmt::format("'{}': all {} observed entries are held out. Give a smaller --holdout",
                        path, summary.held_out_entries)
          : fmt::format("'{}': not a single entry is observed. See what --missing and the file of "
                        "--mask, --weights or --entries leave of it",
                        path));
}

/// How many of [0, total) are not held out. Collective.
template <class Holds>
Index count_left(Index total, const mpi::Communicator& comm, Holds&& holds) {
  const Range own = Partition::even(total, comm.size()).part(comm.rank());
  Index left = 0;
  for (Index at = own.begin; at < own.end; ++at) {
    left += holds(at) ? 0 : 1;
  }
  return comm.sum(left);
}

}  // namespace

HoldoutRule holdout_rule(const HoldoutOptions& holdout) { return {holdout.share, holdout.seed}; }

bool is_observed_only(const ObservationOptions& observation, const HoldoutOptions& holdout) {
  return observation.is_set() || (holdout.share > 0 && holdout.kind == HoldoutKind::speckled);
}

template <class Real>
DataMatrix<Real> keep_observed(DataMatrix<Real> a, const MatrixInput& input,
                               const ObservationOptions& observation, const HoldoutOptions& holdout,
                               const mpi::ProcessGrid& grid) {
  const auto& comm = grid.comm();
  const std::string& path = input.description().path;
  if (const std::string problem = contradiction(a, observation, path); !problem.empty()) {
    throw mpi::AgreedError(ExitCode::usage, problem);
  }
  const bool has_mask = !observation.mask.empty() || !observation.weights.empty();
  const auto mask = has_mask ? read_mask(a, input, observation, grid) : SparseBlock<Real>();

  Observation<Real> what{.missing = observation.missing,
                         .mask = has_mask ? &mask : nullptr,
                         .weighted = !observation.weights.empty(),
                         .row_order = a.row_order,
                         .column_order = a.column_order};
  if (holdout.kind == HoldoutKind::speckled) {
    what.holdout = holdout_rule(holdout);
  }
  auto observed = mpi::agree(comm, [&] { return observe(a.block, what); });
  a.observed_only = true;
  a.block = std::move(observed.training.block);
  a.weights = std::move(observed.training.weights);
  a.held_out = std::move(observed.held_out);
  a.summary = summarize(a, comm);
  require_factorizable(a, input.description(), comm);
  require_any(a.summary, path);
  return a;
}

template <class Real>
DataMatrix<Real> training_copy(const DataMatrix<Real>& a, const HoldoutRule& rule,
                               const mpi::Communicator& comm) {
  DataMatrix<Real> copy{a.distribution, {}, {}, a.row_order, a.column_order};
  copy.observed_only = a.observed_only;
  mpi::agree(comm, [&] {
    if (const auto* dense = std::get_if<DenseBlock<Real>>(&a.block)) {
      copy.block = without_lines(*dense, rule, a.row_order, a.column_order);
      return;
    }
    const auto& sparse = std::get<SparseBlock<Real>>(a.block);
    auto kept = without_lines<Real>(sparse, a.weights, rule, a.row_order, a.column_order);
    kept.block.imply_ones();
    copy.block = std::move(kept.block);
    copy.weights = std::move(kept.weights);
  });
  copy.summary = summarize(copy, comm);
  if (!a.observed_only) {
    const Index rows = count_left(a.m(), comm, [&](Index row) { return rule.holds_row(row); });
    const Index columns =
        count_left(a.n(), comm, [&](Index column) { return rule.holds_column(column); });
    const double sum = copy.summary.mean * copy.summary.total_weight;
    copy.summary.total_weight = static_cast<double>(rows) * static_cast<double>(columns);
    copy.summary.mean = copy.summary.total_weight > 0 ? sum / copy.summary.total_weight : 0.0;
  }
  return copy;
}

#define TESSERA_INSTANTIATE(Real)                                                           \
  template DataMatrix<Real> keep_observed(DataMatrix<Real>, const MatrixInput&,             \
                                          const ObservationOptions&, const HoldoutOptions&, \
                                          const mpi::ProcessGrid&);                         \
  template DataMatrix<Real> training_copy(const DataMatrix<Real>&, const HoldoutRule&,      \
                                          const mpi::Communicator&);

TESSERA_INSTANTIATE(float)
TESSERA_INSTANTIATE(double)

}  // namespace tessera::io
