// Flow tables: what every kind of message does to them, what a late error leaves of that, and when an entry
// may be gone. Expectations are those of 1.0 §4.6 and 1.3.5 §6.4, and of ovs-vswitchd 3.1.0, which was asked.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <string>

#include <oflens/ext/nicira.hpp>
#include <oflens/ext/nxm.hpp>
#include <oflens/flow/flow_text.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

#include "mods.hpp"

using namespace oflens;
using namespace std::chrono_literals;
using test::bytes_of;

namespace {

using Command = v13::FlowModCommand;

constexpr auto send_flow_rem = v13::FlowModFlags::send_flow_rem;

Timestamp at(Duration since_begin) { return Timestamp(since_begin); }

template <class... Fields>
FlowMatch match_of(const Fields&... fields) {
  return FlowMatch::of(Seq<Oxm>(fields...));
}
FlowMatch in_port(unsigned port) { return match_of(oxm::in_port(PortNo{port})); }

template <Message M>
FlowMod read(const M& message) {
  const auto bytes = bytes_of(message);
  auto mod = read_flow_mod(*Frame::at(bytes));
  REQUIRE(mod);
  return *mod;
}

v13::FlowMod v13_add(const v13::Match& match = {}, unsigned out = 1) {
  v13::FlowMod m;
  m.match = match;
  m.instructions = {v13::ApplyActions{.actions = {v13::Output{.port = PortNo{out}}}}};
  return m;
}
v10::FlowMod v10_add(unsigned port, unsigned out = 1) {
  v10::FlowMod m;
  m.match.wildcards = static_cast<v10::Wildcards>(0x3820ff & ~static_cast<unsigned>(v10::Wildcards::in_port));
  m.match.in_port = static_cast<v10::PortNo>(port);
  m.actions = {v10::Output{.port = static_cast<v10::PortNo>(out)}};
  return m;
}

// A table, and short words for what is done to it.
struct Lab {
  DatapathState table;
  Timestamp now = at(100s);
  std::uint32_t xid = 0;

  template <Message M>
  Change apply(const M& message) {
    return table.apply(read(message), {1, Xid{++xid}, 0, 0, now});
  }
  Change remove(Command command, v13::Match match = {}, std::uint8_t table_id = 0xff,
                PortNo out_port = PortNo::any, v13::GroupId out_group = v13::GroupId::any) {
    v13::FlowMod m;
    m.command = command;
    m.table_id = v13::TableId{table_id};
    m.match = std::move(match);
    m.out_port = out_port;
    m.out_group = out_group;
    return apply(m);
  }
  std::string text() const {
    TextBuffer out;
    put_flows(out, table, {.dialect = Version::v13, .at = now});
    return std::string(out.view());
  }
};

}  // namespace

// ---- matches

TEST_CASE("the same match, however it is written", "[flow]") {
  const MacAddress mac{{2, 0, 0, 0, 0, 1}}, none{}, all{{255, 255, 255, 255, 255, 255}};
  CHECK(match_of(oxm::eth_type(0x0800), oxm::ip_proto(6)) ==
        match_of(oxm::ip_proto(6), oxm::eth_type(0x0800)));
  CHECK(match_of(oxm::eth_dst(mac, none)) == FlowMatch());
  CHECK(match_of(oxm::eth_dst(mac, all)) == match_of(oxm::eth_dst(mac)));
  CHECK(match_of(oxm::metadata(0x1234, 0xff)) == match_of(oxm::metadata(0x34, 0xff)));
  CHECK(match_of(oxm::metadata(0x1234, 0xff)) != match_of(oxm::metadata(0x34)));
  CHECK(match_of(oxm::vlan_vid(0x1005, 0x1fff)) == match_of(oxm::vlan_vid(0x1005)));
  CHECK(match_of(oxm::vlan_vid(0x1005), oxm::vlan_pcp(3)) == match_of(nicira::nxm_of_vlan_tci(0x7005)));
  CHECK(match_of(oxm::vlan_vid(0x1000, 0x1000), oxm::vlan_pcp(3)) == match_of(oxm::vlan_pcp(3)));
  CHECK(match_of(oxm::ip_dscp(0x2e)) == match_of(oxm::ip_dscp(0xee)));  // two bits are not in use
  CHECK(match_of(oxm::in_port(PortNo{1}), oxm::in_port(PortNo{2})) == in_port(1));
  // NXM_OF_IN_PORT has 16 bits.
  const OxmField<std::uint16_t> nxm_in_port{OxmClass::nxm_0, 0};
  CHECK(match_of(nxm_in_port(7)) == in_port(7));
  CHECK(match_of(nxm_in_port(0xfffe)) == match_of(oxm::in_port(PortNo::local)));
  const OxmField<std::uint8_t> nxm_tos{OxmClass::nxm_0, 5};
  CHECK(match_of(nxm_tos(0xb8)) == match_of(oxm::ip_dscp(46)));
  // A copy holds what the original held.
  FlowMatch copy;
  {
    const FlowMatch original = in_port(3);
    copy = original;
  }
  CHECK(copy == in_port(3));
  CHECK(copy.hash(1) == in_port(3).hash(1));
  CHECK(copy.hash(1) != copy.hash(2));
}

TEST_CASE("many fields, and fields that nobody knows", "[flow]") {
  Seq<Oxm> list;
  for (unsigned i = 0; i < 100; ++i) {
    const OxmField<std::uint32_t> field{static_cast<OxmClass>(0x7000 + 99 - i), 1};
    list.push_back(field(i));
  }
  const FlowMatch match = FlowMatch::of(list);
  CHECK(match.fields().count() == 100);
  CHECK((*match.fields().begin()).oxm_class() == static_cast<OxmClass>(0x7000));
  CHECK(FlowMatch::of(match.fields()) == match);
  CHECK(FlowMatch().covers(match));
  CHECK(match.covers(match));
  const OxmField<std::uint32_t> one{static_cast<OxmClass>(0x7000), 1};
  CHECK(match_of(one(99)).covers(match));
  CHECK_FALSE(match_of(one(98)).covers(match));
}

TEST_CASE("a list in order, as most are, means what it means in disorder", "[flow]") {
  struct Field {
    unsigned number, width;
  };
  constexpr Field fields[] = {{0, 4},  {2, 8},  {3, 6},  {4, 6},  {5, 2},  {6, 2},   {7, 1},
                              {8, 1},  {9, 1},  {10, 1}, {11, 4}, {13, 2}, {26, 16}, {28, 4},
                              {34, 4}, {36, 1}, {37, 3}, {38, 8}, {39, 2}};
  std::mt19937 random(7);
  const auto below = [&](unsigned n) { return random() % n; };
  const auto any_byte = [&] {
    constexpr unsigned likely[] = {0x00, 0xff, 0x10, 0x1f};
    return static_cast<std::byte>(below(2) == 0 ? likely[below(4)] : below(256));
  };
  std::size_t tagged = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::vector<std::byte>> tlvs;
    for (const Field& f : fields) {
      if (below(3) != 0) continue;
      const bool masked = below(3) == 0;
      std::vector<std::byte>& tlv = tlvs.emplace_back(4);
      const unsigned length = masked ? 2 * f.width : f.width;
      store_be(tlv.data(), 0x80000000u | f.number << 9 | (masked ? 0x100u : 0u) | length);
      for (unsigned i = 0; i < length; ++i) tlv.push_back(any_byte());
      tagged += f.number == 6 || f.number == 7;
    }
    const auto match = [&] {
      std::vector<std::byte> all;
      for (const auto& tlv : tlvs) all.insert(all.end(), tlv.begin(), tlv.end());
      Seq<Oxm> list;
      list.borrow(all);
      return FlowMatch::of(list);
    };
    const FlowMatch in_order = match();
    std::shuffle(tlvs.begin(), tlvs.end(), random);
    REQUIRE(match() == in_order);
    REQUIRE(FlowMatch::of(in_order.fields()) == in_order);
  }
  CHECK(tagged > 1000);
}

