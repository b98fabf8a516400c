#include "tessera/ingest/read_images.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "tessera/core/error.hpp"
#include "tessera/ingest/decode_image.hpp"
#include "tessera/matrix/partition.hpp"
#include "tessera/mpi/agree.hpp"
#include "tessera/mpi/available_memory.hpp"

namespace tessera::ingest {
namespace {

std::string text_of(const ImageSize& size) { return fmt::format("{}x{}", size.height, size.width); }

/// Height and width of the first picture, as its file has them. Collective.
ImageSize first_size(const ImageList& list, ImageLimit limit, const mpi::Communicator& comm) {
  std::array<Index, 2> sides{};
  mpi::on_root(comm, [&] {
    const ImageSize size = read_image_size(list.path(0), limit);
    sides = {size.height, size.width};
  });
  comm.broadcast<Index>(sides, 0);
  return {sides[0], sides[1], 1};
}

/// The picture as a row has it. @throws InputError
Image read_row(const ImageList& list, Index row, const ImageSettings& settings,
               const ImageSize& size, ImageLimit limit) {
  const std::string path = list.path(row);
  Image image = with_color(read_image(path, limit).image, settings.color);
  if (settings.resize) {
    return resize(image, size.height, size.width);
  }
  if (image.size != size) {
    throw InputError(
        fmt::format("'{}' has {} pixels, but '{}' has {}. Give --resize HEIGHTxWIDTH to bring all "
                    "to one size, or a list that leaves out what does not belong",
                    path, text_of(image.size), list.path(0), text_of(size)));
  }
  return image;
}

void note(ImageRemark remark, Index row, ImageRemarks& remarks) {
  remarks.restored += remark == ImageRemark::restored ? 1 : 0;
  if (remark == ImageRemark::longer) {
    remarks.first_longer = remarks.longer == 0 ? row : remarks.first_longer;
    ++remarks.longer;
  }
}

/// Collective.
ImageRemarks combine(const ImageRemarks& own, Index images, const mpi::Communicator& comm) {
  const Index first = comm.min(own.longer > 0 ? own.first_longer : images);
  return {comm.sum(own.restored), comm.sum(own.longer), first};
}

}  // namespace

template <class Real>
ImageRows<Real> read_images(const ImageList& list, const ImageSettings& settings,
                            const mpi::Communicator& comm) {
  ImageRows<Real> images;
  images.size =
      settings.resize ? *settings.resize : first_size(list, {mpi::available_memory(comm)}, comm);
  images.size.channels = settings.color == ImageColor::grey ? 1 : 3;
  images.rows = Partition::even(list.size(), comm.size()).part(comm.rank());
  // As a double, the product of what files claim cannot overflow.
  const double bytes = static_cast<double>(images.rows.size()) *
                       static_cast<double>(images.size.values()) * sizeof(Real);
  mpi::require_memory(fmt::format("'{}': reading {} pictures of {} pixels", list.folder,
                                  list.size(), text_of(images.size)),
                      bytes, comm);
  images.entries =
      mpi::agree(comm, [&] { return Matrix<Real>(images.rows.size(), images.size.values()); });
  const ImageLimit limit{mpi::available_memory(comm)};
  mpi::agree(comm, [&] {
    for (Index row = images.rows.begin; row < images.rows.end; ++row) {
      const Image image = read_row(list, row, settings, images.size, limit);
      std::ranges::copy(image.values, images.entries.view().row(row - images.rows.begin));
      note(image.remark, row, images.remarks);
    }
  });
  images.remarks = combine(images.remarks, list.size(), comm);
  return images;
}

template ImageRows<float> read_images(const ImageList&, const ImageSettings&,
                                      const mpi::Communicator&);
template ImageRows<double> read_images(const ImageList&, const ImageSettings&,
                                       const mpi::Communicator&);

}  // namespace tessera::ingest
