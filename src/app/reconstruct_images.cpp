#include "tessera/app/reconstruct_images.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "tessera/app/image_shape.hpp"
#include "tessera/app/session.hpp"
#include "tessera/app/stored_factors.hpp"
#include "tessera/core/log.hpp"
#include "tessera/matrix/partition.hpp"
#include "tessera/report/image_quality.hpp"
#include "tessera/report/picture.hpp"

namespace tessera::app {
namespace {

/// What a sheet shows at most, and the bytes that its pictures may take.
constexpr Index kCellsOfSheet = 100;
constexpr Index kBytesOfSheet = Index{1} << 28;

/// What is to be drawn.
struct Drawing {
  const ReconstructOptions& options;
  report::ImageShape shape;
  Range rows;             ///< of the model
  Range own;              ///< of this process, counted from the first of them
  report::Picture blank;  ///< of the size of a file
  Index in_sheet;         ///< the first so many rows are shown there
};

/// What the pictures of this process amount to.
struct Drawn {
  std::vector<double> squared_errors;      ///< of all wanted rows; 0 for those of others
  std::vector<report::Picture> for_sheet;  ///< of those of the first rows that are this process's
  double largest = 0;                      ///< value of W·H
};

/// The wanted rows of the matrix that the model was made of, each where W·H makes it. Collective.
template <class Real>
Matrix<Real> read_originals(const InputOptions& options, const io::ModelInfo& info, Range rows,
                            const mpi::Communicator& world) {
  InputOptions wanted = options;
  wanted.storage = Storage::dense;
  const auto whole = io::MatrixInput(wanted, world).description();
  if (whole.rows != info.rows || whole.columns != info.columns) {
    throw mpi::AgreedError(
        ExitCode::input,
        fmt::format("'{}' is {}x{}, but the model describes a matrix of {}x{}. Give the matrix as "
                    "it was factorized; tessera import writes a part of one, or its transpose",
                    whole.path, whole.rows, whole.columns, info.rows, info.columns));
  }
  warn_of_other_scale(info, wanted.scale);
  wanted.rows = fmt::format("{}:{}", rows.begin, rows.end);
  const mpi::ProcessGrid tall(world, {world.size(), 1});
  const auto a = read_scaled<Real>(io::MatrixInput(wanted, world), wanted.scale, tall);
  const auto entries = std::get<DenseBlock<Real>>(a.block).entries();
  return mpi::agree(world, [&] {
    Matrix<Real> own(entries.rows(), entries.columns());
    std::ranges::copy(entries.span(), own.span().begin());
    return own;
  });
}

template <class Real>
double squared_distance(std::span<const Real> left, std::span<const Real> right) {
  double sum = 0;
  for (std::size_t index = 0; index < left.size(); ++index) {
    const double difference = static_cast<double>(left[index]) - static_cast<double>(right[index]);
    sum += difference * difference;
  }
  return sum;
}

/// @pre pictures of the shape exist
Drawing plan(const ReconstructOptions& options, const report::ImageShape& shape, Range rows,
             const mpi::Communicator& world) {
  report::Picture blank(shape.height, shape.width, 0, shape.channels);
  if (!options.input.path.empty()) {
    blank = report::side_by_side(blank, blank);
  }
  const Index fitting = std::max<Index>(1, kBytesOfSheet / std::ssize(blank.values));
  return {options,
          shape,
          rows,
          Partition::even(rows.size(), world.size()).part(world.rank()),
          std::move(blank),
          std::min({rows.size(), kCellsOfSheet, fitting})};
}

/// Writes a file of every row of this process.
template <class Real>
Drawn draw_own(const Drawing& drawing, const ProductRows<Real>& product,
               const std::optional<Matrix<Real>>& originals) {
  const auto& options = drawing.options;
  const auto picture_of = [&](std::span<const Real> values) {
    return report::picture_of(values, drawing.shape, options.transpose, options.peak);
  };
  Drawn drawn;
  drawn.squared_errors.resize(static_cast<std::size_t>(drawing.rows.size()));
  Matrix<Real> rebuilt(1, drawing.shape.values());
  for (Index row = drawing.own.begin; row < drawing.own.end; ++row) {
    product.fill({row, row + 1}, rebuilt.view());
    const std::span<const Real> values = std::as_const(rebuilt).span();
    drawn.largest = std::max(drawn.largest, static_cast<double>(std::ranges::max(values)));
    auto picture = picture_of(values);
    if (originals) {
      const Index own_row = row - drawing.own.begin;
      const std::span<const Real> original = originals->view().rows({own_row, own_row + 1}).span();
      drawn.squared_errors[static_cast<std::size_t>(row)] = squared_distance(original, values);
      picture = report::side_by_side(picture_of(original), picture);
    }
    const std::string name = fmt::format("row_{:06}.png", drawing.rows.begin + row);
    report::write_png(std::filesystem::path(options.as_images) / name, picture);
    if (row < drawing.in_sheet) {
      drawn.for_sheet.push_back(std::move(picture));
    }
  }
  return drawn;
}

/// The pictures of all processes, in the order of their rows, on process 0. Collective.
std::vector<report::Picture> gather(const std::vector<report::Picture>& own, const Drawing& drawing,
                                    const mpi::Communicator& world) {
  const std::size_t bytes = drawing.blank.values.size();
  const auto count = static_cast<std::size_t>(world.rank() == 0 ? drawing.in_sheet : 0);
  std::vector<std::byte> send;
  for (const report::Picture& picture : own) {
    const auto values = std::as_bytes(std::span(picture.values));
    send.insert(send.end(), values.begin(), values.end());
  }
  std::vector<Index> sent(static_cast<std::size_t>(world.size()));
  sent[0] = std::ssize(send);
  std::vector<Index> received(sent.size());
  world.all_to_all<Index>(sent, std::vector<Index>(sent.size(), 1), received,
                          std::vector<Index>(sent.size(), 1));
  std::vector<std::byte> all(count * bytes);
  world.all_to_all<std::byte>(send, sent, all, received);
  std::vector<report::Picture> pictures(count, drawing.blank);
  for (std::size_t index = 0; index < count; ++index) {
    const auto part = std::span(all).subspan(index * bytes, bytes);
    std::ranges::transform(part, pictures[index].values.begin(),
                           [](std::byte byte) { return static_cast<std::uint8_t>(byte); });
  }
  return pictures;
}

void warn_of_peak(double largest, double peak) {
  constexpr double kFar = 2;
  if (largest > kFar * peak) {
    log::warning(fmt::format(
        "values of W·H reach {:.3g}, far above --peak {}, and are drawn white from there on: give "
        "--peak 255 if pixels are bytes",
        largest, peak));
  }
}

/// On process 0.
std::vector<report::ImageQuality> name_errors(const std::vector<double>& squared_errors,
                                              const std::vector<std::string>& names, Range rows) {
  std::vector<report::ImageQuality> images;
  for (Index row = 0; row < rows.size(); ++row) {
    const Index in_model = rows.begin + row;
    images.push_back({names.empty() ? fmt::format("row {}", in_model)
                                    : names[static_cast<std::size_t>(in_model)],
                      squared_errors[static_cast<std::size_t>(row)]});
  }
  return images;
}

void make_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    throw IoError(fmt::format("cannot make the folder '{}': {}", folder, error.message()));
  }
}

}  // namespace

