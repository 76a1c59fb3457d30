// Reading single nodes of a field tree: what JSON, text and filters have in common.
#pragma once

#include <algorithm>
#include <string_view>

#include <oflens/frame.hpp>
#include <oflens/message.hpp>
#include <oflens/message/tape.hpp>
#include <oflens/text_buffer.hpp>

namespace oflens {

inline bool is_zero(Bytes bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

// The labels of a number; those of some depend on the number before it.
inline wire::Labels labels_of(const Node& node, Bytes message) {
  if (node.desc->labels_by == nullptr) return node.desc->labels;
  return node.desc->labels_by(load_be<std::uint16_t>(message.data() + node.offset - 2));
}

// Calls f with the label of each set in value; returns the bits that have none.
template <class F>
std::uint64_t each_flag(const wire::Labels& labels, std::uint64_t value, F&& f) {
  for (const wire::Label& l : labels.entries) {
    if (l.value == 0 || (value & l.value) != l.value) continue;
    f(l.text);
    value &= ~l.value;
  }
  return value;
}

// What a field of fixed size holds as text: up to the first zero byte.
inline std::string_view text_of(Bytes bytes) {
  const std::string_view all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return all.substr(0, all.find('\0'));
}

// How deep messages in messages are shown: an error about a bundled message quotes two.
inline constexpr int max_message_depth = 3;

// Is this the beginning of an OpenFlow message, perhaps all of it?
inline bool is_message(Bytes bytes) {
  return bytes.size() >= Header::size && bytes[0] >= std::byte{1} && bytes[0] <= std::byte{6} &&
         load_be<std::uint16_t>(bytes.data() + 2) >= Header::size &&
         message_name(static_cast<Version>(bytes[0]), std::to_integer<std::uint8_t>(bytes[1])) != nullptr;
}

// Is it text, as some switches have in errors? Zeros may follow it.
inline bool is_text(Bytes bytes) {
  const std::string_view s = text_of(bytes);
  return !s.empty() && is_zero(bytes.subspan(s.size())) && is_utf8(s) &&
         std::none_of(s.begin(), s.end(),
                      [](char c) { return static_cast<unsigned char>(c) < ' ' && c != '\n'; });
}

// An address of that kind (mac, ipv4, ipv6), from its bytes.
inline void put_address(TextBuffer& out, wire::Kind kind, Bytes bytes) {
  const auto put = [&](auto address) {
    wire::load(address, bytes.data());
    out.put(address);
  };
  if (kind == wire::Kind::mac)
    put(MacAddress{});
  else if (kind == wire::Kind::ipv4)
    put(Ipv4Address{});
  else
    put(Ipv6Address{});
}

// A name of RFC 1035 §4.1.4 as people write it: "www.example.org". `node` is of kind domain_name. What is cut
// ends with
// "...".
inline void put_domain_name(TextBuffer& out, const Node& node, Bytes message) {
  std::size_t at = node.offset, size = 0;
  // Names point backwards, so that one of 255 characters, the most there may be, ends.
  for (bool first = true; size < 256; first = false) {
    if (at >= message.size()) return out.put("...");
    const auto length = std::to_integer<std::size_t>(message[at]);
    if (length == 0) return out.put(first ? "." : "");
    if (length >= 0xc0) {
      if (at + 1 >= message.size()) return out.put("...");
      const std::size_t to =
          node.value + ((length & 0x3f) << 8 | std::to_integer<std::size_t>(message[at + 1]));
      if (to >= at) return out.put("...");
      at = to;
      first = true;
      ++size;
      continue;
    }
    if (!first) out.put('.');
    for (std::size_t i = at + 1; i <= at + length; ++i) {
      if (i >= message.size()) return out.put("...");
      const char c = static_cast<char>(message[i]);
      out.put(c > ' ' && c < 0x7f && c != '"' && c != '\\' ? c : '?');
    }
    size += length + 1;
    at += length + 1;
  }
  out.put("...");
}

}  // namespace oflens
