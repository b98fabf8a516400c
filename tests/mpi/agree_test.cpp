#include "tessera/mpi/agree.hpp"

#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "tessera/core/aligned.hpp"

#include "mpi_test.hpp"

namespace tessera::mpi {
namespace {

using testing::test_world;

TEST(Agree, ReturnsEachProcessItsOwnResult) {
  const int rank = test_world().rank();
  EXPECT_EQ(agree(test_world(), [&] { return 10 * rank; }), 10 * rank);
}

TEST(Agree, MovesAResultThatCannotBeCopied) {
  const auto pointer = agree(test_world(), [] { return std::make_unique<int>(7); });
  EXPECT_EQ(*pointer, 7);
}

TEST(Agree, OneFailingProcessBecomesTheSameErrorEverywhere) {
  for (int failing = 0; failing < test_world().size(); ++failing) {
    const std::string text = "no such file on process " + std::to_string(failing);
    try {
      agree(test_world(), [&] {
        if (test_world().rank() == failing) {
          throw IoError(text);
        }
      });
      ADD_FAILURE() << "no error when process " << failing << " fails";
    } catch (const AgreedError& error) {
      EXPECT_EQ(error.what(), text);
      EXPECT_EQ(error.code(), ExitCode::io);
    }
  }
}

TEST(Agree, OfSeveralFailuresThatOfTheLowestRankIsTold) {
  const int rank = test_world().rank();
  const int first = test_world().size() / 2;
  try {
    agree(test_world(), [&] {
      if (rank >= first) {
        throw InputError("from process " + std::to_string(rank));
      }
    });
    ADD_FAILURE() << "no error";
  } catch (const AgreedError& error) {
    EXPECT_EQ(error.what(), "from process " + std::to_string(first));
    EXPECT_EQ(error.code(), ExitCode::input);
  }
}

TEST(Agree, LeavesTheCommunicatorUsable) {
  EXPECT_THROW(agree(test_world(), [] { throw IoError("everywhere"); }), AgreedError);
  EXPECT_EQ(test_world().sum(1), test_world().size());
}

TEST(CurrentFailure, KnowsOurErrorsAndTheLibrarys) {
  const auto failure_of = [](auto&& step) {
    try {
      step();
    } catch (...) {
      return current_failure();
    }
    return Failure{};
  };
  EXPECT_EQ(failure_of([] { throw NumericalError("x"); }).code, ExitCode::numerical);
  EXPECT_EQ(failure_of([] { throw std::runtime_error("y"); }).message, "y");
  EXPECT_EQ(failure_of([] { throw std::runtime_error("y"); }).code, ExitCode::other);
  EXPECT_NE(failure_of([] { throw std::bad_alloc(); }).message.find("memory"), std::string::npos);
  const auto too_much = failure_of([] { AlignedVector<double> v(std::size_t{1} << 58); });
  EXPECT_NE(too_much.message.find("2.31e+12 MB more were needed"), std::string::npos)
      << too_much.message;
  EXPECT_EQ(failure_of([] { throw 3; }).code, ExitCode::other);
}

}  // namespace
}  // namespace tessera::mpi
