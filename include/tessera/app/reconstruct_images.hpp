#pragma once

#include "tessera/app/product_rows.hpp"
#include "tessera/config/options.hpp"
#include "tessera/io/factor_file.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::app {

/// Draws rows of W·H, each process its own: a PNG file of each in the folder --as-images, and
/// sheet.png with the first of them. With --input, the originals stand to the left, and a table on
/// stdout says how near each row is. Collective; @throws mpi::AgreedError.
/// @param rows of the model, which `product` makes
template <class Real>
void reconstruct_images(const ReconstructOptions& options, const io::ModelInfo& info,
                        const ProductRows<Real>& product, Range rows,
                        const mpi::Communicator& world);

}  // namespace tessera::app
