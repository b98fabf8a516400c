#include "tessera/matrix/observed.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "tessera/core/error.hpp"

namespace tessera {
namespace {

using Column = std::int32_t;

/// Builds a sparse block row by row, in memory that is known to suffice.
template <class Real>
class RowAppender {
 public:
  RowAppender(Range rows, Range columns, Index entries, bool weighted)
      : rows_(rows), columns_(columns) {
    offsets_.reserve(static_cast<std::size_t>(rows.size()) + 1);
    offsets_.push_back(0);
    local_columns_.reserve(static_cast<std::size_t>(entries));
    values_.reserve(static_cast<std::size_t>(entries));
    weights_.reserve(weighted ? static_cast<std::size_t>(entries) : 0);
  }

  void add(Index local_column, Real value) {
    local_columns_.push_back(static_cast<Column>(local_column));
    values_.push_back(value);
  }
  void add(Index local_column, Real value, Real weight) {
    add(local_column, value);
    weights_.push_back(weight);
  }
  void end_row() { offsets_.push_back(std::ssize(values_)); }

  [[nodiscard]] WeightedBlock<Real> finish() && {
    return {{rows_, columns_, std::move(offsets_), std::move(local_columns_), std::move(values_)},
            std::move(weights_)};
  }

 private:
  Range rows_;
  Range columns_;
  AlignedVector<Index> offsets_;
  AlignedVector<Column> local_columns_;
  AlignedVector<Real> values_;
  AlignedVector<Real> weights_;
};

template <class Real>
std::span<const Column> columns_of(const SparseBlock<Real>& block, Index row) {
  const auto begin = block.row_offsets()[static_cast<std::size_t>(row)];
  const auto end = block.row_offsets()[static_cast<std::size_t>(row) + 1];
  return std::span(block.local_columns())
      .subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
}

template <class Real>
StoredValues<Real> values_of(const SparseBlock<Real>& block, Index row) {
  return block.values().from(block.row_offsets()[static_cast<std::size_t>(row)]);
}

/// Reads one row of a block at rising columns.
template <class Real>
class DenseRow {
 public:
  DenseRow(const DenseBlock<Real>& block, Index row) : row_(block.entries().row(row)) {}

  /// The value at a place; false where a sparse block would not store it.
  bool find(Index column, Real& value) {
    value = row_[column];
    return value != 0;
  }

 private:
  const Real* row_;
};

template <class Real>
class SparseRow {
 public:
  SparseRow(const SparseBlock<Real>& block, Index row)
      : columns_(columns_of(block, row)), values_(values_of(block, row)) {}

  bool find(Index column, Real& value) {
    while (next_ < columns_.size() && columns_[next_] < column) {
      ++next_;
    }
    const bool stored = next_ < columns_.size() && columns_[next_] == column;
    value = stored ? values_[next_] : Real{0};
    return stored;
  }

 private:
  std::span<const Column> columns_;
  StoredValues<Real> values_;
  std::size_t next_ = 0;
};

template <class Real>
DenseRow<Real> row_of(const DenseBlock<Real>& block, Index row) {
  return {block, row};
}
template <class Real>
SparseRow<Real> row_of(const SparseBlock<Real>& block, Index row) {
  return {block, row};
}

/// Calls visit(local column, value) with what a row stores.
template <class Real, class Visit>
void visit_row(const DenseBlock<Real>& block, Index row, Visit&& visit) {
  for (Index column = 0; column < block.columns().size(); ++column) {
    visit(column, block.entries()(row, column));
  }
}
template <class Real, class Visit>
void visit_row(const SparseBlock<Real>& block, Index row, Visit&& visit) {
  const auto columns = columns_of(block, row);
  const auto values = values_of(block, row);
  for (std::size_t at = 0; at < columns.size(); ++at) {
    visit(Index{columns[at]}, values[at]);
  }
}

/// Whether an entry that visit_row() shows would be stored in a sparse block.
template <class Real>
bool is_stored(const DenseBlock<Real>& /*block*/, Real value) {
  return value != 0;
}
template <class Real>
bool is_stored(const SparseBlock<Real>& /*block*/, Real /*value*/) {
  return true;
}

/// Whether `missing` leaves an entry.
template <class Real>
bool is_known(Missing missing, bool stored, Real value) {
  switch (missing) {
    case Missing::none:
      return true;
    case Missing::zeros:
      return stored;
    case Missing::nan:
      return !std::isnan(value);
  }
  return true;
}

/// Calls visit(local column, value, weight) with the observed entries of one row.
template <class Real, class AnyBlock, class Visit>
void visit_observed(const AnyBlock& a, const Observation<Real>& observation, Index row,
                    Visit&& visit) {
  if (observation.mask == nullptr) {
    visit_row(a, row, [&](Index column, Real value) {
      if (is_known(observation.missing, is_stored(a, value), value)) {
        visit(column, value, Real{1});
      }
    });
    return;
  }
  auto entries = row_of(a, row);
  visit_row(*observation.mask, row, [&](Index column, Real weight) {
    Real value{};
    const bool stored = entries.find(column, value);
    if (weight != 0 && is_known(observation.missing, stored, value)) {
      visit(column, value, weight);
    }
  });
}

/// The observed entries of all rows: keep(column, value, weight) or hold(column, value), then
/// end_row() after each row.
template <class Real, class AnyBlock, class Keep, class Hold, class EndRow>
void sort_entries(const AnyBlock& a, const Observation<Real>& observation, Keep&& keep, Hold&& hold,
                  EndRow&& end_row) {
  for (Index row = 0; row < a.rows().size(); ++row) {
    const Index original_row = observation.row_order.original(a.rows().begin + row);
    visit_observed(a, observation, row, [&](Index column, Real value, Real weight) {
      const Index original_column = observation.column_order.original(a.columns().begin + column);
      if (observation.holdout.share > 0 &&
          observation.holdout.holds_entry(original_row, original_column)) {
        hold(column, value);
      } else {
        keep(column, value, weight);
      }
    });
    end_row();
  }
}

template <class Real, class AnyBlock>
ObservedBlock<Real> observe_block(const AnyBlock& a, const Observation<Real>& observation) {
  Index kept = 0;
  Index held = 0;
  sort_entries(
      a, observation, [&](Index, Real, Real) { ++kept; }, [&](Index, Real) { ++held; }, [] {});
  RowAppender<Real> training(a.rows(), a.columns(), kept, observation.weighted);
  RowAppender<Real> held_out(a.rows(), a.columns(), held, false);
  sort_entries(
      a, observation,
      [&](Index column, Real value, Real weight) {
        observation.weighted ? training.add(column, value, weight) : training.add(column, value);
      },
      [&](Index column, Real value) { held_out.add(column, value); },
      [&] {
        training.end_row();
        held_out.end_row();
      });
  return {std::move(training).finish(), std::move(held_out).finish().block};
}

void require_columns_fit(Range columns) {
  if (columns.size() > std::numeric_limits<Column>::max()) {
    throw InputError("a process would hold " + std::to_string(columns.size()) +
                     " columns of sparse entries, more than the 32-bit local index reaches. Use "
                     "more processes or a --grid with more columns");
  }
}

/// For each index of a range whether its line is held out; `holds` asks by original index.
template <class Holds>
std::vector<bool> find_held(Range range, const Ordering& order, Holds&& holds) {
  std::vector<bool> held;
  for (Index at = range.begin; at < range.end; ++at) {
    held.push_back(holds(order.original(at)));
  }
  return held;
}

struct HeldLines {
  std::vector<bool> rows;
  std::vector<bool> columns;

