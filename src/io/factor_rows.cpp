#include "tessera/io/factor_rows.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tessera/io/factor_transfer.hpp"
#include "tessera/io/hdf5_open.hpp"
#include "tessera/io/hdf5_transfer.hpp"
#include "tessera/mpi/agree.hpp"
#include "tessera/mpi/available_memory.hpp"

#include "model_part.hpp"

namespace tessera::io {
namespace {

template <class Real>
void require_coefficients(std::span<const Real> row, Index number) {
  const bool valid =
      std::ranges::all_of(row, [](Real value) { return std::isfinite(value) && value >= 0; });
  if (!valid) {
    throw InputError(
        fmt::format("row {} of {} holds what is no coefficient: the file is damaged. Restore it or "
                    "compute it again",
                    number, kDatasetW.name));
  }
}

/// On one process. @throws IoError, InputError
template <class Real>
void read_rows(hid_t file, const std::vector<Index>& rows, Matrix<Real>& target) {
  const hdf5::Dataset dataset = hdf5::open_dataset(file, kDatasetW.name);
  for (std::size_t at = 0; at < rows.size(); ++at) {
    const auto row = static_cast<Index>(at);
    const auto view = target.view().rows({row, row + 1});
    hdf5::read_rectangle<Real>(dataset, {{rows[at], rows[at] + 1}, {0, target.columns()}}, view,
                               H5P_DEFAULT);
    require_coefficients<Real>(view.span(), rows[at]);
  }
}

}  // namespace

template <class Real>
Matrix<Real> read_rows_of_w(const std::string& path, const ModelInfo& info,
                            const std::vector<Index>& rows, const mpi::Communicator& comm) {
  mpi::require_memory(fmt::format("'{}': reading {} rows of W", path, rows.size()),
                      static_cast<double>(rows.size()) * static_cast<double>(info.rank) *
                          static_cast<double>(sizeof(Real)),
                      comm);
  auto result = mpi::agree(comm, [&] { return Matrix<Real>(std::ssize(rows), info.rank); });
  mpi::on_root(comm,
               [&] { with_model_file(path, [&](hid_t file) { read_rows(file, rows, result); }); });
  comm.broadcast(result.span(), 0);
  return result;
}

template Matrix<float> read_rows_of_w(const std::string&, const ModelInfo&,
                                      const std::vector<Index>&, const mpi::Communicator&);
template Matrix<double> read_rows_of_w(const std::string&, const ModelInfo&,
                                       const std::vector<Index>&, const mpi::Communicator&);

}  // namespace tessera::io
