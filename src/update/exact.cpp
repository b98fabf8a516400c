#include "tessera/update/exact.hpp"

#include <algorithm>
#include <cmath>
#include <compare>
#include <limits>
#include <tuple>

namespace tessera::update {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

template <class Real>
Index chunk_rows(const RuleSettings& settings) {
  return std::min(settings.rows, Exact<Real>::kChunkRows);
}

template <class T>
std::span<T> row_of(MatrixView<T> matrix, Index row) {
  return {matrix.row(row), static_cast<std::size_t>(matrix.columns())};
}

double absolute_sum(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) {
    sum += std::abs(value);
  }
  return sum;
}

}  // namespace

template <class Real>
Exact<Real>::Exact(const RuleSettings& settings, std::unique_ptr<Pivoting> pivoting)
    : UpdateRule<Real>(settings),
      pivoting_(std::move(pivoting)),
      gram_(settings.rank),
      cholesky_(settings.rank),
      guess_(settings.rank),
      incoming_(chunk_rows<Real>(settings), settings.rank),
      linear_(chunk_rows<Real>(settings), padded_size(settings.rank)),
      largest_linear_(static_cast<std::size_t>(chunk_rows<Real>(settings))),
      passive_((chunk_rows<Real>(settings) + kTileRows - 1) / kTileRows * kTileRows, settings.rank),
      coefficients_(kLanes, settings.rank),
      gradients_(kLanes, padded_size(settings.rank)) {
  pending_.reserve(static_cast<std::size_t>(chunk_rows<Real>(settings)));
}

template <class Real>
Diagnostics Exact<Real>::diagnostics() const {
  Diagnostics diagnostics = diagnostics_;
  pivoting_->add_to(diagnostics);
  return diagnostics;
}

template <class Real>
void Exact<Real>::prepare() {
  gram_.assign(this->gram());
  cholesky_.assign(gram_);
  guess_.prepare(this->gram());
  update_ridge_ = 0;
}

template <class Real>
void Exact<Real>::improve(Index /*first_row*/, ConstMatrixView<Real> cross,
                          MatrixView<Real> factor) {
  if (gram_.is_zero()) {
    return;  // the other factor is zero: every F is optimal
  }
  for (Index begin = 0; begin < factor.rows(); begin += kChunkRows) {
    const Range rows{begin, std::min(begin + kChunkRows, factor.rows())};
    load(cross.rows(rows), factor.rows(rows));
    while (!pending_.empty()) {
      order_by_passive_set();
      solve_round(factor.rows(rows));
    }
  }
}

template <class Real>
void Exact<Real>::load(ConstMatrixView<Real> cross, ConstMatrixView<Real> factor) {
  const Index k = gram_.rank();
  guess_.assign(cross, static_cast<Real>(this->l1()), factor, passive_);
  pending_.clear();
  for (Index row = 0; row < factor.rows(); ++row) {
    largest_linear_[static_cast<std::size_t>(row)] = kernels::scale_row(
        cross.row(row), this->l1(), gram_.scales().data(), k, linear_.view().row(row));
    kernels::scale_row(factor.row(row), 0.0, gram_.inverse_scales().data(), k,
                       incoming_.view().row(row));
    pivoting_->begin(row);
    pending_.push_back({row, 0, 0});
  }
}

/// By size first: a tile of small sets is little work.
template <class Real>
void Exact<Real>::order_by_passive_set() {
  for (Pending& pending : pending_) {
    const IndexSet set = passive_[pending.row];
    pending.set_size = count(set);
    pending.first_word = set.front();
  }
  std::ranges::sort(pending_, [this](const Pending& left, const Pending& right) {
    const auto key = [](const Pending& of) { return std::tie(of.set_size, of.first_word); };
    if (key(left) != key(right)) {
      return key(left) < key(right);
    }
    const auto order = std::lexicographical_compare_three_way(
        passive_[left.row].begin(), passive_[left.row].end(), passive_[right.row].begin(),
        passive_[right.row].end());
    return std::is_eq(order) ? left.row < right.row : std::is_lt(order);
  });
}

