// How often the program has allocated: operator new, and malloc and its kin.
#pragma once

#include <cstddef>

namespace bench {

std::size_t allocations();

}  // namespace bench
