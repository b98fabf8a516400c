#include "tessera/ingest/document_order.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <span>

#include "tessera/matrix/partition.hpp"
#include "tessera/mpi/gather.hpp"

namespace tessera::ingest {
namespace {

/// A run of some process.
struct PlacedRun {
  Index order = 0;
  Index documents = 0;
  int process = 0;
};

/// The runs of all processes in order. Collective.
std::vector<PlacedRun> gather_runs(const std::vector<DocumentRun>& own,
                                   const mpi::Communicator& comm) {
  std::vector<Index> numbers;
  for (const DocumentRun& run : own) {
    numbers.insert(numbers.end(), {run.order, run.documents});
  }
  const std::vector<Index> lengths = mpi::gather(std::ssize(numbers), comm);
  std::vector<Index> all(static_cast<std::size_t>(std::reduce(lengths.begin(), lengths.end())));
  comm.all_gather(std::span<const Index>(numbers), lengths, std::span(all));
  std::vector<PlacedRun> runs;
  std::size_t at = 0;
  for (std::size_t process = 0; process < lengths.size(); ++process) {
    for (Index i = 0; i < lengths[process]; i += 2, at += 2) {
      runs.push_back({all[at], all[at + 1], static_cast<int>(process)});
    }
  }
  std::erase_if(runs, [](const PlacedRun& run) { return run.documents == 0; });
  std::ranges::stable_sort(runs, {}, &PlacedRun::order);
  return runs;
}

/// For each process the entries of the documents that go to it, or come from it.
std::vector<Index> sum_by_process(std::span<const Index> lengths,
                                  std::span<const Index> documents) {
  std::vector<Index> sums;
  for (const Index count : documents) {
    const auto here = static_cast<std::size_t>(count);
    sums.push_back(std::reduce(lengths.begin(), lengths.begin() + count));
    lengths = lengths.subspan(here);
  }
  return sums;
}

template <class T>
AlignedVector<T> exchange(std::span<const T> send, std::span<const Index> send_counts,
                          std::span<const Index> receive_counts, const mpi::Communicator& comm) {
  AlignedVector<T> received(
      static_cast<std::size_t>(std::reduce(receive_counts.begin(), receive_counts.end())));
  comm.all_to_all<T>(send, send_counts, received, receive_counts);
  return received;
}

/// Puts rows that have arrived into the order of their documents.
template <class Real>
io::SparseRows<Real> arrange(Range block, std::span<const Index> documents,
                             std::span<const Index> lengths, std::span<const std::int32_t> columns,
                             std::span<const Real> values) {
  io::SparseRows<Real> rows;
  rows.rows = block;
  rows.offsets.assign(static_cast<std::size_t>(block.size()) + 1, 0);
  for (std::size_t i = 0; i < documents.size(); ++i) {
    rows.offsets[static_cast<std::size_t>(documents[i] - block.begin) + 1] = lengths[i];
  }
  std::partial_sum(rows.offsets.begin(), rows.offsets.end(), rows.offsets.begin());
  rows.columns.resize(columns.size());
  rows.values.resize(values.size());
  Index at = 0;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const Index to = rows.offsets[static_cast<std::size_t>(documents[i] - block.begin)];
    std::copy_n(columns.begin() + at, lengths[i], rows.columns.begin() + to);
    std::copy_n(values.begin() + at, lengths[i], rows.values.begin() + to);
    at += lengths[i];
  }
  return rows;
}

}  // namespace

DocumentOrder::DocumentOrder(const std::vector<DocumentRun>& own, const mpi::Communicator& comm) {
  int previous = 0;
  for (const PlacedRun& run : gather_runs(own, comm)) {
    if (run.process == comm.rank()) {
      own_.resize(own_.size() + static_cast<std::size_t>(run.documents));
      std::iota(own_.end() - run.documents, own_.end(), documents_);
    }
    consecutive_ = consecutive_ && run.process >= previous;
    previous = run.process;
    documents_ += run.documents;
  }
}

template <class Real>
io::SparseRows<Real> to_consecutive(io::SparseRows<Real> own, const DocumentOrder& order,
                                    const mpi::Communicator& comm) {
  const std::vector<Index>& documents = order.own();
  if (order.is_consecutive()) {
    const std::vector<Index> counts = mpi::gather(std::ssize(documents), comm);
    const Index begin = std::reduce(counts.begin(), counts.begin() + comm.rank());
    own.rows = {begin, begin + std::ssize(documents)};
    return own;
  }
  const Partition blocks = Partition::even(order.documents(), comm.size());
  std::vector<Index> lengths(documents.size());
  std::vector<Index> send(static_cast<std::size_t>(comm.size()), 0);
  for (std::size_t i = 0; i < documents.size(); ++i) {
    lengths[i] = own.offsets[i + 1] - own.offsets[i];
    ++send[static_cast<std::size_t>(blocks.owner(documents[i]))];
  }
  const std::vector<Index> ones(send.size(), 1);
  const auto receive = exchange<Index>(send, ones, ones, comm);
  const auto new_documents = exchange<Index>(documents, send, receive, comm);
  const auto new_lengths = exchange<Index>(lengths, send, receive, comm);
  const auto send_entries = sum_by_process(lengths, send);
  const auto receive_entries = sum_by_process(new_lengths, receive);
  const auto columns = exchange<std::int32_t>(own.columns, send_entries, receive_entries, comm);
  const auto values = exchange<Real>(own.values, send_entries, receive_entries, comm);
  return arrange<Real>(blocks.part(comm.rank()), new_documents, new_lengths, columns, values);
}

template io::SparseRows<float> to_consecutive(io::SparseRows<float>, const DocumentOrder&,
                                              const mpi::Communicator&);
template io::SparseRows<double> to_consecutive(io::SparseRows<double>, const DocumentOrder&,
                                               const mpi::Communicator&);

}  // namespace tessera::ingest
