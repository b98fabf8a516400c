#include "tessera/kernels/instruction_set.hpp"

#include <algorithm>
#include <string>

#include "tessera/core/error.hpp"

#include "dispatch.hpp"

namespace tessera::kernels {
namespace {

std::vector<const isa::Table*> available_tables() {
  std::vector<const isa::Table*> tables = {&isa::kBaseline};
#ifdef TESSERA_X86_64
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    tables.push_back(&isa::kAvx2);
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
      tables.push_back(&isa::kAvx512);
    }
  }
#endif
  return tables;
}

const isa::Table*& chosen() {
  static const isa::Table* table = available_tables().back();
  return table;
}

}  // namespace

const isa::Table& table() { return *chosen(); }

std::vector<std::string_view> available_instruction_sets() {
  std::vector<std::string_view> names;
  std::ranges::transform(available_tables(), std::back_inserter(names), &isa::Table::name);
  return names;
}

std::string_view instruction_set() { return table().name; }

void use_instruction_set(std::string_view name) {
  const auto tables = available_tables();
  const auto found = std::ranges::find(
      tables, name, [](const isa::Table* table) { return std::string_view(table->name); });
  if (found == tables.end()) {
    throw UsageError("this processor has no instruction set '" + std::string(name) +
                     "' that the kernels are compiled for");
  }
  chosen() = *found;
}

}  // namespace tessera::kernels
