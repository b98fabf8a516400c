#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tessera/core/types.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::ingest {

/// Texts from all processes, those of one behind those of another in rank order.
struct ReceivedTexts {
  std::vector<std::string> texts;
  std::vector<Index> counts;  ///< of each process
};

/// Sends texts: process r gets by_process[r], in that order. Two all-to-alls and the texts once.
/// Collective. @pre by_process has one list for each process.
/// @throws mpi::AgreedError where memory does not suffice.
[[nodiscard]] ReceivedTexts exchange_texts(
    const std::vector<std::vector<std::string_view>>& by_process, const mpi::Communicator& comm);

/// Sends numbers back along the way that texts came: the inverse of exchange_texts().
/// @param numbers one for each text received  @param received counts of them by process
/// @param sent how many texts this process had sent to each  Returns a number for each of them.
[[nodiscard]] std::vector<Index> answer_texts(const std::vector<Index>& numbers,
                                              const std::vector<Index>& received,
                                              const std::vector<Index>& sent,
                                              const mpi::Communicator& comm);

}  // namespace tessera::ingest
