#include <oflens/flow/packet_key.hpp>

#include <cstddef>

#include <oflens/ext/nxm.hpp>
#include <oflens/flow/flow_text.hpp>

#include "packet_fields.hpp"
#include "tlv.hpp"

namespace oflens {
namespace flow {
namespace {

using namespace nicira;

constexpr std::uint16_t vlan_present = 0x1000, vlan_pcp_mask = 0xe000;
constexpr unsigned most_labels = 3;

using P = Prerequisite;

// How a field lies in its place: a number of up to 8 octets, shifted and masked; or octets as they are.
enum class How : std::uint8_t {
  bits,
  octets,
  port,      // of 16 bits, in a place of 32
  vlan,      // of the tag: setting it makes one
  composed,  // not matched: the canonical form has its parts
};

struct Place {
  std::uint32_t id, experimenter;
  std::uint16_t at;    // in a PacketKey
  std::uint8_t size;   // of the place
  std::uint8_t width;  // of the field
  std::uint8_t shift;
  std::uint64_t mask;  // of the field's number
  How how;
  Prerequisite prerequisite;
};

template <const auto& F>
constexpr Place place(std::size_t at, std::size_t size, Prerequisite prerequisite = P::none,
                      unsigned shift = 0) {
  constexpr auto width = F.width;
  const std::uint64_t mask = F.bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << F.bits) - 1;
  return {id_of(F),
          static_cast<std::uint32_t>(F.experimenter),
          static_cast<std::uint16_t>(at),
          static_cast<std::uint8_t>(size),
          static_cast<std::uint8_t>(width),
          static_cast<std::uint8_t>(shift),
          mask,
          width > 8 ? How::octets : How::bits,
          prerequisite};
}
template <const auto& F>
constexpr Place place(std::size_t at, std::size_t size, How how, std::uint64_t mask, unsigned shift = 0,
                      Prerequisite prerequisite = P::none) {
  Place p = place<F>(at, size, prerequisite, shift);
  p.how = how;
  p.mask = mask;
  return p;
}

#define OFLENS_AT(member) offsetof(PacketKey, member), sizeof(PacketKey::member)
#define OFLENS_IN(member) \
  offsetof(PacketKey, inner) + offsetof(PacketKey::Inner, member), sizeof(PacketKey::Inner::member)

// clang-format off
// Those of the canonical form, in its order; then others that actions name.
constexpr Place fixed_places[] = {
    place<nxm_of_vlan_tci>(offsetof(PacketKey, vlans) + 2, 2),
    place<nxm_nx_ip_frag>(OFLENS_IN(ip_frag), P::ip),
    place<nxm_nx_ip_ttl>(OFLENS_IN(ip_ttl), P::ip),
    place<nxm_nx_mpls_ttl>(offsetof(PacketKey, mpls), 4, P::mpls),
    place<nxm_nx_tun_ipv4_src>(OFLENS_AT(tun_src)),
    place<nxm_nx_tun_ipv4_dst>(OFLENS_AT(tun_dst)),
    place<nxm_nx_pkt_mark>(OFLENS_AT(pkt_mark)),
    place<nxm_nx_dp_hash>(OFLENS_AT(dp_hash)),
    place<nxm_nx_recirc_id>(OFLENS_AT(recirc_id)),
    place<nxm_nx_conj_id>(OFLENS_AT(conj_id)),
    place<nxm_nx_tun_gbp_id>(OFLENS_AT(tun_gbp_id)),
    place<nxm_nx_tun_gbp_flags>(OFLENS_AT(tun_gbp_flags)),
    place<nxm_nx_tun_flags>(OFLENS_AT(tun_flags)),
    place<nxm_nx_ct_state>(OFLENS_AT(ct_state)),
    place<nxm_nx_ct_zone>(OFLENS_AT(ct_zone)),
    place<nxm_nx_ct_mark>(OFLENS_AT(ct_mark)),
    place<nxm_nx_ct_label>(OFLENS_AT(ct_label)),
    place<nxm_nx_tun_ipv6_src>(OFLENS_AT(tun_ipv6_src)),
    place<nxm_nx_tun_ipv6_dst>(OFLENS_AT(tun_ipv6_dst)),
    place<nxm_nx_ct_nw_proto>(OFLENS_AT(ct_nw_proto)),
    place<nxm_nx_ct_nw_src>(OFLENS_AT(ct_nw_src)),
    place<nxm_nx_ct_nw_dst>(OFLENS_AT(ct_nw_dst)),
    place<nxm_nx_ct_ipv6_src>(OFLENS_AT(ct_ipv6_src)),
    place<nxm_nx_ct_ipv6_dst>(OFLENS_AT(ct_ipv6_dst)),
    place<nxm_nx_ct_tp_src>(OFLENS_AT(ct_tp_src)),
    place<nxm_nx_ct_tp_dst>(OFLENS_AT(ct_tp_dst)),
    place<oxm::in_port>(OFLENS_AT(in_port)),
    place<oxm::metadata>(OFLENS_AT(metadata)),
    place<oxm::eth_dst>(OFLENS_AT(eth_dst)),
    place<oxm::eth_src>(OFLENS_AT(eth_src)),
    place<oxm::eth_type>(OFLENS_AT(eth_type)),
    place<oxm::ip_dscp>(OFLENS_IN(ip_tos), P::ip, 2),
    place<oxm::ip_ecn>(OFLENS_IN(ip_tos), P::ip),
    place<oxm::ip_proto>(OFLENS_IN(ip_proto), P::ip),
    place<oxm::ipv4_src>(OFLENS_IN(ipv4_src), P::ipv4),
    place<oxm::ipv4_dst>(OFLENS_IN(ipv4_dst), P::ipv4),
    place<oxm::tcp_src>(OFLENS_IN(tp_src), P::tcp),
    place<oxm::tcp_dst>(OFLENS_IN(tp_dst), P::tcp),
    place<oxm::udp_src>(OFLENS_IN(tp_src), P::udp),
    place<oxm::udp_dst>(OFLENS_IN(tp_dst), P::udp),
    place<oxm::sctp_src>(OFLENS_IN(tp_src), P::sctp),
    place<oxm::sctp_dst>(OFLENS_IN(tp_dst), P::sctp),
    place<oxm::icmpv4_type>(OFLENS_IN(tp_src), P::icmp),
    place<oxm::icmpv4_code>(OFLENS_IN(tp_dst), P::icmp),
    place<oxm::arp_op>(OFLENS_IN(ip_proto), How::bits, 0xff, 0, P::arp),
    place<oxm::arp_spa>(OFLENS_IN(ipv4_src), P::arp),
    place<oxm::arp_tpa>(OFLENS_IN(ipv4_dst), P::arp),
    place<oxm::arp_sha>(OFLENS_IN(arp_sha), P::arp),
    place<oxm::arp_tha>(OFLENS_IN(arp_tha), P::arp),
    place<oxm::ipv6_src>(OFLENS_IN(ipv6_src), P::ipv6),
    place<oxm::ipv6_dst>(OFLENS_IN(ipv6_dst), P::ipv6),
    place<oxm::ipv6_flabel>(OFLENS_IN(ipv6_label), P::ipv6),
    place<oxm::icmpv6_type>(OFLENS_IN(tp_src), P::icmp6),
    place<oxm::icmpv6_code>(OFLENS_IN(tp_dst), P::icmp6),
    place<oxm::ipv6_nd_target>(OFLENS_IN(nd_target), P::nd),
    place<oxm::ipv6_nd_sll>(OFLENS_IN(arp_sha), P::nd_solicit),
    place<oxm::ipv6_nd_tll>(OFLENS_IN(arp_tha), P::nd_advert),
    place<oxm::mpls_label>(offsetof(PacketKey, mpls), 4, P::mpls, 12),
    place<oxm::mpls_tc>(offsetof(PacketKey, mpls), 4, P::mpls, 9),
    place<oxm::mpls_bos>(offsetof(PacketKey, mpls), 4, P::mpls, 8),
    place<oxm::tunnel_id>(OFLENS_AT(tun_id)),
    place<oxm::tcp_flags>(OFLENS_IN(tcp_flags), P::tcp),
    place<oxm::actset_output>(OFLENS_AT(actset_output)),

    place<nxm_of_in_port>(OFLENS_AT(in_port), How::port, 0xffff),
    place<nxm_of_ip_tos>(OFLENS_IN(ip_tos), How::composed, 0xfc, 0, P::ip),
    place<oxm::vlan_vid>(offsetof(PacketKey, vlans) + 2, 2, How::vlan, 0x1fff),
    place<oxm::vlan_pcp>(offsetof(PacketKey, vlans) + 2, 2, How::vlan, 0x7, 13, P::vlan),
};
// clang-format on
#undef OFLENS_AT
#undef OFLENS_IN

// Registers of 32, 64 or 128 bits: the same octets.
template <int... N>
constexpr std::array<Place, sizeof...(N)> registers(std::integer_sequence<int, N...>) {
  return {place<nxm_nx_reg<N>>(offsetof(PacketKey, registers) + 4 * N, 4)...};
}
template <int... N>
constexpr std::array<Place, sizeof...(N)> wide_registers(std::integer_sequence<int, N...>) {
  return {
      place<oxm::pkt_reg<N>>(offsetof(PacketKey, registers) + 8 * N, 8, How::composed, ~std::uint64_t{0})...};
}
template <int... N>
constexpr std::array<Place, sizeof...(N)> widest_registers(std::integer_sequence<int, N...>) {
  return {place<nxm_nx_xxreg<N>>(offsetof(PacketKey, registers) + 16 * N, 16)...};
}

constexpr auto places = [] {
  constexpr auto r = registers(std::make_integer_sequence<int, 16>{});
  constexpr auto x = wide_registers(std::make_integer_sequence<int, 8>{});
  constexpr auto xx = widest_registers(std::make_integer_sequence<int, 4>{});
  std::array<Place, std::size(fixed_places) + r.size() + x.size() + xx.size()> all{};
  auto* at = all.data();
  *at++ = fixed_places[0];
  for (const Place& p : r) *at++ = p;
  for (const Place& p : std::span(fixed_places).subspan(1)) *at++ = p;
  for (const Place& p : x) *at++ = p;
  for (Place p : xx) {
    p.id |= 0x80000000;  // not of the canonical form
    *at++ = p;
  }
  return all;
}();

const Place* find_place(std::uint32_t id, std::uint32_t experimenter) {
  for (const Place& p : places)
    if ((p.id & 0x7fffffff) == id && p.experimenter == experimenter) return &p;
  return nullptr;
}
// Any of the numbers that a field has.
const Place* find_place(const OvsField& field) {
  for (std::size_t i = 0; i < field.id_count; ++i) {
    const OvsFieldId& id = field.ids[i];
    if (const Place* p = find_place(static_cast<std::uint32_t>(id.oxm_class) << 7 | id.number,
                                    static_cast<std::uint32_t>(id.experimenter)))
      return p;
  }
  return nullptr;
}
bool canonical(const Place& p) {
  return (p.id & 0x80000000) == 0 && (p.how == How::bits || p.how == How::octets);
}

const std::byte* at(const PacketKey& key, const Place& p) {
  return reinterpret_cast<const std::byte*>(&key) + p.at;
}
std::byte* at(PacketKey& key, const Place& p) { return reinterpret_cast<std::byte*>(&key) + p.at; }

void get(const PacketKey& key, const Place& p, std::byte* out) {
  if (p.how == How::octets)
    std::memcpy(out, at(key, p), p.width);
  else
    store_be(out, load_be(at(key, p), p.size) >> p.shift & p.mask, p.width);
}

void put(PacketKey& key, const Place& p, const std::byte* value) {
  if (p.how == How::octets) {
    std::memcpy(at(key, p), value, p.width);
    return;
  }
  const std::uint64_t v = load_be(value, p.width) & p.mask;
  switch (p.how) {
    case How::port: return key.set_port(port_of(static_cast<v10::PortNo>(v)));
    case How::vlan:
      if (p.shift != 0) return set_vlan(key, static_cast<std::uint16_t>(v << p.shift), vlan_pcp_mask);
      key.vlans[0].tci[0] &= std::byte{0xe0};
      break;
    default: break;
  }
  const std::uint64_t whole = load_be(at(key, p), p.size), mask = p.mask << p.shift;
  store_be(at(key, p), (whole & ~mask) | v << p.shift, p.size);
  if (p.at == offsetof(PacketKey, vlans) + 2) {
    const bool tagged = (number(key.vlans[0].tci) & vlan_present) != 0;
    if (tagged && number(key.vlans[0].tpid) == 0)
      set(key.vlans[0].tpid, static_cast<std::uint64_t>(EtherType::vlan));
    if (!tagged) set(key.vlans[0].tpid, 0);
  }
}

bool has_type(const PacketKey& key, EtherType type) { return type_of(key) == type; }
bool is_protocol(const PacketKey& key, IpProtocol protocol) {
  return key.is_ip() && number(key.inner.ip_proto) == static_cast<unsigned>(protocol);
}

// As in a match, where fragments have what the first of them has.
bool may_meet(const PacketKey& key, Prerequisite prerequisite) {
  const bool v4 = has_type(key, EtherType::ipv4), v6 = has_type(key, EtherType::ipv6);
  const auto icmp6 = [&] { return v6 && is_protocol(key, IpProtocol::icmpv6); };
  const auto neighbour = [&](Icmpv6Type type) {
    return icmp6() && number(key.inner.tp_dst) == 0 &&
           number(key.inner.tp_src) == static_cast<unsigned>(type);
  };
  switch (prerequisite) {
    case P::none:
    case P::ethernet:
    case P::ct: return true;
    case P::arp: return has_type(key, EtherType::arp) || has_type(key, EtherType::rarp);
    case P::vlan: return key.vlan_count() != 0;
    case P::ipv4: return v4;
    case P::ipv6: return v6;
    case P::ip: return v4 || v6;
    case P::mpls: return is_mpls(type_of(key));
    case P::nsh: return false;
    case P::tcp: return is_protocol(key, IpProtocol::tcp);
    case P::udp: return is_protocol(key, IpProtocol::udp);
    case P::sctp: return is_protocol(key, IpProtocol::sctp);
    case P::icmp: return v4 && is_protocol(key, IpProtocol::icmp);
    case P::icmp6: return icmp6();
    case P::nd:
      return neighbour(Icmpv6Type::neighbour_solicitation) || neighbour(Icmpv6Type::neighbour_advertisement);
    case P::nd_solicit: return neighbour(Icmpv6Type::neighbour_solicitation);
    case P::nd_advert: return neighbour(Icmpv6Type::neighbour_advertisement);
  }
  return false;
}

void append(std::vector<std::byte>& list, const Place& p, const PacketKey& key) {
  const std::size_t skip = p.experimenter != 0 ? 8 : 4, before = list.size();
  list.resize(before + skip + p.width);
  store_be(list.data() + before, p.id << 9 | static_cast<std::uint32_t>(skip - 4 + p.width));
  if (skip == 8) store_be(list.data() + before + 4, p.experimenter);
  get(key, p, list.data() + before + skip);
}
FlowMatch match_of(const std::vector<std::byte>& list) {
  Seq<Oxm> fields;
  fields.borrow(list);
  return FlowMatch::of(fields);
}

// Is it a field of the packet itself?
bool of_packet(const Place& p) { return p.at >= offsetof(PacketKey, eth_dst); }
bool is_zero(const PacketKey& key, const Place& p) {
  return std::all_of(at(key, p), at(key, p) + p.size, [](std::byte b) { return b == std::byte{0}; });
}
bool is_same(const PacketKey& a, const PacketKey& b, const Place& p) {
  std::byte x[16], y[16];
  get(a, p, x);
  get(b, p, y);
  return std::memcmp(x, y, p.width) == 0;
}

}  // namespace

bool meets(const PacketKey& key, Prerequisite prerequisite) {
  const bool ported = prerequisite == P::tcp || prerequisite == P::udp || prerequisite == P::sctp ||
                      prerequisite == P::icmp || prerequisite == P::icmp6;
  if (ported && (key.inner.ip_frag[0] & std::byte{2}) != std::byte{0}) return false;
  return may_meet(key, prerequisite);
}

bool read_field(const PacketKey& key, const OvsField& field, std::span<std::byte> out) {
  const Place* p = find_place(field);
  if (p == nullptr || p->width != out.size()) {
    std::ranges::fill(out, std::byte{0});
    return false;
  }
  get(key, *p, out.data());
  return true;
}

bool write_field(PacketKey& key, const OvsField& field, Bytes value, Bytes mask) {
  const Place* p = find_place(field);
  if (p == nullptr || p->width != value.size()) return false;
  std::array<std::byte, 16> now{};
  get(key, *p, now.data());
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::byte m = mask.empty() ? std::byte{0xff} : mask[i];
    now[i] = (now[i] & ~m) | (value[i] & m);
  }
  put(key, *p, now.data());
  return true;
}

