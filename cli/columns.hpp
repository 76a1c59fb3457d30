// decode -T fields: a line of chosen fields for each message.
#pragma once

#include <oflens/message/field_path.hpp>

#include "input.hpp"
#include "summary.hpp"

namespace oflens::cli {

// -e FIELD and -E SETTING, as tshark has them.
class Columns {
 public:
  void add_options(CLI::App&);
  // Says on standard error what is wrong. Wrong usage then, else done. `asked`: -T fields was given.
  int compile(bool asked);

  // The names of the columns, if they are wanted, as a line.
  void put_header(TextBuffer&) const;
  // The message's line, without newline. place is null for messages that come from no capture. `scratch` is
  // for one value at a time.
  void put(TextBuffer&, const Clock&, const Place* place, const Tape&, Bytes message,
           TextBuffer& scratch) const;

 private:
  struct Column {
    std::string name;
    std::optional<FieldPath> path;  // nothing: a fact about the message as a whole
  };
  bool set(const std::string& setting);
  bool put_fact(TextBuffer&, std::string_view name, const Clock&, const Place*, const Tape&, Bytes) const;

  std::vector<std::string> names_, settings_;
  std::vector<Column> columns_;
  std::optional<FieldIndex> index_;
  std::string separator_ = "\t", aggregator_ = ",";
  bool header_ = false, quotes_ = false;
  enum class Occurrence : std::uint8_t { all, first, last } occurrence_ = Occurrence::all;
};

}  // namespace oflens::cli
