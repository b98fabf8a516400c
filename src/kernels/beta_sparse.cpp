#include <algorithm>
#include <cmath>
#include <numeric>

#include "tessera/kernels/beta_divergence.hpp"
#include "tessera/kernels/beta_products.hpp"
#include "tessera/kernels/parallel.hpp"

#include "dispatch.hpp"

namespace tessera::kernels {
namespace {

/// Entries worked on together: the rows of coefficients that they name stay in the second-level
/// cache from their prediction to their sum.
constexpr Index kChunkEntries = 2048;

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

/// Predictions of a chunk's entries, and what becomes of them.
template <class Real>
struct Buffers {
  AlignedVector<Index> offsets;
  AlignedVector<Real> p;
  AlignedVector<Real> q;
  AlignedVector<Real> ones;

  void resize(Index rows, Index entries, bool wants_q) {
    const auto size = static_cast<std::size_t>(entries);
    offsets.resize(static_cast<std::size_t>(rows) + 1);
    p.resize(std::max(p.size(), size));
    q.resize(wants_q ? std::max(q.size(), size) : q.size());
  }
  /// The values of some entries of a block; as many ones where it holds none.
  const Real* values_of(const SparseBlock<Real>& a, Index first, Index count) {
    const auto values = a.values().from(first);
    if (values.held() == nullptr) {
      ones.resize(std::max(ones.size(), static_cast<std::size_t>(count)), Real{1});
      return ones.data();
    }
    return values.held();
  }
};

/// Those of this thread, of bounded size but for the longest row of a block.
template <class Real>
Buffers<Real>& thread_buffers() {
  thread_local Buffers<Real> buffers;
  return buffers;
}

/// Some rows of a block as a matrix of their own, whose values are p or q.
template <class Real>
struct Chunk {
  Range rows;   ///< of the block
  Index first;  ///< entry of the block
  isa::SparseRows<Real> with_p;
  isa::SparseRows<Real> with_q;
};

/// Σ a·log(r). Counts are small whole numbers, so that most logarithms can wait for products of
/// many powers: log is by far the slowest part of a pass. Four products at a time hide their
/// latency.
template <class Real>
double sum_of_logarithms(const Real* a, const Real* ratio, Index count) {
  constexpr double kLargest = 1e20;  // of a ratio whose logarithm waits
  constexpr double kRange = 1e100;   // of a product; four more squares stay far from overflow
  constexpr Index kLanes = 4;
  constexpr Index kBetweenLooks = 4 * kLanes;
  double products[kLanes] = {1, 1, 1, 1};
  double total = 0;
  const auto take_logarithms = [&] {
    for (double& product : products) {
      total += std::log(product);
      product = 1;
    }
  };
  for (Index at = 0; at < count; ++at) {
    const double r = ratio[at];
    if ((a[at] == 1 || a[at] == 2) && r < kLargest && r > 1 / kLargest) {
      products[at % kLanes] *= a[at] == 1 ? r : r * r;
    } else if (a[at] > 0) {
      total += static_cast<double>(a[at]) * std::log(r);
    }
    if (at % kBetweenLooks == kBetweenLooks - 1) {
      const auto [least, most] = std::minmax_element(products, products + kLanes);
      if (*least < 1 / kRange || *most > kRange) {
        take_logarithms();
      }
    }
  }
  take_logarithms();
  return total;
}

/// Turns the predictions of a chunk of a whole matrix into a/x. @return Σ a·log(a/x) − a.
template <class Real>
double weigh(const KullbackLeibler& divergence, const SparseBlock<Real>& a, Real floor, Index first,
             Index count, bool wants_distance, Buffers<Real>& buffers) {
  const Real* values = buffers.values_of(a, first, count);
  Real* p = buffers.p.data();
  for (Index at = 0; at < count; ++at) {
    p[at] = divergence.p(values[at], std::max(floor, p[at]));
  }
  if (!wants_distance) {
    return 0;
  }
  return sum_of_logarithms(values, p, count) - std::accumulate(values, values + count, 0.0);
}

/// Turns the predictions of a chunk into ω·p and, if it is wanted, ω·q. @return Σ ω·d.
template <class Real, class Divergence>
double weigh(const Divergence& divergence, const SparseBlock<Real>& a,
             const BetaOperands<Real>& operands, Index first, Index count, bool wants_q,
             bool wants_distance, Buffers<Real>& buffers) {
  const Real* values = buffers.values_of(a, first, count);
  const Real* weights = operands.weights.empty() ? nullptr : operands.weights.data() + first;
  Real* p = buffers.p.data();
  Real* q = buffers.q.data();
  double total = 0;
  for (Index at = 0; at < count; ++at) {
    const Real x = std::max(operands.floor, p[at]);
    const Real weight = weights == nullptr ? Real{1} : weights[at];
    if (wants_distance) {
      total += static_cast<double>(weight) * distance(divergence, static_cast<double>(values[at]),
                                                      static_cast<double>(x), wants_q);
    }
    if (wants_q) {
      q[at] = weight * divergence.q(x);
    }
    p[at] = weight * divergence.p(values[at], x);
  }
  return total;
}

/// Cuts the rows of a block into chunks of a bounded number of rows and of entries or, if that is
/// longer, of one row.
template <class Real>
void list_chunks(const SparseBlock<Real>& a, AlignedVector<Index>& chunks) {
  const Index* offsets = a.row_offsets().data();
  const Index rows = a.rows().size();
  chunks.assign(1, 0);
  while (chunks.back() < rows) {
    const Index first = offsets[chunks.back()];
    Index end = chunks.back() + 1;
    while (end < rows && end - chunks.back() < kChunkEntries &&
           offsets[end + 1] - first <= kChunkEntries) {
      ++end;
    }
    chunks.push_back(end);
  }
}

/// What a pass wants besides the numerators.
struct Wanted {
  bool q;
  bool distance;
};

/// Predicts the entries of some rows and calls add(chunk). @return Σ ω·d, if it is wanted.
template <class Real, class Add>
double pass_over(const SparseBlock<Real>& a, Range rows, const BetaOperands<Real>& operands,
                 Wanted wanted, const Add& add) {
  const Index* offsets = a.row_offsets().data();
  const Index first = offsets[rows.begin];
  const Index count = offsets[rows.end] - first;
  auto& buffers = thread_buffers<Real>();
  buffers.resize(rows.size(), count, wanted.q);
  std::transform(offsets + rows.begin, offsets + rows.end + 1, buffers.offsets.begin(),
                 [first](Index offset) { return offset - first; });
  const isa::SparseRows<Real> with_p{buffers.offsets.data(), a.local_columns().data() + first,
                                     buffers.p.data(), 0, rows.size()};
  auto with_q = with_p;
  with_q.values = buffers.q.data();
  functions<Real>().predict(with_p, operands.w.row(rows.begin), operands.h.data(),
                            operands.w.columns(), buffers.p.data());
  const double total =
      operands.beta == 1 && !wanted.q && operands.weights.empty()
          ? weigh(KullbackLeibler{}, a, operands.floor, first, count, wanted.distance, buffers)
          : with_divergence(operands.beta, [&](const auto& divergence) {
              return weigh(divergence, a, operands, first, count, wanted.q, wanted.distance,
                           buffers);
            });
  add(Chunk<Real>{rows, first, with_p, with_q});
  return total;
}

/// The sums of all rows, or an addition to them, chunk by chunk, which threads share.
template <class Real>
double sum_rows(const SparseBlock<Real>& a, const BetaOperands<Real>& operands,
                const BetaSums<Real>& sums, bool adds, bool wants_distance,
                BetaWorkspace<Real>& workspace) {
  require_shapes(a, operands, sums, a.rows().size());
  list_chunks(a, workspace.chunks);
  const Index k = operands.w.columns();
  const Index chunks = std::ssize(workspace.chunks) - 1;
  const Wanted wanted{sums.denominator.rows() > 0, wants_distance};
  workspace.distances.resize(static_cast<std::size_t>(chunks));
  const auto add = [&](const Chunk<Real>& chunk) {
    const Real* h = operands.h.data();
    functions<Real>().gather(chunk.with_p, h, {k, 0, k}, adds,
                             sums.numerator.row(chunk.rows.begin));
    if (wanted.q) {
      functions<Real>().gather(chunk.with_q, h, {k, 0, k}, adds,
                               sums.denominator.row(chunk.rows.begin));
    }
  };
  in_parallel(chunks, 1, 4 * a.stored_entries() * k, [&](Range part) {
    for (Index chunk = part.begin; chunk < part.end; ++chunk) {
      const auto at = static_cast<std::size_t>(chunk);
      const Range rows{workspace.chunks[at], workspace.chunks[at + 1]};
      workspace.distances[at] = pass_over(a, rows, operands, wanted, add);
    }
  });
  return std::accumulate(workspace.distances.begin(), workspace.distances.end(), 0.0);
}

}  // namespace

template <class Real>
double row_sums(const SparseBlock<Real>& a, const BetaOperands<Real>& operands,
                const BetaSums<Real>& sums, BetaWorkspace<Real>& workspace) {
  return sum_rows(a, operands, sums, false, true, workspace);
}

template <class Real>
void add_row_sums(const SparseBlock<Real>& a, const BetaOperands<Real>& operands,
                  const BetaSums<Real>& sums, BetaWorkspace<Real>& workspace) {
  sum_rows(a, operands, sums, true, false, workspace);
}

template <class Real>
void add_column_sums(const SparseBlock<Real>& a, const BetaOperands<Real>& operands,
                     const BetaSums<Real>& sums, BetaWorkspace<Real>& workspace) {
  require_shapes(a, operands, sums, a.columns().size());
  const Index k = operands.w.columns();
  const Wanted wanted{sums.denominator.rows() > 0, false};
  const auto add = [&](const Chunk<Real>& chunk) {
    const Real* w = operands.w.row(chunk.rows.begin);
    functions<Real>().scatter(chunk.with_p, w, {k, 0, k}, sums.numerator.data());
    if (wanted.q) {
      functions<Real>().scatter(chunk.with_q, w, {k, 0, k}, sums.denominator.data());
    }
  };
  list_chunks(a, workspace.chunks);
  for (std::size_t at = 0; at + 1 < workspace.chunks.size(); ++at) {
    pass_over(a, {workspace.chunks[at], workspace.chunks[at + 1]}, operands, wanted, add);
  }
}

#define TESSERA_INSTANTIATE(Real)                                                    \
  template double row_sums(const SparseBlock<Real>&, const BetaOperands<Real>&,      \
                           const BetaSums<Real>&, BetaWorkspace<Real>&);             \
  template void add_row_sums(const SparseBlock<Real>&, const BetaOperands<Real>&,    \
                             const BetaSums<Real>&, BetaWorkspace<Real>&);           \
  template void add_column_sums(const SparseBlock<Real>&, const BetaOperands<Real>&, \
                                const BetaSums<Real>&, BetaWorkspace<Real>&);
TESSERA_INSTANTIATE(float)
TESSERA_INSTANTIATE(double)
#undef TESSERA_INSTANTIATE

}  // namespace tessera::kernels