std::uint64_t read_bits(const PacketKey& key, const Subfield& part) {
  std::array<std::byte, 124> octets{};
  const std::size_t width = part.field->bytes;
  read_field(key, *part.field, std::span(octets).first(width));
  std::uint64_t v = 0;
  for (unsigned i = 0; i < part.bits && i < 64; ++i) {
    const unsigned bit = part.first + i;
    if (bit / 8 < width && (std::to_integer<unsigned>(octets[width - 1 - bit / 8]) >> bit % 8 & 1) != 0)
      v |= std::uint64_t{1} << i;
  }
  return v;
}

void push_vlan(PacketKey& key, std::uint16_t tpid) {
  key.vlans[1] = key.vlans[0];
  set(key.vlans[0].tpid, tpid);
  set(key.vlans[0].tci, vlan_present);
}

void pop_vlan(PacketKey& key) {
  if (key.vlan_count() == 0) return;
  key.vlans[0] = key.vlans[1];
  key.vlans[1] = {};
}

void set_vlan(PacketKey& key, std::uint16_t tci, std::uint16_t mask) {
  const auto now = static_cast<unsigned>(number(key.vlans[0].tci));
  set(key.vlans[0].tci, (now & ~unsigned{mask}) | (tci & mask) | vlan_present);
  if (number(key.vlans[0].tpid) == 0) set(key.vlans[0].tpid, static_cast<std::uint64_t>(EtherType::vlan));
}

}  // namespace flow

