// What stands on the right of an operator.
#pragma once

#include "filter_program.hpp"

namespace oflens::filter {

// What literals are read for: a field by all its descriptions.
struct Subject {
  std::string_view name;
  Source source = Source::field;
  unsigned types = 0;  // bits
  unsigned bits = 0;   // of the widest number
  std::vector<wire::Labels> tables{};

  // "a number of 16 bits or a constant"
  std::string what() const;
};

// Reads a literal as each of the subject's types that it can be; `quoted`: it stood in quotes. Nothing when
// it can be none, with the reason.
std::optional<Literal> read_literal(std::string_view text, bool quoted, const Subject&, std::string& why);

// Bytes in hexadecimal: "0a:1b", "0x0a1b", "0a1b".
std::optional<std::string> read_bytes(std::string_view);
// "2026-11-20T09:36:27.123Z", also with a space or an offset ("+01:00"): nanoseconds since 1970.
std::optional<std::uint64_t> read_time(std::string_view);
// "12.25": in nanoseconds.
std::optional<std::uint64_t> read_seconds(std::string_view);

}  // namespace oflens::filter
