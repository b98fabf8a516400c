#define TESSERA_VECTOR_BYTES 32
#define TESSERA_VECTOR_REGISTERS 16
#include "table.hpp"

const tessera::kernels::isa::Table tessera::kernels::isa::kAvx2 = {
    "avx2", kFunctions<float>, kFunctions<double>, kLaneFunctions};
