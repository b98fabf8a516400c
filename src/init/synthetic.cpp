#include "tessera/init/synthetic.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numbers>
#include <string>
#include <vector>

#include "tessera/core/error.hpp"
#include "tessera/core/random.hpp"

namespace tessera::init {
namespace {

/// H of the low-rank matrix, k×n.
Matrix<double> lowrank_components(const LowRankOptions& options) {
  Matrix<double> h(options.rank, options.columns);
  for (Index l = 0; l < options.rank; ++l) {
    for (Index column = 0; column < options.columns; ++column) {
      h(l, column) = std::abs(random::normal(options.seed, random::Stream::generate_h, column, l));
    }
  }
  return h;
}

/// Row `row` of W·H, in double and always in the same order of summation.
void lowrank_row(const LowRankOptions& options, const Matrix<double>& h, Index row,
                 std::vector<double>& sum) {
  std::ranges::fill(sum, 0.0);
  for (Index l = 0; l < options.rank; ++l) {
    const double w = std::abs(random::normal(options.seed, random::Stream::generate_w, row, l));
    const double* component = h.view().row(l);
    for (std::size_t column = 0; column < sum.size(); ++column) {
      sum[column] += w * component[column];
    }
  }
}

void add_noise(const LowRankOptions& options, Index row, std::vector<double>& entries) {
  // E|N(0, 1)| = √(2/π), so the mean of a sum of k products of two is 2k/π.
  const double expected_entry = 2.0 * static_cast<double>(options.rank) / std::numbers::pi;
  Index column = 0;
  for (double& entry : entries) {
    const double noise = random::normal(options.seed, random::Stream::generate_noise, row, column);
    entry = std::max(0.0, entry + options.noise * expected_entry * noise);
    ++column;
  }
}

struct Pixel {
  Index y;
  Index x;
};

/// A limb's stroke of kLimbLength pixels: from each to the next it moves by `down` rows and `out`
/// columns, fractions rounded down.
struct Stroke {
  Pixel start;
  double down;
  double out;
};

constexpr Index kTorsoLength = 12;
constexpr Index kLimbLength = 6;
constexpr Index kTorsoTop = 10;
constexpr Index kTorsoColumn = 15;

/// The four positions of the right arm: up, obliquely up, level, hanging. The other limbs are its
/// mirror images in the torso's axis and in its middle.
constexpr std::array<Stroke, 4> kRightArm = {{{{kTorsoTop - 1, kTorsoColumn + 1}, -1, 0},
                                              {{kTorsoTop, kTorsoColumn + 1}, -1, 1},
                                              {{kTorsoTop + 1, kTorsoColumn + 1}, 0, 1},
                                              {{kTorsoTop + 2, kTorsoColumn + 1}, 0.5, 1}}};

Pixel mirrored(Pixel pixel, bool left, bool leg) {
  constexpr Index kTorsoBottom = kTorsoTop + kTorsoLength - 1;
  return {leg ? kTorsoTop + kTorsoBottom - pixel.y : pixel.y,
          left ? 2 * kTorsoColumn - pixel.x : pixel.x};
}

template <class Real>
void draw(Pixel pixel, Real* picture) {
  picture[pixel.y * kSwimmerSide + pixel.x] = Real{1};
}

template <class Real>
void draw_limb(const Stroke& stroke, bool left, bool leg, Real* picture) {
  for (Index step = 0; step < kLimbLength; ++step) {
    const auto moved = [step](double slope) {
      return static_cast<Index>(std::floor(slope * static_cast<double>(step)));
    };
    const Pixel pixel{stroke.start.y + moved(stroke.down), stroke.start.x + moved(stroke.out)};
    draw(mirrored(pixel, left, leg), picture);
  }
}

}  // namespace

template <class Real>
void fill_lowrank_rows(const LowRankOptions& options, Range rows, MatrixView<Real> slab) {
  require_shape("slab", slab, rows.size(), options.columns);
  const Matrix<double> h = lowrank_components(options);
  std::vector<double> entries(static_cast<std::size_t>(options.columns));
  for (Index row = rows.begin; row < rows.end; ++row) {
    lowrank_row(options, h, row, entries);
    if (options.noise > 0) {
      add_noise(options, row, entries);
    }
    std::ranges::transform(entries, slab.row(row - rows.begin),
                           [](double entry) { return static_cast<Real>(entry); });
  }
}

template <class Real>
Matrix<Real> swimmer_parts() {
  Matrix<Real> parts(kSwimmerParts, kSwimmerPixels);
  for (Index y = 0; y < kTorsoLength; ++y) {
    draw({kTorsoTop + y, kTorsoColumn}, parts.view().row(0));
  }
  Index part = 1;
  for (const bool leg : {false, true}) {
    for (const bool left : {true, false}) {
      for (const Stroke& stroke : kRightArm) {
        draw_limb(stroke, left, leg, parts.view().row(part));
        ++part;
      }
    }
  }
  return parts;
}

template <class Real>
void swimmer_rows(Range rows, MatrixView<Real> slab) {
  require_shape("slab", slab, rows.size(), kSwimmerPixels);
  if (rows.begin < 0 || rows.end > kSwimmerImages) {
    throw ShapeError("the swimmer has rows 0 to 255, not " + std::to_string(rows.begin) + " to " +
                     std::to_string(rows.end - 1));
  }
  const Matrix<Real> parts = swimmer_parts<Real>();
  for (Index row = rows.begin; row < rows.end; ++row) {
    Real* picture = slab.row(row - rows.begin);
    std::ranges::copy(parts.view().rows({0, 1}).span(), picture);
    for (Index limb = 0; limb < 4; ++limb) {
      const Index position = (row >> (2 * (3 - limb))) & 3;
      const Real* part = parts.view().row(1 + 4 * limb + position);
      std::transform(picture, picture + kSwimmerPixels, part, picture, std::plus<>());
    }
  }
}

template void fill_lowrank_rows(const LowRankOptions&, Range, MatrixView<float>);
template void fill_lowrank_rows(const LowRankOptions&, Range, MatrixView<double>);
template Matrix<float> swimmer_parts();
template Matrix<double> swimmer_parts();
template void swimmer_rows(Range, MatrixView<float>);
template void swimmer_rows(Range, MatrixView<double>);

}  // namespace tessera::init