TEST_CASE("what a match covers", "[flow]") {
  const Ipv4Address a{{10, 0, 0, 1}}, net{{10, 0, 0, 0}}, mask8{{255, 0, 0, 0}}, mask24{{255, 255, 255, 0}};
  const auto ip = oxm::eth_type(0x0800);
  const FlowMatch host = match_of(ip, oxm::ipv4_src(a)), wide = match_of(ip, oxm::ipv4_src(net, mask8)),
                  narrow = match_of(ip, oxm::ipv4_src(net, mask24));
  CHECK(FlowMatch().covers(host));
  CHECK(wide.covers(host));
  CHECK(wide.covers(narrow));
  CHECK(narrow.covers(host));
  CHECK(wide.covers(wide));
  CHECK_FALSE(host.covers(wide));
  CHECK_FALSE(narrow.covers(wide));
  CHECK_FALSE(host.covers(FlowMatch()));
  CHECK(match_of(ip).covers(host));
  CHECK_FALSE(match_of(oxm::eth_type(0x86dd)).covers(host));
  CHECK_FALSE(match_of(ip, oxm::ip_proto(6)).covers(host));
  // Any tag covers a certain one; no tag does not.
  const FlowMatch any_tag = match_of(oxm::vlan_vid(0x1000, 0x1000)), tag5 = match_of(oxm::vlan_vid(0x1005)),
                  no_tag = match_of(oxm::vlan_vid(0));
  CHECK(any_tag.covers(tag5));
  CHECK(any_tag.covers(match_of(oxm::vlan_vid(0x1005), oxm::vlan_pcp(2))));
  CHECK(tag5.covers(match_of(oxm::vlan_vid(0x1005), oxm::vlan_pcp(2))));
  CHECK_FALSE(any_tag.covers(no_tag));
  CHECK_FALSE(tag5.covers(any_tag));
}

TEST_CASE("which matches a packet can meet both", "[flow]") {
  const Ipv4Address a{{10, 0, 0, 1}}, b{{10, 0, 0, 2}}, net{{10, 0, 0, 0}}, mask8{{255, 0, 0, 0}},
      odd{{0, 0, 0, 1}};
  const auto ip = oxm::eth_type(0x0800);
  const FlowMatch host = match_of(ip, oxm::ipv4_src(a)), other = match_of(ip, oxm::ipv4_src(b)),
                  wide = match_of(ip, oxm::ipv4_src(net, mask8)),
                  odd_hosts = match_of(ip, oxm::ipv4_src(odd, odd)), tcp = match_of(ip, oxm::ip_proto(6)),
                  ipv6 = match_of(oxm::eth_type(0x86dd));
  const auto overlap = [](const FlowMatch& x, const FlowMatch& y) {
    CHECK(x.overlaps(y) == y.overlaps(x));
    return x.overlaps(y);
  };
  for (const FlowMatch& match : {host, other, wide, odd_hosts, tcp, ipv6}) {
    CHECK(overlap(match, match));
    CHECK(overlap(match, FlowMatch()));
    CHECK(overlap(match, match_of(oxm::in_port(PortNo{1}))));
  }
  CHECK(overlap(host, wide));
  CHECK(overlap(host, tcp));
  CHECK(overlap(wide, odd_hosts));  // neither covers the other
  CHECK(overlap(host, odd_hosts));
  CHECK_FALSE(overlap(other, odd_hosts));
  CHECK_FALSE(overlap(host, other));
  CHECK_FALSE(overlap(tcp, ipv6));
  CHECK(overlap(match_of(oxm::vlan_vid(0x1000, 0x1000)), match_of(oxm::vlan_vid(0x1005))));
  CHECK_FALSE(overlap(match_of(oxm::vlan_vid(0x1000, 0x1000)), match_of(oxm::vlan_vid(0))));
}

TEST_CASE("which packets a match covers", "[flow]") {
  Packet p;
  p.whole_ethernet = true;
  p.eth_dst = {{2, 0, 0, 0, 0, 2}};
  p.eth_src = {{2, 0, 0, 0, 0, 1}};
  p.eth_type = 0x0800;
  p.has_ip = true;
  p.ip_proto = 6;
  p.ip_tos = 0xb9;
  p.ipv4_src = {{10, 0, 0, 1}};
  p.has_ports = true;
  p.src_port = 49152;
  p.dst_port = 80;
  const auto covers = [&](const auto&... fields) { return match_of(fields...).covers(p, PortNo{3}); };
  const auto ip = oxm::eth_type(0x0800);
  CHECK(covers());
  CHECK(covers(oxm::in_port(PortNo{3})));
  CHECK_FALSE(covers(oxm::in_port(PortNo{4})));
  CHECK(covers(ip, oxm::ip_proto(6), oxm::tcp_dst(80), oxm::ip_dscp(46), oxm::ip_ecn(1)));
  CHECK_FALSE(covers(ip, oxm::ip_proto(6), oxm::tcp_dst(81)));
  CHECK_FALSE(covers(ip, oxm::ip_proto(17), oxm::udp_dst(80)));
  CHECK(covers(ip, oxm::ipv4_src(Ipv4Address{{10, 9, 9, 9}}, Ipv4Address{{255, 0, 0, 0}})));
  CHECK_FALSE(covers(oxm::metadata(0)));
  CHECK(covers(oxm::vlan_vid(0)));
  CHECK_FALSE(covers(oxm::vlan_vid(0x1000, 0x1000)));
  p.has_vlan = true;
  p.vlan_tci = 0x6005;
  CHECK(covers(oxm::vlan_vid(0x1005), oxm::vlan_pcp(3)));
  CHECK_FALSE(covers(oxm::vlan_vid(0)));
  p.has_ports = false;
  CHECK_FALSE(covers(ip, oxm::ip_proto(6), oxm::tcp_dst(0)));
  p.later_fragment = true;
  CHECK(covers(ip, oxm::ip_proto(6), oxm::tcp_dst(0)));
}

// ---- reading

