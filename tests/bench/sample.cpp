#include "sample.hpp"

namespace bench {

namespace ref13 = reference::v13;
namespace ref10 = reference::v10;

namespace {

// Numbers of match fields, and the values that others have as prerequisites (1.3.5 §7.2.3.7).
enum Oxm : std::uint8_t {
  in_port = 0,
  metadata = 2,
  eth_dst = 3,
  eth_src = 4,
  eth_type = 5,
  vlan_vid = 6,
  ip_dscp = 8,
  ip_proto = 10,
  ipv4_src = 11,
  ipv4_dst = 12,
  tcp_src = 13,
  udp_src = 15,
  arp_op = 21,
  arp_spa = 22,
  arp_tpa = 23,
  ipv6_src = 26,
  ipv6_dst = 27,
  tunnel_id = 38,
};

}  // namespace

ref13::OxmField Sample::field(std::uint8_t number, std::uint64_t value) {
  ref13::OxmField f{.field = number, .width = ref13::oxm_widths[number]};
  oflens::store_be(f.value.data(), value, f.width);
  return f;
}

ref13::OxmField Sample::random_field(std::uint8_t number, bool masked) {
  ref13::OxmField f{.field = number, .has_mask = masked, .width = ref13::oxm_widths[number]};
  fill(f.value, f.width);
  if (masked) fill(f.mask, f.width);
  return f;
}

std::vector<ref13::OxmField> Sample::match13(std::size_t size) {
  std::vector<ref13::OxmField> all{field(in_port, 1 + below(48)), random_field(metadata, one_in(4)),
                                   random_field(eth_dst), random_field(eth_src, one_in(8)),
                                   field(vlan_vid, 0x1000 | below(4096))};
  std::vector<ref13::OxmField> needed;
  const std::uint64_t kind = below(20);
  if (kind < 3) {
    needed = {field(eth_type, 0x0806), field(arp_op, 1 + below(2))};
    all.insert(all.end(),
               {random_field(arp_spa, one_in(2)), random_field(arp_tpa, one_in(2)), random_field(tunnel_id)});
  } else {
    const bool v6 = kind < 5, tcp = !one_in(4);
    const auto source = static_cast<std::uint8_t>(tcp ? tcp_src : udp_src);
    needed = {field(eth_type, v6 ? 0x86dd : 0x0800), field(ip_proto, tcp ? 6 : 17)};
    all.insert(all.end(), {random_field(v6 ? ipv6_src : ipv4_src, one_in(2)),
                           random_field(v6 ? ipv6_dst : ipv4_dst, one_in(2)), random_field(source),
                           random_field(static_cast<std::uint8_t>(source + 1)), field(ip_dscp, below(64))});
  }
  while (all.size() + needed.size() > size)
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(below(all.size())));
  // Fields of layer 2 stand before those that depend on the type.
  std::size_t at = 0;
  while (at < all.size() && all[at].field < eth_type) ++at;
  all.insert(all.begin() + static_cast<std::ptrdiff_t>(at), needed.begin(), needed.end());
  return all;
}

ref13::FlowModValue Sample::flow_mod13() {
  ref13::FlowModValue m;
  m.xid = number<std::uint32_t>();
  m.cookie = random_();
  m.cookie_mask = one_in(2) ? ~std::uint64_t{0} : 0;
  m.table_id = static_cast<std::uint8_t>(below(8));
  m.command = static_cast<std::uint8_t>(below(5));
  m.idle_timeout = static_cast<std::uint16_t>(below(300));
  m.hard_timeout = static_cast<std::uint16_t>(below(3600));
  m.priority = number<std::uint16_t>();
  m.buffer_id = m.out_port = m.out_group = 0xffffffff;
  m.flags = static_cast<std::uint16_t>(below(4));
  m.match = match13(3 + below(8));
  ref13::Instruction apply;
  for (std::uint64_t n = 1 + below(3); n > 0; --n) {
    ref13::Action a;
    switch (below(3)) {
      case 0:
        a.port = static_cast<std::uint32_t>(1 + below(48));
        a.max_len = 0xffff;
        break;
      case 1:
        a.type = ref13::set_field;
        a.field = one_in(2) ? random_field(one_in(2) ? eth_dst : eth_src)
                            : random_field(one_in(2) ? ipv4_dst : tcp_src);
        break;
      default: a.type = ref13::dec_nw_ttl; break;
    }
    apply.actions.push_back(a);
  }
  m.instructions.push_back(apply);
  if (one_in(4))
    m.instructions.push_back({.type = ref13::goto_table,
                              .table_id = static_cast<std::uint8_t>(m.table_id + 1 + below(8)),
                              .actions = {}});
  return m;
}

