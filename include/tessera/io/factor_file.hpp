#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "tessera/config/options.hpp"
#include "tessera/core/iteration_record.hpp"
#include "tessera/io/matrix_source.hpp"
#include "tessera/matrix/factor.hpp"
#include "tessera/matrix/snapshot.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::io {

/// What one kind of work cost: seconds of a process, over all of them.
struct PhaseCost {
  std::string phase;  ///< of kPhaseNames
  double min_seconds = 0;
  double mean_seconds = 0;
  double max_seconds = 0;
};

/// Everything a result file says besides the factors; each scalar is an attribute of the file.
struct ModelInfo {
  Index rows = 0;     ///< m
  Index columns = 0;  ///< n
  Index rank = 0;     ///< k
  Precision precision = Precision::float32;
  std::string input;  ///< path and dataset of A
  std::uint64_t input_fingerprint = 0;
  double input_norm = 0;  ///< ‖A‖
  std::string algorithm;
  std::string loss = "frobenius";
  double beta = 2;            ///< of the β-divergence that the loss is
  double loss_value = 0;      ///< of the stored factors, without penalties
  double loss_per_entry = 0;  ///< over the entries that count
  std::string normalization;
  double relative_error = 0;  ///< of the stored factors; not a number for other losses
  std::int64_t held_out_entries = 0;
  double held_out_rmse =
      std::numeric_limits<double>::quiet_NaN();  ///< of the stored factors there; not a number if
                                                 ///< there are none
  std::int64_t iterations = 0;
  std::string stop_reason;
  std::uint64_t seed = 0;
  std::int64_t dead_components = 0;  ///< the last so many components are zero
  std::string process_grid;          ///< "2x3"
  int threads = 1;
  std::string instruction_set;
  std::string version;
  double seconds = 0;         ///< whole program up to the writing of this file
  std::string image_shape;    ///< "HxW" or "HxWx3" when rows of A are pictures, else empty
  std::string configuration;  ///< the effective configuration, usable with --config
  std::vector<IterationRecord> history;
  std::vector<PhaseCost> phases;  ///< up to the writing of this file; empty in older files
};

/// What a result file holds.
template <class Real>
struct ModelContents {
  const Factor<Real>& w;
  const Factor<Real>& h;
  const ModelInfo& info;
  const MatrixNames& names;
  // Of a checkpoint alone:
  const Snapshot<Real>* state = nullptr;           ///< to /solver
  std::vector<IterationRecord> best_history = {};  ///< of the best start so far, if another
  std::function<void()> before_commit = {};        ///< called on process 0; throws to drop the file
};

/// Writes /W (m×k), /H (k×n), /history, /phases, /solver, /row_names and /column_names when there
/// are any, and the attributes to one HDF5 file, in parallel. The file appears under `path` only
/// when it is complete and on disk; an earlier file of that name stays until then. A write that
/// fails on any process removes the temporary file and ends the job with exit code 4, since a
/// parallel HDF5 file cannot be closed after that. Collective.
/// @throws mpi::AgreedError (code io) when the file cannot be created or its space reserved.
template <class Real>
void write_factor_file(const std::string& path, const ModelContents<Real>& contents,
                       const mpi::Communicator& comm);
template <class Real>
void write_factor_file(const std::string& path, const FactorPair<Real>& factors,
                       const ModelInfo& info, const MatrixNames& names,
                       const mpi::Communicator& comm) {
  write_factor_file<Real>(path, {factors.w, factors.h, info, names}, comm);
}

/// Everything but the factors. Collective; @throws mpi::AgreedError.
[[nodiscard]] ModelInfo read_model_info(const std::string& path, const mpi::Communicator& comm);

/// Reads this process's global rows of W and columns of H, in either precision, and verifies the
/// checksums: each factor's owned ranges of all processes must cover it exactly once.
/// Collective; @throws mpi::AgreedError.
template <class Real>
[[nodiscard]] FactorPair<Real> read_factors(const std::string& path, const ModelInfo& info,
                                            Range w_rows, Range h_columns,
                                            const mpi::Communicator& comm);

/// The same for H alone.
template <class Real>
[[nodiscard]] Factor<Real> read_factor_h(const std::string& path, const ModelInfo& info,
                                         Range columns, const mpi::Communicator& comm);

/// Takes some rows of a factor, those that `owned` says.
using FactorVisitor = std::function<void(const Factor<double>& rows)>;

/// Calls `visit` with this process's rows of W (columns of H), in order, in pieces of at most
/// `piece_bytes` as stored, so that no process holds more of a factor than that. `visit` must not
/// communicate. Afterwards the checksum is verified: the processes' ranges must cover the factor
/// exactly once. Collective; @throws mpi::AgreedError.
void scan_factor(Side side, const std::string& path, const ModelInfo& info, Range owned,
                 Index piece_bytes, const FactorVisitor& visit, const mpi::Communicator& comm);

/// What a checkpoint holds besides W and H. Rows are cut evenly, in the order of the file, and
/// their checksums verified. Collective; @throws mpi::AgreedError (code input) when the file is a
/// result that is no checkpoint.
template <class Real>
struct StoredState {
  Snapshot<Real> snapshot;
  std::vector<IterationRecord> best_history;
};
template <class Real>
[[nodiscard]] StoredState<Real> read_solver_state(const std::string& path, const ModelInfo& info,
                                                  const mpi::Communicator& comm);

/// Names that a result keeps of its matrix's rows and columns, on process 0; empty where it has
/// none. Collective; @throws mpi::AgreedError.
[[nodiscard]] MatrixNames read_model_names(const std::string& path, const mpi::Communicator& comm);

/// True when the file is an HDF5 file written by write_factor_file(). Collective.
[[nodiscard]] bool is_factor_file(const std::string& path, const mpi::Communicator& comm);

}  // namespace tessera::io
