#include "tessera/core/file_mode.hpp"

#include <sys/stat.h>

namespace tessera {

mode_t mode_of_fresh_file() {
  constexpr mode_t kAll = 0666;
  constexpr mode_t kStrict = 0077;  // of a file that comes between, rather too little than too much
  const mode_t mask = umask(kStrict);
  umask(mask);
  return kAll & ~mask;
}

}  // namespace tessera
