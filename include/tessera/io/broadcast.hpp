#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "tessera/mpi/communicator.hpp"

namespace tessera::io {

/// Gives every process the value of process 0. T converts to and from nlohmann::json. It travels
/// as CBOR, which keeps every bit of numbers and takes text that is not UTF-8. Collective.
template <class T>
void broadcast_value(T& value, const mpi::Communicator& comm) {
  std::string bytes;
  if (comm.rank() == 0) {
    nlohmann::json::to_cbor(nlohmann::json(value), bytes);
  }
  bytes = comm.broadcast(std::move(bytes), 0);
  if (comm.rank() != 0) {
    value = nlohmann::json::from_cbor(bytes).template get<T>();
  }
}

}  // namespace tessera::io
