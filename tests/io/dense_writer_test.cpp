#include "tessera/io/dense_writer.hpp"

#include <filesystem>

#include "tessera/io/matrix_source.hpp"

#include "hdf5_fixture.hpp"
#include "mpi_test.hpp"
#include "read_matrix.hpp"

namespace tessera::io {
namespace {

using testing::entry;
using testing::expect_agreed_error;
using testing::temporary_folder;
using testing::test_world;

template <class Real>
void fill_entries(Range rows, MatrixView<Real> slab) {
  for (Index i = 0; i < slab.rows(); ++i) {
    for (Index j = 0; j < slab.columns(); ++j) {
      slab(i, j) = static_cast<Real>(entry(rows.begin + i, j));
    }
  }
}

template <class Real>
class DenseWriter : public ::testing::Test {};
using Reals = ::testing::Types<float, double>;
TYPED_TEST_SUITE(DenseWriter, Reals);

TYPED_TEST(DenseWriter, WritesWhatIsReadBackInEitherPrecisionAndStepsOfAnySize) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "dense.h5";
  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
  for (const auto& [m, n] : {std::array<Index, 2>{13, 11}, std::array<Index, 2>{2, 29}}) {
    for (const Precision precision : {Precision::float32, Precision::float64}) {
      for (const TransferLimits& limits :
           {TransferLimits{}, TransferLimits{1, 1, 1}, TransferLimits{100, 100, 300}}) {
        write_dense_file<TypeParam>({path, m, n, precision, "1x" + std::to_string(n)}, test_world(),
                                    fill_entries<TypeParam>, limits);
        const auto source = open_matrix({path, ""}, test_world());
        EXPECT_EQ(source->description().value_type, name_of(precision));
        EXPECT_EQ(source->description().storage, "contiguous");
        EXPECT_EQ(source->description().image_shape, "1x" + std::to_string(n));
        const auto a = testing::read_matrix<double>(*source, grid);
        const auto& block = std::get<DenseBlock<double>>(a.block);
        for (Index i = 0; i < block.rows().size(); ++i) {
          for (Index j = 0; j < n; ++j) {
            EXPECT_EQ(block.entries()(i, j), entry(block.rows().begin + i, j));
          }
        }
      }
    }
  }
}

TYPED_TEST(DenseWriter, IsOneErrorEverywhereWhereTheFolderDoesNotExist) {
  const auto folder = temporary_folder(test_world());
  expect_agreed_error(ExitCode::io, {"absent", "No such file or directory"}, [&] {
    write_dense_file<TypeParam>({folder.path() / "absent" / "x.h5", 3, 4, Precision::float32, ""},
                                test_world(), fill_entries<TypeParam>);
  });
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace tessera::io
