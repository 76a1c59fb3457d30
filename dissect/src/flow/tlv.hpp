// Walks a match in canonical form without the checks that were made when it was built.
#pragma once

#include <oflens/flow/flow.hpp>

namespace oflens::flow {

// One match field of a canonical list.
struct Tlv {
  explicit Tlv(const std::byte* p) : at(p), header(load_be<std::uint32_t>(p)) {}

  const std::byte* at;
  std::uint32_t header;  // class, field, has_mask, length

  std::size_t length() const { return header & 0xff; }
  const std::byte* end() const { return at + 4 + length(); }
  bool masked() const { return (header >> 8 & 1) != 0; }
  // Class and field number, by which lists are sorted; then by experimenter.
  std::uint32_t id() const { return header >> 9; }
  bool experimental() const { return header >> 16 == 0xffff; }
  std::size_t skip() const { return experimental() ? 4 : 0; }  // an experimenter's id, before the value
  // Not made of a value, and a mask of the same size: nothing is known of its bytes.
  bool opaque() const { return length() < skip() || (masked() && (length() - skip()) % 2 != 0); }
  std::uint32_t experimenter() const {
    return experimental() && length() >= 4 ? load_be<std::uint32_t>(at + 4) : 0;
  }
  std::size_t width() const { return masked() ? (length() - skip()) / 2 : length() - skip(); }
  const std::byte* value() const { return at + 4 + skip(); }
  // Null without one.
  const std::byte* mask() const { return masked() ? value() + width() : nullptr; }
};

// Ids of the fields of OPENFLOW_BASIC, and of the one that stands for the VLAN tag.
constexpr std::uint32_t basic_id(std::uint8_t number) { return 0x8000u << 7 | number; }
template <class T>
constexpr std::uint32_t id_of(const OxmField<T>& field) {
  return static_cast<std::uint32_t>(field.oxm_class) << 7 | field.number;
}

template <class F>
void each_field(Bytes canonical, F&& f) {
  const std::byte* end = canonical.data() + canonical.size();
  for (const std::byte* p = canonical.data(); p != end;) {
    const Tlv field(p);
    f(field);
    p = field.end();
  }
}

// Elements that begin with type and length: actions, instructions.
template <class F>
void each_element(Bytes list, F&& f) {
  while (!list.empty()) {
    const std::size_t length = load_be<std::uint16_t>(list.data() + 2);
    f(load_be<std::uint16_t>(list.data()), list.first(length));
    list = list.subspan(length);
  }
}

// Mixes two numbers into one.
inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}
inline constexpr std::uint64_t mix_a = 0xa0761d6478bd642f, mix_b = 0xe7037ed1a0b428db;

}  // namespace oflens::flow
