#pragma once

#include <string_view>
#include <vector>

namespace tessera::kernels {

/// The sets of instructions that the kernels are compiled for and this processor has: "baseline",
/// "avx2" (with FMA), "avx512" (F, DQ, BW and VL); the widest last.
[[nodiscard]] std::vector<std::string_view> available_instruction_sets();

/// The one that the kernels of this process use: the widest, unless told otherwise. Results are
/// equal to the bit only for equal ones.
[[nodiscard]] std::string_view instruction_set();

/// Lets the kernels use another one from now on; for tests and benchmarks. Not while one runs.
/// @throws UsageError when it is not available.
void use_instruction_set(std::string_view name);

}  // namespace tessera::kernels
