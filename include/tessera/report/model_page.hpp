#pragma once

#include <string>
#include <vector>

#include "tessera/io/factor_file.hpp"
#include "tessera/matrix/matrix.hpp"
#include "tessera/report/factor_digest.hpp"
#include "tessera/report/image_shape.hpp"
#include "tessera/report/named_weight.hpp"

namespace tessera::report {

/// How a component, or a row of A, is shown.
enum class View {
  pictures,  ///< as a picture of `image_shape`
  words,     ///< by the names of its strongest columns
  profile,   ///< as a curve over all columns
};

/// The first components, in one view; the members of the other views stay empty.
struct ComponentViews {
  Index shown = 0;                             ///< of the rank
  Matrix<double> pictures;                     ///< shown × n, rows of H
  std::vector<std::vector<NamedWeight>> tops;  ///< by component
  Matrix<double> profiles;  ///< shown × bins, the largest entry of each bin of columns
};

/// Some rows of A beside those of W·H.
struct RowSamples {
  std::vector<Index> rows;           ///< global
  std::vector<std::string> names;    ///< of them; empty where the result has none
  std::vector<std::string> columns;  ///< names of all n columns; empty where the result has none
  Matrix<double> original;           ///< rows × n; not a number where nothing was observed
  Matrix<double> rebuilt;            ///< rows × n
  double peak = 0;                   ///< largest entry of A
  bool other_matrix = false;         ///< A is not what the result was made of
};

/// Everything that the page shows. Plain values, filled by app/.
struct ModelPage {
  std::string model;  ///< path
  io::ModelInfo info;
  View view = View::profile;
  ImageShape image_shape;  ///< of View::pictures
  bool transpose = false;  ///< pixels are stored column by column
  std::vector<ComponentSums> w;
  std::vector<ComponentSums> h;
  Matrix<double> gram;  ///< H·Hᵀ, k×k
  ComponentViews components;
  RowSamples samples;  ///< without rows where no matrix is given

  [[nodiscard]] std::vector<double> shares() const { return component_shares(w, h); }
};

/// One self-contained page of HTML: no script, nothing from the network, light and dark, for
/// telephones, screens and paper. What it shows of a large result is limited, and says so. Texts of
/// files are escaped.
[[nodiscard]] std::string model_page_html(const ModelPage& page);

}  // namespace tessera::report
