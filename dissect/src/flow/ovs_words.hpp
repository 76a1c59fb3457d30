// Numbers, addresses and ports as Open vSwitch's texts have them, both ways.
#pragma once

#include <optional>
#include <string_view>

#include <oflens/text_buffer.hpp>

namespace oflens::flow {

// ---- writing

// As C's "%#x": no prefix for 0.
inline void put_hex_or_0(TextBuffer& out, std::uint64_t v) {
  if (v == 0)
    out.put('0');
  else
    out.put_hex(v);
}
// The same for a number of any width.
void put_hex_or_0(TextBuffer&, Bytes number);
// Reserved ports by name, in capitals; the others in decimal, of which Open vSwitch has 16 bits.
void put_port(TextBuffer&, PortNo);

// ---- reading

// A number as C reads it (decimal, 0x.. hexadecimal, 0.. octal), and nothing else; at most `most`.
std::optional<std::uint64_t> read_number(std::string_view, std::uint64_t most = ~std::uint64_t{0});
// The same from the begin of a text, which is shortened by it. Of more than 64 bits only in hexadecimal, into
// all of `to`. What fails leaves the text as it was.
enum class NumberError : std::uint8_t { none, syntax, too_large };
NumberError take_number(std::string_view& text, std::uint64_t& value);
NumberError take_number(std::string_view& text, std::span<std::byte> to);

std::optional<MacAddress> read_mac(std::string_view);
std::optional<Ipv4Address> read_ipv4(std::string_view);
std::optional<Ipv6Address> read_ipv6(std::string_view);
// A number or a reserved port's name, in capitals or not. Numbers of 16 bits mean 1.0's reserved ports, too.
std::optional<PortNo> read_port(std::string_view);

// Are they the same but for capitals?
bool same_word(std::string_view, std::string_view);

// The length of the prefix that a mask is; none when it has holes.
std::optional<unsigned> prefix_of(Bytes mask);

}  // namespace oflens::flow
