// The linker is told to wrap malloc, calloc and realloc (see CMakeLists.txt): calls to them from the program
// and from its static libraries come here. operator new is replaced because the standard library is not one.
#include "heap.hpp"

#include <cstdlib>
#include <new>

namespace {
std::size_t count = 0;
}  // namespace

namespace bench {
std::size_t allocations() { return count; }
}  // namespace bench

extern "C" {
void* __real_malloc(std::size_t);
void* __real_calloc(std::size_t, std::size_t);
void* __real_realloc(void*, std::size_t);
void* __wrap_malloc(std::size_t n) {
  ++count;
  return __real_malloc(n);
}
void* __wrap_calloc(std::size_t n, std::size_t size) {
  ++count;
  return __real_calloc(n, size);
}
void* __wrap_realloc(void* p, std::size_t n) {
  ++count;
  return __real_realloc(p, n);
}
}

void* operator new(std::size_t n) {
  ++count;
  if (void* p = __real_malloc(n != 0 ? n : 1)) return p;
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
