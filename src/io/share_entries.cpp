#include "tessera/io/share_entries.hpp"

#include <span>

#include "tessera/matrix/partition.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::io {
namespace {

/// This process's part of what process 0 passes as `all`. Collective.
template <class T>
std::vector<T> scatter(const std::vector<T>& all, const Partition& parts,
                       const mpi::Communicator& comm) {
  const auto processes = static_cast<std::size_t>(comm.size());
  std::vector<Index> send_counts(processes);
  std::vector<Index> receive_counts(processes);
  for (int peer = 0; comm.rank() == 0 && peer < comm.size(); ++peer) {
    send_counts[static_cast<std::size_t>(peer)] = parts.part(peer).size();
  }
  receive_counts[0] = parts.part(comm.rank()).size();
  std::vector<T> own(static_cast<std::size_t>(receive_counts[0]));
  comm.all_to_all(std::span<const T>(all), std::span<const Index>(send_counts), std::span<T>(own),
                  std::span<const Index>(receive_counts));
  return own;
}

}  // namespace

template <class Real>
Entries<Real> share_entries(const ReadBatch<Real>& read, const mpi::Communicator& comm) {
  using Piece = typename Entries<Real>::Piece;
  Entries<Real> own;
  for (;;) {
    const Piece batch = mpi::agree(comm, [&] { return comm.rank() == 0 ? read() : Piece{}; });
    Index size = std::ssize(batch.positions);
    comm.broadcast(std::span(&size, 1), 0);
    if (size == 0) {
      return own;
    }
    const Partition parts = Partition::even(size, comm.size());
    const std::vector<Index> positions = scatter(batch.positions, parts, comm);
    const std::vector<Real> values = scatter(batch.values, parts, comm);
    mpi::agree(comm, [&] {
      for (std::size_t entry = 0; entry < positions.size(); ++entry) {
        own.add(positions[entry], values[entry]);
      }
    });
  }
}

template Entries<float> share_entries(const ReadBatch<float>&, const mpi::Communicator&);
template Entries<double> share_entries(const ReadBatch<double>&, const mpi::Communicator&);

}  // namespace tessera::io
