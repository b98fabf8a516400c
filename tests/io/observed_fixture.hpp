#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <sstream>
#include <string>

#include "tessera/io/observed_input.hpp"

#include "mpi_test.hpp"
#include "npy_fixture.hpp"
#include "text_fixture.hpp"

/// A small matrix with a mask and weights, in files of both kinds.
namespace tessera::testing {

inline constexpr Index kRows = 13;
inline constexpr Index kColumns = 9;
inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

using Entry = std::function<double(Index, Index)>;
using IsStored = std::function<bool(Index, Index)>;

/// Zeros in places, a row and a column of nothing else.
inline double entry_a(Index i, Index j) {
  return i == 3 || j == 2 || (5 * i + 3 * j) % 4 == 0 ? 0.0 : static_cast<double>(10 * i + j) / 8;
}
/// Stored zeros where 3·i + j is a multiple of 5.
inline bool stored_a(Index i, Index j) { return entry_a(i, j) != 0 || (3 * i + j) % 5 == 0; }
inline double mask_entry(Index i, Index j) { return (i + j) % 3 == 0 ? 0.0 : 1.0; }
inline bool mask_stored(Index i, Index j) { return mask_entry(i, j) != 0 || i == 1; }
inline double weight_entry(Index i, Index j) { return static_cast<double>((2 * i + j) % 5) / 4; }
inline bool all_stored(Index, Index) { return true; }

/// The files of these tests, in a folder that lasts as long as the object.
class Files {
 public:
  Files() : folder_(test_world()) {}

  std::string dense(const std::string& name, const Entry& entry, Index rows = kRows,
                    Index columns = kColumns) const {
    const std::string path = folder_.path() / name;
    write_file(path, npy_matrix("<f8", false, rows, columns, entry), test_world());
    return path;
  }

  std::string sparse(const std::string& name, const Entry& entry, const IsStored& stored) const {
    std::ostringstream lines;
    Index count = 0;
    for (Index i = 0; i < kRows; ++i) {
      for (Index j = 0; j < kColumns; ++j) {
        if (stored(i, j)) {
          lines << i + 1 << ' ' << j + 1 << ' ' << entry(i, j) << '\n';
          ++count;
        }
      }
    }
    std::ostringstream text;
    text << "%%MatrixMarket matrix coordinate real general\n"
         << kRows << ' ' << kColumns << ' ' << count << '\n'
         << lines.str();
    const std::string path = folder_.path() / name;
    write_file(path, text.str(), test_world());
    return path;
  }

 private:
  TemporaryFolder folder_;
};

template <class Real>
DataMatrix<Real> read_problem(const InputOptions& options, const ObservationOptions& observation,
                              const HoldoutOptions& holdout, const mpi::ProcessGrid& grid) {
  const io::MatrixInput input(options, grid.comm());
  return io::keep_observed(input.read<Real>(grid), input, observation, holdout, grid);
}

inline InputOptions input_of(const std::string& path, Balance balance = Balance::automatic) {
  InputOptions options;
  options.path = path;
  options.balance = balance;
  return options;
}

}  // namespace tessera::testing
