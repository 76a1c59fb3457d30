// What the tests of the codec share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <oflens/frame.hpp>
#include <oflens/message/tape.hpp>

namespace oflens::test {

// Annotated hexadecimal to bytes: white space, and comments from '#' to the end of the line, are left out;
// "text" stands for its characters, and 00*16 for sixteen times the byte.
std::vector<std::byte> hex(std::string_view annotated);
// Bytes to hexadecimal without anything between.
std::string to_hex(Bytes);

// The bytes of a message of testdata/messages, by its path there without the suffix.
std::vector<std::byte> fixture(const std::string& name);

// What the program has allocated: every operator new is counted, see support.cpp.
struct Heap {
  static std::size_t allocations;  // so far
  static std::size_t live;         // bytes in use
  static std::size_t peak;         // the most of those since it was last set
};

template <Described T>
std::vector<std::byte> written(const T& value) {
  std::vector<std::byte> out(wire::size(value), std::byte{0xcc});
  const std::byte* end = wire::write(value, out.data());
  if (end != out.data() + out.size()) out.clear();  // size and write must agree
  return out;
}

template <Message M>
std::vector<std::byte> encoded(const M& message, Xid xid = Xid{1}, Version version = M::id.first) {
  std::vector<std::byte> out(0xffff);
  const auto bytes = encode(message, xid, out, version);
  out.resize(bytes ? bytes->size() : 0);
  return out;
}

// Bytes that end where their allocation does, so that the address sanitizer notices a read beyond.
class Tight {
 public:
  explicit Tight(Bytes bytes) : bytes_(new std::byte[bytes.size()]), size_(bytes.size()) {
    if (size_ != 0) std::memcpy(bytes_.get(), bytes.data(), size_);
  }
  Bytes bytes() const { return {bytes_.get(), size_}; }
  operator Bytes() const { return bytes(); }
  // The bytes change and go away, as a buffer does that is used again.
  void destroy() {
    std::memset(bytes_.get(), 0xee, size_);
    bytes_.reset();
  }

 private:
  std::unique_ptr<std::byte[]> bytes_;
  std::size_t size_;
};

// Where a struct at the front of bytes ends, by both readings. They must agree; -1 when they refuse.
struct Readings {
  std::ptrdiff_t typed = -1, lenient = -1;
  Error error;  // the first problem of the lenient reading
  bool agree() const { return typed == lenient; }
  bool ok() const { return agree() && typed >= 0; }
};
Readings read_both(const wire::StructDesc&, Bytes, const Catalog* = nullptr);

}  // namespace oflens::test