using namespace flow;

PacketKey PacketKey::of(Bytes frame, bool whole_ip) {
  PacketKey key;
  Packet p = parse_packet(frame, whole_ip);
  if (!p.whole_ethernet) return key;
  const auto put = [](auto& to, const auto& value) { wire::store(to.data(), value); };
  put(key.eth_dst, p.eth_dst);
  put(key.eth_src, p.eth_src);
  if (p.has_vlan) {
    set(key.vlans[0].tci, p.vlan_tci | vlan_present);
    std::copy_n(frame.begin() + 12, 2, key.vlans[0].tpid.begin());
  }
  if (p.has_inner_vlan) {
    std::copy_n(frame.begin() + 16, 2, key.eth_type.begin());
    return key;
  }
  put(key.eth_type, p.eth_type);
  for (std::size_t i = 0; i < p.mpls_labels; ++i) set(key.mpls[i], p.mpls[i]);
  if (!p.has_ip) return key;
  Inner& in = key.inner;
  if (p.eth_type == static_cast<unsigned>(EtherType::ipv6)) {
    put(in.ipv6_src, p.ipv6_src);
    put(in.ipv6_dst, p.ipv6_dst);
    set(in.ipv6_label, p.ipv6_flabel);
  } else {
    put(in.ipv4_src, p.ipv4_src);
    put(in.ipv4_dst, p.ipv4_dst);
  }
  if (!key.is_ip()) {
    set(in.ip_proto, p.arp_op <= 0xff ? p.arp_op : 0);  // all that a switch matches of it
    put(in.arp_sha, p.arp_sha);
    put(in.arp_tha, p.arp_tha);
    return key;
  }
  set(in.ip_proto, p.ip_proto);
  set(in.ip_tos, p.ip_tos);
  set(in.ip_ttl, p.ip_ttl);
  set(in.ip_frag, (p.fragment ? 1u : 0u) | (p.later_fragment ? 2u : 0u));
  // Of a header that is cut by whoever made the packet, nothing counts.
  if (p.has_ports && (p.has_checksum || !whole_ip)) {
    set(in.tp_src, p.src_port);
    set(in.tp_dst, p.dst_port);
    set(in.tcp_flags, p.tcp_flags);
  }
  if (p.has_icmp) {
    set(in.tp_src, p.icmp_type);
    set(in.tp_dst, p.icmp_code);
  }
  if (p.has_nd_target && p.icmp_code == 0) {
    put(in.nd_target, p.nd_target);
    put(in.arp_sha, p.nd_sll);
    put(in.arp_tha, p.nd_tll);
  }
  return key;
}

