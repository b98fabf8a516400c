#include <algorithm>

#include "tessera/kernels/beta_divergence.hpp"
#include "tessera/kernels/beta_products.hpp"
#include "tessera/kernels/row_operations.hpp"

namespace tessera::kernels {
namespace {

/// The rows of the sums that belong to one entry. None where there is no denominator.
template <class Real>
struct Target {
  Real* numerator;
  Real* denominator;
};

template <class Real>
Target<Real> target_of(const BetaSums<Real>& sums, Index row) {
  return {sums.numerator.row(row),
          sums.denominator.rows() > 0 ? sums.denominator.row(row) : nullptr};
}

template <class Real, class Divergence>
void add_entry(const Divergence& divergence, Real a, Real x, Real weight, const Real* f,
               const Target<Real>& target, Index k) {
  add_scaled(weight * divergence.p(a, x), f, target.numerator, k);
  if (target.denominator != nullptr) {
    add_scaled(weight * divergence.q(x), f, target.denominator, k);
  }
}

/// Calls visit(local row, local column, a, x, ω) with the stored entries of some rows.
template <class Real, class Visit>
void visit_entries(const SparseBlock<Real>& a, Range rows, const BetaOperands<Real>& operands,
                   Visit&& visit) {
  const Index k = operands.w.columns();
  const Index* offsets = a.row_offsets().data();
  const auto* columns = a.local_columns().data();
  const Real* values = a.values().data();
  const Real* weights = operands.weights.empty() ? nullptr : operands.weights.data();
  for (Index row = rows.begin; row < rows.end; ++row) {
    const Real* w = operands.w.row(row);
    for (Index at = offsets[row]; at < offsets[row + 1]; ++at) {
      const Index column = columns[at];
      const Real x = std::max(operands.floor, dot(w, operands.h.row(column), k));
      visit(row, column, values[at], x, weights == nullptr ? Real{1} : weights[at]);
    }
  }
}

template <class Real>
void require_shapes(const SparseBlock<Real>& a, const BetaOperands<Real>& operands,
                    const BetaSums<Real>& sums, Index rows) {
  const Index k = operands.w.columns();
  require_shape("W", operands.w, a.rows().size(), k);
  require_shape("Hᵀ", operands.h, a.columns().size(), k);
  require_shape("the numerator", sums.numerator, rows, k);
  if (sums.denominator.rows() > 0) {
    require_shape("the denominator", sums.denominator, rows, k);
  }
}

}  // namespace

template <class Real>
double add_row_sums(const SparseBlock<Real>& a, Range rows, const BetaOperands<Real>& operands,
                    const BetaSums<Real>& sums) {
  require_shapes(a, operands, sums, rows.size());
  const Index k = operands.w.columns();
  const bool whole = sums.denominator.rows() > 0;
  return with_divergence(operands.beta, [&](const auto& divergence) {
    double total = 0;
    visit_entries(a, rows, operands, [&](Index row, Index column, Real value, Real x, Real weight) {
      add_entry(divergence, value, x, weight, operands.h.row(column),
                target_of(sums, row - rows.begin), k);
      total += static_cast<double>(weight) *
               distance(divergence, static_cast<double>(value), static_cast<double>(x), whole);
    });
    return total;
  });
}

template <class Real>
void add_column_sums(const SparseBlock<Real>& a, Range rows, const BetaOperands<Real>& operands,
                     const BetaSums<Real>& sums) {
  require_shapes(a, operands, sums, a.columns().size());
  const Index k = operands.w.columns();
  with_divergence(operands.beta, [&](const auto& divergence) {
    visit_entries(a, rows, operands, [&](Index row, Index column, Real value, Real x, Real weight) {
      add_entry(divergence, value, x, weight, operands.w.row(row), target_of(sums, column), k);
    });
  });
}

#define TESSERA_INSTANTIATE(Real)                                                           \
  template double add_row_sums(const SparseBlock<Real>&, Range, const BetaOperands<Real>&,  \
                               const BetaSums<Real>&);                                      \
  template void add_column_sums(const SparseBlock<Real>&, Range, const BetaOperands<Real>&, \
                                const BetaSums<Real>&);
TESSERA_INSTANTIATE(float)
TESSERA_INSTANTIATE(double)
#undef TESSERA_INSTANTIATE

}  // namespace tessera::kernels
