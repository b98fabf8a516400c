#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tessera/io/hdf5.hpp"

/// 1-D datasets of texts, such as names.
namespace tessera::io::hdf5 {

/// Texts of fixed or variable length, or one such field of a compound: opened, but not read.
class Texts {
 public:
  /// @throws InputError if there is no such dataset in this file, IoError.
  Texts(hid_t location, const std::string& path);

  [[nodiscard]] Index length() const { return length_; }
  /// All of them, in bounded steps. How many there are is what the file claims: compare length()
  /// with what is expected first. @throws IoError
  [[nodiscard]] std::vector<std::string> read() const;

 private:
  /// Sets text_ and memory_. @throws InputError unless there are texts.
  void choose_types();
  void append_fixed(Index count, hid_t file, hid_t memory, std::vector<std::string>& texts) const;
  void append_variable(Index count, hid_t file, hid_t memory,
                       std::vector<std::string>& texts) const;

  Dataset dataset_;
  Datatype text_;    ///< of one text
  Datatype memory_;  ///< of one element in memory: text_, or a compound of that one field
  Index length_ = 0;
};

/// The index of an AnnData table such as /obs: the dataset that its attribute `_index` names, or,
/// as written before version 0.7, the field `index` of a compound dataset, else its first field.
/// Nothing if there is no such table. @throws InputError if there is one without a readable index.
[[nodiscard]] std::optional<Texts> find_table_index(hid_t file, const std::string& table);

}  // namespace tessera::io::hdf5
