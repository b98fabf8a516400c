#include "tessera/update/subset_cholesky.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tessera::update {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr double kLargestRidge = 1.0;  ///< beyond, the matrix holds something else than numbers

}  // namespace

SubsetCholesky::SubsetCholesky(Index rank)
    : sets_(kLanes, rank),
      members_(static_cast<std::size_t>(rank)),
      lower_(static_cast<std::size_t>(kernels::lane_factor_size(rank))),
      inverses_(static_cast<std::size_t>(rank * kLanes)),
      values_(static_cast<std::size_t>(rank)) {}

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
  PerLane<double> unstable;
  do {
    std::ranges::transform(ridges_, growths_.begin(), [](double ridge) { return 1.0 + ridge; });
    kernels::factorize_lanes(system(), unstable.data());
  } while (raise_ridges(unstable));
  is_valid_ = true;
}

void SubsetCholesky::list_members(const std::array<ConstIndexSet, kLanes>& sets) {
  order_ = 0;
  for (std::size_t lane = 0; lane < sets.size(); ++lane) {
    const IndexSet set = sets_[static_cast<Index>(lane)];
    for (std::size_t word = 0; word < set.size(); ++word) {
      set[word] = sets[lane][word];
    }
    std::size_t place = 0;
    for_each_member(sets[lane], [&](Index l) { members_[place++][lane] = l; });
    sizes_[lane] = static_cast<double>(place);
    order_ = std::max(order_, static_cast<Index>(place));
  }
  for (std::size_t lane = 0; lane < sets.size(); ++lane) {
    for (std::size_t place = size_of(lane); place < static_cast<std::size_t>(order_); ++place) {
      members_[place][lane] = gram_->rank();
    }
  }
}

/// @return whether some lane got a larger ridge, to be factorized with.
bool SubsetCholesky::raise_ridges(const PerLane<double>& unstable) {
  bool raised = false;
  for (std::size_t lane = 0; lane < ridges_.size(); ++lane) {
    double& ridge = ridges_[lane];
    if (unstable[lane] != 0 && ridge < kLargestRidge) {
      ridge = 10.0 * std::max(ridge, sizes_[lane] * kEpsilon);
      raised = true;
    }
  }
  return raised;
}

kernels::LaneSystem SubsetCholesky::system() {
  return {.gram = gram_->row(0),
          .stride = padded_size(gram_->rank()),
          .members = members_.front().data(),
          .order = order_,
          .sizes = sizes_.data(),
          .growths = growths_.data(),
          .lower = lower_.data(),
          .inverses = inverses_.data()};
}

void SubsetCholesky::solve(const std::array<const double*, kLanes>& right,
                           const std::array<double*, kLanes>& solution) {
  const auto order = static_cast<std::size_t>(order_);
  for (std::size_t lane = 0; lane < right.size(); ++lane) {
    const std::size_t size = size_of(lane);
    for (std::size_t place = 0; place < order; ++place) {
      values_[place][lane] = place < size ? right[lane][members_[place][lane]] : 0.0;
    }
  }
  kernels::solve_lanes(system(), values_.front().data());
  absolute_sums_.fill(0.0);
  for (std::size_t place = 0; place < order; ++place) {
    for (std::size_t lane = 0; lane < right.size(); ++lane) {
      absolute_sums_[lane] += std::abs(values_[place][lane]);
    }
  }
  for (std::size_t lane = 0; lane < right.size(); ++lane) {
    std::fill_n(solution[lane], gram_->rank(), 0.0);
    for (std::size_t place = 0; place < size_of(lane); ++place) {
      solution[lane][members_[place][lane]] = values_[place][lane];
    }
  }
}

void SubsetCholesky::gradient(Index lane, const double* right, double* result) const {
  kernels::combine_members({.gram = gram_->row(0),
                            .stride = padded_size(gram_->rank()),
                            .members = members_.front().data()},
                           lane, static_cast<Index>(size_of(static_cast<std::size_t>(lane))),
                           values_.front().data(), right, result);
}

}  // namespace tessera::update
