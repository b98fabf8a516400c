#include "tessera/kernels/spmm.hpp"

#include <algorithm>

#include "tessera/kernels/parallel.hpp"

#include "dispatch.hpp"

namespace tessera::kernels {
namespace {

template <class Real>
isa::SparseRows<Real> rows_of(const SparseBlock<Real>& a, Range rows) {
  return {a.row_offsets().data(), a.local_columns().data(), a.values().held(), rows.begin,
          rows.end};
}

template <class Real>
Index stored_entries(const SparseBlock<Real>& a, Range rows) {
  const Index* offsets = a.row_offsets().data();
  return offsets[rows.end] - offsets[rows.begin];
}

/// The first of some rows whose entries start at or behind the given one.
template <class Real>
Index row_from(const SparseBlock<Real>& a, Range rows, Index entry) {
  const Index* offsets = a.row_offsets().data();
  return std::lower_bound(offsets + rows.begin, offsets + rows.end, entry) - offsets;
}

/// The entries of these rows of some matrices of equal height.
template <class Real>
Index stored_entries(const TransposedPanels<Real>& panels, Range rows) {
  Index sum = 0;
  for (const auto& panel : panels) {
    sum += stored_entries(panel, rows);
  }
  return sum;
}

/// The first row before which they have at least so many entries.
template <class Real>
Index row_from(const TransposedPanels<Real>& panels, Range rows, Index entries) {
  Index low = rows.begin;
  Index high = rows.end;
  while (low < high) {
    const Index middle = (low + high) / 2;
    if (stored_entries(panels, {rows.begin, middle}) < entries) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace

template <class Real>
void multiply(const SparseBlock<Real>& a, Range rows, ConstMatrixView<Real> f,
              MatrixView<Real> result) {
  require_shape("F of A·F", f, a.columns().size(), f.columns());
  require_shape("the result of A·F", result, rows.size(), f.columns());
  const Index k = f.columns();
  const Index first = a.row_offsets()[static_cast<std::size_t>(rows.begin)];
  const Index entries = stored_entries(a, rows);
  // Threads share the entries, not the rows, of which a few may hold most of them.
  in_parallel(entries + 1, 1, 2 * entries * k, [&](Range part) {
    const Index begin = part.begin == 0 ? rows.begin : row_from(a, rows, first + part.begin);
    const Index end = part.end > entries ? rows.end : row_from(a, rows, first + part.end);
    functions<Real>().gather(rows_of(a, {begin, end}), f.data(), {k, 0, k}, false,
                             result.row(begin - rows.begin));
  });
}

template <class Real>
void add_transposed_multiply(const TransposedPanels<Real>& panels, Range columns,
                             ConstMatrixView<Real> f, MatrixView<Real> result) {
  const Index k = f.columns();
  require_shape("the result of A'·F", result, columns.size(), k);
  require_shape("F of A'·F", f, panels.empty() ? 0 : rows_of(panels, panels.back()).end, k);
  const Index entries = stored_entries(panels, columns);
  in_parallel(entries + 1, 1, 2 * entries * k, [&](Range part) {
    const Index begin = part.begin == 0 ? columns.begin : row_from(panels, columns, part.begin);
    const Index end = part.end > entries ? columns.end : row_from(panels, columns, part.end);
    for (const auto& panel : panels) {
      functions<Real>().gather(rows_of(panel, {begin, end}), f.row(rows_of(panels, panel).begin),
                               {k, 0, k}, true, result.row(begin - columns.begin));
    }
  });
}

template <class Real>
void add_transposed_multiply(const SparseBlock<Real>& a, Range rows, ConstMatrixView<Real> f,
                             MatrixView<Real> result) {
  require_shape("F of A'·F", f, rows.size(), f.columns());
  require_shape("the result of A'·F", result, a.columns().size(), f.columns());
  const Index k = f.columns();
  // Rows of the result belong to no thread, since entries of any row of A may lie in them; but
  // coefficients can. A thread's share is whole cache lines, where rows are aligned.
  constexpr Index kGrain = 64 / static_cast<Index>(sizeof(Real));
  in_parallel(k, kGrain, 2 * stored_entries(a, rows) * k, [&](Range slice) {
    functions<Real>().scatter(rows_of(a, rows), f.data(), {k, slice.begin, slice.end},
                              result.data());
  });
}

template <class Real>
double inner_product_with(const SparseBlock<Real>& a, ConstMatrixView<Real> w,
                          ConstMatrixView<Real> h) {
  require_shape("W", w, a.rows().size(), w.columns());
  require_shape("Hᵀ", h, a.columns().size(), w.columns());
  return functions<Real>().inner_product(rows_of(a, {0, a.rows().size()}), w.data(), h.data(),
                                         w.columns());
}

template void multiply(const SparseBlock<float>&, Range, ConstMatrixView<float>, MatrixView<float>);
template void multiply(const SparseBlock<double>&, Range, ConstMatrixView<double>,
                       MatrixView<double>);
template void add_transposed_multiply(const TransposedPanels<float>&, Range, ConstMatrixView<float>,
                                      MatrixView<float>);
template void add_transposed_multiply(const TransposedPanels<double>&, Range,
                                      ConstMatrixView<double>, MatrixView<double>);
template void add_transposed_multiply(const SparseBlock<float>&, Range, ConstMatrixView<float>,
                                      MatrixView<float>);
template void add_transposed_multiply(const SparseBlock<double>&, Range, ConstMatrixView<double>,
                                      MatrixView<double>);
template double inner_product_with(const SparseBlock<float>&, ConstMatrixView<float>,
                                   ConstMatrixView<float>);
template double inner_product_with(const SparseBlock<double>&, ConstMatrixView<double>,
                                   ConstMatrixView<double>);

}  // namespace tessera::kernels
