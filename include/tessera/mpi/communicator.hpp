#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/container/small_vector.hpp>
#include <mpi.h>

#include "tessera/core/types.hpp"

namespace tessera::mpi {

/// The collectives whose traffic is counted.
enum class Collective : std::size_t {
  all_gather,
  reduce_scatter,
  all_reduce,
  broadcast,
  all_to_all,
  count
};

inline constexpr std::size_t kCollectiveCount = static_cast<std::size_t>(Collective::count);

inline constexpr std::array<std::string_view, kCollectiveCount> kCollectiveNames = {
    "all_gather", "reduce_scatter", "all_reduce", "broadcast", "all_to_all"};

/// Calls and payload of one process. Payload is what must cross a process boundary whatever the
/// algorithm: for all-gather the bytes received from others, for reduce-scatter the bytes of the
/// others' pieces, for all-reduce and broadcast the length of the message (0 on one process), for
/// all-to-all the bytes sent to others.
struct Traffic {
  std::array<std::int64_t, kCollectiveCount> calls{};
  std::array<std::int64_t, kCollectiveCount> bytes{};

  [[nodiscard]] std::int64_t bytes_of(Collective kind) const {
    return bytes[static_cast<std::size_t>(kind)];
  }
  [[nodiscard]] std::int64_t calls_of(Collective kind) const {
    return calls[static_cast<std::size_t>(kind)];
  }
  Traffic& operator+=(const Traffic& other);
  friend Traffic operator-(Traffic left, const Traffic& right);
};

/// A collective under way. The buffers it was started with must live until wait() returns.
class Request {
 public:
  Request() = default;
  ~Request();
  Request(Request&& other) noexcept;
  Request& operator=(Request&& other) noexcept;
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  /// Lets the library make progress (Open MPI does so only inside calls); true when complete.
  bool test();
  void wait();

 private:
  friend class Communicator;
  boost::container::small_vector<MPI_Request, 1> pending_;  ///< one, unless chunked
};

/// How a whole is cut into pieces, one per process: consecutive in rank order, unless offsets say
/// otherwise. Worth keeping where the same cut is used again: collectives on it allocate nothing.
class Layout {
 public:
  /// Implicit, since the lengths of the pieces are all there is to say.
  Layout(std::span<const Index> lengths);
  Layout(const std::vector<Index>& lengths) : Layout(std::span<const Index>(lengths)) {}
  /// Pieces that begin at the given places of a whole of `size` elements.
  Layout(const std::vector<Index>& lengths, const std::vector<Index>& offsets, Index size);

  [[nodiscard]] int pieces() const { return static_cast<int>(lengths_.size()); }
  [[nodiscard]] Index length(int rank) const { return lengths_[static_cast<std::size_t>(rank)]; }
  [[nodiscard]] Index offset(int rank) const { return offsets_[static_cast<std::size_t>(rank)]; }
  /// Elements of all pieces together.
  [[nodiscard]] Index total() const { return total_; }
  /// Elements of the whole, of which pieces may leave some out.
  [[nodiscard]] Index size() const { return size_; }

 private:
  friend class Communicator;
  std::vector<Index> lengths_;
  std::vector<Index> offsets_;
  Index total_ = 0;
  Index size_ = 0;
  std::vector<int> int_lengths_;  ///< as MPI wants them; only meaningful when the total fits an int
  std::vector<int> int_offsets_;
};

/// A group of processes and the typed collectives on it. Owns its MPI communicator; moving is
/// cheap, copying is not possible, and no constructor communicates by surprise: new groups come
/// from the named functions world(), duplicate() and split(), all of them collective.
///
/// Counts are 64-bit. A message of more than `chunk_limit` elements is sent in several, since
/// MPI's own counts and displacements are `int`; tests pass a small limit to take that path.
/// T is float, double, int or std::int64_t, and std::byte for broadcast and all-to-all.
class Communicator {
 public:
  static constexpr Index kLargestChunk = 2147483647;

  [[nodiscard]] static Communicator world(Index chunk_limit = kLargestChunk);
  [[nodiscard]] Communicator duplicate() const;
  /// The processes that pass the same colour, ordered by key.
  [[nodiscard]] Communicator split(int color, int key) const;
  /// The processes that share memory with this one.
  [[nodiscard]] Communicator split_by_node() const;

  ~Communicator();
  Communicator(Communicator&& other) noexcept;
  Communicator& operator=(Communicator&& other) noexcept;
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;

  [[nodiscard]] int rank() const { return rank_; }
  [[nodiscard]] int size() const { return size_; }
  [[nodiscard]] MPI_Comm handle() const { return handle_; }
  [[nodiscard]] const Traffic& traffic() const { return traffic_; }

  void barrier() const;

  template <class T>
  void broadcast(std::span<T> data, int root) const;
  [[nodiscard]] std::string broadcast(std::string text, int root) const;

  template <class T>
  void all_reduce_sum(std::span<T> data) const;
  template <class T>
  void all_reduce_min(std::span<T> data) const;
  template <class T>
  void all_reduce_max(std::span<T> data) const;
  template <class T>
  [[nodiscard]] T sum(T value) const;
  template <class T>
  [[nodiscard]] T min(T value) const;
  template <class T>
  [[nodiscard]] T max(T value) const;

  /// Sums `data` in place over all processes without waiting.
  template <class T>
  [[nodiscard]] Request begin_all_reduce_sum(std::span<T> data) const;

  /// Concatenates the pieces of all processes, in rank order, on every process.
  /// @pre piece has layout.length(rank()) elements and `all` layout.size().
  template <class T>
  void all_gather(std::span<const T> piece, const Layout& layout, std::span<T> all) const;

  /// Sums `all` over the processes and leaves piece r of the sum on process r.
  /// @pre as for all_gather; the layout's pieces are consecutive. The contents of `all` are not
  /// changed.
  template <class T>
  void reduce_scatter(std::span<const T> all, const Layout& layout, std::span<T> piece) const;

  /// Process r gets send_counts[r] elements of this process's `send`; the pieces lie one behind
  /// the other in rank order, in both buffers.
  template <class T>
  void all_to_all(std::span<const T> send, std::span<const Index> send_counts, std::span<T> receive,
                  std::span<const Index> receive_counts) const;

 private:
  template <class T>
  friend class PiecewiseReduceScatter;
  Communicator(MPI_Comm handle, Index chunk_limit);
  void count(Collective kind, std::int64_t bytes) const;
  template <class T>
  void all_reduce(std::span<T> data, MPI_Op operation) const;

  MPI_Comm handle_ = MPI_COMM_NULL;
  int rank_ = 0;
  int size_ = 1;
  Index chunk_limit_ = kLargestChunk;
  mutable Traffic traffic_;
};

}  // namespace tessera::mpi
