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
  void put(std::string_view s) { end_at(copy(room(s.size()), s)); }
  // "name": as a JSON object has it, after a comma if it is not the first; the name needs no escapes.
  void put_key(std::string_view name, bool separate) {
    char* p = room(name.size() + 4);
    if (separate) *p++ = ',';
    *p++ = '"';
    p = copy(p, name);
    *p++ = '"';
    *p++ = ':';
    end_at(p);
  }
  void pad_to(std::size_t width, std::size_t from) {
    while (size_ - from < width) put(' ');
  }
  // Calls write(p), which writes at p and behind it, not more than `most` characters, and returns where those
  // that count end.
  template <class F>
  void append(std::size_t most, F&& write) {
    end_at(write(room(most)));
  }
  void put_decimal(std::uint64_t v) {
    if (v < 10)
      put(static_cast<char>('0' + v));
    else
      put_digits(v);
  }
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
  // Is there anybody who may know one?
  bool names_ports() const { return namer_ != nullptr; }
  // Seconds with so many digits: "-1.250000".
  void put_seconds(Duration, int digits);

 private:
  // Where to write so many characters more, before size_ says so.
  char* room(std::size_t more) {
    if (capacity_ - size_ < more) grow(more);
    return data_.get() + size_;
  }
  // Up to where that was written.
  void end_at(const char* p) { size_ = static_cast<std::size_t>(p - data_.get()); }
  // Most texts are shorter than a call of memcpy takes.
  static char* copy(char* p, std::string_view s) {
    const char* from = s.data();
    const std::size_t size = s.size();
    const auto both_ends = [&](auto part) {
      auto other = part;
      std::memcpy(&part, from, sizeof part);
      std::memcpy(&other, from + size - sizeof other, sizeof other);
      std::memcpy(p, &part, sizeof part);
      std::memcpy(p + size - sizeof other, &other, sizeof other);
    };
    if (size > 16)
      std::memcpy(p, from, size);
    else if (size >= 8)
      both_ends(std::uint64_t{});
    else if (size >= 4)
      both_ends(std::uint32_t{});
    else if (size >= 2)
      both_ends(std::uint16_t{});
    else if (size == 1)
      *p = *from;
    return p + size;
  }
  [[gnu::cold, gnu::noinline]] void grow(std::size_t more);
  void put_digits(std::uint64_t v);

  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0, capacity_ = 0;
  const PortNamer* namer_ = nullptr;
  // The second of the last time that was put, and its text.
  Timestamp second_ = Timestamp::min();
  char second_text_[20] = {};
};

// RFC 3629.
bool is_utf8(std::string_view);

}  // namespace oflens
