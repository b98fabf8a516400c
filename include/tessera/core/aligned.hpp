#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace tessera {

/// Memory for a buffer could not be had.
class OutOfMemory : public std::bad_alloc {
 public:
  explicit OutOfMemory(std::size_t bytes) : bytes_(bytes) {}
  [[nodiscard]] const char* what() const noexcept override { return "out of memory"; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_;
};

/// Buffers start on a cache line, so vector code and summation order never depend on an address.
inline constexpr std::size_t kAlignment = 64;

/// Memory that begins at a cache line. Large buffers are laid out in pages of 2 MiB where the
/// system has such: to get as many small ones takes as long as computing with them once or more.
/// @throws OutOfMemory
[[nodiscard]] void* allocate_aligned(std::size_t bytes);
/// @param bytes as when it was allocated
void free_aligned(void* buffer, std::size_t bytes) noexcept;

template <class T>
struct AlignedAllocator {
  using value_type = T;

  AlignedAllocator() = default;
  template <class U>
  AlignedAllocator(const AlignedAllocator<U>&) {}

  /// @throws OutOfMemory
  T* allocate(std::size_t count) { return static_cast<T*>(allocate_aligned(count * sizeof(T))); }
  void deallocate(T* pointer, std::size_t count) noexcept {
    free_aligned(pointer, count * sizeof(T));
  }
  template <class U>
  friend bool operator==(const AlignedAllocator&, const AlignedAllocator<U>&) {
    return true;
  }
};

template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

}  // namespace tessera
