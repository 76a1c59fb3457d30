// What is wrong with a text, and where.
#pragma once

#include <string>
#include <string_view>

namespace oflens {

struct SyntaxError {
  // The part that is wrong: points into the text that was read, whose begin gives its offset.
  std::string_view part{};
  // Why, in words that can stand behind it: "value does not fit into 16 bits".
  std::string reason{};
};

}  // namespace oflens
