#define TESSERA_VECTOR_BYTES 64
#define TESSERA_VECTOR_REGISTERS 32
#include "table.hpp"

const tessera::kernels::isa::Table tessera::kernels::isa::kAvx512 = {
    "avx512", kFunctions<float>, kFunctions<double>, kLaneFunctions};
