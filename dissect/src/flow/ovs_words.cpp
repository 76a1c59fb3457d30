#include "ovs_words.hpp"

#include <bit>

namespace oflens::flow {
namespace {

constexpr std::uint32_t unset_port = 0xfffffff7;  // Open vSwitch's own reserved port

struct NamedPort {
  std::string_view name;
  std::uint32_t number;
};
constexpr NamedPort named_ports[] = {
    {"IN_PORT", 0xfffffff8},    {"TABLE", 0xfffffff9}, {"NORMAL", 0xfffffffa}, {"FLOOD", 0xfffffffb},
    {"ALL", 0xfffffffc},        {"LOCAL", 0xfffffffe}, {"ANY", 0xffffffff},    {"NONE", 0xffffffff},
    {"CONTROLLER", 0xfffffffd}, {"UNSET", unset_port},
};

constexpr int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// "0x" with a digit behind it.
bool is_hex(std::string_view s) {
  return s.size() > 2 && s[0] == '0' && lower(s[1]) == 'x' && digit_of(s[2]) < 16;
}

// Calls f for every digit; returns how many there were.
template <class F>
std::size_t each_digit(std::string_view s, int base, F&& f) {
  std::size_t n = 0;
  for (; n < s.size() && digit_of(s[n]) < base; ++n) f(static_cast<unsigned>(digit_of(s[n])));
  return n;
}

}  // namespace

void put_hex_or_0(TextBuffer& out, Bytes number) {
  while (!number.empty() && number[0] == std::byte{0}) number = number.subspan(1);
  if (number.empty()) return out.put('0');
  const std::size_t first =
      number.size() > 8 ? number.size() % 8 == 0 ? 8 : number.size() % 8 : number.size();
  out.put_hex(load_be(number.data(), first));
  out.put_bytes(number.subspan(first));
}

void put_port(TextBuffer& out, PortNo port) {
  const auto number = static_cast<std::uint32_t>(port);
  if (number >= unset_port)
    for (const NamedPort& named : named_ports)
      if (named.number == number) return out.put(named.name);
  if (out.put_port_name(number)) return;
  out.put_decimal(number >= static_cast<std::uint32_t>(PortNo::max) ? number & 0xffff : number);
}

bool same_word(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

NumberError take_number(std::string_view& text, std::uint64_t& value) {
  std::string_view s = text;
  if (!s.empty() && s[0] == '+') s.remove_prefix(1);
  int base = 10;
  if (is_hex(s)) {
    base = 16;
    s.remove_prefix(2);
  } else if (s.size() > 1 && s[0] == '0' && digit_of(s[1]) < 8) {
    base = 8;
  }
  std::uint64_t v = 0;
  bool too_large = false;
  const std::size_t n = each_digit(s, base, [&](unsigned digit) {
    const auto b = static_cast<unsigned>(base);
    too_large = too_large || v > (~std::uint64_t{0} - digit) / b;
    v = v * b + digit;
  });
  if (n == 0) return NumberError::syntax;
  if (too_large) return NumberError::too_large;
  value = v;
  text = s.substr(n);
  return NumberError::none;
}

NumberError take_number(std::string_view& text, std::span<std::byte> to) {
  if (!is_hex(text)) {
    std::uint64_t v = 0;
    std::string_view rest = text;
    const NumberError error = take_number(rest, v);
    if (error != NumberError::none) return error;
    if (to.size() < 8 && v >> (8 * to.size()) != 0) return NumberError::too_large;
    std::fill(to.begin(), to.end(), std::byte{0});
    for (std::size_t i = to.size(); i-- > 0; v >>= 8) to[i] = static_cast<std::byte>(v);
    text = rest;
    return NumberError::none;
  }
  const std::string_view digits = text.substr(2);
  std::fill(to.begin(), to.end(), std::byte{0});
  bool too_large = false;
  const std::size_t n = each_digit(digits, 16, [&](unsigned digit) {
    too_large = too_large || (!to.empty() && std::to_integer<unsigned>(to[0]) >> 4 != 0);
    for (std::size_t i = 0; i + 1 < to.size(); ++i) to[i] = to[i] << 4 | to[i + 1] >> 4;
    if (!to.empty()) to.back() = to.back() << 4 | static_cast<std::byte>(digit);
  });
  if (too_large) return NumberError::too_large;
  text = digits.substr(n);
  return NumberError::none;
}

std::optional<std::uint64_t> read_number(std::string_view text, std::uint64_t most) {
  std::uint64_t v = 0;
  if (take_number(text, v) != NumberError::none || !text.empty() || v > most) return std::nullopt;
  return v;
}

std::optional<MacAddress> read_mac(std::string_view s) {
  MacAddress mac;
  for (std::size_t i = 0; i < mac.octets.size(); ++i) {
    if (i != 0) {
      if (s.empty() || s[0] != ':') return std::nullopt;
      s.remove_prefix(1);
    }
    unsigned v = 0;
    const std::size_t n = each_digit(s, 16, [&](unsigned digit) { v = (v << 4 | digit) & 0xfff; });
    if (n == 0 || n > 2) return std::nullopt;
    mac.octets[i] = static_cast<std::uint8_t>(v);
    s.remove_prefix(n);
  }
  if (!s.empty()) return std::nullopt;
  return mac;
}

std::optional<Ipv4Address> read_ipv4(std::string_view s) {
  Ipv4Address ip;
  for (std::size_t i = 0; i < ip.octets.size(); ++i) {
    if (i != 0) {
      if (s.empty() || s[0] != '.') return std::nullopt;
      s.remove_prefix(1);
    }
    unsigned v = 0;
    const std::size_t n = each_digit(s, 10, [&](unsigned digit) { v = std::min(v * 10 + digit, 256u); });
    if (n == 0 || v > 255) return std::nullopt;
    ip.octets[i] = static_cast<std::uint8_t>(v);
    s.remove_prefix(n);
  }
  if (!s.empty()) return std::nullopt;
  return ip;
}

// RFC 4291 §2.2.
std::optional<Ipv6Address> read_ipv6(std::string_view s) {
  std::array<std::uint16_t, 8> groups{};
  std::size_t count = 0;
  std::optional<std::size_t> gap;  // where "::" stands
  if (s.substr(0, 2) == "::") {
    gap = 0;
    s.remove_prefix(2);
  }
  while (!s.empty()) {
    if (count == groups.size()) return std::nullopt;
    if (s.find(':') == s.npos && s.find('.') != s.npos) {  // the last 32 bits as an IPv4 address
      const auto ip = read_ipv4(s);
      if (!ip || count + 2 > groups.size()) return std::nullopt;
      groups[count++] = static_cast<std::uint16_t>(ip->octets[0] << 8 | ip->octets[1]);
      groups[count++] = static_cast<std::uint16_t>(ip->octets[2] << 8 | ip->octets[3]);
      break;
    }
    unsigned v = 0;
    const std::size_t n = each_digit(s, 16, [&](unsigned digit) { v = v << 4 | digit; });
    if (n == 0 || n > 4) return std::nullopt;
    groups[count++] = static_cast<std::uint16_t>(v);
    s.remove_prefix(n);
    if (s.empty()) break;
    if (s.substr(0, 2) == "::") {
      if (gap) return std::nullopt;
      gap = count;
      s.remove_prefix(2);
    } else if (s[0] == ':' && s.size() > 1) {
      s.remove_prefix(1);
    } else {
      return std::nullopt;
    }
  }
  if (gap ? count == groups.size() : count != groups.size()) return std::nullopt;
  Ipv6Address ip;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = gap && i >= *gap ? groups.size() - count + i : i;
    ip.octets[2 * at] = static_cast<std::uint8_t>(groups[i] >> 8);
    ip.octets[2 * at + 1] = static_cast<std::uint8_t>(groups[i]);
  }
  return ip;
}

std::optional<PortNo> read_port(std::string_view s) {
  if (const auto number = read_number(s, 0xffffffff)) {
    if (*number < 0xff00) return static_cast<PortNo>(*number);
    if (*number <= 0xffff) {
      // Numbers that 1.0 reserves mean what they mean there.
      return static_cast<PortNo>(*number | 0xffff0000);
    }
    if (*number < static_cast<std::uint32_t>(PortNo::max)) return std::nullopt;
    return static_cast<PortNo>(*number);
  }
  for (const NamedPort& named : named_ports)
    if (same_word(named.name, s)) return static_cast<PortNo>(named.number);
  return std::nullopt;
}

std::optional<unsigned> prefix_of(Bytes mask) {
  unsigned length = 0;
  std::size_t i = 0;
  while (i < mask.size() && mask[i] == std::byte{0xff}) ++i;
  length = static_cast<unsigned>(8 * i);
  if (i < mask.size()) {
    const auto b = std::to_integer<std::uint8_t>(mask[i]);
    const auto leading = static_cast<unsigned>(std::countl_one(b));
    if (static_cast<std::uint8_t>(b << leading) != 0) return std::nullopt;
    length += leading;
    while (++i < mask.size())
      if (mask[i] != std::byte{0}) return std::nullopt;
  }
  return length;
}

}  // namespace oflens::flow
