#include <atomic>
#include <cstdlib>
#include <new>

#include "tessera/init/random.hpp"
#include "tessera/solve/alternate.hpp"

#include "mpi_test.hpp"
#include "test_problem.hpp"

namespace {
std::atomic<long> allocations{0};
}  // namespace

// Counts every allocation of C++ code; our aligned buffers come through here as well. MPI is C and
// is not counted.
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) {
    return memory;
  }
  throw std::bad_alloc();
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  ++allocations;
  const auto align = static_cast<std::size_t>(alignment);
  if (void* memory = std::aligned_alloc(align, (size + align - 1) / align * align)) {
    return memory;
  }
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace tessera {
namespace {

/// Notes how many allocations there were when the second iteration ended, and at the last.
class AllocationObserver final : public solve::Observer {
 public:
  void on_iteration(const IterationRecord& record) override {
    if (record.iteration == 2) {
      after_second = allocations;
    }
    at_last = allocations;
  }
  long after_second = -1;
  long at_last = -1;
};

void allocates_nothing_after_the_second_iteration(const mpi::ProcessGrid& grid, Index m) {
  const auto a = testing::make_data_matrix<float>(
      grid, m, 70, [](Index i, Index j) { return testing::random_entry(1, i, j); });
  for (const auto& [algorithm, name] : EnumNames<Algorithm>::values) {
    auto factors = init::random_start(a, grid, 9, 0);
    StoppingOptions options;
    options.max_iterations = 20;
    options.tolerance = 0;
    options.kkt_tolerance = 1e-12;
    AllocationObserver observer;
    solve::Observer* const observers[] = {&observer};
    PhaseTimes times;
    const solve::Settings settings{{.rank = 9, .algorithm = algorithm}, options};
    solve::alternate<float>(a, grid, factors, settings, observers, times);
    EXPECT_GT(observer.after_second, 0);
    EXPECT_EQ(observer.at_last - observer.after_second, 0) << name;
  }
}

TEST(Alternate, AllocatesNothingAfterTheSecondIteration) {
  allocates_nothing_after_the_second_iteration(
      {testing::test_world(), {1, testing::test_world().size()}}, 90);
}

/// W is so long that its sums go piece by piece.
TEST(Alternate, AllocatesNothingAfterTheSecondIterationBetweenNodes) {
  allocates_nothing_after_the_second_iteration(
      {testing::test_world(), {1, testing::test_world().size()}, 1}, 900);
}

}  // namespace
}  // namespace tessera
