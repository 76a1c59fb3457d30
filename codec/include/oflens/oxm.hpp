// Match fields: the OXM TLVs of OpenFlow 1.2 and later (1.3.5 §7.2.3), one row a field.
#pragma once

#include <algorithm>
#include <optional>

#include <oflens/wire/one_of.hpp>

namespace oflens {

enum class OxmClass : std::uint16_t {
  nxm_0 = 0x0000,
  nxm_1 = 0x0001,
  ericsson = 0x1000,  // of Open vSwitch only
  openflow_basic = 0x8000,
  packet_regs = 0x8001,
  experimenter = 0xffff,
};
constexpr auto labels_of(OxmClass) {
  return enumeration({{OxmClass::nxm_0, "OFPXMC_NXM_0"},
                      {OxmClass::nxm_1, "OFPXMC_NXM_1"},
                      {OxmClass::ericsson, "OFPXMC_ERICOXM_OF"},
                      {OxmClass::openflow_basic, "OFPXMC_OPENFLOW_BASIC"},
                      {OxmClass::packet_regs, "OFPXMC_PACKET_REGS"},
                      {OxmClass::experimenter, "OFPXMC_EXPERIMENTER"}});
}

// What a field's presence asks of the match before it: that another field of the same class is there, with
// one of up to two values (1.3.5 §7.2.3.8).
struct OxmPrerequisite {
  std::uint8_t field = 0xff;  // 0xff: nothing is asked
  bool any_value = false;
  std::uint16_t values[2] = {0, 0};
};

// A number that is narrower than any integer: bits are the low ones of Width bytes.
template <std::size_t Width>
struct Uint {
  std::uint32_t value = 0;
};

// A number of 128 bits, in the order of the wire.
struct Uint128 {
  std::array<std::uint8_t, 16> octets{};
};

// The encoded form of one field, whose value has up to Width bytes, on the stack.
template <std::size_t Width>
struct OxmValue {
  std::array<std::byte, 4 + 4 + 2 * Width> bytes{};
  std::size_t size = 0;
};

// A match field whose value is a T. Called, it makes an encoded field: eth_type(0x0800), eth_dst(address,
// mask). T may be Bytes: of any width up to 124, which value and mask share.
template <class T>
struct OxmField {
  static constexpr bool any_width = std::is_same_v<T, Bytes>;
  static constexpr std::size_t width = [] {
    if constexpr (std::is_same_v<T, Uint<3>>)
      return 3;
    else if constexpr (any_width)
      return 0;
    else
      return sizeof(T);
  }();
  using value_type = T;
  using Encoded = OxmValue<any_width ? 124 : width>;

  OxmClass oxm_class = OxmClass::openflow_basic;
  std::uint8_t number = 0;
  std::uint16_t bits = width * 8;  // of the value that are in use
  bool maskable = false;           // by the specification; switches mask more
  wire::Format format = wire::Format::decimal;
  OxmPrerequisite requires_{};
  ExperimenterId experimenter{};  // of the class of experimenters: stands before the value
  int index = -1;                 // of one of many, such as registers: part of its name

  constexpr OxmField nth(int n) const {
    OxmField f = *this;
    f.index = n;
    return f;
  }

  Encoded operator()(T value) const { return encode(value, nullptr); }
  Encoded operator()(T value, T mask) const { return encode(value, &mask); }

 private:
  Encoded encode(const T& value, const T* mask) const {
    Encoded v;
    wire::store(v.bytes.data(), oxm_class);
    v.bytes[2] = static_cast<std::byte>(number << 1 | (mask != nullptr ? 1 : 0));
    v.size = 4;
    if (oxm_class == OxmClass::experimenter) {
      wire::store(v.bytes.data() + v.size, experimenter);
      v.size += 4;
    }
    put(v, value);
    if (mask != nullptr) put(v, *mask);
    v.bytes[3] = static_cast<std::byte>(v.size - 4);
    return v;
  }
  static void put(Encoded& v, const T& value) {
    std::byte* const to = v.bytes.data() + v.size;
    if constexpr (any_width) {
      const Bytes used = value.first(std::min<std::size_t>(value.size(), 124));
      wire::detail::copy(used, to);
      v.size += used.size();
    } else {
      if constexpr (std::is_same_v<T, Uint<width>>)
        store_be(to, value.value, width);
      else
        wire::store(to, value);
      v.size += width;
    }
  }
};

// One field of a match, somewhere in a message whose bytes it borrows.
class Oxm {
 public:
  OxmClass oxm_class() const { return static_cast<OxmClass>(load_be<std::uint16_t>(at_)); }
  std::uint8_t number() const { return std::to_integer<std::uint8_t>(at_[2]) >> 1; }
  // Whose field it is, of the class of experimenters; else 0.
  ExperimenterId experimenter() const {
    return static_cast<ExperimenterId>(skip() != 0 ? load_be<std::uint32_t>(at_ + 4) : 0);
  }
  bool has_mask() const { return (at_[2] & std::byte{1}) != std::byte{0}; }
  // The whole field, with its header.
  Bytes bytes() const { return {at_, 4 + length()}; }
  Bytes value() const { return {at_ + 4 + skip(), width()}; }
  // Empty without one.
  Bytes mask() const { return has_mask() ? Bytes{value().data() + width(), width()} : Bytes{}; }

