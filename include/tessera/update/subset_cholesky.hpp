#pragma once

#include <array>

#include "tessera/update/index_set.hpp"
#include "tessera/update/lanes.hpp"
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

  /// solution = x in the lane's set, 0 elsewhere.
  void solve(const LaneTile& right, LaneTile& solution);

  /// That of a lane's last factorization; 0 when it needed none.
  [[nodiscard]] double ridge(Index lane) const { return ridges_[static_cast<std::size_t>(lane)]; }

 private:
  using LaneIndices = std::array<Index, kLanes>;

  void list_members(const std::array<ConstIndexSet, kLanes>& sets);
  void load();
  void decompose();
  void decompose_block(Index begin);
  void set_pivot(Index i, const Lanes& pivot);
  bool raise_ridges();
  [[nodiscard]] Lanes* lower_row(Index i) {
    return lower_.data() + static_cast<std::size_t>(i * (i + 1) / 2);
  }

  const ScaledGram* gram_ = nullptr;
  IndexSets sets_;         ///< of the factorization, if there is one
  bool is_valid_ = false;  ///< whether there is one
  Index order_ = 0;        ///< of the largest set, whole blocks of rows; the rest is identity
  std::array<Index, kLanes> sizes_{};
  AlignedVector<LaneIndices> members_;  ///< place → component; k where a set is smaller
  std::array<double, kLanes> ridges_{};
  std::array<bool, kLanes> unstable_{};
  AlignedVector<Lanes> lower_;     ///< L row by row, the diagonal still that of Ĝ
  AlignedVector<Lanes> inverses_;  ///< 1 / L_ii
  AlignedVector<Lanes> values_;    ///< the right-hand side, then x, by place
};

}  // namespace tessera::update
