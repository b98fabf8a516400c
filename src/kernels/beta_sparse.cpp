#include <algorithm>
#include <cmath>

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

/// Σ a·log(r). Counts are small whole numbers, so that most logarithms can wait for a product of
/// several powers: log is by far the slowest part of a pass.
class LogSum {
 public:
  void add(double a, double ratio) {
    if ((a == 1 || a == 2) && ratio > kSmallest && ratio < 1 / kSmallest) {
      product_ *= a == 1 ? ratio : ratio * ratio;
      if (product_ < kRange || product_ > 1 / kRange) {
        flush();
      }
    } else if (a > 0) {
      total_ += a * std::log(ratio);
    }
  }
  [[nodiscard]] double total() {
    flush();
    return total_;
  }

 private:
  static constexpr double kSmallest = 1e-20;  // its square times kRange is still far from underflow
  static constexpr double kRange = 1e-200;

  void flush() {
    total_ += std::log(product_);
    product_ = 1;
  }

  double product_ = 1;
  double total_ = 0;
};

/// Turns the predictions of a chunk of a whole matrix into a/x. @return Σ a·log(a/x) − a.
template <class Real>
double weigh(const KullbackLeibler& divergence, const SparseBlock<Real>& a, Real floor, Index first,
             Index count, bool wants_distance, Real* p) {
  const Real* values = a.values().data() + first;
  for (Index at = 0; at < count; ++at) {
    p[at] = divergence.p(values[at], std::max(floor, p[at]));
  }
  LogSum logarithms;
  double sum = 0;
  for (Index at = 0; at < count && wants_distance; ++at) {
    logarithms.add(values[at], p[at]);
    sum += values[at];
  }
  return logarithms.total() - sum;
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
    functions<Real>().gather(chunk.with_p, operands.h.data(), all,
                             sums.numerator.row(chunk.rows.begin));
    if (wants_q) {
      functions<Real>().gather(chunk.with_q, operands.h.data(), all,
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
