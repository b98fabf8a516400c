#include "tessera/scalapack/qr.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "tessera/core/error.hpp"
#include "tessera/core/random.hpp"

#include "mpi_test.hpp"

namespace tessera::scalapack {
namespace {

using testing::test_world;

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

/// How many rows each process holds.
using Cut = std::vector<Index>;

/// Even, everything on one process, growing, and every second process without any.
std::vector<Cut> cuts(Index rows, int processes) {
  std::vector<Cut> all;
  for (int kind = 0; kind < 5; ++kind) {
    std::vector<Index> weights(static_cast<std::size_t>(processes));
    for (int process = 0; process < processes; ++process) {
      const Index by_kind[] = {1, process == 0, process == processes - 1, process + 1,
                               (process + processes) % 2};
      weights[static_cast<std::size_t>(process)] = by_kind[kind];
    }
    const Index sum = std::max<Index>(1, std::accumulate(weights.begin(), weights.end(), Index{0}));
    Cut cut;
    Index weight_so_far = 0;
    Index begin = 0;
    for (const Index weight : weights) {
      weight_so_far += weight;
      const Index end = &weight == &weights.back() ? rows : rows * weight_so_far / sum;
      cut.push_back(end - begin);
      begin = end;
    }
    all.push_back(cut);
  }
  return all;
}

/// The rows of `whole` that this process holds.
Matrix<double> take_piece(const Matrix<double>& whole, const Cut& cut, int process) {
  const Index begin = std::accumulate(cut.begin(), cut.begin() + process, Index{0});
  Matrix<double> piece(cut[static_cast<std::size_t>(process)], whole.columns());
  std::ranges::copy(whole.view().rows({begin, begin + piece.rows()}).span(), piece.span().begin());
  return piece;
}

Matrix<double> gather(const Matrix<double>& piece, const Cut& cut, const mpi::Communicator& comm) {
  const Index begin = std::accumulate(cut.begin(), cut.begin() + comm.rank(), Index{0});
  Matrix<double> whole(std::accumulate(cut.begin(), cut.end(), Index{0}), piece.columns());
  std::ranges::copy(piece.span(), whole.view().row(begin));
  comm.all_reduce_sum(whole.span());
  return whole;
}

Matrix<double> random_matrix(Index rows, Index k) {
  Matrix<double> whole(rows, k);
  for (Index i = 0; i < rows; ++i) {
    for (Index l = 0; l < k; ++l) {
      whole(i, l) = random::normal(5, random::Stream::generate_noise, i, l);
    }
  }
  return whole;
}

double column_norm(const Matrix<double>& matrix, Index l) {
  double squares = 0;
  for (Index i = 0; i < matrix.rows(); ++i) {
    squares += matrix(i, l) * matrix(i, l);
  }
  return std::sqrt(squares);
}

void expect_orthonormal(const Matrix<double>& q) {
  const double rounding = 8 * kEpsilon * static_cast<double>(q.rows() + q.columns());
  for (Index l = 0; l < q.columns(); ++l) {
    for (Index other = 0; other <= l; ++other) {
      double product = 0;
      for (Index i = 0; i < q.rows(); ++i) {
        product += q(i, l) * q(i, other);
      }
      EXPECT_NEAR(product, l == other ? 1 : 0, rounding) << "columns " << l << " and " << other;
    }
  }
}

/// Y = Q·R, and R is an upper triangle with a diagonal >= 0.
void expect_factorizes(const Matrix<double>& y, const Matrix<double>& q, const Matrix<double>& r) {
  const double rounding = 8 * kEpsilon * static_cast<double>(y.rows() + y.columns());
  for (Index l = 0; l < y.columns(); ++l) {
    for (Index i = 0; i < y.rows(); ++i) {
      double product = 0;
      for (Index q_column = 0; q_column < y.columns(); ++q_column) {
        product += q(i, q_column) * r(q_column, l);
      }
      EXPECT_NEAR(product, y(i, l), rounding * column_norm(y, l))
          << "row " << i << ", column " << l;
    }
    EXPECT_GE(r(l, l), 0.0);
    for (Index below = l + 1; below < r.rows(); ++below) {
      EXPECT_EQ(r(below, l), 0.0);
    }
  }
}

struct Factors {
  Matrix<double> q;
  Matrix<double> r;
};

Factors factorize(const Matrix<double>& y, const Cut& cut, const Context& context) {
  Matrix<double> piece = take_piece(y, cut, context.comm().rank());
  Matrix<double> r = orthonormalize(piece.view(), context);
  return {gather(piece, cut, context.comm()), std::move(r)};
}

void expect_equal(const Matrix<double>& actual, const Matrix<double>& expected, double tolerance) {
  for (Index i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(actual.span()[static_cast<std::size_t>(i)],
                expected.span()[static_cast<std::size_t>(i)], tolerance);
  }
}

struct Shape {
  Index rows, k;
};
/// Fewer rows than processes, square, more columns than a block has rows, and several panels.
constexpr Shape kShapes[] = {{1, 1}, {5, 2}, {7, 7}, {13, 9}, {150, 40}};

TEST(Orthonormalize, FactorizesHoweverTheRowsAreSpread) {
  const Context context(test_world());
  for (const auto [rows, k] : kShapes) {
    const Matrix<double> y = random_matrix(rows, k);
    for (const Cut& cut : cuts(rows, test_world().size())) {
      SCOPED_TRACE(::testing::Message() << rows << "x" << k);
      const auto [q, r] = factorize(y, cut, context);
      expect_orthonormal(q);
      expect_factorizes(y, q, r);
    }
  }
}

TEST(Orthonormalize, GivesTheFactorsOfOneProcess) {
  // These columns are far from dependent, so Q and R follow from Y up to rounding.
  const Context context(test_world());
  const mpi::Communicator alone = test_world().split(test_world().rank(), 0);
  const Matrix<double> y = random_matrix(60, 9);
  const auto expected = factorize(y, {60}, Context(alone));
  for (const Cut& cut : cuts(60, test_world().size())) {
    const auto [q, r] = factorize(y, cut, context);
    expect_equal(q, expected.q, 1000 * kEpsilon);
    expect_equal(r, expected.r, 1000 * kEpsilon * column_norm(y, 0));
  }
}

TEST(Orthonormalize, RepeatsToTheBitAndReplicatesToTheBit) {
  const Context context(test_world());
  const Matrix<double> y = random_matrix(50, 12);
  const Cut cut = cuts(50, test_world().size())[3];
  const auto first = factorize(y, cut, context);
  const auto again = factorize(y, cut, context);
  EXPECT_TRUE(std::ranges::equal(first.q.span(), again.q.span()));
  EXPECT_TRUE(std::ranges::equal(first.r.span(), again.r.span()));
  Matrix<double> of_process_0 = first.r;
  test_world().broadcast(of_process_0.span(), 0);
  EXPECT_TRUE(std::ranges::equal(first.r.span(), of_process_0.span()));
}

void expect_columns_not_longer_than_one(const Matrix<double>& q) {
  for (Index l = 0; l < q.columns(); ++l) {
    EXPECT_LE(column_norm(q, l), 1 + 8 * kEpsilon * static_cast<double>(q.rows()));
  }
}

TEST(Orthonormalize, CompletesWhatIsDependent) {
  const Context context(test_world());
  Matrix<double> y = random_matrix(20, 6);
  for (Index i = 0; i < y.rows(); ++i) {
    y(i, 2) = 0;
    y(i, 3) = y(i, 0);
    y(i, 5) = 2 * y(i, 1) - y(i, 4);
  }
  for (const Cut& cut : cuts(20, test_world().size())) {
    for (const Matrix<double>& dependent : {y, Matrix<double>(20, 6)}) {
      const auto [q, r] = factorize(dependent, cut, context);
      expect_factorizes(dependent, q, r);
      if (std::ranges::max(cut) >= dependent.columns()) {
        expect_orthonormal(q);
      } else {
        expect_columns_not_longer_than_one(q);
      }
    }
  }
}

TEST(Orthonormalize, RefusesMoreColumnsThanRows) {
  const Context context(test_world());
  Matrix<double> piece(test_world().rank() == 0 ? 3 : 0, 4);
  EXPECT_THROW(static_cast<void>(orthonormalize(piece.view(), context)), ShapeError);
}

TEST(Orthonormalize, RefusesWhat32BitsCannotAddress) {
  // Nothing is read before the check, so the rows need not be there.
  const Context context(test_world());
  const Index rows = test_world().rank() == test_world().size() - 1 ? Index{1} << 26 : 4;
  const MatrixView<double> huge(nullptr, rows, 4);
  try {
    static_cast<void>(orthonormalize(huge, context));
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    EXPECT_NE(std::string(error.what()).find("Use more processes"), std::string::npos);
  }
}

}  // namespace
}  // namespace tessera::scalapack
