#include "tessera/io/visit_rows.hpp"

#include <algorithm>

#include "tessera/io/factor_checksum.hpp"
#include "tessera/io/hdf5_open.hpp"
#include "tessera/io/hdf5_transfer.hpp"

#include "model_part.hpp"

namespace tessera::io {

template <class Real>
void visit_rows_of_w(const std::string& path, const ModelInfo& info, Index piece_bytes,
                     const VisitRows<Real>& visit) {
  const Index row_bytes = info.rank * static_cast<Index>(sizeof(Real));
  const Index step = std::clamp<Index>(piece_bytes / row_bytes, 1, info.rows);
  with_model_file(path, [&](hid_t file) {
    const hdf5::Dataset dataset = hdf5::open_dataset(file, kDatasetW.name);
    Matrix<Real> piece(step, info.rank);
    std::uint64_t sum = 0;
    for (Index begin = 0; begin < info.rows; begin += step) {
      const Range rows{begin, std::min(begin + step, info.rows)};
      const MatrixView<Real> weights = piece.view().rows({0, rows.size()});
      hdf5::read_rectangle<Real>(dataset, {rows, {0, info.rank}}, weights, H5P_DEFAULT);
      sum += checksum_of_rows<Real>(weights, rows.begin);
      visit(rows, weights);
    }
    require_checksum(dataset, kDatasetW.name, sum);
  });
}

template void visit_rows_of_w(const std::string&, const ModelInfo&, Index, const VisitRows<float>&);
template void visit_rows_of_w(const std::string&, const ModelInfo&, Index,
                              const VisitRows<double>&);

}  // namespace tessera::io
