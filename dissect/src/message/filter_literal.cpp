#include "filter_literal.hpp"

#include <arpa/inet.h>

#include <fmt/format.h>

#include <charconv>

#include <oflens/nearest.hpp>

namespace oflens::filter {
namespace {

template <class N>
std::optional<N> read_whole(std::string_view s, int base = 10) {
  N value{};
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), value, base);
  if (error != std::errc() || end != s.data() + s.size() || s.empty()) return std::nullopt;
  return value;
}

bool is_hex(std::string_view s) { return s.starts_with("0x") || s.starts_with("0X"); }

bool is_digits(std::string_view s) {
  return !s.empty() && s.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<std::uint64_t> read_number(std::string_view s) {
  return is_hex(s) ? read_whole<std::uint64_t>(s.substr(2), 16) : read_whole<std::uint64_t>(s);
}

bool same_word(std::string_view a, std::string_view b) {
  const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return small(x) == small(y); });
}

// The constant's own name, or without what stands before the first '_'.
bool is_constant(std::string_view label, std::string_view word) {
  return same_word(label, word) || same_word(label.substr(label.find('_') + 1), word);
}

// Several constants, with '|' between them, are all their bits.
std::optional<std::uint64_t> read_constants(std::string_view text, const wire::Labels& table) {
  std::uint64_t value = 0;
  for (;;) {
    const std::size_t end = std::min(text.find('|'), text.size());
    const std::string_view word = text.substr(0, end);
    const auto label = std::find_if(table.entries.begin(), table.entries.end(),
                                    [&](const wire::Label& l) { return is_constant(l.text, word); });
    if (label != table.entries.end())
      value |= label->value;
    else if (const auto number = read_number(word); number && text.size() != word.size())
      value |= *number;
    else
      return std::nullopt;
    if (end == text.size()) return value;
    text.remove_prefix(end + 1);
  }
}

// The length of a prefix, or a mask written as an address.
template <class ReadAddress>
bool read_mask(std::string_view text, std::size_t size, std::byte* mask, ReadAddress read_address) {
  if (const auto prefix = is_digits(text) ? read_whole<unsigned>(text) : std::nullopt) {
    if (*prefix > 8 * size) return false;
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t ones = std::min<std::size_t>(*prefix > 8 * i ? *prefix - 8 * i : 0, 8);
      mask[i] = static_cast<std::byte>(0xff00 >> ones & 0xff);
    }
    return true;
  }
  return read_address(text, mask);
}

bool read_mac(std::string_view s, std::byte* to) {
  if (s.size() != 17) return false;
  for (std::size_t i = 0; i < 6; ++i) {
    const auto octet = read_whole<std::uint8_t>(s.substr(3 * i, 2), 16);
    if (!octet || (i < 5 && s[3 * i + 2] != ':' && s[3 * i + 2] != '-')) return false;
    to[i] = static_cast<std::byte>(*octet);
  }
  return true;
}
bool read_ip(int family, std::string_view s, std::byte* to) {
  char text[INET6_ADDRSTRLEN + 1];
  if (s.size() >= sizeof text) return false;
  *std::copy(s.begin(), s.end(), text) = '\0';
  return inet_pton(family, text, to) == 1;
}

bool read_address(Type type, std::string_view s, std::byte* to) {
  switch (type) {
    case Type::mac: return read_mac(s, to);
    case Type::ipv4: return read_ip(AF_INET, s, to);
    case Type::ipv6: return read_ip(AF_INET6, s, to);
    default: return false;
  }
}

// "10.0.0.0/8", "2001:db8::/32", "01:00:00:00:00:00/01:00:00:00:00:00", into address and mask from `at` on.
bool read_masked(Type type, std::string_view s, Literal& out, std::size_t at = 0) {
  const std::size_t size = size_of(type), slash = s.find('/');
  if (!read_address(type, s.substr(0, slash), out.address.data() + at)) return false;
  out.masked = slash != std::string_view::npos;
  std::fill(out.mask.begin(), out.mask.end(), std::byte{0xff});
  if (!out.masked) return true;
  const bool ok = read_mask(s.substr(slash + 1), size, out.mask.data() + at,
                            [&](std::string_view m, std::byte* to) { return read_address(type, m, to); });
  for (std::size_t i = 0; i < size; ++i) out.address[at + i] &= out.mask[at + i];
  return ok;
}

