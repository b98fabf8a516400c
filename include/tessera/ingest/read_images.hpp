#pragma once

#include <optional>

#include "tessera/ingest/image.hpp"
#include "tessera/ingest/image_list.hpp"
#include "tessera/matrix/matrix.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::ingest {

/// How pictures become rows of one length.
struct ImageSettings {
  ImageColor color = ImageColor::grey;
  std::optional<ImageSize> resize = {};  ///< height and width of all; nothing: as they are
};

/// Which files are remarkable (ImageRemark), of all processes.
struct ImageRemarks {
  Index restored = 0;
  Index longer = 0;
  Index first_longer = 0;  ///< in the list, if there is one
};

/// Pictures as rows of a matrix.
template <class Real>
struct ImageRows {
  ImageSize size;        ///< of every picture; size.values() columns
  Range rows;            ///< of this process, in an even cut of the list
  Matrix<Real> entries;  ///< rows.size() × size.values(), in [0, 1]
  ImageRemarks remarks;
};

/// Reads this process's share of the pictures, one at a time. Collective.
/// @throws mpi::AgreedError that names the file that is no picture or is broken; (code input) that
/// names the first two that differ in size, unless they are resized.
template <class Real>
[[nodiscard]] ImageRows<Real> read_images(const ImageList& list, const ImageSettings& settings,
                                          const mpi::Communicator& comm);

}  // namespace tessera::ingest