TEST_CASE("flow_mods of 1.0 and 1.3 as one", "[flow]") {
  v10::FlowMod old = v10_add(3, 0xfffd);
  old.cookie = 7;
  old.flags = static_cast<v10::FlowModFlags>(7);
  old.out_port = v10::PortNo::local;
  FlowMod mod = read(old);
  CHECK(mod.version == Version::v10);
  CHECK(mod.command == Command::add);
  CHECK(mod.emergency);
  CHECK(mod.flow.flags == static_cast<v13::FlowModFlags>(1 | 2 | 4));  // an add resets counters
  CHECK(mod.out_port == PortNo::local);
  CHECK(mod.flow.match == in_port(3));
  CHECK(mod.flow.actions.outputs_to(PortNo::controller));
  old.command = v10::FlowModCommand::modify;
  old.flags = v10::FlowModFlags::none;
  old.out_port = v10::PortNo::none;
  mod = read(old);
  CHECK(mod.flow.flags == v13::FlowModFlags::none);
  CHECK(mod.out_port == PortNo::any);
  CHECK_FALSE(mod.emergency);

  v13::FlowMod m = v13_add({oxm::in_port(PortNo{3})});
  m.table_id = v13::TableId{9};
  m.cookie_mask = 5;
  mod = read(m);
  CHECK(mod.version == Version::v13);
  CHECK(mod.flow.table_id == 9);
  CHECK(mod.cookie_mask == 5);
  CHECK(mod.flow.match == in_port(3));

  m.command = Command{5};
  const auto unknown = bytes_of(m);
  CHECK_FALSE(read_flow_mod(*Frame::at(unknown)));
  auto cut = bytes_of(v13_add());
  store_be(cut.data() + 2, static_cast<std::uint16_t>(cut.size() - 8));
  CHECK_FALSE(read_flow_mod(*Frame::at(cut)));
  const auto barrier = bytes_of(v13::BarrierRequest{});
  CHECK_FALSE(read_flow_mod(*Frame::at(barrier)));

  v10::FlowRemoved gone;
  gone.match = old.match;
  gone.duration_sec = 3;
  gone.duration_nsec = 5;
  const auto removed = bytes_of(gone);
  const auto r = read_flow_removed(*Frame::at(removed));
  REQUIRE(r);
  CHECK(r->lifetime == 3s + 5ns);
  CHECK_FALSE(r->table_id);
  CHECK(r->match == in_port(3));
}

TEST_CASE("a match of 1.0 without wildcards goes before all others", "[flow]") {
  v10::FlowMod m = v10_add(1);
  m.priority = 5;
  CHECK(read(m).flow.priority == 5);
  m.match.wildcards = v10::Wildcards::none;
  CHECK(read(m).flow.priority == 0xffff);
}

TEST_CASE("Nicira's flow_mods for 1.0", "[flow]") {
  // NXT_FLOW_MOD, delete, of table 2 if that is agreed; out_port none; NXM_OF_IN_PORT 1, NXM_NX_COOKIE
  // 0x40/0xf0.
  const unsigned char flow_mod[] = {1,    4,    0,    80,   0,    0,    0, 1, 0, 0,
                                    0x23, 0x20, 0,    0,    0,    13,  // header, vendor, subtype
                                    0,    0,    0,    0,    0,    0,    0, 0, 2, 3,
                                    0,    0,    0,    0,    0x80, 0,  // cookie, command ... priority
                                    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 26,
                                    0,    0,    0,    0,    0,    0,  // buffer_id, out_port, flags, match_len
                                    0,    0,    0,    2,    0,    1,  // in_port
                                    0,    1,    0x3d, 16,   0,    0,    0, 0, 0, 0,
                                    0,    0x40, 0,    0,    0,    0,    0, 0, 0, 0xf0,  // cookie
                                    0,    0,    0,    0,    0,    0};
  const auto frame = Frame::at(std::as_bytes(std::span(flow_mod)));
  REQUIRE(frame);
  CHECK_FALSE(read_flow_mod(*frame));  // command 0x0203
  const auto mod = read_flow_mod(*frame, true);
  REQUIRE(mod);
  CHECK(mod->command == Command::delete_);
  CHECK(mod->flow.table_id == 2);
  CHECK(mod->cookie_wanted == 0x40);
  CHECK(mod->cookie_mask == 0xf0);
  CHECK(mod->out_port == PortNo::any);
  CHECK(mod->flow.match == in_port(1));

  const unsigned char table_id[] = {1, 4, 0, 24, 0, 0, 0, 1, 0, 0, 0x23, 0x20,
                                    0, 0, 0, 15, 1, 0, 0, 0, 0, 0, 0,    0};
  CHECK(read_flow_mod_table_id(*Frame::at(std::as_bytes(std::span(table_id)))) == true);
  CHECK_FALSE(read_flow_mod_table_id(*frame));
}

TEST_CASE("Nicira's flow_mods for 1.3 have instructions and set the cookie of what they modify", "[flow]") {
  nicira::FlowModFor11 m;
  m.cookie = 7;
  m.command = v10::FlowModCommand::modify;
  m.flags = v13::FlowModFlags::reset_counts;
  m.out_port = v10::PortNo::local;
  m.match = {oxm::in_port(PortNo{1})};
  m.actions = {v13::ApplyActions{.actions = {v13::Output{.port = PortNo{5}}}}};
  const FlowMod mod = read(m);
  CHECK(mod.version == Version::v13);
  CHECK(mod.command == Command::modify);
  CHECK(mod.flow.table_id == 0xff);
  CHECK(mod.flow.cookie == 7);
  CHECK(mod.modifies_cookie);
  CHECK(mod.cookie_mask == 0);
  CHECK(mod.flow.flags == v13::FlowModFlags::reset_counts);
  CHECK(mod.out_port == PortNo::local);
  CHECK(mod.flow.match == in_port(1));
  CHECK(mod.flow.actions.outputs_to(PortNo{5}));
}

TEST_CASE("what actions lead to", "[flow]") {
  v13::FlowMod m;
  m.instructions = {
      v13::WriteActions{.actions = {v13::Output{.port = PortNo{5}}, v13::Group{v13::GroupId{7}}}},
      v13::Meter{v13::MeterId{2}}};
  const FlowActions actions = read(m).flow.actions;
  CHECK(actions.outputs_to(PortNo{5}));
  CHECK_FALSE(actions.outputs_to(PortNo{7}));
  CHECK(actions.uses(v13::GroupId{7}));
  CHECK_FALSE(actions.uses(v13::GroupId{5}));
  CHECK(actions.uses(v13::MeterId{2}));
  CHECK_FALSE(actions.uses(v13::MeterId{7}));
  v10::FlowMod old;
  old.actions = {v10::Enqueue{.port = v10::PortNo{5}, .queue_id = 1}};
  CHECK(read(old).flow.actions.outputs_to(PortNo{5}));
}

// ---- tables

TEST_CASE("to add what is there replaces all of it", "[flow_table]") {
  Lab lab;
  v13::FlowMod m = v13_add({oxm::in_port(PortNo{1})});
  m.cookie = 1;
  m.idle_timeout = 50;
  m.flags = send_flow_rem;
  CHECK(lab.apply(m) == Change{.added = 1});
  lab.now += 5s;
  m.cookie = 2;
  m.idle_timeout = 0;
  m.hard_timeout = 60;
  m.flags = v13::FlowModFlags::check_overlap;
  m.instructions = {};
  CHECK(lab.apply(m) == Change{.added = 1, .removed = 1});
  CHECK(lab.text() == " cookie=0x2, hard_timeout=60, check_overlap in_port=1 actions=drop\n");
  const FlowEntry* e = lab.table.find(0, 0x8000, in_port(1));
  REQUIRE(e != nullptr);
  CHECK(e->created == at(105s));
  CHECK(e->used == at(100s));  // it has not been used more lately
  // Another priority, another table: another flow.
  m.priority = 5;
  lab.apply(m);
  m.table_id = v13::TableId{3};
  lab.apply(m);
  CHECK(lab.table.size() == 3);
  // A cookie of all ones is none for a flow that has one.
  m.cookie = ~std::uint64_t{0};
  lab.apply(m);
  CHECK(lab.table.find(3, 5, in_port(1))->flow.cookie == 2);
}

