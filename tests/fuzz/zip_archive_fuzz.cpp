#include <algorithm>
#include <vector>

#include "tessera/io/zip_archive.hpp"

#include "memory_file.hpp"

using namespace tessera;
using namespace tessera::fuzz;

/// A whole archive; every member is read in two pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const MemoryFile file(as_text(data, size));
  try_parse([&] {
    const io::ZipArchive archive(file.path());
    for (const std::string& name : archive.member_names()) {
      try_parse([&] {
        io::ZipMember member = archive.open(name);
        constexpr Index kMostInflated = 1 << 20;  // 512 bytes by 1032, and slack
        require(member.size() >= 0 && member.size() <= 2 * kMostInflated, "the size can be true");
        std::vector<std::byte> bytes(static_cast<std::size_t>(member.size()));
        const std::size_t half = bytes.size() / 2;
        member.read(std::span(bytes).first(half));
        member.read(std::span(bytes).subspan(half));
        member.finish();
      });
    }
  });
  return 0;
}
