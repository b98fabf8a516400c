#include "tessera/app/report_samples.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "tessera/app/session.hpp"
#include "tessera/config/configured_input.hpp"
#include "tessera/config/resume_conflicts.hpp"
#include "tessera/core/log.hpp"
#include "tessera/io/matrix_input.hpp"
#include "tessera/matrix/partition.hpp"

namespace tessera::app {
namespace {

constexpr Index kMostSamples = 6;
constexpr Index kMostSampleEntries = 4'000'000;
constexpr double kNotObserved = std::numeric_limits<double>::quiet_NaN();

InputOptions input_of(const ReportOptions& options, const io::ModelInfo& info) {
  InputOptions input = config::configured_input(info.configuration);
  input.path = options.input;
  if (!options.dataset.empty()) {
    input.dataset = options.dataset;
  }
  input.balance = Balance::even;  // rows stay in their order
  return input;
}

void require_shape(const io::MatrixDescription& about, const report::ModelPage& page) {
  if (about.rows != page.info.rows || about.columns != page.info.columns) {
    throw mpi::AgreedError(
        ExitCode::input,
        fmt::format(
            "'{}' is {}x{}, with the part and --transpose of the run, but '{}' was made of a "
            "{}x{} matrix. Give the matrix that the result was made of, or leave --input out",
            about.path, about.rows, about.columns, page.model, page.info.rows, page.info.columns));
  }
}

template <class Real>
void copy_row(const DenseBlock<Real>& block, Index row, double* target) {
  std::copy_n(block.entries().row(row - block.rows().begin), block.columns().size(), target);
}

template <class Real>
void copy_row(const SparseBlock<Real>& block, Index row, double* target) {
  const auto local = static_cast<std::size_t>(row - block.rows().begin);
  for (Index at = block.row_offsets()[local]; at < block.row_offsets()[local + 1]; ++at) {
    const auto entry = static_cast<std::size_t>(at);
    target[block.local_columns()[entry]] = static_cast<double>(block.values()[entry]);
  }
}

/// The rows of page.samples on every process. @pre the grid has one column.
template <class Real>
Matrix<double> gather_rows(const DataMatrix<Real>& a, const std::vector<Index>& rows,
                           const mpi::Communicator& world) {
  Matrix<double> gathered(std::ssize(rows), a.n());
  std::visit(
      [&](const auto& block) {
        for (std::size_t at = 0; at < rows.size(); ++at) {
          if (block.rows().contains(rows[at])) {
            copy_row(block, rows[at], gathered.view().row(static_cast<Index>(at)));
          }
        }
      },
      a.block);
  world.all_reduce_sum(gathered.span());
  return gathered;
}

template <class Real>
void read(const io::MatrixInput& input, const InputOptions& chosen, report::ModelPage& page,
          const mpi::Communicator& world) {
  const std::string& configuration = page.info.configuration;
  const mpi::ProcessGrid rows_only(world, {world.size(), 1});
  const bool observed = config::configured_as_observed(configuration);
  // What was not observed may be NaN or negative.
  auto a = observed && chosen.scale == Scaling::none
               ? input.read<Real>(rows_only)
               : read_scaled<Real>(input, chosen.scale, rows_only);
  raise_to_floor(a, chosen.floor, input.description(), rows_only);
  auto& samples = page.samples;
  samples.peak = a.summary.maximum;
  // Of observed entries alone the fingerprint needs the files that say which these are.
  samples.other_matrix = !observed && a.summary.fingerprint != page.info.input_fingerprint;
  samples.original = gather_rows(a, samples.rows, world);
  if (config::configured(configuration, "missing") == name_of(Missing::zeros)) {
    std::ranges::replace(samples.original.span(), 0.0, kNotObserved);
  }
}

}  // namespace

std::vector<Index> choose_sample_rows(Index m, Index n) {
  const Index count = std::min({kMostSamples, m, kMostSampleEntries / n});
  std::vector<Index> rows;
  for (Index at = 0; at < count; ++at) {
    const Range part = Partition::even(m, static_cast<int>(count)).part(static_cast<int>(at));
    rows.push_back(part.begin + part.size() / 2);
  }
  return rows;
}

void read_samples(const ReportOptions& options, report::ModelPage& page,
                  const mpi::Communicator& world) {
  const auto chosen = mpi::agree(world, [&] { return input_of(options, page.info); });
  const io::MatrixInput input(chosen, world);
  require_shape(input.description(), page);
  with_precision(page.info.precision,
                 [&](auto real) { read<decltype(real)>(input, chosen, page, world); });
  if (page.samples.other_matrix) {
    log::warning(
        fmt::format("'{}' is not the matrix that '{}' was made of: its fingerprint differs",
                    options.input, page.model));
  }
}

}  // namespace tessera::app
