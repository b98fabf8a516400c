#include "text_sparse.hpp"

#include <utility>

#include "tessera/mpi/agree.hpp"

#include "typed_source.hpp"

namespace tessera::io {
namespace {

class TextSparseSource final : public TypedSparseSource<TextSparseSource> {
 public:
  TextSparseSource(TextFile file, MatrixDescription description, SparseTextLayout layout)
      : file_(std::move(file)), description_(std::move(description)), layout_(std::move(layout)) {}

  [[nodiscard]] const MatrixDescription& description() const override { return description_; }
  template <class Real>
  [[nodiscard]] Entries<Real> read(const mpi::Communicator& comm) const;

 private:
  void require_promised_entries(Index own_lines, Index own_last_line,
                                const mpi::Communicator& comm) const;

  TextFile file_;
  MatrixDescription description_;
  SparseTextLayout layout_;
};

template <class Real>
Entries<Real> TextSparseSource::read(const mpi::Communicator& comm) const {
  Entries<Real> own;
  Index lines = 0;
  Index last_line = 0;
  const auto parse_line = [&](const TextLine& line) {
    if (line.number <= layout_.header_lines) {
      return;
    }
    const std::optional<Coordinate> entry = layout_.parse(line);
    if (!entry) {
      return;
    }
    ++lines;
    last_line = line.number;
    const auto value = static_cast<Real>(entry->value);
    own.add(entry->row * description_.columns + entry->column, value);
    if (layout_.mirrored && entry->row != entry->column) {
      own.add(entry->column * description_.columns + entry->row, value);
    }
  };
  file_.parse_all(comm, [&](const TextChunk& chunk) { for_each_line(chunk, parse_line); });
  require_promised_entries(lines, last_line, comm);
  return own;
}

void TextSparseSource::require_promised_entries(Index own_lines, Index own_last_line,
                                                const mpi::Communicator& comm) const {
  const Index lines = comm.sum(own_lines);
  const Index last_line = comm.max(own_last_line);
  if (!layout_.entries || lines == *layout_.entries) {
    return;
  }
  const std::string promise =
      "'" + file_.path() + "', the header says " + std::to_string(*layout_.entries) + " entries";
  if (lines < *layout_.entries) {
    throw mpi::AgreedError(ExitCode::input, promise + ", but there are only " +
                                                std::to_string(lines) +
                                                ": the file is truncated. Get it again");
  }
  throw mpi::AgreedError(ExitCode::input, promise + ", but there are " + std::to_string(lines) +
                                              ", the last on line " + std::to_string(last_line) +
                                              ". Correct the header or remove lines");
}

}  // namespace

std::unique_ptr<MatrixSource> make_sparse_text_source(TextFile file, MatrixDescription description,
                                                      SparseTextLayout layout,
                                                      const mpi::Communicator& comm) {
  constexpr Index kShortestEntry = 4;  // "1 1" and a line end
  const Index most_entries = file.most_bytes() / kShortestEntry + 1;
  mpi::agree(comm, [&] {
    if (layout.entries && *layout.entries > most_entries) {
      throw InputError("'" + file.path() + "', the header says " + std::to_string(*layout.entries) +
                       " entries, but the file is too short for more than " +
                       std::to_string(most_entries) + ": it is truncated. Get it again");
    }
  });
  return std::make_unique<TextSparseSource>(std::move(file), std::move(description),
                                            std::move(layout));
}

}  // namespace tessera::io
