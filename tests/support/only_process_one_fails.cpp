#include "mpi_test.hpp"

namespace tessera::testing {
namespace {

TEST(OnlyProcessOneFails, InTheBodyOfATest) {
  if (test_world().rank() == 1) {
    ADD_FAILURE() << "a failure that process 0 does not see";
  }
}

TEST(OnlyProcessOneFails, NotInThisTest) { SUCCEED(); }

}  // namespace
}  // namespace tessera::testing
