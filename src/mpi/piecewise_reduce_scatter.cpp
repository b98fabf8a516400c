#include "tessera/mpi/piecewise_reduce_scatter.hpp"

#include <algorithm>

#include "tessera/core/error.hpp"
#include "tessera/mpi/error.hpp"

namespace tessera::mpi {
namespace {

constexpr int kTag = 1;

Index longest_piece(const Layout& layout) {
  Index longest = 0;
  for (int rank = 0; rank < layout.pieces(); ++rank) {
    longest = std::max(longest, layout.length(rank));
  }
  return longest;
}

Index divided_up(Index total, Index part) { return (total + part - 1) / part; }

}  // namespace

template <class T>
PiecewiseReduceScatter<T>::PiecewiseReduceScatter(const Communicator& comm, const Layout& layout)
    : comm_(comm),
      layout_(layout),
      message_(std::max(kMessageBytes / Index{sizeof(T)},
                        divided_up(longest_piece(layout), kMostMessages))),
      sent_(static_cast<std::size_t>(comm.size())) {
  if (layout.pieces() != comm.size() || layout.total() != layout.size()) {
    throw ShapeError("reduce_scatter: the layout leaves gaps or is for other processes");
  }
  const Index own = layout.length(comm.rank());
  received_.resize(static_cast<std::size_t>((comm.size() - 1) * own));
  Index messages = (comm.size() - 1) * divided_up(own, message_);
  for (int rank = 0; rank < comm.size(); ++rank) {
    messages += rank == comm.rank() ? 0 : divided_up(layout.length(rank), message_);
  }
  requests_.reserve(static_cast<std::size_t>(messages));
}

template <class T>
T* PiecewiseReduceScatter<T>::received_from(int rank) {
  const int place = rank < comm_.rank() ? rank : rank - 1;
  return received_.data() + place * layout_.length(comm_.rank());
}

template <class T>
const T* PiecewiseReduceScatter<T>::summand(int rank) const {
  const int place = rank < comm_.rank() ? rank : rank - 1;
  return rank == comm_.rank() ? own_ : received_.data() + place * layout_.length(comm_.rank());
}

template <class T>
void PiecewiseReduceScatter<T>::begin(std::span<const T> all) {
  if (std::ssize(all) != layout_.size()) {
    throw ShapeError("reduce_scatter: " + std::to_string(all.size()) +
                     " elements do not fit a layout of " + std::to_string(layout_.size()));
  }
  all_ = all;
  own_ = all.data() + layout_.offset(comm_.rank());
  std::ranges::fill(sent_, Index{0});
  const Index own = layout_.length(comm_.rank());
  for (int rank = 0; rank < comm_.size(); ++rank) {
    for (Index at = 0; rank != comm_.rank() && at < own; at += message_) {
      const Index bytes = std::min(message_, own - at) * Index{sizeof(T)};
      check(MPI_Irecv(received_from(rank) + at, static_cast<int>(bytes), MPI_BYTE, rank, kTag,
                      comm_.handle(), &requests_.emplace_back(MPI_REQUEST_NULL)),
            "MPI_Irecv");
    }
  }
}

template <class T>
void PiecewiseReduceScatter<T>::ready(int rank, Index elements) {
  const Index length = layout_.length(rank);
  Index& sent = sent_[static_cast<std::size_t>(rank)];
  while (rank != comm_.rank() && sent < length && std::min(sent + message_, length) <= elements) {
    const Index bytes = std::min(message_, length - sent) * Index{sizeof(T)};
    check(MPI_Isend(all_.data() + layout_.offset(rank) + sent, static_cast<int>(bytes), MPI_BYTE,
                    rank, kTag, comm_.handle(), &requests_.emplace_back(MPI_REQUEST_NULL)),
          "MPI_Isend");
    comm_.count(Collective::reduce_scatter, bytes);
    sent += message_;
  }
  int complete = 0;
  check(MPI_Testall(static_cast<int>(requests_.size()), requests_.data(), &complete,
                    MPI_STATUSES_IGNORE),
        "MPI_Testall");
}

template <class T>
void PiecewiseReduceScatter<T>::finish() {
  for (int step = 1; step < comm_.size(); ++step) {
    const int rank = (comm_.rank() + step) % comm_.size();
    ready(rank, layout_.length(rank));
  }
  check(MPI_Waitall(static_cast<int>(requests_.size()), requests_.data(), MPI_STATUSES_IGNORE),
        "MPI_Waitall");
  requests_.clear();
  all_ = {};
}

template class PiecewiseReduceScatter<float>;
template class PiecewiseReduceScatter<double>;

}  // namespace tessera::mpi
