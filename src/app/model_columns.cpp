#include "tessera/app/model_columns.hpp"

#include <fmt/format.h>

#include "tessera/core/error.hpp"
#include "tessera/mpi/agree.hpp"

namespace tessera::app {

void require_columns_fit(const io::MatrixDescription& about, const std::string& path,
                         const io::ModelInfo& model) {
  if (about.columns != model.columns) {
    throw mpi::AgreedError(
        ExitCode::input,
        fmt::format("'{}' has {} columns, but the components of '{}' have {}. Select them with "
                    "--columns, or see whether --transpose is wanted",
                    about.path, about.columns, path, model.columns));
  }
}

}  // namespace tessera::app
