// Match fields by name only: the headers of OXM and NXM without a value, as table features list them (1.3.5
// §7.3.5.5.2) and as Nicira's actions name what they read and write.
#pragma once

#include <oflens/oxm.hpp>

namespace oflens {

// One header, somewhere in a message whose bytes it borrows. 4 bytes, an experimenter's 8.
class OxmId {
 public:
  OxmClass oxm_class() const { return static_cast<OxmClass>(load_be<std::uint16_t>(at_)); }
  std::uint8_t number() const { return std::to_integer<std::uint8_t>(at_[2]) >> 1; }
  bool has_mask() const { return (at_[2] & std::byte{1}) != std::byte{0}; }
  // Of the value (and mask, and experimenter's id) that would follow, in bytes.
  std::uint8_t length() const { return std::to_integer<std::uint8_t>(at_[3]); }
  Bytes bytes() const;

 private:
  friend struct wire::Element<OxmId>;
  explicit OxmId(const std::byte* at) : at_(at) {}
  const std::byte* at_;
};

// The header of a field, to be put where an OxmId is: oxm_id(oxm::eth_type).
struct OxmHeader {
  std::array<std::byte, 8> bytes{};
  std::size_t size = 0;
};
template <class T>
OxmHeader oxm_id(const OxmField<T>& field, bool has_mask = false) {
  const auto encoded = has_mask ? field(T{}, T{}) : field(T{});
  OxmHeader header;
  header.size = field.oxm_class == OxmClass::experimenter ? 8 : 4;
  std::memcpy(header.bytes.data(), encoded.bytes.data(), header.size);
  return header;
}

namespace wire {

template <>
struct Element<OxmId> {
  static std::size_t width(const std::byte* p) {
    return load_be<std::uint16_t>(p) == static_cast<std::uint16_t>(OxmClass::experimenter) ? 8 : 4;
  }
  static const std::byte* check(const std::byte* p, const std::byte* end, const Context&) {
    const auto left = static_cast<std::size_t>(end - p);
    return left < 4 || left < width(p) ? nullptr : p + width(p);
  }
  static const std::byte* next(const std::byte* p) { return p + width(p); }
  static OxmId get(const std::byte* p) { return OxmId(p); }

  template <class Part>
  static constexpr bool accepts = std::is_same_v<Part, OxmId> || std::is_same_v<Part, OxmHeader>;
  static std::size_t size(const OxmId& v) { return v.bytes().size(); }
  static std::byte* write(const OxmId& v, std::byte* p) { return detail::copy(v.bytes(), p); }
  static std::size_t size(const OxmHeader& v) { return v.size; }
  static std::byte* write(const OxmHeader& v, std::byte* p) {
    return detail::copy({v.bytes.data(), v.size}, p);
  }
};

template <>
struct FamilyOf<OxmId> {
  static constexpr FamilyDesc desc{.name = "oxm_id",
                                   .shape = FamilyDesc::Shape::packed_id,
                                   .minimum = 4,
                                   .domain = Domain::request,
                                   .unknown = {.name = "oxm_id", .kind = Kind::element},
                                   .find_packed = find_oxm};
};

}  // namespace wire

inline Bytes OxmId::bytes() const { return {at_, wire::Element<OxmId>::width(at_)}; }

}  // namespace oflens
