#include <algorithm>
#include <cmath>
#include <numeric>

#include "tessera/kernels/beta_divergence.hpp"
#include "tessera/kernels/beta_products.hpp"

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
             Index count, bool wants_distance, Real* p) {
  const Real* values = a.values().data() + first;
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
             bool wants_distance, BetaWorkspace<Real>& workspace) {
  const Real* values = a.values().data() + first;
  const Real* weights = operands.weights.empty() ? nullptr : operands.weights.data() + first;
  Real* p = workspace.p.data();
  Real* q = workspace.q.data();
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

/// Calls add(chunk) with the rows of a block, chunk by chunk. @return Σ ω·d, if it is wanted.
template <class Real, class Add>
double for_each_chunk(const SparseBlock<Real>& a, const BetaOperands<Real>& operands, bool wants_q,
                      bool wants_distance, BetaWorkspace<Real>& workspace, Add&& add) {
  const Index k = operands.w.columns();
  const Index* offsets = a.row_offsets().data();
  const Index rows = a.rows().size();
  double total = 0;
  for (Index begin = 0; begin < rows;) {
    const Index first = offsets[begin];
    Index end = begin + 1;
    while (end < rows && offsets[end + 1] - first <= kChunkEntries) {
      ++end;
    }
    const Index count = offsets[end] - first;
    workspace.resize(count, wants_q);
    workspace.offsets.resize(static_cast<std::size_t>(end - begin) + 1);
    std::transform(offsets + begin, offsets + end + 1, workspace.offsets.begin(),
                   [first](Index offset) { return offset - first; });
    const isa::SparseRows<Real> with_p{workspace.offsets.data(), a.local_columns().data() + first,
                                       workspace.p.data(), 0, end - begin};
    auto with_q = with_p;
    with_q.values = workspace.q.data();
    functions<Real>().predict(with_p, operands.w.row(begin), operands.h.data(), k,
                              workspace.p.data());
    total += operands.beta == 1 && !wants_q && operands.weights.empty()
                 ? weigh(KullbackLeibler{}, a, operands.floor, first, count, wants_distance,
                         workspace.p.data())
                 : with_divergence(operands.beta, [&](const auto& divergence) {
                     return weigh(divergence, a, operands, first, count, wants_q, wants_distance,
                                  workspace);
                   });
    add(Chunk<Real>{{begin, end}, first, with_p, with_q});
    begin = end;
  }
  return total;
}

}  // namespace

template <class Real>
double row_sums(const SparseBlock<Real>& a, const BetaOperands<Real>& operands,
                const BetaSums<Real>& sums, BetaWorkspace<Real>& workspace) {
  require_shapes(a, operands, sums, a.rows().size());
  const bool wants_q = sums.denominator.rows() > 0;
  const isa::Slice all{operands.w.columns(), 0, operands.w.columns()};
  return for_each_chunk(a, operands, wants_q, true, workspace, [&](const Chunk<Real>& chunk) {
    functions<Real>().gather(chunk.with_p, operands.h.data(), all, false,
                             sums.numerator.row(chunk.rows.begin));
    if (wants_q) {
      functions<Real>().gather(chunk.with_q, operands.h.data(), all, false,
                               sums.denominator.row(chunk.rows.begin));
    }
  });
}

template <class Real>
void add_column_sums(const SparseBlock<Real>& a, const BetaOperands<Real>& operands,
                     const BetaSums<Real>& sums, BetaWorkspace<Real>& workspace) {
  require_shapes(a, operands, sums, a.columns().size());
  const bool wants_q = sums.denominator.rows() > 0;
  const isa::Slice all{operands.w.columns(), 0, operands.w.columns()};
  for_each_chunk(a, operands, wants_q, false, workspace, [&](const Chunk<Real>& chunk) {
    const Real* w = operands.w.row(chunk.rows.begin);
    functions<Real>().scatter(chunk.with_p, w, all, sums.numerator.data());
    if (wants_q) {
      functions<Real>().scatter(chunk.with_q, w, all, sums.denominator.data());
    }
  });
}

#define TESSERA_INSTANTIATE(Real)                                                    \
  template double row_sums(const SparseBlock<Real>&, const BetaOperands<Real>&,      \
                           const BetaSums<Real>&, BetaWorkspace<Real>&);             \
  template void add_column_sums(const SparseBlock<Real>&, const BetaOperands<Real>&, \
                                const BetaSums<Real>&, BetaWorkspace<Real>&);
TESSERA_INSTANTIATE(float)
TESSERA_INSTANTIATE(double)
#undef TESSERA_INSTANTIATE

}  // namespace tessera::kernels