  template <class T>
  bool is(const OxmField<T>& f) const {
    return load_be<std::uint32_t>(at_) >> 9 == (static_cast<std::uint32_t>(f.oxm_class) << 7 | f.number) &&
           (f.oxm_class != OxmClass::experimenter || experimenter() == f.experimenter);
  }
  // The value, if this is that field and as long: only fields of known descriptions have been checked.
  template <class T>
  std::optional<T> get(const OxmField<T>& f) const {
    if (!is(f) || (!f.any_width && width() != f.width)) return std::nullopt;
    return decode<T>(value());
  }
  // The mask, if this is that field and has one.
  template <class T>
  std::optional<T> get_mask(const OxmField<T>& f) const {
    if (!is(f) || !has_mask() || (!f.any_width && width() != f.width)) return std::nullopt;
    return decode<T>(mask());
  }

 private:
  friend struct wire::Element<Oxm>;
  explicit Oxm(const std::byte* at) : at_(at) {}
  std::size_t length() const { return std::to_integer<std::size_t>(at_[3]); }
  // Bytes before the value: an experimenter's id.
  std::size_t skip() const { return oxm_class() == OxmClass::experimenter && length() >= 4 ? 4 : 0; }
  std::size_t width() const { return (length() - skip()) / (has_mask() ? 2 : 1); }
  template <class T>
  static T decode(Bytes bytes) {
    T value{};
    if constexpr (std::is_same_v<T, Bytes>)
      value = bytes;
    else if constexpr (requires { value.value; })
      value.value = static_cast<std::uint32_t>(load_be(bytes.data(), OxmField<T>::width));
    else
      wire::load(value, bytes.data());
    return value;
  }
  const std::byte* at_;
};

// The fields of the class OPENFLOW_BASIC of OpenFlow 1.3 (§7.2.3.7, tables 11 and 12). in_port(PortNo{1}),
// eth_type(0x0800) and so on make encoded fields.
namespace oxm {

namespace detail {
constexpr auto basic = OxmClass::openflow_basic;
constexpr auto dec = wire::Format::decimal;
constexpr auto hex = wire::Format::hex;
constexpr bool masked = true, exact = false;

constexpr OxmPrerequisite eth_type(std::uint16_t a, std::uint16_t b) { return {5, false, {a, b}}; }
constexpr OxmPrerequisite eth_type(std::uint16_t a) { return eth_type(a, a); }
constexpr OxmPrerequisite ip_proto(std::uint16_t a) { return {10, false, {a, a}}; }
constexpr OxmPrerequisite icmpv6_type(std::uint16_t a, std::uint16_t b) { return {29, false, {a, b}}; }
constexpr OxmPrerequisite present(std::uint8_t field) { return {field, true, {}}; }

constexpr OxmPrerequisite ip = eth_type(0x0800, 0x86dd), ipv4 = eth_type(0x0800), ipv6 = eth_type(0x86dd),
                          arp = eth_type(0x0806), mpls = eth_type(0x8847, 0x8848), tcp = ip_proto(6),
                          udp = ip_proto(17), sctp = ip_proto(132), icmpv4 = ip_proto(1),
                          icmpv6 = ip_proto(58), neighbour_solicitation = icmpv6_type(135, 135),
                          neighbour_advertisement = icmpv6_type(136, 136),
                          neighbour_discovery = icmpv6_type(135, 136);
}  // namespace detail

// clang-format off
inline constexpr OxmField<PortNo>        in_port       {detail::basic,  0, 32, detail::exact};
inline constexpr OxmField<PortNo>        in_phy_port   {detail::basic,  1, 32, detail::exact,  detail::dec, detail::present(0)};
inline constexpr OxmField<std::uint64_t> metadata      {detail::basic,  2, 64, detail::masked, detail::hex};
inline constexpr OxmField<MacAddress>    eth_dst       {detail::basic,  3, 48, detail::masked};
inline constexpr OxmField<MacAddress>    eth_src       {detail::basic,  4, 48, detail::masked};
inline constexpr OxmField<std::uint16_t> eth_type      {detail::basic,  5, 16, detail::exact,  detail::hex};
inline constexpr OxmField<std::uint16_t> vlan_vid      {detail::basic,  6, 13, detail::masked, detail::hex};  // bit 12: OFPVID_PRESENT
inline constexpr OxmField<std::uint8_t>  vlan_pcp      {detail::basic,  7,  3, detail::exact,  detail::dec, detail::present(6)};
inline constexpr OxmField<std::uint8_t>  ip_dscp       {detail::basic,  8,  6, detail::exact,  detail::dec, detail::ip};
inline constexpr OxmField<std::uint8_t>  ip_ecn        {detail::basic,  9,  2, detail::exact,  detail::dec, detail::ip};
inline constexpr OxmField<std::uint8_t>  ip_proto      {detail::basic, 10,  8, detail::exact,  detail::dec, detail::ip};
inline constexpr OxmField<Ipv4Address>   ipv4_src      {detail::basic, 11, 32, detail::masked, detail::dec, detail::ipv4};
inline constexpr OxmField<Ipv4Address>   ipv4_dst      {detail::basic, 12, 32, detail::masked, detail::dec, detail::ipv4};
inline constexpr OxmField<std::uint16_t> tcp_src       {detail::basic, 13, 16, detail::exact,  detail::dec, detail::tcp};
inline constexpr OxmField<std::uint16_t> tcp_dst       {detail::basic, 14, 16, detail::exact,  detail::dec, detail::tcp};
inline constexpr OxmField<std::uint16_t> udp_src       {detail::basic, 15, 16, detail::exact,  detail::dec, detail::udp};
inline constexpr OxmField<std::uint16_t> udp_dst       {detail::basic, 16, 16, detail::exact,  detail::dec, detail::udp};
inline constexpr OxmField<std::uint16_t> sctp_src      {detail::basic, 17, 16, detail::exact,  detail::dec, detail::sctp};
inline constexpr OxmField<std::uint16_t> sctp_dst      {detail::basic, 18, 16, detail::exact,  detail::dec, detail::sctp};
inline constexpr OxmField<std::uint8_t>  icmpv4_type   {detail::basic, 19,  8, detail::exact,  detail::dec, detail::icmpv4};
inline constexpr OxmField<std::uint8_t>  icmpv4_code   {detail::basic, 20,  8, detail::exact,  detail::dec, detail::icmpv4};
inline constexpr OxmField<std::uint16_t> arp_op        {detail::basic, 21, 16, detail::exact,  detail::dec, detail::arp};
inline constexpr OxmField<Ipv4Address>   arp_spa       {detail::basic, 22, 32, detail::masked, detail::dec, detail::arp};
inline constexpr OxmField<Ipv4Address>   arp_tpa       {detail::basic, 23, 32, detail::masked, detail::dec, detail::arp};
inline constexpr OxmField<MacAddress>    arp_sha       {detail::basic, 24, 48, detail::masked, detail::dec, detail::arp};
inline constexpr OxmField<MacAddress>    arp_tha       {detail::basic, 25, 48, detail::masked, detail::dec, detail::arp};
inline constexpr OxmField<Ipv6Address>   ipv6_src      {detail::basic, 26, 128, detail::masked, detail::dec, detail::ipv6};
inline constexpr OxmField<Ipv6Address>   ipv6_dst      {detail::basic, 27, 128, detail::masked, detail::dec, detail::ipv6};
inline constexpr OxmField<std::uint32_t> ipv6_flabel   {detail::basic, 28, 20, detail::masked, detail::hex, detail::ipv6};
inline constexpr OxmField<std::uint8_t>  icmpv6_type   {detail::basic, 29,  8, detail::exact,  detail::dec, detail::icmpv6};
inline constexpr OxmField<std::uint8_t>  icmpv6_code   {detail::basic, 30,  8, detail::exact,  detail::dec, detail::icmpv6};
inline constexpr OxmField<Ipv6Address>   ipv6_nd_target{detail::basic, 31, 128, detail::exact, detail::dec, detail::neighbour_discovery};
inline constexpr OxmField<MacAddress>    ipv6_nd_sll   {detail::basic, 32, 48, detail::exact,  detail::dec, detail::neighbour_solicitation};
inline constexpr OxmField<MacAddress>    ipv6_nd_tll   {detail::basic, 33, 48, detail::exact,  detail::dec, detail::neighbour_advertisement};
inline constexpr OxmField<std::uint32_t> mpls_label    {detail::basic, 34, 20, detail::exact,  detail::dec, detail::mpls};
inline constexpr OxmField<std::uint8_t>  mpls_tc       {detail::basic, 35,  3, detail::exact,  detail::dec, detail::mpls};
inline constexpr OxmField<std::uint8_t>  mpls_bos      {detail::basic, 36,  1, detail::exact,  detail::dec, detail::mpls};
inline constexpr OxmField<Uint<3>>       pbb_isid      {detail::basic, 37, 24, detail::masked, detail::hex, detail::eth_type(0x88e7)};
inline constexpr OxmField<std::uint64_t> tunnel_id     {detail::basic, 38, 64, detail::masked, detail::hex};
inline constexpr OxmField<std::uint16_t> ipv6_exthdr   {detail::basic, 39,  9, detail::masked, detail::hex, detail::ipv6};
// clang-format on

// Fields of later versions, which switches take from controllers of 1.3, too (1.5.1 §7.2.3.8). They are known
// where the standard catalogue is.
// clang-format off
inline constexpr OxmField<std::uint8_t>  pbb_uca       {detail::basic, 41,  1, detail::exact,  detail::dec, detail::eth_type(0x88e7)};
inline constexpr OxmField<std::uint16_t> tcp_flags     {detail::basic, 42, 12, detail::masked, detail::hex, detail::tcp};
inline constexpr OxmField<PortNo>        actset_output {detail::basic, 43, 32, detail::exact};
inline constexpr OxmField<std::uint32_t> packet_type   {detail::basic, 44, 32, detail::exact,  detail::hex};
// 64-bit registers 0 to 7 (ONF EXT-244).
template <int N>
inline constexpr auto pkt_reg = OxmField<std::uint64_t>{OxmClass::packet_regs, N, 64, detail::masked, detail::hex}.nth(N);
// clang-format on

}  // namespace oxm

// ---- lowering

namespace wire {

// One row of a table of match fields, with the name of the variable that it was made from.
struct OxmRow {
  PackedDesc packed;
  OxmPrerequisite prerequisite;
};
// The name of the variable, and the index of one of many: "nxm_nx_reg" and 7.
template <const auto& F>
struct OxmName {
  static constexpr auto chars = [] {
    constexpr std::string_view name = detail::spelled_name<&F>();
    std::array<char, name.size() + 4> a{};
    auto end = std::copy(name.begin(), name.end(), a.begin());
    if (F.index >= 100) *end++ = static_cast<char>('0' + F.index / 100);
    if (F.index >= 10) *end++ = static_cast<char>('0' + F.index / 10 % 10);
    if (F.index >= 0) *end++ = static_cast<char>('0' + F.index % 10);
    return a;
  }();
};
template <const auto& F>
consteval OxmRow oxm_row() {
  using T = typename std::remove_cvref_t<decltype(F)>::value_type;
  constexpr const char* name = OxmName<F>::chars.data();
  FieldDesc value{.name = "value", .kind = Kind::number, .format = F.format, .width = F.width};
  if constexpr (std::is_same_v<T, Bytes>) {
    value.kind = Kind::opaque;
  } else if constexpr (!std::is_same_v<T, Uint<3>>) {
    value.kind = kind_of<T>();
    value.labels = labels<T>();
  }
  if (F.bits != F.width * 8) value.bits = F.bits;
  FieldDesc mask = value;
  mask.name = "mask";
  mask.labels = {};
  if (mask.kind == Kind::number) mask.format = Format::hex;
  return {{.name = name,
           .id_class = static_cast<std::uint16_t>(F.oxm_class),
           .id_field = F.number,
           .experimenter = static_cast<std::uint32_t>(F.experimenter),
           .width = F.width,
           .bits = F.bits,
           .maskable = F.maskable,
           .element = {.name = name, .kind = Kind::packed},
           .value = value,
           .mask = mask},
          F.requires_};
}
template <const auto&... F>
inline constexpr std::array<OxmRow, sizeof...(F)> oxm_rows{oxm_row<F>()...};

}  // namespace wire

// The table of the class OPENFLOW_BASIC; row i is field i.
inline constexpr auto& oxm_basic =
    wire::oxm_rows<oxm::in_port, oxm::in_phy_port, oxm::metadata, oxm::eth_dst, oxm::eth_src, oxm::eth_type,
                   oxm::vlan_vid, oxm::vlan_pcp, oxm::ip_dscp, oxm::ip_ecn, oxm::ip_proto, oxm::ipv4_src,
                   oxm::ipv4_dst, oxm::tcp_src, oxm::tcp_dst, oxm::udp_src, oxm::udp_dst, oxm::sctp_src,
                   oxm::sctp_dst, oxm::icmpv4_type, oxm::icmpv4_code, oxm::arp_op, oxm::arp_spa, oxm::arp_tpa,
                   oxm::arp_sha, oxm::arp_tha, oxm::ipv6_src, oxm::ipv6_dst, oxm::ipv6_flabel,
                   oxm::icmpv6_type, oxm::icmpv6_code, oxm::ipv6_nd_target, oxm::ipv6_nd_sll,
                   oxm::ipv6_nd_tll, oxm::mpls_label, oxm::mpls_tc, oxm::mpls_bos, oxm::pbb_isid,
                   oxm::tunnel_id, oxm::ipv6_exthdr>;
static_assert(
    [] {
      for (std::size_t i = 0; i < oxm_basic.size(); ++i)
        if (oxm_basic[i].packed.id_field != i) return false;
      return oxm_basic.size() == 40;
    }(),
    "row i of the table is field i, and none is missing");

// Adds the fields of later versions to a catalogue.
inline constexpr auto add_later_fields = [](auto& catalog) {
  return catalog.template add_oxm<oxm::pbb_uca, oxm::tcp_flags, oxm::actset_output, oxm::packet_type>() &&
         [&catalog]<int... N>(std::integer_sequence<int, N...>) {
    return catalog.template add_oxm<oxm::pkt_reg<N>...>();
  }
  (std::make_integer_sequence<int, 8>{});
};

namespace wire {

// The description of the field that begins at element, by the library's table and then by the catalogue's;
// null when neither has it. element holds the header at least.
const PackedDesc* find_oxm(const Catalog*, Bytes element);

template <>
struct Element<Oxm> {
  // Bytes of a value, by field number; 0 where the table has no row.
  static constexpr std::array<std::uint8_t, 128> widths = [] {
    std::array<std::uint8_t, 128> w{};
    for (const OxmRow& row : oxm_basic) w[row.packed.id_field] = row.packed.width;
    return w;
  }();

