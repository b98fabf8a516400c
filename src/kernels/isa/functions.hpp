#pragma once

#include "tessera/core/types.hpp"
#include "tessera/kernels/lanes.hpp"
#include "tessera/kernels/tile_rows.hpp"

/// The inner loops of the kernels, compiled once for each instruction set.
///
/// Each of baseline.cpp, avx2.cpp and avx512.cpp is compiled with flags of its own and defines one
/// table of functions, all else in it having internal linkage. They include nothing that defines an
/// inline function or a template outside an unnamed namespace: the linker keeps one copy of such a
/// function, and an AVX-512 copy must not end up in the path of a processor without.
namespace tessera::kernels::isa {

/// rows × columns, row-major; rows lie `stride` entries apart.
template <class Real>
struct DenseRows {
  const Real* entries;
  Index stride;
  Index rows;
  Index columns;
};

/// Rows [begin, end) of a matrix compressed by rows.
template <class Real>
struct SparseRows {
  const Index* offsets;  ///< of row 0 of the matrix, as begin and end are
  const std::int32_t* columns;
  const Real* values;  ///< nullptr: all are 1
  Index begin;
  Index end;
};

/// Columns [begin, end) of the rows of k coefficients that a function reads or writes.
struct Slice {
  Index k;
  Index begin;
  Index end;
};

/// What a sweep over the components of a tile is made for (kernels/row_tile.hpp).
template <class Real>
struct SweepSubproblem {
  const Real* gram;     ///< k×k, symmetric
  const Real* inverse;  ///< 1 / G_ll for each component; 0 for one to be left alone
  const Real* cross;    ///< a tile of C
  Index k;
  Real largest;  ///< upper bound of F's entries
};

/// Every function keeps one order of summation for an entry of its result, whatever rows, columns
/// or slices it is called for, so that results are equal to the bit however work is cut.
template <class Real>
struct Functions {
  /// result = A·F: F is a.columns × k, result a.rows × k. The panel has panel_size(k) entries.
  void (*multiply)(const DenseRows<Real>& a, const Real* f, Index k, Real* result, Real* panel);
  /// result += Aᵀ·F: F is a.rows × k, result a.columns × k. The panel has panel_size(k) entries.
  void (*add_transposed_multiply)(const DenseRows<Real>& a, const Real* f, Index k, Real* result,
                                  Real* panel);
  /// gram += FᵀF for some rows l of the result, from whole multiples of 24 on, and at least its
  /// columns j ≥ l.
  void (*add_gram)(const Real* f, Index rows, Slice columns, Real* gram);
  /// to = from, in double.
  void (*widen)(const Real* from, Index count, double* to);
  /// result = f·G for one row f and a k×k matrix.
  void (*multiply_row)(const Real* f, const Real* gram, Index k, Real* result);
  Index (*panel_size)(Index k);
  /// result = A·F for the given rows, or result += A·F: `result` starts with the first of them.
  void (*gather)(const SparseRows<Real>& a, const Real* f, Slice slice, bool adds, Real* result);
  /// result += Aᵀ·F for the given rows: `f` starts with the first of them.
  void (*scatter)(const SparseRows<Real>& a, const Real* f, Slice slice, Real* result);
  /// ⟨A, W·H⟩ in double; w starts with the first of the rows, h is H's transpose.
  double (*inner_product)(const SparseRows<Real>& a, const Real* w, const Real* h, Index k);
  /// x = ⟨w_i, h_j⟩ for each stored entry (i, j) of the given rows; w starts with the first of
  /// them, x is indexed as a.columns, h is H's transpose.
  void (*predict)(const SparseRows<Real>& a, const Real* w, const Real* h, Index k, Real* x);
  /// tile = rowsᵀ − shift for `count` rows of k coefficients, the rest of the tile 0.
  void (*load_transposed)(const Real* rows, Index count, Index k, Real shift, Real* tile);
  /// rows = tileᵀ.
  void (*store_transposed)(const Real* tile, Index count, Index k, Real* rows);
  /// Bit l % 64 of word l / 64 for each positive entry of a row, whose words lie behind each other.
  void (*mark_positive)(const Real* tile, Index k, std::uint64_t* words);
  /// result = (row − shift)·scale, entry by entry. @return the largest magnitude.
  double (*scale_row)(const Real* row, double shift, const double* scale, Index k, double* result);
  /// result = G·tile − start: a tile.
  void (*combine_minus)(const Real* gram, const Real* tile, const Real* start, Index k,
                        Real* result);
  /// One sweep of coordinate descent over the components; change = squared change of each row.
  void (*sweep)(const SweepSubproblem<Real>& problem, const Real* active, Real* tile, Real* change);
};

/// Systems in lanes (kernels/lanes.hpp), always in double.
struct LaneFunctions {
  void (*factorize)(const LaneSystem& system, double* unstable);
  void (*solve)(const LaneSystem& system, double* values);
  void (*combine)(const LaneSystem& system, Index lane, Index count, const double* coefficients,
                  const double* start, double* result);
  void (*mark_below)(const double* values, Index count, double bound, std::uint64_t* words);
};

struct Table {
  const char* name;
  Functions<float> single_precision;
  Functions<double> double_precision;
  LaneFunctions lanes;
};

extern const Table kBaseline;
#ifdef TESSERA_X86_64
extern const Table kAvx2;
extern const Table kAvx512;
#endif

}  // namespace tessera::kernels::isa