TEST_CASE("to modify in 1.3", "[flow_table]") {
  Lab lab;
  v13::FlowMod m = v13_add({oxm::in_port(PortNo{1})});
  m.cookie = 0x17;
  m.idle_timeout = 50;
  m.hard_timeout = 60;
  m.flags = send_flow_rem;
  lab.apply(m);
  m.table_id = v13::TableId{1};
  lab.apply(m);
  lab.now += 5s;

  v13::FlowMod change = v13_add({}, 9);
  change.command = Command::modify;
  change.cookie = 99;
  change.idle_timeout = 1;
  change.flags = v13::FlowModFlags::reset_counts;
  CHECK(lab.apply(change) == Change{.modified = 1});  // table 0 only
  CHECK(
      lab.text() ==
      " cookie=0x17, idle_timeout=50, hard_timeout=60, send_flow_rem in_port=1 actions=output:9\n"
      " cookie=0x17, table=1, idle_timeout=50, hard_timeout=60, send_flow_rem in_port=1 actions=output:1\n");
  const FlowEntry* e = lab.table.find(0, 0x8000, in_port(1));
  REQUIRE(e != nullptr);
  CHECK(e->created == at(100s));
  CHECK(e->modified == at(105s));

  change.command = Command::modify_strict;
  CHECK(lab.apply(change) == Change{});  // nothing of that match, and nothing is added
  change.match = {oxm::in_port(PortNo{1})};
  change.priority = 5;
  CHECK(lab.apply(change) == Change{});
  change.priority = 0x8000;
  change.cookie = 0x10;
  change.cookie_mask = 0xf1;
  CHECK(lab.apply(change) == Change{});  // 0x17 & 0xf1 is 0x11
  change.cookie_mask = 0xf0;
  change.out_port = PortNo{77};  // does not filter modifications
  CHECK(lab.apply(change) == Change{.modified = 1});
}

TEST_CASE("to modify in 1.0", "[flow_table]") {
  Lab lab;
  for (const std::uint8_t id : {std::uint8_t{0}, std::uint8_t{1}}) {
    v13::FlowMod m = v13_add({oxm::in_port(PortNo{1})});
    m.cookie = 7;
    m.idle_timeout = 50;
    m.flags = send_flow_rem;
    m.table_id = v13::TableId{id};
    lab.apply(m);
  }
  v10::FlowMod m = v10_add(1, 9);
  m.command = v10::FlowModCommand::modify_strict;
  m.cookie = 0x55;
  CHECK(lab.apply(m) == Change{.modified = 2});  // all tables
  CHECK(lab.text() ==
        " cookie=0x55, idle_timeout=50, send_flow_rem in_port=1 actions=output:9\n"
        " cookie=0x55, table=1, idle_timeout=50, send_flow_rem in_port=1 actions=output:9\n");
  m.cookie = ~std::uint64_t{0};
  m.actions = {};
  CHECK(lab.apply(m) == Change{.modified = 2});  // all ones: the cookie stays
  m.cookie = 0;
  m.command = v10::FlowModCommand::modify;
  CHECK(lab.apply(m) == Change{.modified = 2});
  CHECK(lab.text() ==
        " idle_timeout=50, send_flow_rem in_port=1 actions=drop\n"
        " table=1, idle_timeout=50, send_flow_rem in_port=1 actions=drop\n");

  // Nothing matches: it is added, as it is said to be, but counters are not reset.
  m = v10_add(2, 8);
  m.command = v10::FlowModCommand::modify;
  m.idle_timeout = 9;
  m.priority = 3;
  m.flags = static_cast<v10::FlowModFlags>(3);
  lab.remove(Command::delete_);
  CHECK(lab.apply(m) == Change{.added = 1});
  CHECK(lab.text() == " idle_timeout=9, send_flow_rem check_overlap priority=3,in_port=2 actions=output:8\n");
  m = v10_add(3, 8);
  m.command = v10::FlowModCommand::modify_strict;
  m.cookie = ~std::uint64_t{0};
  CHECK(lab.apply(m) == Change{});
  m.cookie = 4;
  CHECK(lab.apply(m) == Change{.added = 1});
  m.command = v10::FlowModCommand::add;
  lab.apply(m);
  CHECK(lab.text() ==
        " cookie=0x4, reset_counts in_port=3 actions=output:8\n"
        " idle_timeout=9, send_flow_rem check_overlap priority=3,in_port=2 actions=output:8\n");
}

TEST_CASE("actions of 1.0 mean what the flow_mod's match makes of them, not the flow's", "[flow_table]") {
  Lab lab;
  v10::FlowMod add;
  add.match.wildcards =
      static_cast<v10::Wildcards>(0x3820ff & ~static_cast<unsigned>(v10::Wildcards::dl_vlan));
  add.match.dl_vlan = 5;
  lab.apply(add);
  v10::FlowMod modify;
  modify.command = v10::FlowModCommand::modify;
  modify.actions = {v10::SetVlanVid{.vlan_vid = 7}};
  lab.apply(modify);
  CHECK(lab.text() == " reset_counts dl_vlan=5 actions=push_vlan:0x8100,set_field:4103->vlan_vid\n");
  modify.match = add.match;
  lab.apply(modify);
  CHECK(lab.text() == " reset_counts dl_vlan=5 actions=set_field:4103->vlan_vid\n");
}

TEST_CASE("to delete", "[flow_table]") {
  Lab lab;
  const auto fill = [&] {
    lab.remove(Command::delete_);
    for (const std::uint16_t priority : {std::uint16_t{1}, std::uint16_t{2}}) {
      v13::FlowMod m = v13_add({oxm::eth_type(0x0800), oxm::ip_proto(6)}, priority);
      m.priority = priority;
      lab.apply(m);
      m.table_id = v13::TableId{1};
      lab.apply(m);
      m.match = {oxm::in_port(PortNo{1})};
      m.cookie = priority;
      lab.apply(m);
    }
    REQUIRE(lab.table.size() == 6);
  };
  fill();
  CHECK(lab.remove(Command::delete_).removed == 6);
  fill();
  CHECK(lab.remove(Command::delete_, {}, 1).removed == 4);
  fill();
  CHECK(lab.remove(Command::delete_, {oxm::eth_type(0x0800)}).removed == 4);
  fill();
  CHECK(lab.remove(Command::delete_, {oxm::eth_type(0x0800)}, 0).removed == 2);
  fill();
  CHECK(lab.remove(Command::delete_, {oxm::eth_type(0x0806)}).removed == 0);
  CHECK(lab.remove(Command::delete_, {}, 0xff, PortNo{2}).removed == 3);
  fill();
  CHECK(lab.remove(Command::delete_, {}, 0xff, PortNo::any, v13::GroupId{1}).removed == 0);
  v13::FlowMod m;
  m.command = Command::delete_;
  m.table_id = v13::TableId::all;
  m.cookie = 0xf2;
  m.cookie_mask = 0x0f;
  CHECK(lab.apply(m).removed == 1);
  fill();
  m = {};
  m.command = Command::delete_strict;
  m.match = {oxm::in_port(PortNo{1})};
  m.priority = 1;
  m.table_id = v13::TableId{1};
  m.cookie = 2;
  m.cookie_mask = 3;
  CHECK(lab.apply(m).removed == 0);
  m.cookie_mask = 0;
  CHECK(lab.apply(m).removed == 1);
  CHECK(lab.apply(m).removed == 0);
  // Strict, in all tables; from 1.0, too.
  fill();
  CHECK(lab.remove(Command::delete_strict, {oxm::eth_type(0x0800), oxm::ip_proto(6)}).removed == 0);
  m = {};
  m.command = Command::delete_strict;
  m.match = {oxm::eth_type(0x0800), oxm::ip_proto(6)};
  m.priority = 2;
  m.table_id = v13::TableId::all;
  CHECK(lab.apply(m).removed == 2);
  v10::FlowMod old = v10_add(1);
  old.command = v10::FlowModCommand::delete_;
  old.out_port = v10::PortNo{1};
  CHECK(lab.apply(old).removed == 1);
}

