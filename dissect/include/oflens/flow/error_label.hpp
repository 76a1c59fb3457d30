// What an error message says is wrong, whatever its version and whoever defined it.
#pragma once

#include <optional>
#include <string_view>

#include <oflens/frame.hpp>

namespace oflens {

struct ErrorLabel {
  std::string_view label;            // "OFPFMFC_OVERLAP"; lives for ever; empty when it is not known
  std::uint16_t type = 0, code = 0;  // of experimenters from 1.2 on: 0xffff and their own
  Bytes data;                        // borrows the frame
};

// Errors of 1.0 and later, Nicira's, the ONF's. Empty for other messages and malformed ones. Costs a
// validation.
std::optional<ErrorLabel> read_error(const Frame&);

}  // namespace oflens
