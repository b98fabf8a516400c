#include "tessera/app/checkpoints.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tessera/app/job_limit.hpp"
#include "tessera/app/phase_costs.hpp"
#include "tessera/app/stored_factors.hpp"
#include "tessera/config/resume_conflicts.hpp"
#include "tessera/core/interruption.hpp"
#include "tessera/core/log.hpp"
#include "tessera/io/replace_file.hpp"
#include "tessera/mpi/agree.hpp"
#include "tessera/products/redistribute.hpp"
#include "tessera/solve/penalty.hpp"

namespace tessera::app {
namespace {

constexpr double kLargestShare = 0.02;  ///< of the time, that checkpoints may take
constexpr double kFirstRate = 1e8;      ///< bytes a second, until one has been measured
constexpr double kShortestMargin = 10;  ///< seconds, before the end of a job
constexpr int kMostReadings = 3;        ///< of a checkpoint that another run replaces meanwhile

constexpr const char* kStart = "start";
constexpr const char* kBest = "best";
constexpr const char* kStartsSinceBest = "starts_since_best";
constexpr const char* kBestReason = "best_stop_reason";
constexpr const char* kBestRestarts = "best_restarts";
constexpr const char* kBestIteration = "best_returned_iteration";

bool exists(const std::string& path, const mpi::Communicator& world) {
  int answer = 0;
  mpi::on_root(world, [&] {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (status.type() == std::filesystem::file_type::none) {
      throw IoError(fmt::format("cannot look for '{}': {}", path, error.message()));
    }
    answer = std::filesystem::exists(status) ? 1 : 0;
  });
  world.broadcast(std::span(&answer, 1), 0);
  return answer != 0;
}

void require_same_run(const io::ModelInfo& info, const std::string& path,
                      const FactorizeOptions& options) {
  auto differences = config::resume_conflicts(info.configuration, options);
  const std::string_view algorithm = name_of(options.solver.chosen_algorithm());
  if (algorithm != info.algorithm) {
    differences.push_back(fmt::format("--algorithm is {}, but was {}", algorithm, info.algorithm));
  }
  if (!differences.empty()) {
    throw mpi::AgreedError(
        ExitCode::input,
        fmt::format("'{}' is the checkpoint of another run: {}. Repeat the options of that run, or "
                    "leave --resume out",
                    path, fmt::join(differences, "; ")));
  }
}

std::string resumed_path(const FactorizeOptions& options) {
  const std::string& resume = options.checkpoint.resume;
  return resume == "no" || resume == "auto" ? options.checkpoint_path() : resume;
}

/// Reads a checkpoint that nobody replaces meanwhile.
template <class Real>
Earlier<Real> read_present(const std::string& path, const FactorizeOptions& options,
                           const MatrixSummary& matrix, const DataMatrix<Real>& a,
                           const mpi::ProcessGrid& grid) {
  const auto info = io::read_model_info(path, grid.comm());
  require_same_run(info, path, options);
  require_same_matrix(info, options, a.m(), a.n(), matrix);
  auto factors = read_model<Real>(path, info, a, grid);
  auto [state, best_history] = read_state<Real>(path, info, a, grid);
  return {info, std::move(factors), std::move(state), std::move(best_history)};
}

void log_resumption(const io::ModelInfo& info, const std::string& path,
                    const mpi::ProcessGrid& grid) {
  if (info.process_grid != grid.shape().to_string()) {
    log::info(
        fmt::format("the run was on a grid of {}, and goes on on one of {}: the same but for "
                    "rounding",
                    info.process_grid, grid.shape().to_string()));
  }
  log::info(fmt::format("going on from '{}' after iteration {}", path, info.iterations));
}

bool has_penalties(const SolverOptions& solver) {
  return solver.penalty_w.is_set() || solver.penalty_h.is_set() ||
         solver.l2_per_entry.value_or(1) > 0;
}

/// The same rows in the order of the file, in the snapshot or, where they lie so, as they are.
template <class Real>
void add_in_file_order(Side side, const std::string& name, const Factor<Real>& rows,
                       const DataMatrix<Real>& a, const mpi::Communicator& world,
                       Snapshot<Real>& snapshot) {
  const Ordering& order = side == Side::w ? a.row_order : a.column_order;
  if (!order.is_shuffled()) {
    snapshot.refer(side, name, rows);
    return;
  }
  Factor<Real> copy = rows;
  products::restore_order(copy, order, world);
  snapshot.keep(side, name, std::move(copy));
}

template <class Real>
Index bytes_of(const Snapshot<Real>& snapshot) {
  Index bytes = 0;
  for (const auto& part : snapshot.parts()) {
    bytes += part.rows->global_rows * part.rows->rank() * Index{sizeof(Real)};
  }
  return bytes;
}

template <class Real>
void save_best(const BestStart<Real>& best, std::uint64_t seed, Snapshot<Real>& snapshot) {
  const auto& outcome = best.run.outcome;
  snapshot.note(kStartsSinceBest, static_cast<double>(seed - best.seed));
  snapshot.note(kBestReason, static_cast<double>(outcome.reason));
  snapshot.note(kBestRestarts, static_cast<double>(outcome.restarts));
  snapshot.note(kBestIteration, static_cast<double>(outcome.returned.iteration));
}

}  // namespace

std::optional<io::ModelInfo> find_checkpoint(const FactorizeOptions& options,
                                             const mpi::Communicator& world) {
  const std::string& resume = options.checkpoint.resume;
  const bool is_named = resume != "no" && resume != "auto";
  const std::string path = resumed_path(options);
  const std::string own = options.checkpoint_path();
  const bool replaces = resume == "no" || (is_named && path != own);
  if (replaces && !own.empty() && exists(own, world)) {
    log::warning(
        fmt::format("'{}' holds a run that was interrupted, and is going to be replaced. To go on "
                    "from it, stop this run and give --resume auto",
                    own));
  }
  if (resume == "no" || (!is_named && !exists(path, world))) {
    return std::nullopt;
  }
  auto info = io::read_model_info(path, world);
  require_same_run(info, path, options);
  return info;
}

void require_same_matrix(const io::ModelInfo& info, const FactorizeOptions& options, Index m,
                         Index n, const MatrixSummary& a) {
  if (info.input_fingerprint != a.fingerprint || info.rows != m || info.columns != n) {
    throw mpi::AgreedError(
        ExitCode::input,
        fmt::format("'{}' is the checkpoint of another matrix: of one of {}x{} with fingerprint "
                    "{:016x}, but this one is {}x{} with fingerprint {:016x}",
                    resumed_path(options), info.rows, info.columns, info.input_fingerprint, m, n,
                    a.fingerprint));
  }
}

template <class Real>
Earlier<Real> read_earlier(const FactorizeOptions& options, const MatrixSummary& matrix,
                           const DataMatrix<Real>& a, const mpi::ProcessGrid& grid) {
  const std::string path = resumed_path(options);
  const auto version = [&] {
    return grid.comm().broadcast(grid.comm().rank() == 0 ? io::file_version(path) : "", 0);
  };
  for (int attempt = 1;; ++attempt) {
    const std::string before = version();
    try {
      auto earlier = read_present<Real>(path, options, matrix, a, grid);
      if (version() == before) {
        log_resumption(earlier.info, path, grid);
        return earlier;
      }
    } catch (const mpi::AgreedError& error) {
      if (version() == before) {
        throw;
      }
    }
    if (attempt == kMostReadings) {
      throw mpi::AgreedError(
          ExitCode::io,
          fmt::format("'{}' was replaced each time it was read: the run that it is of is still "
                      "at work. Stop that one, or go on from a copy",
                      path));
    }
  }
}

template <class Real>
std::optional<BestStart<Real>> restore_best(const Earlier<Real>& earlier) {
  const auto& history = earlier.best_history;
  if (history.empty()) {
    return std::nullopt;
  }
  BestStart<Real> best;
  best.factors = {earlier.state.rows(Side::w, kBest, earlier.factors.rank()),
                  earlier.state.rows(Side::h, kBest, earlier.factors.rank())};
  best.seed =
      earlier.info.seed - static_cast<std::uint64_t>(earlier.state.number(kStartsSinceBest));
  auto& outcome = best.run.outcome;
  outcome.iterations = history.back().iteration;
  outcome.restarts = static_cast<Index>(earlier.state.number(kBestRestarts));
  outcome.reason =
      static_cast<solve::StopReason>(static_cast<int>(earlier.state.number(kBestReason)));
  const auto iteration = static_cast<Index>(earlier.state.number(kBestIteration));
  const auto returned = std::ranges::find(history, iteration, &IterationRecord::iteration);
  if (returned == history.end()) {
    throw InputError("the checkpoint's history of its best start is damaged");
  }
  outcome.returned = *returned;
  best.run.history = history;
  best.run.seconds = history.back().seconds;
  return best;
}

template <class Real>
Index start_number(const Snapshot<Real>& snapshot, Index starts) {
  const double number = snapshot.number(kStart);
  if (!(number >= 0 && number < static_cast<double>(starts))) {
    throw InputError("the checkpoint is of a start that --restarts does not have");
  }
  return static_cast<Index>(number);
}

template <class Real>
Checkpoints<Real>::Checkpoints(const FactorizeFacts& facts, const DataMatrix<Real>& a,
                               const io::MatrixNames& names, const mpi::ProcessGrid& grid,
                               const Timer& program, PhaseTimes& times)
    : facts_(facts),
      a_(a),
      names_(names),
      grid_(grid),
      program_(program),
      times_(times),
      path_(facts.options.checkpoint_path()),
      interval_(config::parse_interval(facts.options.checkpoint.interval)),
      owner_(path_, grid.comm()),
      expected_seconds_(static_cast<double>((a.m() + a.n()) * facts.options.solver.rank *
                                            solve::factor_copies(facts.options.solver) *
                                            Index{sizeof(Real)}) /
                        kFirstRate) {
  // The result that an earlier part of the run was writing when it was killed.
  mpi::on_root(grid.comm(), [&] { io::remove_unfinished(facts.options.output); });
}

template <class Real>
Requests Checkpoints<Real>::requests() const {
  const double seconds = since_last_.seconds();
  const bool is_due = interval_.seconds > 0 && seconds >= interval_.seconds &&
                      seconds * kLargestShare >= expected_seconds_;
  const auto& history = history_->records();
  const double iteration =
      history.empty() ? 0 : history.back().seconds / static_cast<double>(history.back().iteration);
  const double margin = kShortestMargin + 2 * (expected_seconds_ + iteration);
  const bool job_ends = seconds_left_in_job().value_or(margin) < margin;
  return {.time_out = job_ends ? 1.0 : 0.0,
          .interruption = interruption::is_requested() ? 1.0 : 0.0,
          .checkpoint = is_due ? 1.0 : 0.0};
}

template <class Real>
bool Checkpoints<Real>::is_due(Index iteration, const Requests& requests) const {
  return requests.checkpoint > 0 ||
         (interval_.iterations > 0 && iteration % interval_.iterations == 0);
}

template <class Real>
io::ModelInfo Checkpoints<Real>::describe(const solve::Checkpoint<Real>& checkpoint) const {
  io::ModelInfo info = make_model_info(facts_, program_);
  const SolverOptions& solver = facts_.options.solver;
  double loss = checkpoint.returned.loss;
  if (has_penalties(solver)) {
    loss -= solve::penalty_value(a_, grid_, FactorPair<Real>{checkpoint.w, checkpoint.h}, solver);
  }
  info.history = history_->records();
  info.phases = phase_costs(times_, grid_.comm());
  info.iterations = info.history.back().iteration;
  info.seed = start_.seed;
  info.stop_reason = "unfinished";
  info.normalization = name_of(Normalization::none);
  info.dead_components = 0;
  info.loss_value = loss;
  info.loss_per_entry = loss / a_.summary.total_weight;
  info.relative_error = checkpoint.returned.relative_error;
  info.held_out_entries = static_cast<std::int64_t>(a_.summary.held_out_entries);
  info.held_out_rmse = checkpoint.returned.held_out_rmse;
  return info;
}

template <class Real>
void Checkpoints<Real>::save(const solve::Checkpoint<Real>& checkpoint) {
  const auto scope = times_.scope(Phase::checkpoint);
  const Timer timer;
  const auto& world = grid_.comm();
  Snapshot<Real> model;
  Snapshot<Real> state;
  const auto add = [&](Side side, const std::string& name, const Factor<Real>& rows,
                       Snapshot<Real>& to) { add_in_file_order(side, name, rows, a_, world, to); };
  add(Side::w, "W", checkpoint.w, model);
  add(Side::h, "H", checkpoint.h, model);
  for (const auto& part : checkpoint.state.parts()) {
    add(part.side, part.name, *part.rows, state);
  }
  for (const auto& [name, number] : checkpoint.state.numbers()) {
    state.note(name, number);
  }
  state.note(kStart, static_cast<double>(start_.number));
  std::vector<IterationRecord> best_history;
  if (start_.best != nullptr) {
    add(Side::w, kBest, start_.best->factors.w, state);
    add(Side::h, kBest, start_.best->factors.h, state);
    save_best(*start_.best, start_.seed, state);
    best_history = start_.best->run.history;
  }
  const io::ModelInfo info = describe(checkpoint);
  try {
    io::write_factor_file<Real>(
        path_,
        {model.rows(Side::w, "W"), model.rows(Side::h, "H"), info, names_, &state,
         std::move(best_history), [this] { owner_.require_ours(); }},
        world);
  } catch (const mpi::AgreedError&) {
    // A newer run removes the unfinished files of this one, which is then the reason.
    mpi::on_root(world, [this] { owner_.require_no_newer(); });
    throw;
  }
  account_for(world.max(timer.seconds()), bytes_of(model) + bytes_of(state));
}

template <class Real>
void Checkpoints<Real>::account_for(double seconds, Index bytes) {
  ++cost_.count;
  cost_.seconds += seconds;
  cost_.bytes = bytes;
  expected_seconds_ = seconds;
  since_last_ = Timer();
  const auto& history = history_->records();
  log::detail(fmt::format("checkpoint after iteration {}: {:.3g} MB in {:.3g} s",
                          history.back().iteration, static_cast<double>(bytes) / 1e6, seconds));
}

template <class Real>
void Checkpoints<Real>::remove() {
  mpi::on_root(grid_.comm(), [&] { owner_.remove(); });
}

#define TESSERA_INSTANTIATE(Real)                                                        \
  template Earlier<Real> read_earlier(const FactorizeOptions&, const MatrixSummary&,     \
                                      const DataMatrix<Real>&, const mpi::ProcessGrid&); \
  template std::optional<BestStart<Real>> restore_best(const Earlier<Real>&);            \
  template Index start_number(const Snapshot<Real>&, Index);                             \
  template class Checkpoints<Real>;

TESSERA_INSTANTIATE(float)
TESSERA_INSTANTIATE(double)

}  // namespace tessera::app
