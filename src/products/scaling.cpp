#include "tessera/products/scaling.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <variant>
#include <vector>

#include "tessera/products/nonzeros.hpp"

namespace tessera::products {
namespace {

/// Replaces each stored entry by change(local row, local column, entry), computed in double.
template <class Real, class Change>
void change_entries(DenseBlock<Real>& block, const Change& change) {
  const MatrixView<Real> entries = block.entries();
  for (Index i = 0; i < entries.rows(); ++i) {
    for (Index j = 0; j < entries.columns(); ++j) {
      entries(i, j) = static_cast<Real>(change(i, j, static_cast<double>(entries(i, j))));
    }
  }
}

template <class Real, class Change>
void change_entries(SparseBlock<Real>& block, const Change& change) {
  const Index* offsets = block.row_offsets().data();
  const auto* columns = block.local_columns().data();
  Real* values = block.held_values().data();
  for (Index i = 0; i < block.rows().size(); ++i) {
    for (Index at = offsets[i]; at < offsets[i + 1]; ++at) {
      values[at] =
          static_cast<Real>(change(i, Index{columns[at]}, static_cast<double>(values[at])));
    }
  }
}

template <class Real, class Change>
void change_entries(DataMatrix<Real>& a, const Change& change) {
  std::visit([&](auto& block) { change_entries(block, change); }, a.block);
}

/// Calls visit(local row, local column, entry) with each stored entry.
template <class Real, class Visit>
void visit_entries(const DataMatrix<Real>& a, const Visit& visit) {
  std::visit(
      [&](const auto& block) {
        for_each_entry(block, [&](Index row, Index column, double value) {
          visit(row - block.rows().begin, column - block.columns().begin, value);
        });
      },
      a.block);
}

Range rows_of(const auto& a) {
  return std::visit([](const auto& block) { return block.rows(); }, a.block);
}

template <class Real>
void divide_by_maximum(DataMatrix<Real>& a, const mpi::ProcessGrid& grid) {
  double own = 0;
  visit_entries(a, [&](Index, Index, double value) { own = std::max(own, value); });
  const double maximum = grid.comm().max(own);
  if (maximum > 0) {
    change_entries(a, [&](Index, Index, double value) { return value / maximum; });
  }
}

/// Σ_j term(a_ij) for each row of this process's block, over the whole rows of A.
template <class Real, class Term>
std::vector<double> sums_of_rows(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                                 const Term& term) {
  std::vector<double> sums(static_cast<std::size_t>(rows_of(a).size()));
  visit_entries(
      a, [&](Index i, Index, double value) { sums[static_cast<std::size_t>(i)] += term(value); });
  grid.row_comm().all_reduce_sum(std::span<double>(sums));
  return sums;
}

template <class Real>
void divide_rows(DataMatrix<Real>& a, const std::vector<double>& divisors) {
  change_entries(a, [&](Index i, Index, double value) {
    const double divisor = divisors[static_cast<std::size_t>(i)];
    return divisor > 0 ? value / divisor : value;
  });
}

template <class Real>
void divide_rows_by_l1(DataMatrix<Real>& a, const mpi::ProcessGrid& grid) {
  divide_rows(a, sums_of_rows(a, grid, [](double value) { return std::abs(value); }));
}

template <class Real>
void divide_rows_by_l2(DataMatrix<Real>& a, const mpi::ProcessGrid& grid) {
  auto norms = sums_of_rows(a, grid, [](double value) { return value * value; });
  std::ranges::transform(norms, norms.begin(), [](double sum) { return std::sqrt(sum); });
  divide_rows(a, norms);
}

/// log((1 + m) / (1 + df_j)) + 1 for each column of this process's block.
template <class Real>
std::vector<double> inverse_document_frequencies(const DataMatrix<Real>& a,
                                                 const mpi::ProcessGrid& grid) {
  const std::vector<Index> documents = nonzeros_of_columns(a, grid);
  std::vector<double> weights;
  weights.reserve(documents.size());
  for (const Index count : documents) {
    weights.push_back(std::log(static_cast<double>(1 + a.m()) / static_cast<double>(1 + count)) +
                      1);
  }
  return weights;
}

template <class Real>
void weigh_terms(DataMatrix<Real>& a, const mpi::ProcessGrid& grid) {
  const std::vector<double> weights = inverse_document_frequencies(a, grid);
  change_entries(a, [&](Index, Index j, double value) {
    return value * weights[static_cast<std::size_t>(j)];
  });
  divide_rows_by_l2(a, grid);
}

}  // namespace

template <class Real>
void scale(DataMatrix<Real>& a, Scaling kind, const mpi::ProcessGrid& grid) {
  switch (kind) {
    case Scaling::none:
      return;
    case Scaling::max:
      return divide_by_maximum(a, grid);
    case Scaling::rows_l1:
      return divide_rows_by_l1(a, grid);
    case Scaling::rows_l2:
      return divide_rows_by_l2(a, grid);
    case Scaling::log1p:
      return change_entries(a, [](Index, Index, double value) { return std::log1p(value); });
    case Scaling::tfidf:
      return weigh_terms(a, grid);
  }
}

template <class Real>
void raise_to_floor(DataMatrix<Real>& a, double floor) {
  const auto raise = [floor](Index, Index, double value) { return std::max(value, floor); };
  change_entries(a, raise);
  change_entries(a.held_out, raise);
}

template void raise_to_floor(DataMatrix<float>&, double);
template void raise_to_floor(DataMatrix<double>&, double);
template void scale(DataMatrix<float>&, Scaling, const mpi::ProcessGrid&);
template void scale(DataMatrix<double>&, Scaling, const mpi::ProcessGrid&);

}  // namespace tessera::products
