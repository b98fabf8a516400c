#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "tessera/app/command.hpp"
#include "tessera/app/machine.hpp"
#include "tessera/app/measure.hpp"
#include "tessera/app/product_rows.hpp"
#include "tessera/app/session.hpp"
#include "tessera/app/start.hpp"
#include "tessera/config/compress_options.hpp"
#include "tessera/config/rank_list.hpp"
#include "tessera/core/log.hpp"
#include "tessera/ingest/decode_image.hpp"
#include "tessera/ingest/image_matrices.hpp"
#include "tessera/init/truncated_svd.hpp"
#include "tessera/io/atomic_file.hpp"
#include "tessera/kernels/residual.hpp"
#include "tessera/matrix/partition.hpp"
#include "tessera/mpi/available_memory.hpp"
#include "tessera/report/compression.hpp"
#include "tessera/report/image_quality.hpp"
#include "tessera/report/picture.hpp"
#include "tessera/solve/alternate.hpp"

namespace tessera::app {
namespace {

/// What W·H of one rank amounts to, summed over the matrices of a picture.
struct Rebuilt {
  Index values = 0;
  Index iterations = 0;
  double squared_error = 0;
  double least_squared_error = 0;       ///< of any matrices of that rank
  std::vector<Matrix<float>> matrices;  ///< on process 0
};

ingest::ImageLayout make_layout(const CompressOptions& options) {
  ingest::ImageLayout layout{options.channels, {}};
  if (!options.patches.empty()) {
    const auto shape = report::parse_image_shape(options.patches);
    if (shape.channels != 1) {
      throw UsageError(fmt::format(
          "--patches takes HxW such as 8x8, not '{}'; patches keep the channels of the picture",
          options.patches));
    }
    layout.patch = ingest::ImageSize{shape.height, shape.width, 1};
  }
  return layout;
}

void require_patches_fit(const CompressOptions& options, const ingest::ImageLayout& layout,
                         const ingest::ImageSize& size) {
  if (layout.patch && (layout.patch->height > size.height || layout.patch->width > size.width)) {
    throw UsageError(fmt::format("--patches {} are larger than '{}', which has {}x{} pixels",
                                 options.patches, options.image, size.height, size.width));
  }
}

/// "small-10.png" of "small.png", or that itself if it is the only one.
std::string output_path(const CompressOptions& options, Index rank, bool is_only) {
  if (is_only) {
    return options.output;
  }
  const std::filesystem::path path(options.output);
  return path.parent_path() /
         fmt::format("{}-{}{}", path.stem().string(), rank, path.extension().string());
}

/// Process 0 decodes, all get the pixels. Collective.
ingest::ImageFile read_everywhere(const std::string& path, const mpi::Communicator& world) {
  const ingest::ImageLimit limit{mpi::available_memory(world)};
  ingest::ImageFile file;
  mpi::on_root(world, [&] { file = ingest::read_image(path, limit); });
  std::array<Index, 4> facts = {file.image.size.height, file.image.size.width,
                                file.image.size.channels, file.bytes};
  world.broadcast<Index>(facts, 0);
  file.image.size = {facts[0], facts[1], facts[2]};
  file.bytes = facts[3];
  // The picture, its matrices, one of them as float64, and what is rebuilt.
  constexpr double kCopies = 5;
  mpi::require_memory(fmt::format("'{}': its {}x{} pixels", path, facts[0], facts[1]),
                      kCopies * sizeof(float) * static_cast<double>(file.image.size.values()),
                      world);
  mpi::agree(world,
             [&] { file.image.values.resize(static_cast<std::size_t>(file.image.size.values())); });
  world.broadcast<float>(file.image.values, 0);
  return file;
}

/// A whole matrix that every process has, as one that is distributed by rows. Collective.
template <class Real>
DataMatrix<Real> distribute(const Matrix<float>& whole, const mpi::ProcessGrid& tall) {
  Distribution distribution(whole.rows(), whole.columns(), tall.shape().rows, 1);
  const Range rows = distribution.row_block(tall.row());
  Matrix<Real> own(rows.size(), whole.columns());
  std::ranges::transform(whole.view().rows(rows).span(), own.span().begin(),
                         [](float value) { return static_cast<Real>(value); });
  DataMatrix<Real> a{
      std::move(distribution), DenseBlock<Real>(rows, {0, whole.columns()}, std::move(own)), {}};
  a.summary = io::summarize(a, tall.comm());
  return a;
}

/// ‖A‖² − σ₁² − … − σ_k² for every k up to the given one, from k = 0. Collective.
std::vector<double> least_squared_errors(const Matrix<float>& whole, Index rank,
                                         const mpi::ProcessGrid& tall) {
  const auto a = distribute<double>(whole, tall);
  init::SpectrumSettings settings;
  settings.count = rank;
  const auto spectrum = init::leading_singular_values(a, tall, settings);
  std::vector<double> errors = {a.summary.squared_norm};
  for (const double value : spectrum.values) {
    errors.push_back(std::max(0.0, errors.back() - value * value));
  }
  return errors;
}

/// One matrix at one rank. Collective.
template <class Real>
void factorize_into(Rebuilt& rebuilt, const DataMatrix<Real>& a, const SolverOptions& solver,
                    const StoppingOptions& stopping, const mpi::ProcessGrid& tall) {
  auto factors = Starts<Real>(a, tall, solver).make(solver.seed);
  PhaseTimes times;
  const auto outcome = solve::alternate<Real>(a, tall, factors, {solver, stopping}, {}, times);
  rebuilt.values += solver.rank * (a.m() + a.n());
  rebuilt.iterations += outcome.iterations;
  rebuilt.squared_error += 2 * loss_of(a, tall, factors, solver);
  const auto w = gather_all(factors.w, tall.comm());
  const auto h = gather_all(factors.h, tall.comm());
  mpi::on_root(tall.comm(), [&] {
    Matrix<double> product(a.m(), a.n());
    kernels::reconstruct<Real>(w.view(), h.view(), product.view());
    Matrix<float>& matrix = rebuilt.matrices.emplace_back(a.m(), a.n());
    std::ranges::transform(product.span(), matrix.span().begin(),
                           [](double value) { return static_cast<float>(value); });
  });
}

/// All matrices at all ranks. Collective.
template <class Real>
std::vector<Rebuilt> factorize_all(const CompressOptions& options, const std::vector<Index>& ranks,
                                   const std::vector<Matrix<float>>& matrices,
                                   const mpi::ProcessGrid& tall) {
  std::vector<Rebuilt> all(ranks.size());
  SolverOptions solver = options.solver;
  for (const Matrix<float>& matrix : matrices) {
    const auto least = least_squared_errors(matrix, std::ranges::max(ranks), tall);
    const auto a = distribute<Real>(matrix, tall);
    for (std::size_t index = 0; index < ranks.size(); ++index) {
      solver.rank = ranks[index];
      factorize_into(all[index], a, solver, options.stopping, tall);
      all[index].least_squared_error += least[static_cast<std::size_t>(solver.rank)];
    }
  }
  return all;
}

/// The PSNR of a picture of 8 bits against what it was to be.
double psnr_of(const report::Picture& picture, const ingest::Image& original) {
  double squared_error = 0;
  for (std::size_t index = 0; index < original.values.size(); ++index) {
    const double difference = picture.values[index] / 255.0 - double{original.values[index]};
    squared_error += difference * difference;
  }
  return report::psnr(squared_error, original.size.values(), 1);
}

/// Writes the picture and says how good it is. On process 0.
report::CompressedPicture write_picture(const Rebuilt& rebuilt, const ingest::Image& original,
                                        const ingest::ImageLayout& layout, Index entries,
                                        const std::string& path) {
  const auto& size = original.size;
  const auto image = ingest::assemble_image(rebuilt.matrices, size, layout);
  const auto picture =
      report::picture_of<float>(image.values, {size.height, size.width, size.channels}, false, 1);
  report::write_png(path, picture);
  return {0,
          rebuilt.values,
          rebuilt.iterations,
          report::psnr(rebuilt.squared_error, entries, 1),
          report::psnr(rebuilt.least_squared_error, entries, 1),
          psnr_of(picture, original),
          path};
}

report::CompressionReport make_report(const CompressOptions& options, const ingest::ImageFile& file,
                                      const std::vector<Matrix<float>>& matrices) {
  const auto& size = file.image.size;
  report::CompressionReport report;
  report.version = TESSERA_VERSION;
  report.image = options.image;
  report.image_shape = report::ImageShape{size.height, size.width, size.channels}.to_string();
  report.matrices = std::ssize(matrices);
  report.rows = matrices.front().rows();
  report.columns = matrices.front().columns();
  report.value_type = name_of(options.run.precision);
  report.bytes_per_value = options.run.precision == Precision::float32 ? 4 : 8;
  report.pixel_bytes = size.values();
  report.file_bytes = file.bytes;
  report.configuration = config::effective_configuration(options);
  return report;
}

void require_outputs_writable(const CompressOptions& options, const std::vector<Index>& ranks,
                              const mpi::Communicator& world) {
  for (const Index rank : ranks) {
    require_writable(output_path(options, rank, ranks.size() == 1), world);
  }
  if (!options.run.report.empty()) {
    require_writable(options.run.report, world);
  }
}

template <class Real>
void run(const CompressOptions& options, const std::vector<Index>& ranks,
         const ingest::ImageLayout& layout, const mpi::Communicator& world) {
  const auto file = read_everywhere(options.image, world);
  const auto matrices = mpi::agree(world, [&] {
    require_patches_fit(options, layout, file.image.size);
    return ingest::image_matrices(file.image, layout);
  });
  auto report = make_report(options, file, matrices);
  io::MatrixDescription about;
  about.path = options.image;
  about.rows = report.rows;
  about.columns = report.columns;
  require_rank_fits(std::ranges::max(ranks), about);
  const mpi::ProcessGrid tall(world, {world.size(), 1});
  const auto rebuilt = factorize_all<Real>(options, ranks, matrices, tall);
  const Index entries = report.matrices * report.rows * report.columns;
  mpi::on_root(world, [&] {
    for (std::size_t index = 0; index < ranks.size(); ++index) {
      report.pictures.push_back(
          write_picture(rebuilt[index], file.image, layout, entries,
                        output_path(options, ranks[index], ranks.size() == 1)));
      report.pictures.back().rank = ranks[index];
      log::info(fmt::format("wrote {}", report.pictures.back().file));
    }
    if (!options.run.report.empty()) {
      io::write_file_atomically(options.run.report, report::compression_json(report));
    }
  });
  print(report::compression_text(report), world);
}

}  // namespace

void compress(const std::vector<std::string>& arguments, const mpi::Communicator& world) {
  const auto options = parse_command<CompressOptions>(arguments, world);
  if (!options) {
    return;
  }
  set_threads(options->run.threads, world);
  const auto ranks = config::parse_rank_list(options->ranks);
  const auto layout = mpi::agree(world, [&] { return make_layout(*options); });
  require_outputs_writable(*options, ranks, world);
  with_precision(options->run.precision,
                 [&](auto real) { run<decltype(real)>(*options, ranks, layout, world); });
}

}  // namespace tessera::app
