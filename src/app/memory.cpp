#include "tessera/app/memory.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <variant>

#include <fmt/format.h>
#include <unistd.h>

#include "tessera/core/log.hpp"
#include "tessera/mpi/available_memory.hpp"
#include "tessera/solve/alternate.hpp"

namespace tessera::app {
namespace {

constexpr double kShareOfCopy = 0.5;  ///< of what is available, which factors need, too

template <class Real>
Index bytes_of(const DenseBlock<Real>& block) {
  return block.stored_entries() * Index{sizeof(Real)};
}
template <class Real>
Index bytes_of(const SparseBlock<Real>& block) {
  return block.stored_entries() * block.entry_bytes() +
         (block.rows().size() + 1) * Index{sizeof(Index)};
}

/// Rows of k values that the exchange of one factor holds: the panel, partial products, own sums,
/// and what others send of theirs to a process that shares memory with none of them.
Index exchanged_rows(Index block_rows, Index own_rows, const mpi::NodeGroups& side, Index sums) {
  const bool is_alone = side.node().size() == 1 && side.lane().size() == 1;
  const Index received = side.node().size() == 1 && sums > 0 ? block_rows - own_rows : 0;
  return is_alone ? sums * block_rows : block_rows + sums * (block_rows + own_rows) + received;
}

}  // namespace

Index resident_memory() {
  std::ifstream file("/proc/self/statm");
  Index total = 0;
  Index resident = 0;
  file >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

template <class Real>
Index predicted_memory(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid,
                       const SolverOptions& solver, bool whole_rows) {
  const auto& [rows, columns] = grid.shape();
  const auto& cut = a.distribution;
  const Index own_w = cut.w_piece(grid.row(), grid.column()).size();
  const Index own_h = cut.h_piece(grid.row(), grid.column()).size();
  const bool grams = solver.is_frobenius() && !a.observed_only;
  const bool whole_kl = solver.divergence() == 1 && !a.observed_only;
  const Index sums = whole_rows ? 0 : grams || whole_kl ? 1 : 2;
  const Index copies = solve::factor_copies(solver) + (solver.restarts > 1 ? 1 : 0);
  Index factor_rows =
      copies * (own_w + own_h) +
      exchanged_rows(cut.column_block(grid.column()).size(), own_h, grid.column_nodes(), sums);
  if (whole_rows) {
    factor_rows += rows > 1 ? a.m() : 0;
  } else {
    factor_rows += exchanged_rows(cut.row_block(grid.row()).size(), own_w, grid.row_nodes(), sums);
  }
  const Index block = std::visit([](const auto& any) { return bytes_of(any); }, a.block) +
                      std::ssize(a.weights) * Index{sizeof(Real)};
  Index bytes = (whole_rows ? 2 : 1) * block + factor_rows * solver.rank * Index{sizeof(Real)};
  for (const auto& panel : a.transposed) {
    bytes += bytes_of(panel);
  }
  return bytes;
}

template <class Real>
void require_memory_for_factors(const DataMatrix<Real>& a, const mpi::ProcessGrid& grid, Index rank,
                                const std::string& path) {
  const auto& cut = a.distribution;
  const int i = grid.row();
  const int j = grid.column();
  double rows = 0;  // own ones, and those of the block that products need
  for (const Range range :
       {cut.w_piece(i, j), cut.h_piece(i, j), cut.row_block(i), cut.column_block(j)}) {
    rows += static_cast<double>(range.size());
  }
  mpi::require_memory(
      fmt::format("'{}': making {} components of {}x{} entries", path, rank, a.m(), a.n()),
      rows * static_cast<double>(rank) * static_cast<double>(sizeof(Real)), grid.comm());
}

template <class Real>
void add_transposed_panels(DataMatrix<Real>& a, MemoryUse use, const SolverOptions& solver,
                           bool weighted, const mpi::Communicator& comm) {
  // One answer for all processes: weights, and places that are not stored, but count, are not in
  // the copy, and one pass over A needs none.
  const bool only_stored = a.observed_only || solver.is_frobenius() || solver.divergence() == 1;
  if (!a.is_sparse() || use == MemoryUse::lean || weighted || !only_stored ||
      solver.passes == Passes::one) {
    return;
  }
  const auto& block = std::get<SparseBlock<Real>>(a.block);
  const auto limit = use == MemoryUse::fast
                         ? std::numeric_limits<double>::infinity()
                         : kShareOfCopy * static_cast<double>(mpi::available_memory(comm));
  const auto bytes = static_cast<double>(transposed_panels_bytes(block, solver.rank));
  if (bytes <= limit) {
    a.transposed = transposed_panels(block, solver.rank);
  }
  const Index without = comm.sum(Index{bytes > limit});
  if (without > 0) {
    log::info(fmt::format(
        "no second copy of A by columns on {} of {} processes: it takes {:.1f} MB, more than half "
        "of the memory that is free; --memory fast makes it",
        without, comm.size(), comm.max(bytes) / 1e6));
  }
}

template void require_memory_for_factors(const DataMatrix<float>&, const mpi::ProcessGrid&, Index,
                                         const std::string&);
template void require_memory_for_factors(const DataMatrix<double>&, const mpi::ProcessGrid&, Index,
                                         const std::string&);
template Index predicted_memory(const DataMatrix<float>&, const mpi::ProcessGrid&,
                                const SolverOptions&, bool);
template Index predicted_memory(const DataMatrix<double>&, const mpi::ProcessGrid&,
                                const SolverOptions&, bool);
template void add_transposed_panels(DataMatrix<float>&, MemoryUse, const SolverOptions&, bool,
                                    const mpi::Communicator&);
template void add_transposed_panels(DataMatrix<double>&, MemoryUse, const SolverOptions&, bool,
                                    const mpi::Communicator&);

}  // namespace tessera::app