TEST_CASE("many flows of one kind are found by any of their fields", "[flow_table]") {
  Lab lab;
  const auto flow = [](unsigned port, std::uint64_t metadata) {
    return v13_add({oxm::in_port(PortNo{port}), oxm::metadata(metadata)});
  };
  for (unsigned port = 0; port < 10; ++port)
    for (std::uint64_t metadata = 0; metadata < 50; ++metadata) lab.apply(flow(port, metadata));
  const auto remove = [&](const v13::Match& match) { return lab.remove(Command::delete_, match).removed; };
  CHECK(remove({oxm::metadata(1)}) == 10);
  CHECK(remove({oxm::metadata(2)}) == 10);
  CHECK(remove({oxm::metadata(2)}) == 0);
  lab.apply(flow(3, 2));
  CHECK(remove({oxm::metadata(2)}) == 1);
  CHECK(remove({oxm::metadata(0x10, 0xf0)}) == 160);
  CHECK(remove({oxm::metadata(0x20, 0xf0)}) == 160);
  CHECK(remove({oxm::in_port(PortNo{3})}) == 50 - 2 - 32);
  CHECK(remove({oxm::in_port(PortNo{4})}) == 16);
  CHECK(remove({oxm::in_port(PortNo{5}), oxm::metadata(3)}) == 1);
  CHECK(remove({oxm::in_port(PortNo{5}), oxm::metadata(4)}) == 1);
  CHECK(remove({oxm::in_port(PortNo{5}), oxm::metadata(4)}) == 0);
  CHECK(lab.table.size() == 7 * 16 + 14);
}

TEST_CASE("emergency flows are not for the tables", "[flow_table]") {
  Lab lab;
  v10::FlowMod m = v10_add(1);
  m.flags = v10::FlowModFlags::emerg;
  CHECK(lab.apply(m) == Change{});
  CHECK(lab.table.size() == 0);
}

TEST_CASE("a full table takes no more", "[flow_table]") {
  DatapathState::Limits limits;
  limits.entries = 2;
  DatapathState table(limits);
  for (unsigned port = 1; port <= 4; ++port)
    table.apply(read(v13_add({oxm::in_port(PortNo{port})})), {1, Xid{port}, 0, 0, at(1s)});
  CHECK(table.size() == 2);
  CHECK(table.refused() == 2);
}

// ---- flow_removed

TEST_CASE("flow_removed removes the flow that it names", "[flow_table]") {
  Lab lab;
  v13::FlowMod m = v13_add({oxm::in_port(PortNo{1})});
  m.cookie = 5;
  m.flags = send_flow_rem;
  lab.apply(m);
  m.table_id = v13::TableId{1};
  lab.apply(m);
  FlowRemoved r;
  r.version = Version::v13;
  r.table_id = 1;
  r.priority = 0x8000;
  r.cookie = 4;
  r.lifetime = 9s + 1ms;
  r.match = in_port(1);
  lab.now = at(109s + 2ms);
  const Origin origin{1, Xid{0}, 0, 0, lab.now};
  CHECK(lab.table.removed(r, origin) == Change{});  // another cookie
  r.cookie = 5;
  r.priority = 1;
  CHECK(lab.table.removed(r, origin) == Change{});
  r.priority = 0x8000;
  CHECK(lab.table.removed(r, origin) == Change{.removed = 1});
  CHECK(lab.table.removed(r, origin) == Change{});
  r.table_id.reset();  // 1.0 does not say which table
  CHECK(lab.table.removed(r, origin) == Change{.removed = 1});
  CHECK(lab.table.size() == 0);
}

TEST_CASE("flow_removed of a flow that was added again meanwhile", "[flow_table]") {
  Lab lab;
  v13::FlowMod m = v13_add({oxm::in_port(PortNo{1})});
  m.flags = send_flow_rem;
  FlowRemoved r;
  r.priority = 0x8000;
  r.match = in_port(1);
  SECTION("it had lived longer than this one") {
    lab.apply(m);
    lab.now += 10s;
    lab.apply(m);
    r.reason = v13::FlowRemovedReason::idle_timeout;
    r.lifetime = 10s - 1ms;
    CHECK(lab.table.removed(r, {1, Xid{}, 0, 0, lab.now + 1ms}) == Change{});
    r.lifetime = 1ms;
    CHECK(lab.table.removed(r, {1, Xid{}, 0, 0, lab.now + 1ms}) == Change{.removed = 1});
  }
  SECTION("a deletion announced it") {
    lab.apply(m);
    lab.remove(Command::delete_);
    lab.apply(m);
    r.reason = v13::FlowRemovedReason::delete_;
    r.lifetime = 1ms;
    CHECK(lab.table.removed(r, {1, Xid{}, 0, 0, lab.now + 2ms}) == Change{});
    CHECK(lab.table.size() == 1);
    CHECK(lab.table.removed(r, {1, Xid{}, 0, 0, lab.now + 2ms}) == Change{.removed = 1});
  }
}

// ---- errors

TEST_CASE("a late error undoes what it refuses and nothing else", "[flow_table]") {
  const auto script = [](Lab& lab, bool with_the_second) {
    const auto rest = [&] {
      for (unsigned i = 0; i < 20; ++i) {
        v13::FlowMod m = v13_add({oxm::in_port(PortNo{i % 4})}, i);
        m.command = i % 5 == 0 ? Command::modify : i % 7 == 0 ? Command::delete_strict : Command::add;
        m.cookie = i;
        m.priority = static_cast<std::uint16_t>(i % 8);
        if (i == 11) m.match = {}, m.command = Command::modify;
        lab.apply(m);
      }
    };
    lab.apply(v13_add({oxm::in_port(PortNo{1})}, 100));
    if (with_the_second) {
      v13::FlowMod m = v13_add({oxm::in_port(PortNo{2})}, 200);
      m.command = Command::delete_;
      m.match = {};
      lab.apply(m);
    } else {
      ++lab.xid;
    }
    rest();
  };
  Lab with, without;
  script(with, true);
  script(without, false);
  CHECK(with.text() != without.text());
  CHECK(with.table.reject(1, Xid{2}));
  CHECK(with.text() == without.text());
  CHECK_FALSE(with.table.reject(1, Xid{2}));
  CHECK_FALSE(with.table.reject(2, Xid{3}));
  CHECK_FALSE(with.table.reject(1, Xid{77}));
}

