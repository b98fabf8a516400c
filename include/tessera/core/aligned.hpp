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

template <class T>
struct AlignedAllocator {
  using value_type = T;

  AlignedAllocator() = default;
  template <class U>
  AlignedAllocator(const AlignedAllocator<U>&) {}

  /// @throws OutOfMemory
  T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    void* buffer = ::operator new (bytes, std::align_val_t{kAlignment}, std::nothrow);
    if (buffer == nullptr) {
      throw OutOfMemory(bytes);
    }
    return static_cast<T*>(buffer);
  }
  void deallocate(T* pointer, std::size_t) noexcept {
    ::operator delete (pointer, std::align_val_t{kAlignment});
  }
  template <class U>
  friend bool operator==(const AlignedAllocator&, const AlignedAllocator<U>&) {
    return true;
  }
};

template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

}  // namespace tessera