void PacketKey::take(const FlowMatch& match) {
  each_field(match.bytes(), [&](const Tlv& field) {
    const Place* p = field.opaque() ? nullptr : find_place(field.id(), field.experimenter());
    if (p != nullptr && p->width == field.width()) put(*this, *p, field.value());
  });
}

FlowMatch PacketKey::match() const {
  std::vector<std::byte> list;
  for (const Place& p : places)
    if (canonical(p) && may_meet(*this, p.prerequisite)) append(list, p, *this);
  return match_of(list);
}

FlowMatch PacketKey::shown() const {
  std::vector<std::byte> list;
  for (const Place& p : places)
    if (canonical(p) && meets(*this, p.prerequisite) &&
        (of_packet(p) || p.id == id_of(oxm::in_port) || !is_zero(*this, p)))
      append(list, p, *this);
  return match_of(list);
}

FlowMatch PacketKey::changes_since(const PacketKey& before) const {
  std::vector<std::byte> list;
  for (const Place& p : places)
    if (canonical(p) && of_packet(p) && meets(*this, p.prerequisite) &&
        (!meets(before, p.prerequisite) || !is_same(*this, before, p)))
      append(list, p, *this);
  return match_of(list);
}

unsigned PacketKey::vlan_count() const {
  unsigned n = 0;
  while (n < vlans.size() && (number(vlans[n].tci) & vlan_present) != 0) ++n;
  return n;
}

