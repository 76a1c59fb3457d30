// Flows in ovs-ofctl's syntax to flow_mods: the bytes are those that ovs-ofctl 3.1 sent for these texts,
// where bytes are given; texts are what it printed.
#include <catch2/catch.hpp>

#include <oflens/flow/flow_syntax.hpp>
#include <oflens/flow/flow_text.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::to_hex;

// The message, or '"part" reason'.
std::string bytes_of(std::string_view text, FlowSyntax syntax = {}) {
  std::vector<std::byte> message;
  SyntaxError error;
  if (read_flow(text, syntax, Xid{2}, message, error)) return to_hex(message);
  CHECK(error.part.data() >= text.data());
  CHECK(error.part.data() + error.part.size() <= text.data() + text.size());
  return "\"" + std::string(error.part) + "\" " + error.reason;
}

// What the flow_mod matches, after the name of its kind; or what is wrong.
std::string match_of(std::string_view text, Version version) {
  std::vector<std::byte> message;
  SyntaxError error;
  const std::string with_actions = std::string(text) + (text.empty() ? "" : ",") + "actions=drop";
  if (!read_flow(with_actions, {.version = version}, Xid{2}, message, error))
    return "\"" + std::string(error.part) + "\" " + error.reason;
  const auto frame = Frame::at(message);
  REQUIRE(frame);
  const auto mod = read_flow_mod(*frame, true);
  REQUIRE(mod);
  TextBuffer out;
  if (version == Version::v10) out.put(message[1] == std::byte{4} ? "nicira " : "plain ");
  put_match(out, mod->flow.match, version, mod->flow.priority);
  return std::string(out.view());
}

TEST_CASE("flow syntax: fields are sent as ovs-ofctl sends them") {
  const std::string head =
      "000000020000000000000000000000000000000000000000"
      "00008000ffffffffffffffffffffffff00000000";
  CHECK(bytes_of("tun_flags=+oam,tun_metadata0,actions=drop") == "040e0040" + head +
                                                                     "000100100001d104000100010001510"
                                                                     "0");
  CHECK(bytes_of("ip,nw_frag=no,actions=drop") == "040e0040" + head +
                                                      "0001000f80000a02080000013401000"
                                                      "0");
  CHECK(bytes_of("ip,nw_frag=later,actions=drop") == "040e0040" + head +
                                                         "0001000f80000a02080000013401030"
                                                         "0");
  CHECK(bytes_of("ip,nw_frag=yes,actions=drop") == "040e0040" + head +
                                                       "0001001080000a02080000013502010"
                                                       "1");
  CHECK(bytes_of("ip,nw_frag=not_later,actions=drop") == "040e0040" + head +
                                                             "0001001080000a02080000013502000"
                                                             "2");
}