/// Solves every pending row once; pending_ becomes those that need another round.
template <class Real>
void Exact<Real>::solve_round(MatrixView<Real> factor) {
  std::size_t kept = 0;
  for (std::size_t begin = 0; begin < pending_.size(); begin += kLanes) {
    const std::span<const Pending> tile =
        std::span(pending_).subspan(begin, std::min<std::size_t>(kLanes, pending_.size() - begin));
    solve_tile(tile);
    for (std::size_t lane = 0; lane < tile.size(); ++lane) {
      const auto at = static_cast<Index>(lane);
      const Pending pending = tile[lane];
      PassiveSolution solution{.row = pending.row,
                               .incoming = row_of(std::as_const(incoming_).view(), pending.row),
                               .coefficients = row_of(coefficients_.view(), at),
                               .gradient = components_of(gradients_, at),
                               .noise = noise_of(pending.row, at),
                               .passive = passive_[pending.row]};
      if (pivoting_->exchange(solution)) {
        pending_[kept++] = pending;  // never beyond what has been read
      } else {
        finish(solution, cholesky_.ridge(at), factor);
      }
    }
  }
  pending_.resize(kept);
}

/// Leaves coefficients and gradients of up to kLanes rows in the rows of the tile.
template <class Real>
void Exact<Real>::solve_tile(std::span<const Pending> tile) {
  std::array<ConstIndexSet, kLanes> sets;
  std::array<const double*, kLanes> right;
  std::array<double*, kLanes> solution;
  for (std::size_t lane = 0; lane < sets.size(); ++lane) {
    // Lanes to spare repeat the last row.
    const Index row = tile[std::min(lane, tile.size() - 1)].row;
    sets[lane] = passive_[row];
    right[lane] = linear_.view().row(row);
    solution[lane] = coefficients_.view().row(static_cast<Index>(lane));
  }
  cholesky_.factorize(sets);
  cholesky_.solve(right, solution);
  for (std::size_t lane = 0; lane < tile.size(); ++lane) {
    const auto at = static_cast<Index>(lane);
    cholesky_.gradient(at, right[lane], gradients_.view().row(at));
  }
}

/// Of the gradient f·G − c, where |G_ij| < 2 and G may have a ridge.
template <class Real>
double Exact<Real>::noise_of(Index row, Index lane) const {
  const double relative = static_cast<double>(gram_.rank()) * kEpsilon + cholesky_.ridge(lane);
  return relative *
         (2.0 * cholesky_.absolute_sum(lane) + largest_linear_[static_cast<std::size_t>(row)]);
}

template <class Real>
void Exact<Real>::finish(const PassiveSolution& solution, double ridge, MatrixView<Real> factor) {
  const auto linear = components_of(linear_, solution.row);
  if (ridge > 0 || !solution.is_optimum) {
    const double rounding = static_cast<double>(gram_.rank()) * kEpsilon *
                            absolute_sum(solution.incoming) *
                            largest_linear_[static_cast<std::size_t>(solution.row)];
    if (gram_.objective(solution.coefficients, linear) >
        gram_.objective(solution.incoming, linear) + rounding) {
      return;
    }
    account_for(ridge);
  }
  for (Index l = 0; l < gram_.rank(); ++l) {
    if (gram_.is_live(l)) {
      factor(solution.row, l) =
          static_cast<Real>(solution.coefficients[static_cast<std::size_t>(l)] * gram_.scale(l));
    }
  }
}

template <class Real>
void Exact<Real>::account_for(double ridge) {
  if (ridge > 0 && update_ridge_ == 0) {
    ++diagnostics_.ridge_updates;
  }
  update_ridge_ = std::max(update_ridge_, ridge);
  diagnostics_.largest_ridge = std::max(diagnostics_.largest_ridge, ridge);
}

template class Exact<float>;
template class Exact<double>;

}  // namespace tessera::update
