#include "tessera/update/observed_hals.hpp"

#include <algorithm>
#include <numeric>

namespace tessera::update {
namespace {

constexpr double kLeastChange = 0.1;  // of the first sweep's, as for HALS

template <class Real>
std::size_t longest_row(const SparseBlock<Real>& a) {
  Index longest = 0;
  for (std::size_t row = 0; row + 1 < a.row_offsets().size(); ++row) {
    longest = std::max(longest, a.row_offsets()[row + 1] - a.row_offsets()[row]);
  }
  return static_cast<std::size_t>(longest);
}

/// Σ x·y·z in four interleaved sums.
double triple_product(const double* x, const double* y, const double* z, std::size_t count) {
  double sums[4] = {};
  std::size_t at = 0;
  for (; at + 4 <= count; at += 4) {
    for (std::size_t lane = 0; lane < 4; ++lane) {
      sums[lane] += x[at + lane] * y[at + lane] * z[at + lane];
    }
  }
  for (; at < count; ++at) {
    sums[0] += x[at] * y[at] * z[at];
  }
  return (sums[0] + sums[2]) + (sums[1] + sums[3]);
}

}  // namespace

template <class Real>
ObservedHals<Real>::ObservedHals(Index rank, const Penalty& penalty, double l2_per_entry,
                                 Index fixed, Index sweeps)
    : rank_(rank),
      penalty_(penalty),
      l2_per_entry_(l2_per_entry),
      fixed_(fixed),
      sweeps_(sweeps),
      curvatures_(static_cast<std::size_t>(rank)),
      row_(static_cast<std::size_t>(rank)) {}

template <class Real>
double ObservedHals<Real>::update(const SparseBlock<Real>& a, std::span<const Real> weights,
                                  ConstMatrixView<Real> other, MatrixView<Real> factor) {
  require_shape("the factor", factor, a.rows().size(), rank_);
  require_shape("the other factor", other, a.columns().size(), rank_);
  const std::size_t longest = longest_row(a);
  residuals_.resize(std::max(longest, residuals_.size()));
  weights_.resize(residuals_.size());
  gathered_.resize(residuals_.size() * static_cast<std::size_t>(rank_));
  double loss = 0;
  for (Index row = 0; row < factor.rows(); ++row) {
    std::copy_n(factor.row(row), rank_, row_.begin());
    load(a, weights, row, other);
    if (entries_ == 0) {
      std::fill(row_.begin() + fixed_, row_.end(), 0.0);
    } else {
      sweep_row(row_.data());
    }
    std::ranges::transform(row_, factor.row(row),
                           [](double value) { return static_cast<Real>(value); });
    loss += 0.5 * triple_product(weights_.data(), residuals_.data(), residuals_.data(), entries_);
  }
  return loss;
}

/// Gathers what the row needs, and its residuals at row_.
template <class Real>
void ObservedHals<Real>::load(const SparseBlock<Real>& a, std::span<const Real> weights, Index row,
                              ConstMatrixView<Real> other) {
  const auto begin = static_cast<std::size_t>(a.row_offsets()[static_cast<std::size_t>(row)]);
  const auto end = static_cast<std::size_t>(a.row_offsets()[static_cast<std::size_t>(row) + 1]);
  entries_ = end - begin;
  for (std::size_t at = 0; at < entries_; ++at) {
    const Real* h = other.row(a.local_columns()[begin + at]);
    residuals_[at] = a.values()[begin + at];
    weights_[at] = weights.empty() ? 1.0 : static_cast<double>(weights[begin + at]);
    for (std::size_t l = 0; l < row_.size(); ++l) {
      gathered_[l * entries_ + at] = h[l];
    }
  }
  for (std::size_t l = 0; l < row_.size(); ++l) {
    const double* column = gathered_.data() + l * entries_;
    curvatures_[l] = triple_product(weights_.data(), column, column, entries_);
    for (std::size_t at = 0; at < entries_; ++at) {
      residuals_[at] -= row_[l] * column[at];
    }
  }
}

template <class Real>
void ObservedHals<Real>::sweep_row(double* f) {
  const double weight = std::accumulate(
      weights_.begin(), weights_.begin() + static_cast<std::ptrdiff_t>(entries_), 0.0);
  const double ridge = penalty_.l2 + l2_per_entry_ * weight;
  const double first = sweep(f, ridge);
  const Index most = sweeps_ > 0 ? sweeps_ : kMostSweeps;
  for (Index count = 1; count < most; ++count) {
    const double change = sweep(f, ridge);
    if (sweeps_ == 0 && change <= kLeastChange * kLeastChange * first) {
      break;
    }
  }
}

/// @return the squared change of the row.
template <class Real>
double ObservedHals<Real>::sweep(double* f, double ridge) {
  double change = 0;
  for (auto l = static_cast<std::size_t>(fixed_); l < row_.size(); ++l) {
    const double curvature = curvatures_[l] + ridge;
    if (!(curvature > 0)) {
      continue;
    }
    const double* column = gathered_.data() + l * entries_;
    const double descent = triple_product(weights_.data(), residuals_.data(), column, entries_) -
                           penalty_.l1 - ridge * f[l];
    const double next = std::max(0.0, f[l] + descent / curvature);
    const double step = next - f[l];
    f[l] = next;
    change += step * step;
    for (std::size_t at = 0; at < entries_; ++at) {
      residuals_[at] -= step * column[at];
    }
  }
  return change;
}

template class ObservedHals<float>;
template class ObservedHals<double>;

}  // namespace tessera::update
