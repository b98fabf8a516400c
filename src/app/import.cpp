#include <fmt/format.h>

#include "tessera/app/command.hpp"
#include "tessera/app/import_images.hpp"
#include "tessera/app/import_ratings.hpp"
#include "tessera/app/machine.hpp"
#include "tessera/app/session.hpp"
#include "tessera/core/log.hpp"
#include "tessera/io/anndata_writer.hpp"

namespace tessera::app {
namespace {

template <class Real>
void write(const io::AnnDataFile& file, SparseBlock<Real>& block, const mpi::Communicator& world) {
  // The grid has one column of processes: local columns are those of A.
  io::SparseRows<Real> rows;
  rows.rows = block.rows();
  rows.offsets.assign(block.row_offsets().begin(), block.row_offsets().end());
  rows.columns.assign(block.local_columns().begin(), block.local_columns().end());
  rows.values.assign(block.held_values().begin(), block.held_values().end());
  io::write_sparse_file(file, rows, world);
}

template <class Real>
void write(const io::AnnDataFile& file, const DenseBlock<Real>& block,
           const mpi::Communicator& world) {
  io::write_dense_compressed(file, io::DenseRows<Real>{block.rows(), block.entries()}, world);
}

template <class Real>
void run(const ImportOptions& options, const io::MatrixInput& input,
         const mpi::Communicator& world) {
  const mpi::ProcessGrid rows_only(world, {world.size(), 1});
  auto a = read_scaled<Real>(input, options.input.scale, rows_only);
  raise_to_floor(a, options.input.floor, input.description(), rows_only);
  const auto& about = input.description();
  const io::AnnDataFile file{options.output, about.rows, about.columns, input.read_names(world),
                             about.image_shape};
  std::visit([&](auto& block) { write(file, block, world); }, a.block);
  log::info(fmt::format("wrote {} ({}x{}, {} non-zeros, {})", options.output, about.rows,
                        about.columns, a.summary.nonzeros, a.is_sparse() ? "sparse" : "dense"));
}

}  // namespace

void import_matrix(const std::vector<std::string>& arguments, const mpi::Communicator& world) {
  const auto options = parse_command<ImportOptions>(arguments, world);
  if (!options) {
    return;
  }
  set_threads(options->run.threads, world);
  require_writable(options->output, world);
  if (options->images.is_set()) {
    import_images(*options, world);
    return;
  }
  if (!options->ratings.path.empty()) {
    import_ratings(*options, world);
    return;
  }
  InputOptions in_order = options->input;
  in_order.balance = Balance::even;  // rows are written in their order
  const io::MatrixInput input(in_order, world);
  with_precision(options->run.precision,
                 [&](auto real) { run<decltype(real)>(*options, input, world); });
}

}  // namespace tessera::app
