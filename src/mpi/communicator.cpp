#include "tessera/mpi/communicator.hpp"

#include <algorithm>
#include <exception>
#include <numeric>
#include <utility>

#include "tessera/core/error.hpp"
#include "tessera/mpi/error.hpp"

namespace tessera::mpi {
namespace {

template <class T>
MPI_Datatype datatype();
template <>
MPI_Datatype datatype<float>() {
  return MPI_FLOAT;
}
template <>
MPI_Datatype datatype<double>() {
  return MPI_DOUBLE;
}
template <>
MPI_Datatype datatype<int>() {
  return MPI_INT;
}
template <>
MPI_Datatype datatype<std::int64_t>() {
  return MPI_INT64_T;
}
template <>
MPI_Datatype datatype<std::byte>() {
  return MPI_BYTE;
}

/// Calls step(begin, length) for consecutive chunks of at most `limit` of `total` elements.
template <class Step>
void for_each_chunk(Index total, Index limit, Step&& step) {
  for (Index begin = 0; begin < total; begin += limit) {
    step(begin, static_cast<int>(std::min(limit, total - begin)));
  }
}

Index total_of(std::span<const Index> counts) {
  return std::accumulate(counts.begin(), counts.end(), Index{0});
}

/// Where pieces begin that lie one behind the other.
std::vector<Index> starts_of(std::span<const Index> lengths) {
  std::vector<Index> starts(lengths.size());
  std::exclusive_scan(lengths.begin(), lengths.end(), starts.begin(), Index{0});
  return starts;
}

void require_layout(const char* name, std::size_t piece, std::size_t all, const Layout& layout,
                    int rank, int size) {
  if (layout.pieces() != size || piece != static_cast<std::size_t>(layout.length(rank)) ||
      all != static_cast<std::size_t>(layout.size())) {
    throw ShapeError(std::string(name) + ": a piece of " + std::to_string(piece) +
                     " and a whole of " + std::to_string(all) +
                     " elements do not fit a layout of " + std::to_string(layout.pieces()) +
                     " pieces of a whole of " + std::to_string(layout.size()));
  }
}

}  // namespace

Traffic& Traffic::operator+=(const Traffic& other) {
  for (std::size_t kind = 0; kind < kCollectiveCount; ++kind) {
    calls[kind] += other.calls[kind];
    bytes[kind] += other.bytes[kind];
  }
  return *this;
}

Traffic operator-(Traffic left, const Traffic& right) {
  for (std::size_t kind = 0; kind < kCollectiveCount; ++kind) {
    left.calls[kind] -= right.calls[kind];
    left.bytes[kind] -= right.bytes[kind];
  }
  return left;
}

Layout::Layout(const std::vector<Index>& lengths, const std::vector<Index>& offsets, Index size)
    : lengths_(lengths),
      offsets_(offsets),
      total_(total_of(lengths)),
      size_(size),
      int_lengths_(lengths.begin(), lengths.end()),
      int_offsets_(offsets.begin(), offsets.end()) {}

Layout::Layout(std::span<const Index> lengths)
    : Layout({lengths.begin(), lengths.end()}, starts_of(lengths), total_of(lengths)) {}

Request::~Request() {
  // While an exception unwinds, waiting could hang; the job is about to end.
  if (!pending_.empty() && std::uncaught_exceptions() == 0) {
    MPI_Waitall(static_cast<int>(pending_.size()), pending_.data(), MPI_STATUSES_IGNORE);
  }
}

Request::Request(Request&& other) noexcept : pending_(std::move(other.pending_)) {
  other.pending_.clear();
}

Request& Request::operator=(Request&& other) noexcept {
  std::swap(pending_, other.pending_);
  return *this;
}

bool Request::test() {
  int complete = 1;
  check(MPI_Testall(static_cast<int>(pending_.size()), pending_.data(), &complete,
                    MPI_STATUSES_IGNORE),
        "MPI_Testall");
  return complete != 0;
}

void Request::wait() {
  check(MPI_Waitall(static_cast<int>(pending_.size()), pending_.data(), MPI_STATUSES_IGNORE),
        "MPI_Waitall");
  pending_.clear();
}

Communicator::Communicator(MPI_Comm handle, Index chunk_limit)
    : handle_(handle), chunk_limit_(chunk_limit) {
  check(MPI_Comm_rank(handle_, &rank_), "MPI_Comm_rank");
  check(MPI_Comm_size(handle_, &size_), "MPI_Comm_size");
}

Communicator Communicator::world(Index chunk_limit) {
  MPI_Comm handle = MPI_COMM_NULL;
  check(MPI_Comm_dup(MPI_COMM_WORLD, &handle), "MPI_Comm_dup");
  return {handle, chunk_limit};
}

Communicator Communicator::duplicate() const {
  MPI_Comm handle = MPI_COMM_NULL;
  check(MPI_Comm_dup(handle_, &handle), "MPI_Comm_dup");
  return {handle, chunk_limit_};
}

Communicator Communicator::split(int color, int key) const {
  MPI_Comm handle = MPI_COMM_NULL;
  check(MPI_Comm_split(handle_, color, key, &handle), "MPI_Comm_split");
  return {handle, chunk_limit_};
}

Communicator Communicator::split_by_node() const {
  MPI_Comm handle = MPI_COMM_NULL;
  check(MPI_Comm_split_type(handle_, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &handle),
        "MPI_Comm_split_type");
  return {handle, chunk_limit_};
}

Communicator::~Communicator() {
  // MPI_Comm_free is collective: while an exception unwinds, the others may never come.
  if (handle_ != MPI_COMM_NULL && std::uncaught_exceptions() == 0) {
    MPI_Comm_free(&handle_);
  }
}

Communicator::Communicator(Communicator&& other) noexcept
    : handle_(std::exchange(other.handle_, MPI_COMM_NULL)),
      rank_(other.rank_),
      size_(other.size_),
      chunk_limit_(other.chunk_limit_),
      traffic_(other.traffic_) {}

Communicator& Communicator::operator=(Communicator&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(rank_, other.rank_);
  std::swap(size_, other.size_);
  std::swap(chunk_limit_, other.chunk_limit_);
  std::swap(traffic_, other.traffic_);
  return *this;
}

void Communicator::count(Collective kind, std::int64_t bytes) const {
  const auto index = static_cast<std::size_t>(kind);
  ++traffic_.calls[index];
  traffic_.bytes[index] += bytes;
}

void Communicator::barrier() const { check(MPI_Barrier(handle_), "MPI_Barrier"); }

template <class T>
void Communicator::broadcast(std::span<T> data, int root) const {
  count(Collective::broadcast, size_ > 1 ? static_cast<std::int64_t>(data.size_bytes()) : 0);
  for_each_chunk(std::ssize(data), chunk_limit_, [&](Index begin, int length) {
    check(MPI_Bcast(data.data() + begin, length, datatype<T>(), root, handle_), "MPI_Bcast");
  });
}

std::string Communicator::broadcast(std::string text, int root) const {
  auto length = static_cast<std::int64_t>(text.size());
  broadcast(std::span(&length, 1), root);
  text.resize(static_cast<std::size_t>(length));
  broadcast(std::as_writable_bytes(std::span(text)), root);
  return text;
}

template <class T>
void Communicator::all_reduce(std::span<T> data, MPI_Op operation) const {
  count(Collective::all_reduce, size_ > 1 ? static_cast<std::int64_t>(data.size_bytes()) : 0);
  for_each_chunk(std::ssize(data), chunk_limit_, [&](Index begin, int length) {
    check(
        MPI_Allreduce(MPI_IN_PLACE, data.data() + begin, length, datatype<T>(), operation, handle_),
        "MPI_Allreduce");
  });
}

template <class T>
void Communicator::all_reduce_sum(std::span<T> data) const {
  all_reduce(data, MPI_SUM);
}

template <class T>
void Communicator::all_reduce_min(std::span<T> data) const {
  all_reduce(data, MPI_MIN);
}

template <class T>
void Communicator::all_reduce_max(std::span<T> data) const {
  all_reduce(data, MPI_MAX);
}

template <class T>
T Communicator::sum(T value) const {
  all_reduce_sum(std::span<T>(&value, 1));
  return value;
}

template <class T>
T Communicator::min(T value) const {
  all_reduce_min(std::span<T>(&value, 1));
  return value;
}

template <class T>
T Communicator::max(T value) const {
  all_reduce_max(std::span<T>(&value, 1));
  return value;
}

template <class T>
Request Communicator::begin_all_reduce_sum(std::span<T> data) const {
  count(Collective::all_reduce, size_ > 1 ? static_cast<std::int64_t>(data.size_bytes()) : 0);
  Request request;
  for_each_chunk(std::ssize(data), chunk_limit_, [&](Index begin, int length) {
    check(MPI_Iallreduce(MPI_IN_PLACE, data.data() + begin, length, datatype<T>(), MPI_SUM, handle_,
                         &request.pending_.emplace_back(MPI_REQUEST_NULL)),
          "MPI_Iallreduce");
  });
  return request;
}

template <class T>
void Communicator::all_gather(std::span<const T> piece, const Layout& layout,
                              std::span<T> all) const {
  require_layout("all_gather", piece.size(), all.size(), layout, rank_, size_);
  count(Collective::all_gather,
        (layout.total() - std::ssize(piece)) * static_cast<std::int64_t>(sizeof(T)));
  if (std::ssize(all) <= chunk_limit_) {
    check(MPI_Allgatherv(piece.data(), static_cast<int>(piece.size()), datatype<T>(), all.data(),
                         layout.int_lengths_.data(), layout.int_offsets_.data(), datatype<T>(),
                         handle_),
          "MPI_Allgatherv");
    return;
  }
  for (int root = 0; root < size_; ++root) {
    const Index offset = layout.offset(root);
    if (root == rank_) {
      std::copy(piece.begin(), piece.end(), all.begin() + offset);
    }
    for_each_chunk(layout.length(root), chunk_limit_, [&](Index begin, int chunk) {
      check(MPI_Bcast(all.data() + offset + begin, chunk, datatype<T>(), root, handle_),
            "MPI_Bcast");
    });
  }
}

template <class T>
void Communicator::reduce_scatter(std::span<const T> all, const Layout& layout,
                                  std::span<T> piece) const {
  require_layout("reduce_scatter", piece.size(), all.size(), layout, rank_, size_);
  if (layout.total() != layout.size()) {
    throw ShapeError("reduce_scatter: the pieces of the layout leave gaps");
  }
  count(Collective::reduce_scatter,
        static_cast<std::int64_t>(all.size_bytes() - piece.size_bytes()));
  if (std::ssize(all) <= chunk_limit_) {
    check(MPI_Reduce_scatter(all.data(), piece.data(), layout.int_lengths_.data(), datatype<T>(),
                             MPI_SUM, handle_),
          "MPI_Reduce_scatter");
    return;
  }
  for (int root = 0; root < size_; ++root) {
    const Index offset = layout.offset(root);
    for_each_chunk(layout.length(root), chunk_limit_, [&](Index begin, int chunk) {
      check(MPI_Reduce(all.data() + offset + begin, root == rank_ ? piece.data() + begin : nullptr,
                       chunk, datatype<T>(), MPI_SUM, root, handle_),
            "MPI_Reduce");
    });
  }
}

template <class T>
void Communicator::all_to_all(std::span<const T> send, std::span<const Index> send_counts,
                              std::span<T> receive, std::span<const Index> receive_counts) const {
  const auto self = static_cast<std::size_t>(rank_);
  if (send_counts.size() != static_cast<std::size_t>(size_) ||
      receive_counts.size() != static_cast<std::size_t>(size_) ||
      total_of(send_counts) != std::ssize(send) ||
      total_of(receive_counts) != std::ssize(receive) ||
      send_counts[self] != receive_counts[self]) {
    throw ShapeError("all_to_all: counts do not fit the buffers");
  }
  count(Collective::all_to_all,
        (std::ssize(send) - send_counts[self]) * static_cast<std::int64_t>(sizeof(T)));

  // Process pairs differ in their counts, so MPI_Alltoallv and a chunked path could not be chosen
  // in agreement without another message; point-to-point serves every size.
  constexpr int kTag = 0;
  Request request;
  Index offset = 0;
  for (int peer = 0; peer < size_; ++peer) {
    const Index length = receive_counts[static_cast<std::size_t>(peer)];
    for_each_chunk(peer == rank_ ? 0 : length, chunk_limit_, [&](Index begin, int chunk) {
      check(MPI_Irecv(receive.data() + offset + begin, chunk, datatype<T>(), peer, kTag, handle_,
                      &request.pending_.emplace_back(MPI_REQUEST_NULL)),
            "MPI_Irecv");
    });
    offset += length;
  }
  offset = 0;
  for (int peer = 0; peer < size_; ++peer) {
    const Index length = send_counts[static_cast<std::size_t>(peer)];
    if (peer == rank_) {
      const Index target = total_of(receive_counts.first(self));
      std::copy_n(send.begin() + offset, length, receive.begin() + target);
    } else {
      for_each_chunk(length, chunk_limit_, [&](Index begin, int chunk) {
        check(MPI_Isend(send.data() + offset + begin, chunk, datatype<T>(), peer, kTag, handle_,
                        &request.pending_.emplace_back(MPI_REQUEST_NULL)),
              "MPI_Isend");
      });
    }
    offset += length;
  }
  request.wait();
}

#define TESSERA_INSTANTIATE_REDUCTIONS(T)                                  \
  template void Communicator::broadcast(std::span<T>, int) const;          \
  template void Communicator::all_reduce_sum(std::span<T>) const;          \
  template void Communicator::all_reduce_min(std::span<T>) const;          \
  template void Communicator::all_reduce_max(std::span<T>) const;          \
  template T Communicator::sum(T) const;                                   \
  template T Communicator::min(T) const;                                   \
  template T Communicator::max(T) const;                                   \
  template Request Communicator::begin_all_reduce_sum(std::span<T>) const; \
  template void Communicator::reduce_scatter(std::span<const T>, const Layout&, std::span<T>) const;
#define TESSERA_INSTANTIATE_EXCHANGES(T)                                                           \
  template void Communicator::all_gather(std::span<const T>, const Layout&, std::span<T>) const;   \
  template void Communicator::all_to_all(std::span<const T>, std::span<const Index>, std::span<T>, \
                                         std::span<const Index>) const;

TESSERA_INSTANTIATE_REDUCTIONS(float)
TESSERA_INSTANTIATE_REDUCTIONS(double)
TESSERA_INSTANTIATE_REDUCTIONS(int)
TESSERA_INSTANTIATE_REDUCTIONS(std::int64_t)
TESSERA_INSTANTIATE_EXCHANGES(float)
TESSERA_INSTANTIATE_EXCHANGES(double)
TESSERA_INSTANTIATE_EXCHANGES(int)
TESSERA_INSTANTIATE_EXCHANGES(std::int64_t)
TESSERA_INSTANTIATE_EXCHANGES(std::byte)
template void Communicator::broadcast(std::span<std::byte>, int) const;

}  // namespace tessera::mpi
