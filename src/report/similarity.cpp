#include "tessera/report/similarity.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tessera::report {

Matrix<double> cosines(ConstMatrixView<double> gram) {
  Matrix<double> result(gram.rows(), gram.rows());
  for (Index i = 0; i < gram.rows(); ++i) {
    for (Index j = 0; j < gram.rows(); ++j) {
      // Two roots, since a product of squared norms may leave the range of a double.
      const double norms = std::sqrt(gram(i, i)) * std::sqrt(gram(j, j));
      result(i, j) = norms > 0 ? std::clamp(gram(i, j) / norms, 0.0, 1.0) : 0;
    }
  }
  return result;
}

std::vector<SimilarPair> most_similar(ConstMatrixView<double> cosines, Index count) {
  std::vector<SimilarPair> pairs;
  for (Index i = 0; i < cosines.rows(); ++i) {
    for (Index j = i + 1; j < cosines.rows(); ++j) {
      pairs.push_back({i, j, cosines(i, j)});
    }
  }
  const auto end = pairs.begin() + std::min(count, std::ssize(pairs));
  std::ranges::partial_sort(pairs, end, [](const SimilarPair& a, const SimilarPair& b) {
    return a.cosine != b.cosine ? a.cosine > b.cosine
                                : std::pair(a.first, a.second) < std::pair(b.first, b.second);
  });
  pairs.erase(end, pairs.end());
  return pairs;
}

std::vector<Index> similarity_order(ConstMatrixView<double> cosines, Index count) {
  std::vector<Index> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), Index{0});
  for (std::size_t next = 1; next < order.size(); ++next) {
    const auto rest = order.begin() + static_cast<std::ptrdiff_t>(next);
    const Index before = order[next - 1];
    // Those left stay in their order, so the first maximum is the first of equal ones.
    const auto best = std::max_element(rest, order.end(), [&](Index a, Index b) {
      return cosines(before, a) < cosines(before, b);
    });
    std::rotate(rest, best, best + 1);
  }
  return order;
}

}  // namespace tessera::report
