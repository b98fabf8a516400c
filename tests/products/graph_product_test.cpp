#include "tessera/products/graph_product.hpp"

#include <cmath>

#include "mpi_test.hpp"
#include "test_graph.hpp"

namespace tessera {
namespace {

using testing::all_grid_shapes;
using testing::graph_weight;
using testing::make_graph;
using testing::random_entry;
using testing::test_world;

constexpr double kMu = 0.7;
constexpr Index kRank = 3;

double entry_f(Index i, Index l) { return random_entry(61, i, l); }

template <class Real>
Matrix<Real> piece_of_f(Range owned) {
  Matrix<Real> piece(owned.size(), kRank);
  for (Index row = 0; row < owned.size(); ++row) {
    for (Index l = 0; l < kRank; ++l) {
      piece(row, l) = static_cast<Real>(entry_f(owned.begin + row, l));
    }
  }
  return piece;
}

/// The rows of W and of Hᵀ on every process, in both ways in which they may follow the ranks.
std::vector<std::vector<Range>> all_cuts(GridShape shape, Index nodes) {
  const Distribution distribution(nodes, nodes, shape.rows, shape.columns);
  std::vector<Range> w;
  std::vector<Range> h;
  for (int i = 0; i < shape.rows; ++i) {
    for (int j = 0; j < shape.columns; ++j) {
      w.push_back(distribution.w_piece(i, j));
      h.push_back(distribution.h_piece(i, j));
    }
  }
  return {w, h};
}

/// Calls test(pieces, own rows, nodes) for every grid, with fewer nodes than processes and more.
template <class Test>
void for_each_case(const Test& test) {
  for (const auto shape : all_grid_shapes(test_world().size())) {
    for (const Index nodes : {1, 2, 5, 6, 31}) {
      for (const auto& pieces : all_cuts(shape, nodes)) {
        test(pieces, pieces[static_cast<std::size_t>(test_world().rank())], nodes);
      }
    }
  }
}

TEST(GraphProduct, EqualsTheDefinitionOnEveryGrid) {
  for_each_case([](const std::vector<Range>& pieces, Range own, Index nodes) {
    PhaseTimes times;
    products::GraphProduct<double> product(make_graph<double>(own, nodes, graph_weight), kMu,
                                           pieces, test_world(), kRank, times);
    product.multiply(piece_of_f<double>(own).view());
    const auto [attraction, degrees] = product.coupling();
    double own_penalty = 0;
    for (Index row = 0; row < own.size(); ++row) {
      double degree = 0;
      for (Index l = 0; l < kRank; ++l) {
        double expected = 0;
        for (Index j = 0; j < nodes; ++j) {
          const double weight = kMu * graph_weight(own.begin + row, j);
          expected += weight * entry_f(j, l);
          degree += l == 0 ? weight : 0.0;
          own_penalty += 0.25 * weight * std::pow(entry_f(own.begin + row, l) - entry_f(j, l), 2);
        }
        EXPECT_NEAR(attraction(row, l), expected, 1e-15 * static_cast<double>(nodes));
      }
      EXPECT_NEAR(degrees[static_cast<std::size_t>(row)], degree,
                  1e-15 * static_cast<double>(nodes));
    }
    EXPECT_NEAR(product.penalty(), own_penalty, 1e-15 * static_cast<double>(nodes * nodes));
  });
}

TEST(GraphProduct, MovesTheRowsThatOthersNeedAndNoMore) {
  for_each_case([](const std::vector<Range>& pieces, Range own, Index nodes) {
    PhaseTimes times;
    products::GraphProduct<float> product(make_graph<float>(own, nodes, graph_weight), kMu, pieces,
                                          test_world(), kRank, times);
    const auto before = test_world().traffic();
    product.multiply(piece_of_f<float>(own).view());
    product.multiply(piece_of_f<float>(own).view());
    const auto moved = test_world().traffic() - before;
    Index needed = 0;  // own rows that each other process holds a neighbour of
    for (std::size_t process = 0; process < pieces.size(); ++process) {
      for (Index i = own.begin; i < own.end && pieces[process] != own; ++i) {
        bool is_needed = false;
        for (Index j = pieces[process].begin; j < pieces[process].end; ++j) {
          is_needed = is_needed || graph_weight(i, j) != 0;
        }
        needed += is_needed ? 1 : 0;
      }
    }
    EXPECT_EQ(moved.bytes_of(mpi::Collective::all_to_all),
              2 * needed * kRank * Index{sizeof(float)});
    EXPECT_EQ(moved.calls_of(mpi::Collective::all_to_all), 2);
    EXPECT_EQ(product.bytes_per_exchange(), needed * kRank * Index{sizeof(float)});
    EXPECT_EQ(product.bytes_moved(), 2 * product.bytes_per_exchange());
  });
}

TEST(GraphProduct, GivesTheSameBitsOnEveryGrid) {
  const mpi::Communicator alone = test_world().split(test_world().rank(), 0);
  const Range all{0, 31};
  PhaseTimes times;
  products::GraphProduct<float> expected(make_graph<float>(all, 31, graph_weight), kMu,
                                         std::vector<Range>{all}, alone, kRank, times);
  expected.multiply(piece_of_f<float>(all).view());
  for_each_case([&](const std::vector<Range>& pieces, Range own, Index nodes) {
    if (nodes != all.size()) {
      return;
    }
    products::GraphProduct<float> product(make_graph<float>(own, nodes, graph_weight), kMu, pieces,
                                          test_world(), kRank, times);
    product.multiply(piece_of_f<float>(own).view());
    const auto part = expected.coupling().attraction.rows(own);
    EXPECT_TRUE(std::ranges::equal(product.coupling().attraction.span(), part.span()));
  });
}

TEST(GraphProduct, RefusesAGraphOfOtherRows) {
  PhaseTimes times;
  const mpi::Communicator alone = test_world().split(test_world().rank(), 0);
  EXPECT_THROW(products::GraphProduct<double>({}, 1.0, std::vector<Range>{{0, 3}}, alone, 2, times),
               ShapeError);
}

}  // namespace
}  // namespace tessera
