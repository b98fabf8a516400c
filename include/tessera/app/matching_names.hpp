#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tessera::app {

/// Compares names of rows or columns of two files that must have the same ones in the same order;
/// lists of which one is empty tell nothing. For use within mpi::on_root().
/// @param line "row" or "column"  @param model the file with the expected names
/// @throws InputError that lists the first differences.
void require_same_names(std::string_view line, const std::vector<std::string>& found,
                        const std::vector<std::string>& expected, const std::string& model);

}  // namespace tessera::app
