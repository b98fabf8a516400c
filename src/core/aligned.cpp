#include "tessera/core/aligned.hpp"

#include <sys/mman.h>

namespace tessera {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20U;

/// Smaller buffers would mostly be what is left over at their ends.
std::align_val_t alignment_of(std::size_t bytes) {
  return std::align_val_t{bytes >= 2 * kHugePage ? kHugePage : kAlignment};
}

}  // namespace

void* allocate_aligned(std::size_t bytes) {
  const std::align_val_t alignment = alignment_of(bytes);
  void* const buffer = ::operator new(bytes, alignment, std::nothrow);
  if (buffer == nullptr) {
    throw OutOfMemory(bytes);
  }
#ifdef MADV_HUGEPAGE
  if (alignment == std::align_val_t{kHugePage}) {
    // Advice only: where it is not taken, pages are small.
    static_cast<void>(madvise(buffer, bytes / kHugePage * kHugePage, MADV_HUGEPAGE));
  }
#endif
  return buffer;
}

void free_aligned(void* buffer, std::size_t bytes) noexcept {
  ::operator delete(buffer, alignment_of(bytes));
}

}  // namespace tessera