TEST_CASE("an error after a replacement brings back what was replaced", "[flow_table]") {
  Lab lab;
  lab.apply(v13_add({oxm::in_port(PortNo{1})}, 1));
  lab.now += 1s;
  lab.apply(v13_add({oxm::in_port(PortNo{1})}, 2));
  lab.apply(v13_add({oxm::in_port(PortNo{2})}, 3));
  CHECK(lab.table.reject(1, Xid{2}));
  CHECK(lab.text() == " in_port=1 actions=output:1\n in_port=2 actions=output:3\n");
  CHECK(lab.table.find(0, 0x8000, in_port(1))->created == at(100s));
}

TEST_CASE("what is confirmed stays", "[flow_table]") {
  Lab lab;
  lab.apply(v13_add({oxm::in_port(PortNo{1})}));
  const std::uint64_t mark = lab.table.mark();
  lab.apply(v13_add({oxm::in_port(PortNo{2})}));
  lab.table.confirm(2);  // another connection
  lab.table.confirm(1, mark);
  CHECK_FALSE(lab.table.reject(1, Xid{1}));
  CHECK(lab.table.reject(1, Xid{2}));
  CHECK(lab.text() == " in_port=1 actions=output:1\n");
  lab.apply(v13_add({oxm::in_port(PortNo{3})}));
  lab.table.confirm(1);
  CHECK_FALSE(lab.table.reject(1, Xid{3}));
  // The same xid all the time: the latest is meant.
  lab.xid = 9;
  lab.apply(v13_add({oxm::in_port(PortNo{4})}));
  lab.xid = 9;
  lab.apply(v13_add({oxm::in_port(PortNo{5})}));
  CHECK(lab.table.reject(1, Xid{10}));
  CHECK(lab.table.find(0, 0x8000, in_port(4)) != nullptr);
  CHECK(lab.table.find(0, 0x8000, in_port(5)) == nullptr);
  CHECK(lab.table.reject(1, Xid{10}));
  CHECK(lab.table.find(0, 0x8000, in_port(4)) == nullptr);
}

TEST_CASE("the journal has limits", "[flow_table]") {
  DatapathState::Limits limits;
  limits.journal = 10;
  DatapathState table(limits);
  for (unsigned i = 0; i < 20; ++i)
    table.apply(read(v13_add({oxm::in_port(PortNo{i})})), {1, Xid{i}, 0, 0, at(1s)});
  CHECK_FALSE(table.reject(1, Xid{9}));
  CHECK(table.reject(1, Xid{10}));
  CHECK(table.size() == 19);
  table.apply(read(v13_add({oxm::in_port(PortNo{99})})),
              {1, Xid{99}, 0, 0, at(1s) + limits.journal_age + 1ns});
  CHECK_FALSE(table.reject(1, Xid{19}));
  CHECK(table.reject(1, Xid{99}));
}

// ---- time

TEST_CASE("a hard timeout is certain when the switch had time to see to it", "[flow_table]") {
  Lab lab;
  v13::FlowMod m = v13_add({oxm::in_port(PortNo{1})});
  m.hard_timeout = 10;
  lab.apply(m);
  const std::string line = " hard_timeout=10, in_port=1 actions=output:1";
  lab.now = at(109s + 900ms);
  CHECK(lab.text() == line + "\n");
  lab.now = at(110s + 400ms);
  CHECK(lab.text() == line + " # may have expired since 00:01:50.0 (hard 10 s)\n");
  lab.now = at(110s + 500ms);
  CHECK(lab.text().empty());

  SECTION("to modify it starts it again") {
    lab.now = at(105s);
    m.command = Command::modify;
    lab.apply(m);
    lab.now = at(114s);
    CHECK(lab.text() == line + "\n");
    lab.now = at(115s + 500ms);
    CHECK(lab.text().empty());
  }
  SECTION("to modify what is gone does nothing; in 1.0 it adds") {
    lab.now = at(111s);
    m.command = Command::modify_strict;
    CHECK(lab.apply(m) == Change{});
    v10::FlowMod old = v10_add(1, 2);
    old.command = v10::FlowModCommand::modify;
    CHECK(lab.apply(old) == Change{.added = 1});
    CHECK(lab.text() == " in_port=1 actions=output:2\n");
    CHECK(lab.table.reject(1, Xid{lab.xid}));
    CHECK(lab.text().empty());
    lab.now = at(101s);
    CHECK(lab.table.find(0, 0x8000, in_port(1)) == nullptr);  // it was thrown out by the first
  }
  SECTION("to add what is gone is to add it") {
    lab.now = at(111s);
    CHECK(lab.apply(m) == Change{.added = 1});
    CHECK(lab.table.find(0, 0x8000, in_port(1))->used == at(111s));
  }
  SECTION("to modify what may be gone leaves the doubt") {
    lab.now = at(110s + 100ms);
    m.command = Command::modify;
    CHECK(lab.apply(m) == Change{.modified = 1});
    lab.now = at(112s);
    CHECK(lab.text() == line + " # may have expired since 00:01:50.0 (hard 10 s)\n");
    lab.now = at(121s);
    CHECK(lab.text().empty());
  }
}

TEST_CASE("an idle timeout counts from when the flow was last known to be used", "[flow_table]") {
  Lab lab;
  v13::FlowMod m = v13_add({oxm::in_port(PortNo{1})});
  m.idle_timeout = 10;
  lab.apply(m);
  const std::string line = " idle_timeout=10, in_port=1 actions=output:1";
  lab.now = at(109s);
  CHECK(lab.text() == line + "\n");
  SECTION("nobody knows whether packets kept it") {
    lab.now = at(1000s);
    CHECK(lab.text() == line + " # may have expired since 00:01:50.0 (idle 10 s)\n");
  }
  SECTION("to modify it or to add it again does not use it") {
    m.command = Command::modify;
    lab.apply(m);
    m.command = Command::add;
    lab.apply(m);
    lab.now = at(110s);
    CHECK(lab.text() == line + " # may have expired since 00:01:50.0 (idle 10 s)\n");
  }
  SECTION("what is added is there") {
    lab.now = at(200s);
    lab.apply(m);
    CHECK(lab.text() == line + " # may have expired since 00:03:20.0 (idle 10 s)\n");
  }
  SECTION("the earlier of two timeouts is the reason") {
    m.hard_timeout = 5;
    lab.apply(m);
    lab.now = at(114s + 100ms);
    CHECK(lab.text() ==
          " idle_timeout=10, hard_timeout=5, in_port=1 actions=output:1"
          " # may have expired since 00:01:50.0 (idle 10 s)\n");
  }
}