  static const std::byte* check(const std::byte* p, const std::byte* end, const Context& context) {
    const auto left = static_cast<std::size_t>(end - p);
    if (left < 4) return nullptr;
    const auto header = load_be<std::uint32_t>(p);
    const std::size_t length = header & 0xff;
    if (length > left - 4) return nullptr;
    const std::size_t width = header >> 16 == 0x8000 ? widths[header >> 9 & 0x7f] : 0;
    if (width != 0) {
      if (length != width << (header >> 8 & 1)) return nullptr;
    } else if (!check_foreign(p, length, context)) {
      return nullptr;
    }
    return p + 4 + length;
  }
  static const std::byte* next(const std::byte* p) { return p + 4 + std::to_integer<std::size_t>(p[3]); }
  static Oxm get(const std::byte* p) { return Oxm(p); }

  template <class Part>
  static constexpr bool accepts = std::is_same_v<Part, Oxm> || requires(const Part& part) {
    []<std::size_t W>(const OxmValue<W>&) {}(part);
  };
  static std::size_t size(const Oxm& f) { return f.bytes().size(); }
  static std::byte* write(const Oxm& f, std::byte* p) { return detail::copy(f.bytes(), p); }
  template <std::size_t Width>
  static std::size_t size(const OxmValue<Width>& v) {
    return v.size;
  }
  template <std::size_t Width>
  static std::byte* write(const OxmValue<Width>& v, std::byte* p) {
    return detail::copy({v.bytes.data(), v.size}, p);
  }

 private:
  static bool check_foreign(const std::byte* p, std::size_t length, const Context&);
};

template <>
struct FamilyOf<Oxm> {
  static constexpr FamilyDesc desc{.name = "oxm",
                                   .shape = FamilyDesc::Shape::packed,
                                   .minimum = 4,
                                   .domain = Domain::match,
                                   .unknown = {.name = "oxm", .kind = Kind::element},
                                   .find_packed = find_oxm};
};

}  // namespace wire

// The first field of a match whose prerequisite the fields before it do not meet; null when all are met. A
// masked prerequisite does not count as met, except vlan_vid's presence.
const wire::PackedDesc* unmet_prerequisite(const Seq<Oxm>& match);

}  // namespace oflens
