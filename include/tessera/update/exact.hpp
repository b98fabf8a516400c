#pragma once

#include <array>
#include <memory>

#include "tessera/update/passive_guess.hpp"
#include "tessera/update/pivoting.hpp"
#include "tessera/update/scaled_gram.hpp"
#include "tessera/update/subset_cholesky.hpp"

namespace tessera::update {

/// Every row is set to its optimum, argmin ½f·G·fᵀ − f·(c − λ₁)ᵀ over f ≥ 0, in double. A Pivoting
/// leads each row through passive sets. In each round the rows that still need one are ordered by
/// passive set, so that rows with the same share one Cholesky factorization, and solved side by
/// side. The first passive set of a row is a PassiveGuess. Dead components are left alone. Where a
/// singular system took a ridge and the row came out worse than it went in, it stays as it was.
/// Source: Van Benthem & Keenan, J. Chemometrics 2004 (grouping by passive set); Kim & Park, SIAM
/// J. Sci. Comput. 2011.
template <class Real>
class Exact final : public UpdateRule<Real> {
 public:
  /// Rows in work at a time, at most: they and what the pivoting knows of them stay in cache.
  static constexpr Index kChunkRows = 512;

  /// @pre `pivoting` has room for min(settings.rows, kChunkRows) rows.
  Exact(const RuleSettings& settings, std::unique_ptr<Pivoting> pivoting);

  [[nodiscard]] Diagnostics diagnostics() const override;

 private:
  /// A row that needs to be solved, with what it is ordered by.
  struct Pending {
    Index row;
    Index set_size;
    std::uint64_t first_word;  ///< of the passive set
  };

  void prepare() override;
  void improve(Index first_row, ConstMatrixView<Real> cross, MatrixView<Real> factor) override;
  void load(ConstMatrixView<Real> cross, ConstMatrixView<Real> factor);
  void order_by_passive_set();
  void solve_round(MatrixView<Real> factor);
  void solve_tile(std::span<const Pending> tile);
  [[nodiscard]] double noise_of(Index row, Index lane) const;
  [[nodiscard]] std::span<const double> components_of(const Matrix<double>& padded,
                                                      Index row) const {
    return {padded.view().row(row), static_cast<std::size_t>(gram_.rank())};
  }
  void finish(const PassiveSolution& solution, double ridge, MatrixView<Real> factor);
  void account_for(double ridge);

  std::unique_ptr<Pivoting> pivoting_;
  ScaledGram gram_;
  SubsetCholesky cholesky_;
  PassiveGuess<Real> guess_;
  // Of the chunk, in the scale of gram_:
  Matrix<double> incoming_;
  Matrix<double> linear_;                 ///< c − λ₁, padded with zeros to padded_size(k)
  AlignedVector<double> largest_linear_;  ///< the largest magnitude in each row of it
  IndexSets passive_;
  AlignedVector<Pending> pending_;
  // Of the tile:
  Matrix<double> coefficients_;  ///< kLanes × k
  Matrix<double> gradients_;     ///< kLanes × padded_size(k)

  double update_ridge_ = 0;  ///< the largest of this update
  Diagnostics diagnostics_;
};

}  // namespace tessera::update