TEST_CASE("flow syntax: plain 1.0 where it can say it, Nicira's where not") {
  struct Row {
    const char *text, *v10, *v13;
  };
  const Row rows[] = {
      {"", "plain ", ""},
      {"tcp,tp_dst=80", "plain tcp,tp_dst=80", "tcp,tp_dst=80"},
      {"table=3,tcp,tp_dst=80", "plain tcp,tp_dst=80", "tcp,tp_dst=80"},
      {"dl_type=0x800,nw_proto=6,tcp_dst=80", "plain tcp,tp_dst=80", "tcp,tp_dst=80"},
      {"tcp,tp_src=5/7", "nicira tcp,tp_src=0x5/0x7", "tcp,tp_src=0x5/0x7"},
      {"sctp,tp_src=5", "plain sctp,tp_src=5", "sctp,tp_src=5"},
      {"sctp,sctp_src=5", "nicira sctp,tp_src=5", "sctp,tp_src=5"},
      {"ip,nw_src=10.0.0.0/8", "plain ip,nw_src=10.0.0.0/8", "ip,nw_src=10.0.0.0/8"},
      {"ip,nw_src=10.0.0.0/255.0.255.0", "nicira ip,nw_src=10.0.0.0/255.0.255.0",
       "ip,nw_src=10.0.0.0/255.0.255.0"},
      {"arp,nw_src=1.2.3.4,nw_proto=1", "plain arp,arp_spa=1.2.3.4,arp_op=1", "arp,arp_spa=1.2.3.4,arp_op=1"},
      {"icmp6,icmp_type=135,nd_target=::1", "nicira icmp6,icmp_type=135,nd_target=::1",
       "icmp6,icmp_type=135,nd_target=::1"},
      {"dl_vlan=5,dl_vlan_pcp=3", "plain dl_vlan=5,dl_vlan_pcp=3", "dl_vlan=5,dl_vlan_pcp=3"},
      {"dl_vlan=0xffff", "plain vlan_tci=0x0000", "vlan_tci=0x0000/0x1fff"},
      {"vlan_vid=0x1000/0x1000", "nicira vlan_tci=0x1000/0x1000", "vlan_tci=0x1000/0x1000"},
      {"ip,ip_dscp=5", "plain ip,nw_tos=20", "ip,nw_tos=20"},
      {"metadata=5", "nicira metadata=0x5", "metadata=0x5"},
      {"xreg1=5", "nicira reg2=0,reg3=0x5", "reg2=0,reg3=0x5"},
      {"reg0[0..7]=5", "nicira reg0=0x5/0xff", "reg0=0x5/0xff"},
      {"ct_state=+trk", "nicira ct_state=+trk", "ct_state=+trk"},
      {"packet_type=(1,0x894f),nsh_si=3", "nicira packet_type=(1,0x894f),nsh_si=3",
       "packet_type=(1,0x894f),nsh_si=3"},
      // What is matched in vain is left out.
      {"tp_src=5", "plain ", ""},
      {"ip,tp_src=5", "plain ip", "ip"},
      {"ipv6,nd_target=::1", "nicira ipv6", "ipv6"},
      {"reg0=5/0", "plain ", ""},
      // Blanks and commas, as people put them; the last word counts.
      {" tcp , tp_dst=80 ,\tin_port=LOCAL", "plain tcp,in_port=LOCAL,tp_dst=80",
       "tcp,in_port=LOCAL,tp_dst=80"},
      {"in_port=1,in_port=2", "plain in_port=2", "in_port=2"},
      {"duration=5s,n_packets=3,n_bytes=4,priority=5,ip", "plain priority=5,ip", "priority=5,ip"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(match_of(row.text, Version::v10) == row.v10);
    CHECK(match_of(row.text, Version::v13) == row.v13);
  }
}

TEST_CASE("flow syntax: commands, cookies, flags and where a flow goes") {
  const auto mod_of = [](std::string_view text, FlowSyntax syntax) {
    std::vector<std::byte> message;
    SyntaxError error;
    INFO(text);
    REQUIRE(read_flow(text, syntax, Xid{2}, message, error));
    return *read_flow_mod(*Frame::at(message), true);
  };
  FlowMod mod = mod_of("table=7,cookie=0x5,idle_timeout=3,hard_timeout=4,send_flow_rem,actions=drop", {});
  CHECK(mod.flow.table_id == 7);
  CHECK(mod.flow.cookie == 5);
  CHECK(mod.flow.idle_timeout == 3);
  CHECK(mod.flow.hard_timeout == 4);
  CHECK(mod.flow.flags == v13::FlowModFlags::send_flow_rem);
  mod = mod_of("table=7,actions=drop", {.version = Version::v10});
  CHECK(mod.flow.table_id == 7);
  mod = mod_of("delete_strict table=1,priority=9,cookie=3/-1,out_port=5",
               {.version = Version::v13, .command_in_text = true});
  CHECK(mod.command == v13::FlowModCommand::delete_strict);
  CHECK(mod.cookie_wanted == 3);
  CHECK(mod.cookie_mask == ~std::uint64_t{0});
  CHECK(mod.out_port == PortNo{5});
  mod = mod_of("cookie=3/7", {.version = Version::v10, .command = v13::FlowModCommand::delete_});
  CHECK(mod.cookie_mask == 7);
}

TEST_CASE("flow syntax: what is wrong, and where") {
  const auto wrong = [](std::string_view text, FlowSyntax syntax = {}) { return bytes_of(text, syntax); };
  CHECK(wrong("tcp,tp_dst=99999,actions=drop") == "\"99999\" does not fit into the 16 bits of tcp_dst");
  CHECK(wrong("tcp,tp_dst=80") == "\"tcp,tp_dst=80\" has no actions");
  CHECK(wrong("foo=5,actions=drop") == "\"foo\" is not known here");
  CHECK(wrong("foo,actions=drop") == "\"foo\" is nothing to match, or has no value");
  CHECK(wrong("priority=65536,actions=drop") == "\"65536\" is more than 65535");
  CHECK(wrong("table=256,actions=drop") == "\"256\" is not a table");
  CHECK(wrong("cookie=1/2,actions=drop") == "\"1/2\" has a mask, which adding a flow does not take");
  CHECK(wrong("cookie=1", {.command = v13::FlowModCommand::delete_}).find("needs a mask") !=
        std::string::npos);
  CHECK(wrong("tun_ttl=5,actions=drop") == "\"tun_ttl\" is known to the switch alone and cannot be matched");
  CHECK(wrong("reg0[0..3]=16,actions=drop") == "\"16\" does not fit into 4 bits");
  CHECK(wrong("tun_metadata0,tun_metadata0,actions=drop") == "\"tun_metadata0\" is said twice");
  CHECK(
      wrong("reset_counts,actions=drop", {.version = Version::v10}).find("cannot be said in OpenFlow 1.0") !=
      std::string::npos);
}

}  // namespace
}  // namespace oflens
