#include <algorithm>

#include "tessera/io/dense_writer.hpp"
#include "tessera/io/factor_transfer.hpp"
#include "tessera/io/matrix_source.hpp"
#include "tessera/io/parallel_file.hpp"
#include "tessera/matrix/partition.hpp"

#include "hdf5_fixture.hpp"
#include "mpi_test.hpp"
#include "read_matrix.hpp"

/// Reads and writes more than 2^31 bytes per process, by rows and by columns. Needs about 6 GB of
/// memory and 9 GB of disk at 2 processes.
namespace tessera::io {
namespace {

using testing::on_process_0;
using testing::temporary_folder;
using testing::test_world;

constexpr Index kBytesPerProcess = (Index{1} << 31) + (Index{1} << 26);

struct Mark {
  Index row;
  Index column;
  float value;
};

/// Marks in the corners of the matrix, and on either side of every border between two blocks.
std::vector<Mark> marks(Index m, Index n, mpi::GridShape shape) {
  std::vector<Mark> all;
  const Distribution cut(m, n, shape.rows, shape.columns);
  for (int i = 0; i < shape.rows; ++i) {
    for (int j = 0; j < shape.columns; ++j) {
      const Range rows = cut.row_block(i);
      const Range columns = cut.column_block(j);
      for (const Index row : {rows.begin, rows.end - 1}) {
        for (const Index column : {columns.begin, columns.end - 1}) {
          all.push_back({row, column, static_cast<float>(1 + all.size())});
        }
      }
    }
  }
  return all;
}

/// A float32 matrix of zeros, which take no room on disk, and some marks.
void make_sparse_file(const std::string& path, Index m, Index n, const std::vector<Mark>& values) {
  const hdf5::File file = testing::create_file(path);
  { const hdf5::Dataset dataset = create_contiguous_dataset<float>(file, "/X", m, n); }
  for (const auto& [row, column, value] : values) {
    testing::overwrite_entry(file, "/X", row, column, value);
  }
}

void expect_marks(mpi::GridShape shape, Index m, Index n) {
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "large.h5";
  const std::vector<Mark> expected = marks(m, n, shape);
  on_process_0(test_world(), [&] { make_sparse_file(path, m, n, expected); });

  const mpi::ProcessGrid grid(test_world(), shape);
  const auto a = testing::read_matrix<float>(*open_matrix({path, ""}, test_world()), grid);
  const auto& block = std::get<DenseBlock<float>>(a.block);
  EXPECT_GT(block.entries().size() * static_cast<Index>(sizeof(float)), Index{1} << 31);
  EXPECT_EQ(a.summary.nonzeros, std::ssize(expected));
  for (const auto& [row, column, value] : expected) {
    if (block.rows().contains(row) && block.columns().contains(column)) {
      EXPECT_EQ(block.entries()(row - block.rows().begin, column - block.columns().begin), value);
    }
  }
}

TEST(LargeTransfer, ReadsRowBlocks) {
  const int p = test_world().size();
  expect_marks({p, 1}, p * (kBytesPerProcess / (4 * 1024)), 1024);
}

TEST(LargeTransfer, ReadsColumnBlocks) {
  const int p = test_world().size();
  expect_marks({1, p}, 1024, p * (kBytesPerProcess / (4 * 1024)));
}

TEST(LargeTransfer, WritesRowBlocks) {
  constexpr Index kColumns = 1024;
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "rows.h5";
  const Index m = test_world().size() * (kBytesPerProcess / (4 * kColumns));
  const FillRows<float> fill = [](Range rows, MatrixView<float> slab) {
    for (Index i = 0; i < slab.rows(); ++i) {
      std::fill_n(slab.row(i), slab.columns(), static_cast<float>((rows.begin + i) % 1000));
    }
  };
  write_dense_file<float>({path, m, kColumns, Precision::float32, ""}, test_world(), fill);

  const mpi::ProcessGrid grid(test_world(), {test_world().size(), 1});
  const auto a = testing::read_matrix<float>(*open_matrix({path, ""}, test_world()), grid);
  const auto& block = std::get<DenseBlock<float>>(a.block);
  Index wrong = 0;
  for (Index i = 0; i < block.rows().size(); ++i) {
    const auto expected = static_cast<float>((block.rows().begin + i) % 1000);
    for (Index j = 0; j < kColumns; ++j) {
      wrong += block.entries()(i, j) == expected ? 0 : 1;
    }
  }
  EXPECT_EQ(wrong, 0);
}

TEST(LargeTransfer, WritesColumnBlocks) {
  constexpr Index kRank = 64;
  constexpr Index kSlabBytes = TransferLimits{}.slab_bytes;
  const auto folder = temporary_folder(test_world());
  const std::string path = folder.path() / "columns.h5";
  const Index n = test_world().size() * (kBytesPerProcess / (4 * kRank));
  const Range owned = Partition::even(n, test_world().size()).part(test_world().rank());
  Factor<float> h(n, owned, kRank);
  const auto expected = [&](Index local_row) {
    return static_cast<float>((owned.begin + local_row) % 1000);
  };
  for (Index local_row = 0; local_row < owned.size(); ++local_row) {
    std::fill_n(h.piece.view().row(local_row), kRank, expected(local_row));
  }
  const auto create = [&](hid_t file) {
    static_cast<void>(create_contiguous_dataset<float>(file, "/H", kRank, n));
  };
  const auto write = [&](hid_t file) {
    write_factor(file, kDatasetH, h, kSlabBytes, test_world());
  };
  write_parallel_file({path, n * kRank * 4, create, write}, test_world());

  std::ranges::fill(h.piece.span(), -1.0F);
  {
    const hdf5::File file = hdf5::open_parallel(path, H5F_ACC_RDONLY, test_world());
    read_factor(file, kDatasetH, h, kSlabBytes, test_world());
  }
  Index wrong = 0;
  for (Index local_row = 0; local_row < owned.size(); ++local_row) {
    for (Index component = 0; component < kRank; ++component) {
      wrong += h.piece(local_row, component) == expected(local_row) ? 0 : 1;
    }
  }
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace tessera::io