  HeldLines(Range row_range, Range column_range, const HoldoutRule& holdout,
            const Ordering& row_order, const Ordering& column_order)
      : rows(find_held(row_range, row_order, [&](Index row) { return holdout.holds_row(row); })),
        columns(find_held(column_range, column_order,
                          [&](Index column) { return holdout.holds_column(column); })) {}

  [[nodiscard]] bool holds(Index row, Index column) const {
    return rows[static_cast<std::size_t>(row)] || columns[static_cast<std::size_t>(column)];
  }
};

}  // namespace

template <class Real>
ObservedBlock<Real> observe(const Block<Real>& a, const Observation<Real>& observation) {
  return std::visit(
      [&](const auto& block) {
        const auto* mask = observation.mask;
        if (mask != nullptr &&
            (mask->rows() != block.rows() || mask->columns() != block.columns())) {
          throw ShapeError("the mask of a block has other rows or columns than the block");
        }
        constexpr bool kIsSparse =
            std::same_as<std::remove_cvref_t<decltype(block)>, SparseBlock<Real>>;
        if (kIsSparse && mask == nullptr && observation.missing != Missing::zeros) {
          throw ShapeError("without a mask, every place of a sparse block would be observed");
        }
        require_columns_fit(block.columns());
        return observe_block(block, observation);
      },
      a);
}

template <class Real>
SparseBlock<Real> to_sparse(const DenseBlock<Real>& dense) {
  require_columns_fit(dense.columns());
  const Observation<Real> non_zero{.missing = Missing::zeros};
  return observe_block(dense, non_zero).training.block;
}

template <class Real>
DenseBlock<Real> without_lines(const DenseBlock<Real>& a, const HoldoutRule& holdout,
                               const Ordering& row_order, const Ordering& column_order) {
  const HeldLines held(a.rows(), a.columns(), holdout, row_order, column_order);
  DenseBlock<Real> training(a.rows(), a.columns());
  for (Index row = 0; row < a.rows().size(); ++row) {
    visit_row(a, row, [&](Index column, Real value) {
      training.entries()(row, column) = held.holds(row, column) ? Real{0} : value;
    });
  }
  return training;
}

template <class Real>
WeightedBlock<Real> without_lines(const SparseBlock<Real>& a, std::span<const Real> weights,
                                  const HoldoutRule& holdout, const Ordering& row_order,
                                  const Ordering& column_order) {
  const HeldLines held(a.rows(), a.columns(), holdout, row_order, column_order);
  RowAppender<Real> training(a.rows(), a.columns(), a.stored_entries(), !weights.empty());
  std::size_t entry = 0;
  for (Index row = 0; row < a.rows().size(); ++row) {
    visit_row(a, row, [&](Index column, Real value) {
      if (!held.holds(row, column)) {
        weights.empty() ? training.add(column, value) : training.add(column, value, weights[entry]);
      }
      ++entry;
    });
    training.end_row();
  }
  return std::move(training).finish();
}

#define TESSERA_INSTANTIATE(Real)                                                             \
  template ObservedBlock<Real> observe(const Block<Real>&, const Observation<Real>&);         \
  template SparseBlock<Real> to_sparse(const DenseBlock<Real>&);                              \
  template DenseBlock<Real> without_lines(const DenseBlock<Real>&, const HoldoutRule&,        \
                                          const Ordering&, const Ordering&);                  \
  template WeightedBlock<Real> without_lines(const SparseBlock<Real>&, std::span<const Real>, \
                                             const HoldoutRule&, const Ordering&,             \
                                             const Ordering&);

TESSERA_INSTANTIATE(float)
TESSERA_INSTANTIATE(double)

}  // namespace tessera
