// Text under construction: what every form of output appends to.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include <oflens/bytes.hpp>
#include <oflens/timestamp.hpp>
#include <oflens/types.hpp>

namespace oflens {

// Who knows the names of a switch's ports; numbers are those of 1.1 and later. Empty: no name is known.
class PortNamer {
 public:
  virtual std::string_view name_of_port(std::uint32_t number) const = 0;

 protected:
  ~PortNamer() = default;
};

// Grows by doubling; keeps its memory when cleared.
class TextBuffer {
 public:
  void clear() { size_ = 0; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::string_view view() const { return {data_.get(), size_}; }
  void shorten_to(std::size_t size) { size_ = size; }

  void put(char c) {
    if (size_ == capacity_) grow(1);
    data_[size_++] = c;
  }
  void put(std::string_view s) {
    if (s.empty()) return;
    if (capacity_ - size_ < s.size()) grow(s.size());
    std::memcpy(data_.get() + size_, s.data(), s.size());
    size_ += s.size();
  }
  // "name": as a JSON object has it, after a comma if it is not the first; the name needs no escapes.
  void put_key(const char* name, bool separate) {
    const std::size_t size = std::strlen(name);
    char* p = room(size + 4);
    const char* const start = p;
    if (separate) *p++ = ',';
    *p++ = '"';
    // Names are shorter than a call of memcpy takes.
    for (std::size_t i = 0; i < size; ++i) *p++ = name[i];
    *p++ = '"';
    *p++ = ':';
    size_ += static_cast<std::size_t>(p - start);
  }
  void pad_to(std::size_t width, std::size_t from) {
    while (size_ - from < width) put(' ');
  }
  void put_decimal(std::uint64_t v);
  // "0x1f": as many digits as the number needs, but at least min_digits.
  void put_hex(std::uint64_t v, int min_digits = 1);
  // Two digits a byte, nothing between.
  void put_bytes(Bytes);
  void put(const MacAddress&);
  void put(const Ipv4Address&);
  // As RFC 5952 writes it.
  void put(const Ipv6Address&);
  // A JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD.
  void put_json(std::string_view);
  // RFC 3339 in UTC with so many digits of the second: "2026-11-20T09:36:27.123456Z".
  void put_time(Timestamp, int digits);
  // From now on ports are written by the names that `namer` knows, null for none; it must outlive that.
  void name_ports(const PortNamer* namer) { namer_ = namer; }
  // The name of a port as Open vSwitch writes it: eth0, "s1-eth1". False, and nothing is put, when none is
  // known.
  bool put_port_name(std::uint32_t number);
  // Seconds with so many digits: "-1.250000".
  void put_seconds(Duration, int digits);

 private:
  // Where to write so many characters more, before size_ says so.
  char* room(std::size_t more) {
    if (capacity_ - size_ < more) grow(more);
    return data_.get() + size_;
  }
  void grow(std::size_t more);

  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0, capacity_ = 0;
  const PortNamer* namer_ = nullptr;
};

// RFC 3629.
bool is_utf8(std::string_view);

}  // namespace oflens
