#pragma once

#include <vector>

#include "tessera/io/matrix_source.hpp"

/// Bases of the sources that read both precisions by one member function template, which is public
/// in `Source` so that it can be called from here.
namespace tessera::io {

/// @pre Source has  Matrix<Real> read<Real>(comm, wanted) const.
template <class Source>
class TypedDenseSource : public DenseSource {
 public:
  [[nodiscard]] Matrix<float> read_float32(const mpi::Communicator& comm,
                                           const std::vector<Rectangle>& wanted) const final {
    return static_cast<const Source&>(*this).template read<float>(comm, wanted);
  }
  [[nodiscard]] Matrix<double> read_float64(const mpi::Communicator& comm,
                                            const std::vector<Rectangle>& wanted) const final {
    return static_cast<const Source&>(*this).template read<double>(comm, wanted);
  }
};

/// @pre Source has  Entries<Real> read<Real>(comm) const.
template <class Source>
class TypedSparseSource : public SparseSource {
 public:
  [[nodiscard]] Entries<float> read_entries_float32(const mpi::Communicator& comm) const final {
    return static_cast<const Source&>(*this).template read<float>(comm);
  }
  [[nodiscard]] Entries<double> read_entries_float64(const mpi::Communicator& comm) const final {
    return static_cast<const Source&>(*this).template read<double>(comm);
  }
};

}  // namespace tessera::io
