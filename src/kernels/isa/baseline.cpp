#define TESSERA_VECTOR_BYTES 16
#define TESSERA_VECTOR_REGISTERS 16
#include "table.hpp"

const tessera::kernels::isa::Table tessera::kernels::isa::kBaseline = {
    "baseline", kFunctions<float>, kFunctions<double>, kLaneFunctions};
