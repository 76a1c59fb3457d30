// Telling the processor early what memory will be looked at.
#pragma once

namespace oflens {

enum class For : bool { reading, writing };

// A hint: the 64 bytes around p will be asked for soon.
template <For what = For::reading>
inline void prefetch(const void* p) noexcept {
  __builtin_prefetch(p, what == For::writing ? 1 : 0);
  // Without it GCC takes this, and who does nothing but call it, for functions without effect, and leaves
  // the calls out.
  asm volatile("");
}

}  // namespace oflens