unsigned PacketKey::mpls_count() const {
  if (!is_mpls(type_of(*this))) return 0;
  unsigned known = 0;
  for (unsigned n = 0; n < most_labels; ++n) {
    if ((number(mpls[n]) & 0x100) != 0) return n + 1;
    if (number(mpls[n]) != 0) ++known;
  }
  return known;
}

bool PacketKey::is_ip() const {
  return type_of(*this) == EtherType::ipv4 || type_of(*this) == EtherType::ipv6;
}

void PacketKey::set_port(PortNo port) { set(in_port, static_cast<std::uint32_t>(port)); }

namespace {

// The tags and labels behind the first, for which there are no match fields.
void put_inner_tags(TextBuffer& out, std::size_t begin, const PacketKey& before, const PacketKey& after) {
  const auto also = [&](const char* name) -> TextBuffer& {
    if (out.size() != begin) out.put(',');
    out.put(name);
    return out;
  };
  const auto tci = number(after.vlans[1].tci);
  if (number(before.vlans[1].tci) != tci) also("vlan_tci1=").put_hex(tci, 4);
  if (after.mpls_count() > 1 && before.mpls[1] != after.mpls[1])
    also("mpls_lse1=").put_decimal(number(after.mpls[1]));
  if (after.mpls_count() > 2 && before.mpls[2] != after.mpls[2])
    also("mpls_lse2=").put_decimal(number(after.mpls[2]));
}

}  // namespace

void put_packet_key(TextBuffer& out, const PacketKey& key) {
  const std::size_t begin = out.size();
  put_match(out, key.shown(), Version::v10);
  put_inner_tags(out, begin, {}, key);
}

void put_packet_changes(TextBuffer& out, const PacketKey& before, const PacketKey& after) {
  const std::size_t begin = out.size();
  put_match(out, after.changes_since(before), Version::v10);
  put_inner_tags(out, begin, before, after);
}

}  // namespace oflens
