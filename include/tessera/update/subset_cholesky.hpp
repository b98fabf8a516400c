#pragma once

#include <array>

#include "tessera/update/index_set.hpp"
#include "tessera/update/scaled_gram.hpp"

namespace tessera::update {

/// Solves Ĝ_PP·x_P = c_P for a set P of components in each lane, by Cholesky factorizations of the
/// principal submatrices. One that is singular to rounding gets the smallest ridge, relative to its
/// diagonal, with which every pivot stands above the noise |P|·ε of its diagonal entry.
class SubsetCholesky {
 public:
  explicit SubsetCholesky(Index rank);

  /// What solve() is about from now on, until `gram` changes.
  void assign(const ScaledGram& gram);

  /// Factorizes for these sets, one per lane, unless they are those of the call before.
  void factorize(const std::array<ConstIndexSet, kLanes>& sets);

  /// solution = x in each lane's set, 0 elsewhere, where right = c; both have k entries.
  void solve(const std::array<const double*, kLanes>& right,
             const std::array<double*, kLanes>& solution);

  /// result = x·Ĝ − c for the last solution in a lane. @pre both have padded_size(k) entries.
  void gradient(Index lane, const double* right, double* result) const;

  /// Σ|x| of the last solution in a lane.
  [[nodiscard]] double absolute_sum(Index lane) const {
    return absolute_sums_[static_cast<std::size_t>(lane)];
  }
  /// That of a lane's last factorization; 0 when it needed none.
  [[nodiscard]] double ridge(Index lane) const { return ridges_[static_cast<std::size_t>(lane)]; }

 private:
  template <class T>
  using PerLane = std::array<T, static_cast<std::size_t>(kLanes)>;

  void list_members(const std::array<ConstIndexSet, kLanes>& sets);
  bool raise_ridges(const PerLane<double>& unstable);
  [[nodiscard]] kernels::LaneSystem system();
  [[nodiscard]] std::size_t size_of(std::size_t lane) const {
    return static_cast<std::size_t>(sizes_[lane]);
  }

  const ScaledGram* gram_ = nullptr;
  IndexSets sets_;         ///< of the factorization, if there is one
  bool is_valid_ = false;  ///< whether there is one
  Index order_ = 0;        ///< of the largest set
  PerLane<double> sizes_{};
  PerLane<double> ridges_{};
  PerLane<double> growths_{};              ///< 1 + ridge
  PerLane<double> absolute_sums_{};        ///< of x
  AlignedVector<PerLane<Index>> members_;  ///< place → component; k where a set is smaller
  AlignedVector<double> lower_;
  AlignedVector<double> inverses_;
  AlignedVector<PerLane<double>> values_;  ///< the right-hand side, then x, by place
};

}  // namespace tessera::update
