#include "tessera/io/npz_source.hpp"

#include <optional>

#include <boost/algorithm/string/case_conv.hpp>
#include <fmt/format.h>

#include "tessera/io/broadcast.hpp"
#include "tessera/io/npz_reader.hpp"
#include "tessera/io/share_entries.hpp"
#include "tessera/mpi/agree.hpp"

#include "typed_source.hpp"

namespace tessera::io {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(NpzMatrix, format, descr, rows, columns, entries)

namespace {

class NpzSource final : public TypedSparseSource<NpzSource> {
 public:
  NpzSource(const std::string& path, const NpzMatrix& matrix, Index batch_entries)
      : matrix_(matrix), batch_entries_(batch_entries) {
    const NpyType type = parse_npy_type(matrix.descr);
    description_.path = path;
    description_.format = "SciPy sparse";
    description_.value_type = npy_type_name(type);
    description_.storage = boost::to_upper_copy(matrix.format);
    description_.rows = matrix.rows;
    description_.columns = matrix.columns;
    description_.exceeds_float32 =
        type.kind == NpyType::Kind::floating && type.bytes > Index{sizeof(float)};
  }

  [[nodiscard]] const MatrixDescription& description() const override { return description_; }
  template <class Real>
  [[nodiscard]] Entries<Real> read(const mpi::Communicator& comm) const {
    std::optional<NpzReader<Real>> reader;
    mpi::on_root(comm, [&] { reader.emplace(description_.path, matrix_); });
    return share_entries<Real>([&] { return reader->next(batch_entries_); }, comm);
  }

 private:
  NpzMatrix matrix_;
  Index batch_entries_;
  MatrixDescription description_;
};

}  // namespace

std::unique_ptr<SparseSource> open_npz(const InputOptions& input, const mpi::Communicator& comm,
                                       Index batch_entries) {
  if (!input.dataset.empty()) {
    throw mpi::AgreedError(
        ExitCode::usage,
        fmt::format("'{}' holds a single matrix: leave out --dataset", input.path));
  }
  auto matrix =
      mpi::agree(comm, [&] { return comm.rank() == 0 ? describe_npz(input.path) : NpzMatrix{}; });
  broadcast_value(matrix, comm);
  return std::make_unique<NpzSource>(input.path, matrix, batch_entries);
}

}  // namespace tessera::io