ref10::FlowModValue Sample::flow_mod10() {
  ref10::FlowModValue m;
  m.xid = number<std::uint32_t>();
  ref10::Match& match = m.match;
  match.wildcards = static_cast<std::uint32_t>(below(1 << 22));
  match.in_port = static_cast<std::uint16_t>(1 + below(48));
  fill(match.dl_src, 6);
  fill(match.dl_dst, 6);
  match.dl_vlan = one_in(2) ? 0xffff : static_cast<std::uint16_t>(below(4096));
  match.dl_vlan_pcp = static_cast<std::uint8_t>(below(8));
  match.dl_type = 0x0800;
  match.nw_tos = static_cast<std::uint8_t>(below(64) << 2);
  match.nw_proto = one_in(4) ? 17 : 6;
  fill(match.nw_src, 4);
  fill(match.nw_dst, 4);
  match.tp_src = number<std::uint16_t>();
  match.tp_dst = number<std::uint16_t>();
  m.cookie = random_();
  m.command = static_cast<std::uint16_t>(below(5));
  m.idle_timeout = static_cast<std::uint16_t>(below(300));
  m.hard_timeout = static_cast<std::uint16_t>(below(3600));
  m.priority = number<std::uint16_t>();
  m.buffer_id = 0xffffffff;
  m.out_port = 0xffff;
  m.flags = static_cast<std::uint16_t>(below(4));
  for (std::uint64_t n = 1 + below(3); n > 0; --n) {
    constexpr std::uint16_t types[] = {ref10::output,     ref10::output,     ref10::strip_vlan,
                                       ref10::set_dl_src, ref10::set_dl_dst, ref10::set_nw_dst};
    ref10::Action a{.type = types[below(std::size(types))],
                    .port = static_cast<std::uint16_t>(1 + below(48)),
                    .max_len = 0xffff,
                    .address = number<std::uint32_t>()};
    fill(a.mac, 6);
    m.actions.push_back(a);
  }
  return m;
}

std::vector<std::byte> Sample::frame() {
  const std::size_t small = below(20);
  std::vector<std::byte> bytes(small < 11   ? 64 + below(65)  // 55 %
                               : small < 14 ? 1500            // 15 %
                                            : 64 + below(1437));
  fill(bytes, bytes.size());
  return bytes;
}

ref13::PacketInValue Sample::packet_in13() {
  ref13::PacketInValue m;
  m.xid = 0;
  m.buffer_id = 0xffffffff;
  m.reason = static_cast<std::uint8_t>(below(3));
  m.table_id = static_cast<std::uint8_t>(below(8));
  m.cookie = random_();
  m.match = {field(in_port, 1 + below(48))};
  if (one_in(4)) m.match.push_back(random_field(metadata));
  m.data = frame();
  m.total_len = static_cast<std::uint16_t>(m.data.size());
  return m;
}

ref10::PacketInValue Sample::packet_in10() {
  ref10::PacketInValue m;
  m.xid = 0;
  m.buffer_id = 0xffffffff;
  m.in_port = static_cast<std::uint16_t>(1 + below(48));
  m.reason = static_cast<std::uint8_t>(below(2));
  m.data = frame();
  m.total_len = static_cast<std::uint16_t>(m.data.size());
  return m;
}

}  // namespace bench