TEST_CASE("a flow that says when it goes is there until then", "[flow_table]") {
  Lab lab;
  v13::FlowMod m = v13_add({oxm::in_port(PortNo{1})});
  m.idle_timeout = 10;
  m.flags = send_flow_rem;
  lab.apply(m);
  const std::string line = " idle_timeout=10, send_flow_rem in_port=1 actions=output:1";
  lab.now = at(1000s);
  CHECK(lab.text() == line + "\n");
  SECTION("unless nobody listens") {
    lab.table.set_watched(false, at(500s));
    CHECK(lab.text() == line + " # may have expired since 00:08:20.0 (idle 10 s)\n");
    lab.table.set_watched(true, at(510s));
    CHECK(lab.text() == line + " # may have expired since 00:08:20.0 (idle 10 s)\n");
    lab.now = at(600s);
    lab.apply(m);
    lab.now = at(1000s);
    CHECK(lab.text() == line + "\n");
  }
  SECTION("nobody listened before it was there") {
    lab.table.set_watched(false, at(1s));
    lab.table.set_watched(true, at(99s));
    CHECK(lab.text() == line + "\n");
  }
  SECTION("a hard timeout that nobody announced is doubtful") {
    m.idle_timeout = 0;
    m.hard_timeout = 10;
    lab.now = at(100s);
    lab.apply(m);
    lab.now = at(120s);
    CHECK(lab.text() ==
          " hard_timeout=10, send_flow_rem in_port=1 actions=output:1"
          " # may have expired since 00:01:50.0 (hard 10 s)\n");
    lab.table.set_watched(false, at(105s));
    CHECK(lab.text().empty());
  }
}

// ---- against a table that is rebuilt from the beginning

namespace {

// Three fields, as values and masks.
struct PlainMatch {
  std::uint64_t port = 0, port_mask = 0, metadata = 0, metadata_mask = 0, type = 0, type_mask = 0;
  auto operator<=>(const PlainMatch&) const = default;

  bool covers(const PlainMatch& o) const {
    const auto one = [](std::uint64_t v, std::uint64_t m, std::uint64_t ov, std::uint64_t om) {
      return (m & ~om) == 0 && ((v ^ ov) & m) == 0;
    };
    return one(port, port_mask, o.port, o.port_mask) &&
           one(metadata, metadata_mask, o.metadata, o.metadata_mask) &&
           one(type, type_mask, o.type, o.type_mask);
  }
  FlowMatch flow_match() const {
    Seq<Oxm> list;
    if (type_mask != 0) list.push_back(oxm::eth_type(static_cast<std::uint16_t>(type)));
    if (metadata_mask != 0) list.push_back(oxm::metadata(metadata, metadata_mask));
    if (port_mask != 0) list.push_back(oxm::in_port(PortNo{static_cast<std::uint32_t>(port)}));
    return FlowMatch::of(list);
  }
};

struct PlainOperation {
  bool is_removed = false;
  PlainMatch match;
  FlowMod mod;          // without match
  FlowRemoved removed;  // without match
  unsigned out = 0;
  Origin origin;
  bool accepted = true;
};

struct PlainEntry {
  Flow flow;  // without match
  unsigned out = 0;
  Timestamp created, modified, used;
  Expiry doubt;
};
using PlainKey = std::tuple<unsigned, unsigned, PlainMatch>;  // table, priority, match

class PlainTable {
 public:
  std::map<PlainKey, PlainEntry> entries;

  static Expiry expiry(const PlainEntry& e, Timestamp t) {
    const bool announced = (static_cast<unsigned>(e.flow.flags) & 1) != 0;
    Expiry result = e.doubt;
    const auto doubt = [&](Timestamp since, Expiry::Cause cause, std::uint16_t seconds) {
      if (result.state == Expiry::State::present || since < result.since)
        result = {Expiry::State::doubtful, cause, seconds, since};
    };
    const Timestamp hard = e.modified + std::chrono::seconds(e.flow.hard_timeout),
                    idle = e.used + std::chrono::seconds(e.flow.idle_timeout);
    if (e.flow.hard_timeout != 0 && t >= hard + 500ms && !announced)
      return {Expiry::State::gone, Expiry::Cause::hard, e.flow.hard_timeout, hard};
    if (e.flow.hard_timeout != 0 && t >= hard - 50ms) doubt(hard, Expiry::Cause::hard, e.flow.hard_timeout);
    if (e.flow.idle_timeout != 0 && !announced && t >= idle - 50ms)
      doubt(std::max(idle, e.created), Expiry::Cause::idle, e.flow.idle_timeout);
    return result;
  }

  void run(const PlainOperation& op) {
    const Timestamp now = op.origin.time;
    std::erase_if(entries, [&](const auto& x) { return expiry(x.second, now).state == Expiry::State::gone; });
    if (op.is_removed) return remove(op);
    const FlowMod& mod = op.mod;
    const unsigned asked = mod.flow.table_id;
    const auto wanted = [&](const PlainKey& key, const PlainEntry& e) {
      const auto& [table, priority, match] = key;
      if (asked != 0xff && table != asked) return false;
      const bool strict = mod.command == Command::modify_strict || mod.command == Command::delete_strict;
      if (strict ? priority != mod.flow.priority || match != op.match : !op.match.covers(match)) return false;
      return (e.flow.cookie & mod.cookie_mask) == (mod.cookie_wanted & mod.cookie_mask);
    };
    const auto add = [&] {
      const PlainKey key{asked == 0xff ? 0 : asked, mod.flow.priority, op.match};
      PlainEntry e{mod.flow, op.out, now, now, now, {}};
      const auto old = entries.find(key);
      if (old != entries.end()) e.used = old->second.used;
      if (old != entries.end() && mod.flow.cookie == ~std::uint64_t{0})
        e.flow.cookie = old->second.flow.cookie;
      entries[key] = e;
    };
    const bool sets_cookie = mod.modifies_cookie && mod.flow.cookie != ~std::uint64_t{0};
    switch (mod.command) {
      case Command::add: return add();
      case Command::modify:
      case Command::modify_strict: {
        bool any = false;
        for (auto& [key, e] : entries) {
          if (!wanted(key, e)) continue;
          any = true;
          e.doubt = expiry(e, now);
          e.out = op.out;
          e.modified = now;
          if (sets_cookie) e.flow.cookie = mod.flow.cookie;
        }
        if (!any && sets_cookie) add();
        return;
      }
      default:
        std::erase_if(entries, [&](const auto& x) {
          const auto& [key, e] = x;
          if (!wanted(key, e)) return false;
          if (mod.out_port != PortNo::any && mod.out_port != PortNo{e.out}) return false;
          if ((static_cast<unsigned>(e.flow.flags) & 1) != 0)
            ++announced_[{std::get<1>(key), e.flow.cookie, std::get<2>(key)}];
          return true;
        });
    }
  }

 private:
  void remove(const PlainOperation& op) {
    const FlowRemoved& r = op.removed;
    if (r.reason == v13::FlowRemovedReason::delete_) {
      const auto it = announced_.find({r.priority, r.cookie, op.match});
      if (it != announced_.end()) {
        if (--it->second == 0) announced_.erase(it);
        return;
      }
    }
    Duration slack = 1ms + r.lifetime / 1000;
    if (r.lifetime % 1s == 0s) slack += 1s;
    auto best = entries.end();
    for (auto it = entries.begin(); it != entries.end(); ++it) {
      const auto& [table, priority, match] = it->first;
      if (r.table_id && *r.table_id != table) continue;
      if (priority != r.priority || match != op.match || it->second.flow.cookie != r.cookie) continue;
      if (it->second.created > op.origin.time - r.lifetime + slack) continue;
      if (best == entries.end() || best->second.created < it->second.created) best = it;
    }
    if (best != entries.end()) entries.erase(best);
  }
  std::map<std::tuple<unsigned, std::uint64_t, PlainMatch>, unsigned> announced_;
};

class Script {
 public:
  explicit Script(unsigned seed) : random_(seed) {}
  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }

