#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tessera/core/types.hpp"
#include "tessera/mpi/communicator.hpp"

namespace tessera::ingest {

/// The different ids that one process meets, numbered as they come.
class IdCollector {
 public:
  /// The number of an id on this process, a new one if it was not met before.
  Index number_of(std::string_view id);
  /// Valid until the next call of number_of().
  [[nodiscard]] const std::vector<std::string_view>& ids() const { return ids_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  std::unordered_map<std::string, Index, Hash, std::equal_to<>> numbers_;
  std::vector<std::string_view> ids_;  ///< keys of the map, which stay where they are
};

/// A number for an id that nothing numbers.
inline constexpr Index kUnknownId = -1;

/// Sorts ids: by number if all of them are integers, else by bytes. No two are equal.
void sort_ids(std::vector<std::string>& ids);

/// Numbers the ids of all processes from 0 in the order of sort_ids(), the same on any number of
/// processes. `more`, of process 0, are numbered too, whether a process has them or not.
///
/// Equal ids of several processes meet at the process that their hash names, which hands each on to
/// process 0 once: that one holds all different ids, as names of rows and columns are held.
/// Returns the number of each of `own`, in their order. Collective.
/// @param all on process 0: all ids by number
[[nodiscard]] std::vector<Index> number_ids(const std::vector<std::string_view>& own,
                                            const std::vector<std::string>& more,
                                            std::vector<std::string>& all,
                                            const mpi::Communicator& comm);

/// Numbers ids as they stand in `known`, of process 0; kUnknownId for others. Collective.
/// @throws mpi::AgreedError (code input) if an id is in `known` twice; `where` says what that is.
[[nodiscard]] std::vector<Index> number_ids_like(const std::vector<std::string_view>& own,
                                                 const std::vector<std::string>& known,
                                                 const std::string& where,
                                                 const mpi::Communicator& comm);

}  // namespace tessera::ingest
