#include "tessera/update/subset_cholesky.hpp"

#include <algorithm>
#include <limits>

namespace tessera::update {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr double kLargestRidge = 1.0;  ///< beyond, the matrix holds something else than numbers

/// sums[r] −= Σ_m rows[r][m]·other[m] over the first `count`, in every lane.
void subtract_products(std::array<Lanes, kBlockRows>& sums,
                       const std::array<const Lanes*, kBlockRows>& rows, const Lanes* other,
                       Index count) {
  static_assert(kBlockRows == 2);
  Lanes first = sums[0];
  Lanes second = sums[1];
  for (Index m = 0; m < count; ++m) {
    first -= rows[0][m] * other[m];
    second -= rows[1][m] * other[m];
  }
  sums = {first, second};
}

}  // namespace

SubsetCholesky::SubsetCholesky(Index rank)
    : sets_(kLanes, rank),
      members_(padded_size(rank)),
      lower_(padded_size(rank) * (padded_size(rank) + 1) / 2),
      inverses_(padded_size(rank)),
      values_(padded_size(rank)) {}

void SubsetCholesky::assign(const ScaledGram& gram) {
  gram_ = &gram;
  is_valid_ = false;
}

void SubsetCholesky::factorize(const std::array<ConstIndexSet, kLanes>& sets) {
  bool same = is_valid_;
  for (std::size_t lane = 0; lane < sets.size() && same; ++lane) {
    same = std::ranges::equal(sets[lane], sets_[static_cast<Index>(lane)]);
  }
  if (same) {
    return;
  }
  list_members(sets);
  ridges_.fill(0.0);
  do {
    load();
    decompose();
  } while (raise_ridges());
  is_valid_ = true;
}

void SubsetCholesky::list_members(const std::array<ConstIndexSet, kLanes>& sets) {
  std::ranges::fill(members_, [this] {
    LaneIndices none;
    none.fill(gram_->rank());
    return none;
  }());
  for (std::size_t lane = 0; lane < sets.size(); ++lane) {
    std::ranges::copy(sets[lane], sets_[static_cast<Index>(lane)].begin());
    std::size_t place = 0;
    for_each_member(sets[lane], [&](Index l) { members_[place++][lane] = l; });
    sizes_[lane] = static_cast<Index>(place);
  }
  order_ = round_up_to_blocks(*std::ranges::max_element(sizes_));
}

void SubsetCholesky::load() {
  for (Index i = 0; i < order_; ++i) {
    const LaneIndices& component = members_[static_cast<std::size_t>(i)];
    std::array<const double*, kLanes> sources;
    std::ranges::transform(component, sources.begin(), [this](Index l) { return gram_->row(l); });
    Lanes* target = lower_row(i);
    for (Index j = 0; j <= i; ++j) {
      const LaneIndices& columns = members_[static_cast<std::size_t>(j)];
      for (std::size_t lane = 0; lane < sources.size(); ++lane) {
        target[j][static_cast<Index>(lane)] = sources[lane][columns[lane]];
      }
    }
    for (std::size_t lane = 0; lane < sources.size(); ++lane) {
      double& diagonal = target[i][static_cast<Index>(lane)];
      diagonal = i < sizes_[lane] ? diagonal * (1.0 + ridges_[lane]) : 1.0;
    }
  }
}

void SubsetCholesky::decompose() {
  unstable_.fill(false);
  for (Index begin = 0; begin < order_; begin += kBlockRows) {
    decompose_block(begin);
  }
}

/// L_ij = (Ĝ_ij − Σ_{m<j} L_im·L_jm) / L_jj for two rows i, column by column.
void SubsetCholesky::decompose_block(Index begin) {
  Lanes* first = lower_row(begin);
  Lanes* second = lower_row(begin + 1);
  std::array<Lanes, kBlockRows> sums;
  for (Index j = 0; j < begin; ++j) {
    sums = {first[j], second[j]};
    subtract_products(sums, {first, second}, lower_row(j), j);
    first[j] = sums[0] * inverses_[static_cast<std::size_t>(j)];
    second[j] = sums[1] * inverses_[static_cast<std::size_t>(j)];
  }
  sums = {first[begin], second[begin]};
  subtract_products(sums, {first, second}, first, begin);
  set_pivot(begin, sums[0]);
  second[begin] = sums[1] * inverses_[static_cast<std::size_t>(begin)];
  Lanes pivot = second[begin + 1];
  for (Index m = 0; m <= begin; ++m) {
    pivot -= second[m] * second[m];
  }
  set_pivot(begin + 1, pivot);
}

void SubsetCholesky::set_pivot(Index i, const Lanes& pivot) {
  const Lanes& diagonal = lower_row(i)[i];
  Lanes usable = pivot;
  for (Index lane = 0; lane < kLanes; ++lane) {
    const auto at = static_cast<std::size_t>(lane);
    const double noise = static_cast<double>(sizes_[at]) * kEpsilon * diagonal[lane];
    if (!(pivot[lane] > noise)) {
      unstable_[at] = true;
      usable[lane] = 1.0;  // the other lanes go on
    }
  }
  inverses_[static_cast<std::size_t>(i)] = usable.sqrt().inverse();
}

/// @return whether some lane got a larger ridge, to be factorized with.
bool SubsetCholesky::raise_ridges() {
  bool raised = false;
  for (std::size_t lane = 0; lane < ridges_.size(); ++lane) {
    double& ridge = ridges_[lane];
    if (unstable_[lane] && ridge < kLargestRidge) {
      ridge = 10.0 * std::max(ridge, static_cast<double>(sizes_[lane]) * kEpsilon);
      raised = true;
    }
  }
  return raised;
}

void SubsetCholesky::solve(const LaneTile& right, LaneTile& solution) {
  for (Index i = 0; i < order_; ++i) {
    const LaneIndices& component = members_[static_cast<std::size_t>(i)];
    for (std::size_t lane = 0; lane < component.size(); ++lane) {
      const auto at = static_cast<Index>(lane);
      values_[static_cast<std::size_t>(i)][at] =
          right[static_cast<std::size_t>(component[lane])][at];
    }
  }
  Lanes* x = values_.data();
  const Lanes* inverse = inverses_.data();
  for (Index i = 0; i < order_; i += kBlockRows) {  // L·z = c
    std::array<Lanes, kBlockRows> sums = {x[i], x[i + 1]};
    subtract_products(sums, {lower_row(i), lower_row(i + 1)}, x, i);
    x[i] = sums[0] * inverse[i];
    x[i + 1] = (sums[1] - lower_row(i + 1)[i] * x[i]) * inverse[i + 1];
  }
  for (Index i = order_ - kBlockRows; i >= 0; i -= kBlockRows) {  // Lᵀ·x = z
    const Lanes* row = lower_row(i);
    const Lanes* next_row = lower_row(i + 1);
    const Lanes next = x[i + 1] * inverse[i + 1];
    const Lanes value = (x[i] - next_row[i] * next) * inverse[i];
    for (Index m = 0; m < i; ++m) {
      x[m] -= row[m] * value + next_row[m] * next;
    }
    x[i] = value;
    x[i + 1] = next;
  }
  std::ranges::fill(solution, Lanes::Zero());
  for (Index i = 0; i < order_; ++i) {
    const LaneIndices& component = members_[static_cast<std::size_t>(i)];
    for (std::size_t lane = 0; lane < component.size(); ++lane) {
      const auto at = static_cast<Index>(lane);
      solution[static_cast<std::size_t>(component[lane])][at] =
          values_[static_cast<std::size_t>(i)][at];
    }
  }
}

}  // namespace tessera::update