template <class Real>
void reconstruct_images(const ReconstructOptions& options, const io::ModelInfo& info,
                        const ProductRows<Real>& product, Range rows,
                        const mpi::Communicator& world) {
  const auto shape = mpi::agree(world, [&] {
    const auto chosen = choose_image_shape(options.image_shape, info);
    report::require_image_shape(chosen, info.columns);
    return chosen;
  });
  mpi::on_root(world, [&] { make_folder(options.as_images); });
  const bool has_originals = !options.input.path.empty();
  std::optional<Matrix<Real>> originals;
  if (has_originals) {
    originals = read_originals<Real>(options.input, info, rows, world);
  }
  const auto drawing = mpi::agree(world, [&] { return plan(options, shape, rows, world); });
  auto drawn = mpi::agree(world, [&] { return draw_own(drawing, product, originals); });

  const auto pictures = gather(drawn.for_sheet, drawing, world);
  const auto sheet = std::filesystem::path(options.as_images) / "sheet.png";
  mpi::on_root(world, [&] { report::write_png(sheet, report::contact_sheet(pictures)); });
  warn_of_peak(world.max(drawn.largest), options.peak);
  log::info(fmt::format("wrote {} pictures of {} pixels to {}, the first {} also to {}",
                        rows.size(), shape.to_string(), options.as_images, drawing.in_sheet,
                        sheet.string()));
  if (has_originals) {
    world.all_reduce_sum(std::span(drawn.squared_errors));
    const auto names = io::read_model_names(options.model, world).rows;
    std::string text;
    mpi::on_root(world, [&] {
      text = report::image_quality_text(name_errors(drawn.squared_errors, names, rows),
                                        shape.values(), options.peak);
    });
    print(text, world);
  }
}

template void reconstruct_images(const ReconstructOptions&, const io::ModelInfo&,
                                 const ProductRows<float>&, Range, const mpi::Communicator&);
template void reconstruct_images(const ReconstructOptions&, const io::ModelInfo&,
                                 const ProductRows<double>&, Range, const mpi::Communicator&);

}  // namespace tessera::app
