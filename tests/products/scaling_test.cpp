#include "tessera/products/scaling.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tessera/config/options.hpp"

#include "mpi_test.hpp"
#include "test_problem.hpp"

namespace tessera {
namespace {

using testing::all_grid_shapes;
using testing::EntryFunction;
using testing::make_data_matrix;
using testing::make_sparse_matrix;
using testing::random_entry;
using testing::test_world;

struct Shape {
  Index m, n;
};
/// Fewer rows and columns than processes, as many, and more.
constexpr Shape kShapes[] = {{1, 1}, {2, 5}, {6, 3}, {17, 12}, {40, 31}};

/// Mostly zeros; row 3 and column 2 hold nothing else, column 1 has no zeros in other rows.
double entry_a(Index i, Index j) {
  if (i == 3 || j == 2) {
    return 0;
  }
  return j == 1 || random_entry(11, i, j) < 0.3 ? 10 * random_entry(12, i, j) + 0.5 : 0;
}

Matrix<double> make_reference(Index m, Index n, const EntryFunction& entry) {
  Matrix<double> a(m, n);
  for (Index i = 0; i < m; ++i) {
    for (Index j = 0; j < n; ++j) {
      a(i, j) = entry(i, j);
    }
  }
  return a;
}

/// Divides each row by its norm of the given order, 1 or 2.
void divide_rows(Matrix<double>& a, double order) {
  for (Index i = 0; i < a.rows(); ++i) {
    double sum = 0;
    for (Index j = 0; j < a.columns(); ++j) {
      sum += std::pow(a(i, j), order);
    }
    for (Index j = 0; j < a.columns() && sum > 0; ++j) {
      a(i, j) /= std::pow(sum, 1 / order);
    }
  }
}

void weigh_terms(Matrix<double>& a) {
  for (Index j = 0; j < a.columns(); ++j) {
    double documents = 0;
    for (Index i = 0; i < a.rows(); ++i) {
      documents += a(i, j) > 0 ? 1 : 0;
    }
    const double weight = std::log((1.0 + static_cast<double>(a.rows())) / (1.0 + documents)) + 1.0;
    for (Index i = 0; i < a.rows(); ++i) {
      a(i, j) *= weight;
    }
  }
  divide_rows(a, 2);
}

/// The definitions, with all entries in one place.
void scale_reference(Matrix<double>& a, Scaling kind) {
  const double maximum = *std::ranges::max_element(a.span());
  for (double& value : a.span()) {
    value = kind == Scaling::max && maximum > 0 ? value / maximum : value;
    value = kind == Scaling::log1p ? std::log(1 + value) : value;
  }
  if (kind == Scaling::rows_l1 || kind == Scaling::rows_l2) {
    divide_rows(a, kind == Scaling::rows_l1 ? 1 : 2);
  }
  if (kind == Scaling::tfidf) {
    weigh_terms(a);
  }
}

/// All entries, on every process.
template <class Real>
Matrix<double> gather(const DataMatrix<Real>& a, const mpi::Communicator& comm) {
  Matrix<double> all(a.m(), a.n());
  std::visit(
      [&](const auto& block) {
        for_each_entry(block, [&](Index i, Index j, double value) { all(i, j) = value; });
      },
      a.block);
  comm.all_reduce_sum(all.span());
  return all;
}

void expect_near(const Matrix<double>& actual, const Matrix<double>& expected, double relative) {
  for (Index i = 0; i < expected.rows(); ++i) {
    for (Index j = 0; j < expected.columns(); ++j) {
      EXPECT_NEAR(actual(i, j), expected(i, j), relative * std::abs(expected(i, j)))
          << "row " << i << ", column " << j;
    }
  }
}

template <class Real>
class Scale : public ::testing::Test {
 protected:
  /// A few roundings to Real and a sum of n numbers in double.
  static double rounding(Index n) {
    return 4.0 * std::numeric_limits<Real>::epsilon() +
           4.0 * static_cast<double>(n) * std::numeric_limits<double>::epsilon();
  }

  static void expect_scaled(DataMatrix<Real> a, Scaling kind, const mpi::ProcessGrid& grid,
                            Matrix<double> expected) {
    scale_reference(expected, kind);
    products::scale(a, kind, grid);
    expect_near(gather(a, grid.comm()), expected, rounding(a.n()));
  }
};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(Scale, Precisions);

TYPED_TEST(Scale, EqualsTheDefinitionOnEveryGridDenseAndSparse) {
  // Values that float holds exactly, so that both precisions scale the same matrix.
  const EntryFunction entry = [](Index i, Index j) { return static_cast<float>(entry_a(i, j)); };
  for (const auto grid_shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), grid_shape);
    for (const auto [m, n] : kShapes) {
      const Matrix<double> reference = make_reference(m, n, entry);
      for (const auto& [kind, name] : EnumNames<Scaling>::values) {
        SCOPED_TRACE(::testing::Message() << name << " of " << m << "x" << n << " on grid "
                                          << grid_shape.rows << "x" << grid_shape.columns);
        this->expect_scaled(make_data_matrix<TypeParam>(grid, m, n, entry), kind, grid, reference);
        this->expect_scaled(make_sparse_matrix<TypeParam>(grid, m, n, entry), kind, grid,
                            reference);
      }
    }
  }
}

TYPED_TEST(Scale, LeavesAMatrixOfZerosAsItIs) {
  const EntryFunction zero = [](Index, Index) { return 0.0; };
  const mpi::ProcessGrid grid(test_world(), {1, test_world().size()});
  for (const auto& [kind, name] : EnumNames<Scaling>::values) {
    SCOPED_TRACE(name);
    this->expect_scaled(make_data_matrix<TypeParam>(grid, 4, 7, zero), kind, grid,
                        make_reference(4, 7, zero));
    this->expect_scaled(make_sparse_matrix<TypeParam>(grid, 4, 7, zero), kind, grid,
                        make_reference(4, 7, zero));
  }
}

TYPED_TEST(Scale, MakesTheLargestEntryExactlyOne) {
  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
  auto a = make_data_matrix<TypeParam>(grid, 20, 9, entry_a);
  products::scale(a, Scaling::max, grid);
  EXPECT_EQ(std::ranges::max(gather(a, grid.comm()).span()), 1.0);
}

TEST(ScaleTfidf, EqualsScikitLearn) {
  std::ifstream file(TESSERA_FIXTURES "/sklearn_tfidf.json");
  const auto fixture = nlohmann::json::parse(file);
  const auto counts = fixture["counts"].get<std::vector<std::vector<double>>>();
  const auto weights = fixture["weights"].get<std::vector<std::vector<double>>>();
  const auto entry_of = [](const std::vector<std::vector<double>>& rows) {
    return [&rows](Index i, Index j) {
      return rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
    };
  };
  const Index m = std::ssize(counts);
  const Index n = std::ssize(counts.front());
  const Matrix<double> expected = make_reference(m, n, entry_of(weights));
  const double rounding = 8.0 * static_cast<double>(n) * std::numeric_limits<double>::epsilon();
  for (const auto grid_shape : all_grid_shapes(test_world().size())) {
    const mpi::ProcessGrid grid(test_world(), grid_shape);
    for (auto a : {make_data_matrix<double>(grid, m, n, entry_of(counts)),
                   make_sparse_matrix<double>(grid, m, n, entry_of(counts))}) {
      products::scale(a, Scaling::tfidf, grid);
      expect_near(gather(a, grid.comm()), expected, rounding);
    }
  }
}

}  // namespace
}  // namespace tessera