// An address as above, an address with a port: "10.0.0.1:6653", "[::1]:6653".
bool read_endpoint(std::string_view s, Literal& out) {
  const bool bracketed = s.starts_with('[');
  const std::size_t colon = s.rfind(':');
  const bool ported =
      colon != std::string_view::npos && (bracketed ? s[colon - 1] == ']' : s.find(':') == colon);
  if (ported) {
    const auto port = read_whole<std::uint16_t>(s.substr(colon + 1));
    if (!port) return false;
    out.port = *port;
    s = s.substr(0, colon);
  }
  if (bracketed) {
    if (s.size() < 2 || !s.ends_with(']')) return false;
    s = s.substr(1, s.size() - 2);
  }
  if (!bracketed && read_masked(Type::ipv4, s, out, 12)) {
    std::fill_n(out.address.begin(), 10, std::byte{0});
    std::fill_n(out.address.begin() + 10, 2, std::byte{0xff});
    return true;
  }
  return read_masked(Type::ipv6, s, out);
}

// Days since 1970-01-01, by the proleptic Gregorian calendar.
std::int64_t days_until(int year, unsigned month, unsigned day) {
  return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day))
      .time_since_epoch()
      .count();
}

// Digits behind a decimal point, as nanoseconds.
std::optional<std::uint64_t> read_fraction(std::string_view s) {
  if (!is_digits(s) || s.size() > 9) return std::nullopt;
  std::uint64_t n = *read_whole<std::uint64_t>(s);
  for (std::size_t i = s.size(); i < 9; ++i) n *= 10;
  return n;
}

constexpr std::uint64_t second = 1'000'000'000;

bool read_number_into(std::string_view text, const Subject& subject, Literal& out, bool& too_large) {
  if (const auto n = read_number(text)) {
    too_large = subject.bits < 64 && *n >> subject.bits != 0;
    out.number = *n;
    // A version may be written as "1.3" or as the number on the wire.
    return !too_large;
  }
  for (const wire::Labels& table : subject.tables)
    if (const auto n = read_constants(text, table)) out.constants.push_back({table.entries.data(), *n});
  return !out.constants.empty();
}

}  // namespace

std::optional<std::string> read_bytes(std::string_view s) {
  if (is_hex(s)) s.remove_prefix(2);
  std::string out;
  while (!s.empty()) {
    const auto octet = s.size() < 2 ? std::nullopt : read_whole<std::uint8_t>(s.substr(0, 2), 16);
    if (!octet) return std::nullopt;
    out.push_back(static_cast<char>(*octet));
    s.remove_prefix(2);
    if (s.size() > 1 && s.front() == ':') s.remove_prefix(1);
  }
  if (out.empty()) return std::nullopt;
  return out;
}

std::optional<std::uint64_t> read_time(std::string_view s) {
  if (s.size() < 19 || s[4] != '-' || s[7] != '-' || (s[10] != 'T' && s[10] != ' ') || s[13] != ':' ||
      s[16] != ':')
    return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t n) {
    const std::string_view digits = s.substr(at, n);
    return is_digits(digits) ? read_whole<unsigned>(digits) : std::nullopt;
  };
  const auto year = part(0, 4), month = part(5, 2), day = part(8, 2), hour = part(11, 2),
             minute = part(14, 2), seconds = part(17, 2);
  if (!year || !month || !day || !hour || !minute || !seconds) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day)};
  if (!date.ok() || *year < 1970 || *year > 2500 || *hour > 23 || *minute > 59 || *seconds > 60)
    return std::nullopt;
  std::int64_t t =
      days_until(static_cast<int>(*year), *month, *day) * 86400 + *hour * 3600 + *minute * 60 + *seconds;
  s.remove_prefix(19);
  std::uint64_t fraction = 0;
  if (s.starts_with('.')) {
    const std::size_t end = std::min(s.find_first_not_of("0123456789", 1), s.size());
    const auto digits = read_fraction(s.substr(1, end - 1));
    if (!digits) return std::nullopt;
    fraction = *digits;
    s.remove_prefix(end);
  }
  if (s.size() == 6 && (s[0] == '+' || s[0] == '-') && s[3] == ':') {
    const auto hours = read_whole<unsigned>(s.substr(1, 2)), minutes = read_whole<unsigned>(s.substr(4, 2));
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    const std::int64_t offset = *hours * 3600 + *minutes * 60;
    t -= s[0] == '+' ? offset : -offset;
  } else if (!s.empty() && s != "Z") {
    return std::nullopt;
  }
  if (t < 0) return std::nullopt;
  return static_cast<std::uint64_t>(t) * second + fraction;
}

