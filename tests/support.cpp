#include "support.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <new>
#include <sstream>

#include <malloc.h>

namespace oflens::test {

std::size_t Heap::allocations = 0;
std::size_t Heap::live = 0;
std::size_t Heap::peak = 0;

std::vector<std::byte> hex(std::string_view annotated) {
  std::vector<std::byte> out;
  int high = -1;
  for (std::size_t i = 0; i < annotated.size(); ++i) {
    const char c = annotated[i];
    if (c == ' ' || c == '\n') continue;
    if (c == '#') {
      i = std::min(annotated.find('\n', i), annotated.size());
      continue;
    }
    if (c == '"') {
      while (++i < annotated.size() && annotated[i] != '"')
        out.push_back(static_cast<std::byte>(annotated[i]));
      continue;
    }
    if (c == '*') {
      std::size_t times = 0;
      while (i + 1 < annotated.size() && std::isdigit(static_cast<unsigned char>(annotated[i + 1])) != 0)
        times = times * 10 + static_cast<std::size_t>(annotated[++i] - '0');
      if (out.empty() || high >= 0 || times == 0) std::abort();
      out.insert(out.end(), times - 1, std::byte(out.back()));
      continue;
    }
    const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    if (digit < 0 || digit > 15) std::abort();
    if (high >= 0) out.push_back(static_cast<std::byte>(high << 4 | digit));
    high = high >= 0 ? -1 : digit;
  }
  if (high >= 0) std::abort();
  return out;
}

std::vector<std::byte> fixture(const std::string& name) {
  std::ostringstream content;
  content << std::ifstream(OFLENS_TESTDATA "/messages/" + name + ".txt").rdbuf();
  const std::string text = content.str();
  return hex(text.substr(0, text.find("\n---\n")));
}

std::string to_hex(Bytes bytes) {
  std::string out;
  for (const std::byte b : bytes)
    for (const int shift : {4, 0}) out += "0123456789abcdef"[std::to_integer<unsigned>(b) >> shift & 15];
  return out;
}

Readings read_both(const wire::StructDesc& desc, Bytes input, const Catalog* catalog) {
  const Tight tight(input);
  const Bytes bytes = tight;
  const std::byte* end = bytes.data() + bytes.size();
  Readings result;
  if (const std::byte* p = desc.check(bytes.data(), end, {catalog})) result.typed = p - bytes.data();
  Tape tape;
  tape.open(desc.root, 0, static_cast<std::uint32_t>(bytes.size()), wire::no_index);
  wire::Interpreter interpreter(catalog, bytes, tape);
  const auto stop = interpreter.structure(desc, 0, static_cast<std::uint32_t>(bytes.size()), Domain::request);
  tape.close(0, static_cast<std::uint32_t>(bytes.size()));
  if (tape.problems() == 0)
    result.lenient = stop;
  else
    result.error = tape.first_error();
  return result;
}

}  // namespace oflens::test

namespace {

using oflens::test::Heap;

void* counted(std::size_t size) {
  void* p = std::malloc(size == 0 ? 1 : size);
  if (p == nullptr) throw std::bad_alloc();
  ++Heap::allocations;
  Heap::live += malloc_usable_size(p);
  if (Heap::live > Heap::peak) Heap::peak = Heap::live;
  return p;
}
void uncounted(void* p) noexcept {
  if (p != nullptr) Heap::live -= malloc_usable_size(p);
  std::free(p);
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void operator delete(void* p) noexcept { uncounted(p); }
void operator delete[](void* p) noexcept { uncounted(p); }
void operator delete(void* p, std::size_t) noexcept { uncounted(p); }
void operator delete[](void* p, std::size_t) noexcept { uncounted(p); }
