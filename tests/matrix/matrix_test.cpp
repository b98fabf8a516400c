#include "tessera/matrix/matrix.hpp"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

namespace tessera {
namespace {

TEST(Matrix, StartsAlignedAndZero) {
  for (const Index columns : {1, 3, 17}) {
    const Matrix<float> matrix(5, columns);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(matrix.span().data()) % kAlignment, 0U);
    for (const float value : matrix.span()) {
      EXPECT_EQ(value, 0);
    }
  }
}

TEST(Matrix, IsRowMajorAndItsViewsSeeTheSameEntries) {
  Matrix<double> matrix(4, 3);
  matrix(2, 1) = 5;
  EXPECT_EQ(matrix.span()[7], 5);
  EXPECT_EQ(matrix.view()(2, 1), 5);
  EXPECT_EQ(matrix.view().row(2)[1], 5);
  const ConstMatrixView<double> part = matrix.view().rows({2, 4});
  EXPECT_EQ(part.rows(), 2);
  EXPECT_EQ(part.columns(), 3);
  EXPECT_EQ(part(0, 1), 5);
}

TEST(RequireShape, NamesBothShapes) {
  const Matrix<double> matrix(4, 3);
  EXPECT_NO_THROW(require_shape("gram", matrix, 4, 3));
  try {
    require_shape("gram", matrix, 3, 4);
    ADD_FAILURE() << "accepted 4x3 for 3x4";
  } catch (const ShapeError& error) {
    EXPECT_EQ(std::string(error.what()), "gram is 4x3, but must be 3x4");
  }
}

}  // namespace
}  // namespace tessera