  PlainMatch match() {
    PlainMatch m;
    if (below(2) == 0) m.port = below(3), m.port_mask = 0xffffffff;
    if (below(3) == 0) m.type = below(2) == 0 ? 0x0800 : 0x0806, m.type_mask = 0xffff;
    if (below(3) != 0) {
      static constexpr std::uint64_t masks[] = {1, 3, 0xff, ~std::uint64_t{0}};
      m.metadata_mask = masks[below(4)];
      m.metadata = below(4) & m.metadata_mask;
    }
    return m;
  }
  PlainOperation operation(Timestamp now, std::uint32_t xid) {
    PlainOperation op;
    op.match = match();
    op.origin = {1 + below(2), Xid{xid}, 0, xid, now};
    const std::uint64_t cookie = below(10) == 0 ? ~std::uint64_t{0} : below(3);
    if (below(12) == 0) {
      op.is_removed = true;
      op.removed.reason = static_cast<v13::FlowRemovedReason>(below(3));
      op.removed.priority = static_cast<std::uint16_t>(below(2));
      op.removed.cookie = cookie;
      op.removed.lifetime = std::chrono::milliseconds(below(3000));
      if (below(2) == 0) op.removed.table_id = static_cast<std::uint8_t>(below(2));
      op.removed.match = op.match.flow_match();
      return op;
    }
    FlowMod& mod = op.mod;
    mod.version = below(2) == 0 ? Version::v10 : Version::v13;
    mod.modifies_cookie = mod.version == Version::v10;
    static constexpr Command commands[] = {
        Command::add,           Command::add,           Command::add,     Command::modify,
        Command::modify_strict, Command::delete_strict, Command::delete_, Command::add};
    mod.command = commands[below(8)];
    mod.flow.table_id =
        static_cast<std::uint8_t>(mod.version == Version::v10 || below(5) == 0 ? 0xff : below(2));
    mod.flow.priority = static_cast<std::uint16_t>(below(2));
    mod.flow.cookie = mod.cookie_wanted = cookie;
    mod.flow.flags = below(3) == 0 ? send_flow_rem : v13::FlowModFlags::none;
    if (below(3) == 0) mod.flow.idle_timeout = static_cast<std::uint16_t>(1 + below(3));
    if (below(3) == 0) mod.flow.hard_timeout = static_cast<std::uint16_t>(1 + below(3));
    if (mod.version == Version::v13 && below(3) == 0) mod.cookie_mask = 1 + below(3);
    if (below(4) == 0) mod.out_port = PortNo{1 + below(3)};
    op.out = 1 + below(3);
    const v13::FlowMod body = v13_add({}, op.out);
    mod.flow.actions = {.encoded = SharedBytes(body.instructions.bytes()), .version = Version::v13};
    mod.flow.match = op.match.flow_match();
    return op;
  }

 private:
  std::mt19937 random_;
};

void compare(const DatapathState& table, const std::vector<PlainOperation>& history, Timestamp now) {
  PlainTable plain;
  for (const PlainOperation& op : history)
    if (op.accepted) plain.run(op);
  std::size_t expected = 0;
  for (const auto& [key, e] : plain.entries) {
    const Expiry expiry = PlainTable::expiry(e, now);
    if (expiry.state == Expiry::State::gone) continue;
    ++expected;
    const auto& [table_id, priority, match] = key;
    const FlowEntry* found = table.find(static_cast<std::uint8_t>(table_id),
                                        static_cast<std::uint16_t>(priority), match.flow_match());
    REQUIRE(found != nullptr);
    REQUIRE(found->flow.cookie == e.flow.cookie);
    REQUIRE(found->flow.flags == e.flow.flags);
    REQUIRE(found->flow.idle_timeout == e.flow.idle_timeout);
    REQUIRE(found->flow.hard_timeout == e.flow.hard_timeout);
    REQUIRE(found->flow.actions.outputs_to(PortNo{e.out}));
    REQUIRE(found->created == e.created);
    REQUIRE(found->modified == e.modified);
    REQUIRE(found->used == e.used);
    const Expiry got = table.expiry(*found, now);
    REQUIRE(got.state == expiry.state);
    REQUIRE(got.since == expiry.since);
    REQUIRE(got.cause == expiry.cause);
    REQUIRE(got.seconds == expiry.seconds);
  }
  REQUIRE(table.present(now).size() == expected);
}

}  // namespace

TEST_CASE("any flow_mods with any errors leave the tables of those that were accepted", "[flow_table]") {
  std::size_t rejected = 0, most = 0;
  for (unsigned seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    Script script(seed);
    DatapathState table;
    std::vector<PlainOperation> history;
    std::uint64_t confirmed[3] = {};  // by connection: xids below
    Timestamp now = at(10s);
    const std::uint32_t length = 60 + seed % 200;
    for (std::uint32_t xid = 0; xid < length; ++xid) {
      now += std::chrono::milliseconds(script.below(seed % 3 == 0 ? 400 : 40));
      history.push_back(script.operation(now, xid));
      const PlainOperation& op = history.back();
      if (op.is_removed)
        table.removed(op.removed, op.origin);
      else
        table.apply(op.mod, op.origin);
      if (script.below(30) == 0) {
        const std::uint64_t connection = 1 + script.below(2);
        table.confirm(connection);
        confirmed[connection] = xid + 1;
      }
      while (script.below(6) == 0) {
        PlainOperation& victim = history[script.below(xid + 1)];
        const auto victim_xid = static_cast<std::uint32_t>(victim.origin.xid);
        const bool possible = victim.accepted && !victim.is_removed &&
                              victim_xid >= confirmed[victim.origin.connection] &&
                              victim.origin.time + DatapathState::Limits{}.journal_age >= now;
        REQUIRE(table.reject(victim.origin.connection, victim.origin.xid) == possible);
        if (possible) victim.accepted = false, ++rejected;
        compare(table, history, now);
      }
    }
    compare(table, history, now);
    most = std::max(most, table.size());
  }
  CHECK(rejected > 1000);  // the test is about something
  CHECK(most > 20);
}

TEST_CASE("many flow_mods at once do what they do one after the other", "[flow_table]") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    Script script(seed);
    DatapathState one_by_one, at_once;
    std::vector<FlowMod> mods;
    std::vector<Origin> origins;
    const auto apply = [&] {
      at_once.apply(mods, origins);
      mods.clear();
      origins.clear();
    };
    Timestamp now = at(10s);
    for (std::uint32_t xid = 0; xid < 2000; ++xid) {
      now += std::chrono::milliseconds(script.below(40));
      const PlainOperation op = script.operation(now, xid);
      if (op.is_removed) {
        apply();
        one_by_one.removed(op.removed, op.origin);
        at_once.removed(op.removed, op.origin);
      } else {
        one_by_one.apply(op.mod, op.origin);
        mods.push_back(op.mod);
        origins.push_back(op.origin);
      }
      if (script.below(20) != 0) continue;
      apply();
      const Xid refused{xid - static_cast<std::uint32_t>(script.below(std::min(xid + 1, 40u)))};
      REQUIRE(one_by_one.reject(1, refused) == at_once.reject(1, refused));
      TextBuffer expected, got;
      put_flows(expected, one_by_one, {.at = now});
      put_flows(got, at_once, {.at = now});
      REQUIRE(got.view() == expected.view());
    }
    apply();
    CHECK(at_once.size() == one_by_one.size());
  }
}
