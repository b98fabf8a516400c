#include "failure_exchange.hpp"

#include <algorithm>
#include <numeric>
#include <sstream>

#include "tessera/core/types.hpp"

namespace tessera::testing {

void FailureExchange::OnTestPartResult(const ::testing::TestPartResult& result) {
  if (result.failed()) {
    std::ostringstream text;
    text << (result.file_name() == nullptr ? "unknown file" : result.file_name()) << ':'
         << result.line_number() << ": " << result.message() << '\n';
    own_failures_ += text.str();
  }
}

void FailureExchange::OnTestEnd(const ::testing::TestInfo&) { exchange(); }
void FailureExchange::OnTestSuiteEnd(const ::testing::TestSuite&) { exchange(); }

void FailureExchange::exchange() {
  const std::vector<std::string> failures = gather(own_failures_);
  const auto has_text = [](const std::string& text) { return !text.empty(); };
  if (comm_.rank() == 0) {
    for (std::size_t process = 1; process < failures.size(); ++process) {
      if (has_text(failures[process])) {
        ADD_FAILURE() << "[process " << process << " of " << failures.size() << "] "
                      << failures[process];
      }
    }
  } else if (!has_text(own_failures_) && std::ranges::any_of(failures, has_text)) {
    ADD_FAILURE() << "failed on another process";
  }
  own_failures_.clear();
}

std::vector<std::string> FailureExchange::gather(const std::string& own) const {
  std::vector<std::string> texts;
  for (int process = 0; process < comm_.size(); ++process) {
    texts.push_back(comm_.broadcast(own, process));
  }
  return texts;
}

}  // namespace tessera::testing
