#pragma once

#include <span>
#include <vector>

#include "tessera/core/aligned.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::mpi {

/// A reduce-scatter whose pieces leave as soon as they are there, while others are still computed:
/// each process sends every other one its piece, and gets all summands of its own.
///
///     begin(all);  ready(rank, elements) ...;  finish();  Σ_r summand(r)
///
/// The words are those of MPI_Reduce_scatter, the messages more: p − 1 pieces from each process, in
/// several messages where they are long. MPI_Ireduce_scatter would not do: Open MPI 4.1 has it
/// reduce everything on one process and scatter the sum, three times the words.
template <class T>
class PiecewiseReduceScatter {
 public:
  /// Open MPI sends up to 64 KiB by TCP at once. Longer messages first ask the receiver, who is
  /// computing, and took up to twice as long each way (docs/distribution.md).
  static constexpr Index kMessageBytes = 60'000;
  /// More of them than so many for the longest piece would take longer to look after.
  static constexpr Index kMostMessages = 1024;

  /// @pre `comm` outlives the object; the layout's pieces are consecutive and the same everywhere.
  /// @throws ShapeError.
  PiecewiseReduceScatter(const Communicator& comm, const Layout& layout);
  /// As large as the pieces of all others: it is where the summands of this process's own arrive.
  [[nodiscard]] Index received_elements() const { return std::ssize(received_); }

  /// @pre `all` has layout.size() elements and lives, unchanged where ready, until finish().
  void begin(std::span<const T> all);
  [[nodiscard]] bool has_begun() const { return all_.data() != nullptr; }
  /// The first `elements` of the piece of process `rank` are there: sends what it can, and lets the
  /// library make progress.
  void ready(int rank, Index elements);
  /// All is there: sends the rest and waits.
  void finish();
  /// What process `rank` adds to the piece of this one; valid after finish(), until begin().
  [[nodiscard]] const T* summand(int rank) const;

 private:
  [[nodiscard]] T* received_from(int rank);

  const Communicator& comm_;
  Layout layout_;
  Index message_;  ///< elements
  std::span<const T> all_;
  const T* own_ = nullptr;
  AlignedVector<T> received_;
  std::vector<Index> sent_;  ///< elements of each piece
  std::vector<MPI_Request> requests_;
};

}  // namespace tessera::mpi