std::optional<std::uint64_t> read_seconds(std::string_view s) {
  const std::size_t point = s.find('.');
  const std::string_view whole = s.substr(0, point);
  if (!is_digits(whole) || whole.size() > 9) return std::nullopt;
  std::uint64_t fraction = 0;
  if (point != std::string_view::npos) {
    const auto digits = read_fraction(s.substr(point + 1));
    if (!digits) return std::nullopt;
    fraction = *digits;
  }
  return *read_whole<std::uint64_t>(whole) * second + fraction;
}

std::string Subject::what() const {
  if (source == Source::time || source == Source::elapsed)
    return "a time (2026-11-20T09:36:27.5Z) or seconds since the first packet";
  std::string text;
  const auto add = [&](const std::string& more) { text += (text.empty() ? "" : " or ") + more; };
  if (source == Source::type) return "the name of a type or its number";
  if ((types & bit(Type::number)) != 0) {
    add(fmt::format("a number of {} bits", bits));
    if (!tables.empty()) add("a constant");
  }
  if ((types & bit(Type::mac)) != 0) add("a MAC address");
  if ((types & bit(Type::ipv4)) != 0) add("an IPv4 address");
  if ((types & bit(Type::ipv6)) != 0) add("an IPv6 address");
  if ((types & bit(Type::text)) != 0) add("text");
  if ((types & bit(Type::bytes)) != 0) add("bytes");
  if ((types & bit(Type::endpoint)) != 0) add("an address, perhaps with a port");
  if (text.empty()) text = "no value: it holds other fields";
  return text;
}

std::optional<Literal> read_literal(std::string_view text, bool quoted, const Subject& subject,
                                    std::string& why) {
  Literal out;
  bool too_large = false;
  const auto is = [&](Type t, bool ok) {
    if (ok) out.types |= bit(t);
  };
  for (const Type type : {Type::number, Type::mac, Type::ipv4, Type::ipv6, Type::text, Type::bytes,
                          Type::endpoint, Type::group}) {
    if ((subject.types & bit(type)) == 0) continue;
    switch (type) {
      case Type::number: is(type, read_number_into(text, subject, out, too_large)); break;
      case Type::mac:
      case Type::ipv4:
      case Type::ipv6: {
        Literal address;
        if (!read_masked(type, text, address)) break;
        out.address = address.address;
        out.mask = address.mask;
        out.masked = address.masked;
        is(type, true);
        break;
      }
      case Type::endpoint: is(type, read_endpoint(text, out)); break;
      case Type::text:
        out.text = text;
        is(type, true);
        break;
      case Type::bytes:
      case Type::group:
        if (auto bytes = quoted ? std::optional<std::string>(text) : read_bytes(text)) {
          out.bytes = std::move(*bytes);
          is(type, true);
        }
        break;
    }
  }
  if (out.types != 0) return out;
  if (too_large) {
    why = fmt::format("{} is {}; {} does not fit", subject.name, subject.what(), text);
    return std::nullopt;
  }
  Nearest nearest(text);
  for (const wire::Labels& table : subject.tables)
    for (const wire::Label& l : table.entries) {
      const std::string_view label = l.text;
      nearest.consider(label);
      nearest.consider(label.substr(label.find('_') + 1));
    }
  why = fmt::format("{} is {}; '{}' is not{}", subject.name, subject.what(), text, nearest.question());
  return std::nullopt;
}

}  // namespace oflens::filter
