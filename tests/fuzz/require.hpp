// What a fuzz target says must hold.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace oflens::fuzz {

// about: what it does not hold for, where the input does not say it.
inline void require(bool ok, const char* what, std::string_view about = "") {
  if (ok) return;
  std::fprintf(stderr, "violated: %s\n%.*s\n", what, static_cast<int>(about.size()), about.data());
  std::abort();
}

}  // namespace oflens::fuzz
