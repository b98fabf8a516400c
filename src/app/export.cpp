#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "tessera/app/command.hpp"
#include "tessera/app/session.hpp"
#include "tessera/config/export_options.hpp"
#include "tessera/core/log.hpp"
#include "tessera/io/csv_text.hpp"
#include "tessera/io/factor_file.hpp"
#include "tessera/io/growing_file.hpp"
#include "tessera/io/npy_header.hpp"
#include "tessera/io/result_anndata.hpp"
#include "tessera/io/visit_rows.hpp"

namespace tessera::app {
namespace {

/// Of W, that are held at a time.
constexpr Index kPieceBytes = Index{4} << 20;

/// A result as it is exported, on process 0.
template <class Real>
struct Result {
  const ExportOptions& options;
  const io::ModelInfo& info;
  const io::MatrixNames& names;
  const Factor<Real>& h;  ///< all of Hᵀ
};

/// Calls step with one row of H after the other. @pre on process 0
template <class Real>
void for_each_component(const Factor<Real>& h,
                        const std::function<void(Index, const std::vector<Real>&)>& step) {
  std::vector<Real> component(static_cast<std::size_t>(h.global_rows));
  for (Index l = 0; l < h.rank(); ++l) {
    for (Index column = 0; column < h.global_rows; ++column) {
      component[static_cast<std::size_t>(column)] = h.piece(column, l);
    }
    step(l, component);
  }
}

template <class Real>
std::string_view bytes_of(std::span<const Real> values) {
  const auto bytes = std::as_bytes(values);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <class Real>
void fill_npy(const Result<Real>& result, const io::GrowingFile& w, const io::GrowingFile& h) {
  const auto& info = result.info;
  w.append(io::npy_header<Real>(info.rows, info.rank));
  io::visit_rows_of_w<Real>(
      result.options.model, info, kPieceBytes,
      [&](Range, ConstMatrixView<Real> piece) { w.append(bytes_of<Real>(piece.span())); });
  h.append(io::npy_header<Real>(info.rank, info.columns));
  for_each_component<Real>(result.h, [&](Index, const std::vector<Real>& component) {
    h.append(bytes_of<Real>(component));
  });
}

/// The name of a row or column as a field of a table: its number where there are no names.
std::string name_field(const std::vector<std::string>& names, Index index) {
  return names.empty() ? std::to_string(index)
                       : io::csv_field(names[static_cast<std::size_t>(index)]);
}

/// Enough digits that reading gives the same values back.
template <class Real>
void append_line(std::string_view name, std::span<const Real> values, std::string& text) {
  text += name;
  for (const Real value : values) {
    fmt::format_to(std::back_inserter(text), ",{}", value);
  }
  text += '\n';
}

template <class Real>
void fill_csv(const Result<Real>& result, const io::GrowingFile& w, const io::GrowingFile& h) {
  const auto& info = result.info;
  std::string header = "row";
  for (Index l = 0; l < info.rank; ++l) {
    header += fmt::format(",component_{}", l);
  }
  header += '\n';
  w.append(header);
  io::visit_rows_of_w<Real>(
      result.options.model, info, kPieceBytes, [&](Range rows, ConstMatrixView<Real> piece) {
        std::string text;
        for (Index row = 0; row < piece.rows(); ++row) {
          const std::span values(piece.row(row), static_cast<std::size_t>(piece.columns()));
          append_line<Real>(name_field(result.names.rows, rows.begin + row), values, text);
        }
        w.append(text);
      });

  header = "component";
  for (Index column = 0; column < info.columns; ++column) {
    header += ',';
    header += name_field(result.names.columns, column);
  }
  header += '\n';
  h.append(header);
  for_each_component<Real>(result.h, [&](Index l, const std::vector<Real>& component) {
    std::string text;
    append_line<Real>(fmt::format("component_{}", l), component, text);
    h.append(text);
  });
}

/// Writes W and H as two files, neither of which appears before both are complete.
template <class Real>
void write_two_files(const Result<Real>& result) {
  const bool is_npy = result.options.chosen_format() == ExportFormat::npy;
  io::GrowingFile w(result.options.path_of("W"));
  io::GrowingFile h(result.options.path_of("H"));
  (is_npy ? fill_npy<Real> : fill_csv<Real>)(result, w, h);
  w.commit();
  h.commit();
  log::info(fmt::format("wrote {} ({}x{}) and {} ({}x{})", w.path(), result.info.rows,
                        result.info.rank, h.path(), result.info.rank, result.info.columns));
}

template <class Real>
void run(const ExportOptions& options, const io::ModelInfo& info, const io::MatrixNames& names,
         const mpi::Communicator& world) {
  const bool writes = world.rank() == 0;
  const auto h =
      io::read_factor_h<Real>(options.model, info, {0, writes ? info.columns : 0}, world);
  if (options.chosen_format() == ExportFormat::h5ad) {
    io::write_result_anndata<Real>(options.output, options.model, info, names, h, world);
    log::info(fmt::format("wrote {} ({} rows, {} columns, {} components)", options.output,
                          info.rows, info.columns, info.rank));
  } else {
    mpi::on_root(world, [&] { write_two_files<Real>({options, info, names, h}); });
  }
}

}  // namespace

void export_factors(const std::vector<std::string>& arguments, const mpi::Communicator& world) {
  const auto options = parse_command<ExportOptions>(arguments, world);
  if (!options) {
    return;
  }
  require_writable(options->output, world);
  const auto info = io::read_model_info(options->model, world);
  const auto names = io::read_model_names(options->model, world);
  with_precision(info.precision,
                 [&](auto real) { run<decltype(real)>(*options, info, names, world); });
}

}  // namespace tessera::app
