// Every message against bytes laid out by hand from the specification: read into fields, written again.
#include <catch2/catch.hpp>

#include <oflens/ext/nicira.hpp>
#include <oflens/message/dissect.hpp>
#include <oflens/message/json.hpp>
#include <oflens/v13/messages.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::hex;
using test::to_hex;

// ---- examples

struct Example {
  const wire::StructDesc* body;
  Version version;
  const char* bytes;
  std::string (*encoded_again)(Bytes);
};

template <Message M>
Example example(Version version, const char* bytes) {
  return {&wire::struct_desc<M>, version, bytes, [](Bytes message) -> std::string {
            const auto frame = Frame::at(message);
            const auto m = frame->decode<M>(&Catalog::standard());
            if (!m) return m.error().text();
            return to_hex(test::encoded(*m, frame->xid(), frame->version()));
          }};
}

#define MATCH10                                                  \
  "00000000 0001         # wildcards, in_port\n"                 \
  "0a0000000001 0a0000000002 # dl_src, dl_dst\n"                 \
  "0064 05 00 0800       # dl_vlan, dl_vlan_pcp, pad, dl_type\n" \
  "b8 06 0000            # nw_tos, nw_proto, pad\n"              \
  "c0a80001 c0a80002     # nw_src, nw_dst\n"                     \
  "0050 1f90             # tp_src, tp_dst\n"

// ofp_match of 1.3 with in_port=1, 16 bytes.
#define MATCH13 "0001 000c 80000004 00000001 00000000\n"

const std::vector<Example>& examples() {
  static const std::vector<Example> all = {
      // ---- OpenFlow 1.0
      example<v10::Hello>(Version::v10, "01 00 0008 00000001"),
      example<v10::ErrorMessage>(Version::v10, R"(
        01 01 0014 00000002
        0003 0001                  # FLOW_MOD_FAILED, OVERLAP
        010e005000000002           # the request)"),
      example<v10::EchoRequest>(Version::v10, "01 02 000b 00000003 707172"),
      example<v10::EchoReply>(Version::v10, "01 03 000b 00000003 707172"),
      example<v10::Vendor>(Version::v10, "01 04 0014 00000004 000004ea 0000000a 00000001"),
      example<v10::FeaturesRequest>(Version::v10, "01 05 0008 00000005"),
      example<v10::FeaturesReply>(Version::v10, R"(
        01 06 0050 00000005
        0000020000000001           # datapath_id
        00000100 fe 000000         # n_buffers, n_tables, pad
        000000c7 00000fff          # capabilities, actions
        0001 020000000101          # port_no, hw_addr
        73312d65746831000000000000000000 # name
        00000001 00000201          # config, state
        00000840 00000001 00000002 00000003 # curr, advertised, supported, peer)"),
      example<v10::GetConfigRequest>(Version::v10, "01 07 0008 00000006"),
      example<v10::GetConfigReply>(Version::v10, "01 08 000c 00000006 0001 0080"),
      example<v10::SetConfig>(Version::v10, "01 09 000c 00000007 0002 ffff"),
      example<v10::PacketIn>(Version::v10, R"(
        01 0a 0016 00000000
        00000101 0100 fffe 00 00   # buffer_id, total_len, in_port, reason, pad
        deadbeef)"),
      example<v10::FlowRemoved>(Version::v10, "01 0b 0058 00000000\n" MATCH10 R"(
        0000000000000abc           # cookie
        8000 01 00                 # priority, reason, pad
        0000000a 00000bb8          # duration_sec, duration_nsec
        003c 0000                  # idle_timeout, pad
        0000000000000005 00000000000001f4 # packet_count, byte_count)"),
      example<v10::PortStatus>(Version::v10, R"(
        01 0c 0040 00000000
        02 00000000000000          # reason, pad
        0002 020000000102 73312d65746832000000000000000000
        00000000 00000001 00000000 00000000 00000000 00000000)"),
      example<v10::PacketOut>(Version::v10, R"(
        01 0d 001c 00000008
        ffffffff ffff 0008         # buffer_id, in_port, actions_len
        0000 0008 fffb 0000        # output to FLOOD
        cafebabe)"),
      example<v10::FlowMod>(Version::v10, "01 0e 00a8 00000009\n" MATCH10 R"(
        0000000000000abc           # cookie
        0003 003c 0258 8001        # command, idle_timeout, hard_timeout, priority
        00000102 ffff 0005         # buffer_id, out_port, flags
        0000 0008 fffd 0080        # output
        0001 0008 0064 0000        # set_vlan_vid
        0002 0008 05 000000        # set_vlan_pcp
        0003 0008 00000000         # strip_vlan
        0004 0010 0a0000000003 000000000000 # set_dl_src
        0005 0010 0a0000000004 000000000000 # set_dl_dst
        0006 0008 0a000001         # set_nw_src
        0007 0008 0a000002         # set_nw_dst
        0008 0008 b8 000000        # set_nw_tos
        0009 0008 0050 0000        # set_tp_src)"),
      example<v10::StatsRequest>(Version::v10, "01 10 000c 0000000a 0100 0000"),
      example<v10::StatsReply>(Version::v10, "01 11 0010 0000000a 0100 0001 00010203"),
      example<v10::DescStatsRequest>(Version::v10, "01 10 000c 0000000b 0000 0000"),
      example<v10::DescStatsReply>(Version::v10, nullptr),  // made below
      example<v10::FlowStatsRequest>(Version::v10, "01 10 0038 0000000c 0001 0000\n" MATCH10 R"(
        ff 00 0007                 # table_id, pad, out_port)"),
      example<v10::FlowStatsReply>(Version::v10, R"(
        01 11 00c4 0000000c 0001 0000
        0060 02 00                 # length, table_id, pad)"
                                                 "\n" MATCH10 R"(
        0000000a 00000014          # duration_sec, duration_nsec
        0064 003c 0000             # priority, idle_timeout, hard_timeout
        000000000000               # pad
        0000000000000abc 0000000000000003 0000000000000180 # cookie, packet_count, byte_count
        0000 0008 0002 0000        # output
        0058 03 00)"
                                                 "\n" MATCH10 R"(
        00000000 00000000 0001 0000 0000 000000000000
        0000000000000001 0000000000000002 0000000000000003)"),
      example<v10::BarrierRequest>(Version::v10, "01 12 0008 0000000d"),
      example<v10::BarrierReply>(Version::v10, "01 13 0008 0000000d"),

      // ---- Nicira's, in 1.0; nicira-ext.h of Open vSwitch
      example<nicira::FlowMod>(Version::v10, R"(
        01 04 0048 00000010 00002320 0000000d # vendor, NXT_FLOW_MOD
        0000000000000abc           # cookie
        0103 003c 0258 8000        # command (table 1), idle_timeout, hard_timeout, priority
        ffffffff 0004 0001         # buffer_id, out_port, flags
        000c 000000000000          # match_len, pad
        00000002 0001              # NXM_OF_IN_PORT
        00000602 0800              # NXM_OF_ETH_TYPE
        00000000
        0000 0008 0002 0000        # output)"),
      example<nicira::FlowRemoved>(Version::v10, R"(
        01 04 0040 00000000 00002320 0000000e # vendor, NXT_FLOW_REMOVED
        0000000000000abc 8000 01 03 # cookie, priority, reason, table_id
        0000000a 00000014          # duration_sec, duration_nsec
        003c 0006                  # idle_timeout, match_len
        0000000000000003 0000000000000180 # packet_count, byte_count
        00000002 0001 0000         # NXM_OF_IN_PORT, padding)"),
      example<nicira::FlowModTableId>(Version::v10, R"(
        01 04 0018 00000011 00002320 0000000f # vendor, NXT_FLOW_MOD_TABLE_ID
        01 00000000000000          # set, pad)"),

      // ---- OpenFlow 1.3
      example<v13::Hello>(Version::v13, R"(
        04 00 0028 00000001
        0001 0008 00000012         # version bitmap: 1.0 and 1.3
        7777 0005 61 000000        # an element that nobody knows
        0001 000c 00000010 00000001 00000000 # two words: the length leaves out the padding)"),
      example<v13::ErrorMessage>(Version::v13, "04 01 0010 00000002 0005 0003 04020008"),
      example<v10::EchoRequest>(Version::v13, "04 02 0008 00000003"),
      example<v10::EchoReply>(Version::v13, "04 03 0009 00000003 00"),
      example<v13::Experimenter>(Version::v13, "04 04 0014 00000004 4f4e4600 00000915 aabbccdd"),
      example<v10::FeaturesRequest>(Version::v13, "04 05 0008 00000005"),
      example<v13::FeaturesReply>(Version::v13, R"(
        04 06 0020 00000005
        0000020000000001           # datapath_id
        00000100 fe 01 0000        # n_buffers, n_tables, auxiliary_id, pad
        0000014f 12345678          # capabilities, reserved)"),
      example<v10::GetConfigRequest>(Version::v13, "04 07 0008 00000006"),
      example<v10::GetConfigReply>(Version::v13, "04 08 000c 00000006 0000 ffff"),
      example<v10::SetConfig>(Version::v13, "04 09 000c 00000007 0003 ffe5"),
      example<v13::PacketIn>(Version::v13, R"(
        04 0a 0036 00000000
        ffffffff 0040 01 03        # buffer_id, total_len, reason, table_id
        00000000deadbeef           # cookie
        0001 0012                  # match: 4 + 8 + 6 bytes, padded to 24
        80000004 00000005          # in_port
        80000c02 1064              # vlan_vid
        000000000000
        0000 cafebabe              # pad, data)"),
      example<v13::FlowRemoved>(Version::v13, R"(
        04 0b 0040 00000000
        0000000000000abc 0064 02 05 # cookie, priority, reason, table_id
        0000000a 00000014 003c 0258 # duration_sec, duration_nsec, idle_timeout, hard_timeout
        0000000000000003 0000000000000180 # packet_count, byte_count
        )" MATCH13),
      example<v13::PortStatus>(Version::v13, R"(
        04 0c 0050 00000000
        00 00000000000000          # reason, pad
        00000003 00000000          # port_no, pad
        020000000103 0000          # hw_addr, pad
        73312d65746833000000000000000000 # name
        00000041 00000004          # config, state
        00000001 00000002 00000004 00000008 # curr, advertised, supported, peer
        000f4240 00989680          # curr_speed, max_speed)"),
      example<v13::PacketOut>(Version::v13, R"(
        04 0d 002c 00000008
        ffffffff fffffffd 0010 000000000000 # buffer_id, in_port, actions_len, pad
        0000 0010 fffffffb 0000 000000000000
        cafebabe)"),
      example<v13::FlowMod>(Version::v13, R"(
        04 0e 0150 00000009
        0000000000000abc 00000000000000ff # cookie, cookie_mask
        02 00 003c 0258 8000       # table_id, command, idle_timeout, hard_timeout, priority
        00000103 00000004 00000005 # buffer_id, out_port, out_group
        001f 0000                  # flags, pad
        0001 0019                  # match: 4 + 8 + 6 + 7 = 25 bytes, padded to 32
        80000004 00000001          # in_port
        80000a02 0800              # eth_type
        80004a03 123456            # pbb_isid
        00000000000000
        0001 0008 03 000000        # goto_table
        0002 0018 00000000 0000000000000011 00000000000000ff # write_metadata
        0003 00a8 00000000         # write_actions
        0000 0010 00000002 ffe5 000000000000 # output
        000b 0008 00000000         # copy_ttl_out
        000c 0008 00000000         # copy_ttl_in
        000f 0008 40 000000        # set_mpls_ttl
        0010 0008 00000000         # dec_mpls_ttl
        0011 0008 8100 0000        # push_vlan
        0012 0008 00000000         # pop_vlan
        0013 0008 8847 0000        # push_mpls
        0014 0008 0800 0000        # pop_mpls
        0015 0008 00000007         # set_queue
        0016 0008 00000009         # group
        0017 0008 3f 000000        # set_nw_ttl
        0018 0008 00000000         # dec_nw_ttl
        0019 0010 80000c02 1064 000000000000 # set_field vlan_vid: 4 + 6, padded to 16
        001a 0008 88e7 0000        # push_pbb
        001b 0008 00000000         # pop_pbb
        ffff 0010 00002320 0001020304050607 # of an experimenter
        0004 0018 00000000         # apply_actions
        0000 0010 fffffffd 0080 000000000000
        0005 0008 00000000         # clear_actions
        0006 0008 0000000c         # meter
        ffff 0010 00002320 0001020304050607 # of an experimenter)"),
      example<v13::MultipartRequest>(Version::v13,
                                     "04 12 0018 0000000a 0100 0000 00000000 ffffffff 00000000"),
      example<v13::MultipartReply>(Version::v13, "04 13 0014 0000000a 0100 0001 00000000 01020304"),
      example<v13::DescRequest>(Version::v13, "04 12 0010 0000000b 0000 0000 00000000"),
      example<v13::DescReply>(Version::v13, nullptr),  // made below
      example<v13::FlowStatsRequest>(Version::v13, R"(
        04 12 0040 0000000c 0001 0000 00000000
        ff 000000 ffffffff ffffffff 00000000 # table_id, pad, out_port, out_group, pad
        0000000000000001 00000000000000ff # cookie, cookie_mask
        0001 000c 80000004 00000001 00000000)"),
      example<v13::FlowStatsReply>(Version::v13, R"(
        04 13 00a8 0000000c 0001 0001 00000000
        0060 02 00                 # length, table_id, pad
        0000000a 00000014          # duration_sec, duration_nsec
        0064 003c 0258 0001        # priority, idle_timeout, hard_timeout, flags
        00000000                   # pad
        0000000000000abc 0000000000000003 0000000000000180
        0001 000c 80000004 00000001 00000000
        0004 0018 00000000 0000 0010 00000002 0000 000000000000
        0001 0008 03 000000
        0038 00 00 00000000 00000000 0000 0000 0000 0000 00000000
        0000000000000000 0000000000000000 0000000000000000
        0001 0004 00000000)"),
      example<v13::PortDescRequest>(Version::v13, "04 12 0010 0000000d 000d 0000 00000000"),
      example<v13::PortDescReply>(Version::v13, R"(
        04 13 0050 0000000d 000d 0000 00000000
        fffffffe 00000000 020000000001 0000 73310000000000000000000000000000
        00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000)"),
      example<v13::BarrierRequest>(Version::v13, "04 14 0008 0000000e"),
      example<v13::BarrierReply>(Version::v13, "04 15 0008 0000000e"),
      example<v13::RoleRequest>(Version::v13, "04 18 0018 0000000f 00000002 00000000 8000000000000001"),
      example<v13::RoleReply>(Version::v13, "04 19 0018 0000000f 00000003 00000000 8000000000000001"),
  };
  return all;
}

// The 1056 bytes of ofp_desc_stats (1.0 §5.3.5) and ofp_desc (1.3.5 §7.3.5.1) after this header.
std::vector<std::byte> desc_reply(const char* header) {
  std::vector<std::byte> out = hex(header);
  const std::pair<const char*, std::size_t> texts[] = {
      {"Nicira, Inc.", 256}, {"Open vSwitch", 256}, {"3.1.0", 256}, {"None", 32}, {"br0", 256}};
  for (const auto& [text, size] : texts) {
    const std::size_t at = out.size();
    out.resize(at + size);
    std::memcpy(out.data() + at, text, std::strlen(text));
  }
  return out;
}

std::vector<std::byte> bytes_of(const Example& e) {
  if (e.bytes != nullptr) return hex(e.bytes);
  return e.version == Version::v10 ? desc_reply("01 11 042c 0000000b 0000 0000")
                                   : desc_reply("04 13 0430 0000000b 0000 0000 00000000");
}

// The message that example<M> holds, decoded; its bytes stay.
template <Message M>
M fields_of(Version version) {
  for (const Example& e : examples()) {
    if (e.body != &wire::struct_desc<M> || e.version != version) continue;
    const auto bytes = bytes_of(e);
    const auto frame = Frame::at(bytes);
    REQUIRE(frame);
    const auto m = frame->decode<M>();
    if (!m) FAIL(m.error().text());
    const M& borrowed = *m;
    return borrowed;
  }
  FAIL("no example");
  return {};
}

// The actions and so on of a list, one after the other.
template <class E>
std::vector<E> elements(const Seq<E>& list) {
  return {list.begin(), list.end()};
}

std::string json_of(Bytes message) {
  Tape tape;
  dissect(Catalog::standard(), message, tape);
  TextBuffer text;
  put_json_members(text, tape, message);
  return std::string(text.view());
}

TEST_CASE("every example is read without a problem and written as it was") {
  for (const Example& e : examples()) {
    const auto bytes = bytes_of(e);
    INFO(e.body->name << ' ' << static_cast<int>(e.version) << ' ' << to_hex(bytes));
    REQUIRE(load_be<std::uint16_t>(bytes.data() + 2) == bytes.size());  // of the example itself
    CHECK(Catalog::standard().find(bytes) == e.body);
    CHECK(e.encoded_again(bytes) == to_hex(bytes));
    Tape tape;
    dissect(Catalog::standard(), bytes, tape);
    CHECK(tape.problems() == 0);
  }
}

// ---- fields of 1.0

void check_match(const v10::Match& m) {
  CHECK(m.wildcards == v10::Wildcards::none);
  CHECK(m.in_port == v10::PortNo{1});
  CHECK(m.dl_src == MacAddress{{0x0a, 0, 0, 0, 0, 1}});
  CHECK(m.dl_dst == MacAddress{{0x0a, 0, 0, 0, 0, 2}});
  CHECK(m.dl_vlan == 100);
  CHECK(m.dl_vlan_pcp == 5);
  CHECK(m.dl_type == 0x0800);
  CHECK(m.nw_tos == 0xb8);
  CHECK(m.nw_proto == 6);
  CHECK(m.nw_src == Ipv4Address{{192, 168, 0, 1}});
  CHECK(m.nw_dst == Ipv4Address{{192, 168, 0, 2}});
  CHECK(m.tp_src == 80);
  CHECK(m.tp_dst == 8080);
}

TEST_CASE("1.0 match: the wildcards of addresses count low bits, and 32 or more are all") {
  v10::Match m;
  CHECK(m.wildcards == v10::Wildcards::all);
  CHECK(m.nw_src_wild() == 32);
  CHECK(m.nw_dst_wild() == 32);
  m.wildcards = v10::Wildcards{8u << 8 | 24u << 14};
  CHECK(m.nw_src_wild() == 8);
  CHECK(m.nw_dst_wild() == 24);
  m.wildcards = v10::Wildcards{33u << 8};
  CHECK(m.nw_src_wild() == 32);
  CHECK(m.nw_dst_wild() == 0);
  CHECK(has(v10::Wildcards::all, v10::Wildcards::nw_tos));
  CHECK_FALSE(has(v10::Wildcards::in_port, v10::Wildcards::nw_tos));
}

TEST_CASE("1.0 fields: features_reply, port_status") {
  const auto m = fields_of<v10::FeaturesReply>(Version::v10);
  CHECK(m.datapath_id == DatapathId{0x020000000001});
  CHECK(m.n_buffers == 256);
  CHECK(m.n_tables == 254);
  CHECK(m.capabilities == v10::Capabilities{0xc7});
  CHECK(m.actions == v10::SupportedActions{0xfff});
  REQUIRE(m.ports.count() == 1);
  const v10::Port p = *m.ports.begin();
  CHECK(p.port_no == v10::PortNo{1});
  CHECK(p.hw_addr == MacAddress{{2, 0, 0, 0, 1, 1}});
  CHECK(p.name.view() == "s1-eth1");
  CHECK(p.config == v10::PortConfig{1});
  CHECK(p.state == v10::PortState{0x201});
  CHECK(p.curr == v10::PortFeatures{0x840});
  CHECK(p.advertised == v10::PortFeatures{1});
  CHECK(p.supported == v10::PortFeatures{2});
  CHECK(p.peer == v10::PortFeatures{3});
  const auto json = json_of(bytes_of(examples()[6]));
  CHECK(json.find(R"("state":["OFPPS_STP_FORWARD","OFPPS_LINK_DOWN"])") != std::string::npos);

  const auto s = fields_of<v10::PortStatus>(Version::v10);
  CHECK(s.reason == v10::PortReason::modify);
  CHECK(s.desc.port_no == v10::PortNo{2});
  CHECK(s.desc.name.view() == "s1-eth2");
  CHECK(s.desc.state == v10::PortState{1});
}

TEST_CASE("1.0 fields: packet_in, packet_out, flow_removed") {
  const auto in = fields_of<v10::PacketIn>(Version::v10);
  CHECK(in.buffer_id == BufferId{0x101});
  CHECK(in.total_len == 256);
  CHECK(in.in_port == v10::PortNo::local);
  CHECK(in.reason == v10::PacketInReason::no_match);
  CHECK(to_hex(in.data.bytes()) == "deadbeef");

  const auto out = fields_of<v10::PacketOut>(Version::v10);
  CHECK(out.buffer_id == BufferId::no_buffer);
  CHECK(out.in_port == v10::PortNo::none);
  REQUIRE(out.actions.count() == 1);
  CHECK((*out.actions.begin()).get<v10::Output>().value().port == v10::PortNo::flood);
  CHECK(to_hex(out.data.bytes()) == "cafebabe");

  const auto removed = fields_of<v10::FlowRemoved>(Version::v10);
  check_match(removed.match);
  CHECK(removed.cookie == 0xabc);
  CHECK(removed.priority == 0x8000);
  CHECK(removed.reason == v10::FlowRemovedReason::hard_timeout);
  CHECK(removed.duration_sec == 10);
  CHECK(removed.duration_nsec == 3000);
  CHECK(removed.idle_timeout == 60);
  CHECK(removed.packet_count == 5);
  CHECK(removed.byte_count == 500);
}

TEST_CASE("1.0 fields: flow_mod and its actions") {
  const auto m = fields_of<v10::FlowMod>(Version::v10);
  check_match(m.match);
  CHECK(m.cookie == 0xabc);
  CHECK(m.command == v10::FlowModCommand::delete_);
  CHECK(m.idle_timeout == 60);
  CHECK(m.hard_timeout == 600);
  CHECK(m.priority == 0x8001);
  CHECK(m.buffer_id == BufferId{0x102});
  CHECK(m.out_port == v10::PortNo::none);
  CHECK(m.flags == v10::FlowModFlags{5});
  const auto a = elements(m.actions);
  REQUIRE(a.size() == 10);
  CHECK(a[0].get<v10::Output>().value().port == v10::PortNo::controller);
  CHECK(a[0].get<v10::Output>().value().max_len == 128);
  CHECK(a[1].get<v10::SetVlanVid>().value().vlan_vid == 100);
  CHECK(a[2].get<v10::SetVlanPcp>().value().vlan_pcp == 5);
  CHECK(a[3].get<v10::StripVlan>());
  CHECK(a[4].get<v10::SetDlSrc>().value().dl_addr == MacAddress{{0x0a, 0, 0, 0, 0, 3}});
  CHECK(a[5].get<v10::SetDlDst>().value().dl_addr == MacAddress{{0x0a, 0, 0, 0, 0, 4}});
  CHECK(a[6].get<v10::SetNwSrc>().value().nw_addr == Ipv4Address{{10, 0, 0, 1}});
  CHECK(a[7].get<v10::SetNwDst>().value().nw_addr == Ipv4Address{{10, 0, 0, 2}});
  CHECK(a[8].get<v10::SetNwTos>().value().nw_tos == 0xb8);
  CHECK(a[9].get<v10::SetTpSrc>().value().tp_port == 80);
}

TEST_CASE("1.0 fields: the other actions") {
  const auto bytes = hex(R"(
    01 0d 0038 00000001 ffffffff fff8 0028
    000a 0008 1f90 0000                   # set_tp_dst
    000b 0010 0003 000000000000 00000007  # enqueue
    ffff 0010 00002320 0001020304050607   # vendor)");
  const auto m = Frame::at(bytes)->decode<v10::PacketOut>(&Catalog::standard());
  REQUIRE(m);
  const auto a = elements(m->actions);
  REQUIRE(a.size() == 3);
  CHECK(a[0].get<v10::SetTpDst>().value().tp_port == 8080);
  CHECK(a[1].get<v10::Enqueue>().value().port == v10::PortNo{3});
  CHECK(a[1].get<v10::Enqueue>().value().queue_id == 7);
  CHECK(a[2].get<v10::VendorAction>().value().vendor == ExperimenterId::nicira);
  CHECK(to_hex(a[2].get<v10::VendorAction>().value().data.bytes()) == "0001020304050607");
  CHECK(to_hex(test::encoded(*m)) == to_hex(bytes));
}

TEST_CASE("1.0: a flow_mod without actions is well-formed") {
  auto bytes = hex("01 0e 0048 00000009\n" MATCH10 "0000000000000000 0000 0000 0000 8000 ffffffff ffff 0000");
  const auto m = Frame::at(bytes)->decode<v10::FlowMod>();
  REQUIRE(m);
  CHECK(m->actions.empty());
}

TEST_CASE("1.0 fields: statistics") {
  CHECK(fields_of<v10::StatsRequest>(Version::v10).type == v10::StatsType{0x100});
  const auto reply = fields_of<v10::StatsReply>(Version::v10);
  CHECK(reply.flags == v10::StatsReplyFlags::more);
  CHECK(to_hex(reply.body.bytes()) == "00010203");

  const auto desc = fields_of<v10::DescStatsReply>(Version::v10);
  CHECK(desc.mfr_desc.view() == "Nicira, Inc.");
  CHECK(desc.hw_desc.view() == "Open vSwitch");
  CHECK(desc.sw_desc.view() == "3.1.0");
  CHECK(desc.serial_num.view() == "None");
  CHECK(desc.dp_desc.view() == "br0");

  const auto request = fields_of<v10::FlowStatsRequest>(Version::v10);
  check_match(request.match);
  CHECK(request.table_id == 0xff);
  CHECK(request.out_port == v10::PortNo{7});

  const auto m = fields_of<v10::FlowStatsReply>(Version::v10);
  REQUIRE(m.flows.count() == 2);
  auto it = m.flows.begin();
  const v10::FlowStats first = *it, second = *++it;
  check_match(first.match);
  CHECK(first.table_id == 2);
  CHECK(first.duration_sec == 10);
  CHECK(first.duration_nsec == 20);
  CHECK(first.priority == 100);
  CHECK(first.idle_timeout == 60);
  CHECK(first.hard_timeout == 0);
  CHECK(first.cookie == 0xabc);
  CHECK(first.packet_count == 3);
  CHECK(first.byte_count == 384);
  REQUIRE(first.actions.count() == 1);
  CHECK((*first.actions.begin()).get<v10::Output>().value().port == v10::PortNo{2});
  CHECK(second.table_id == 3);
  CHECK(second.byte_count == 3);
  CHECK(second.actions.empty());
}

TEST_CASE("1.0 fields: the rest") {
  CHECK(fields_of<v10::ErrorMessage>(Version::v10).type == v10::ErrorType::flow_mod_failed);
  CHECK(fields_of<v10::ErrorMessage>(Version::v10).code == 1);
  CHECK(fields_of<v10::ErrorMessage>(Version::v10).data.size() == 8);
  CHECK(fields_of<v10::Vendor>(Version::v10).vendor == ExperimenterId::hp);
  CHECK(to_hex(fields_of<v10::Vendor>(Version::v10).data.bytes()) == "0000000a00000001");
  CHECK(fields_of<v10::GetConfigReply>(Version::v10).flags == v10::ConfigFlags{1});
  CHECK(fields_of<v10::GetConfigReply>(Version::v10).miss_send_len == 128);
  CHECK(fields_of<v10::SetConfig>(Version::v10).flags == v10::ConfigFlags{2});
  CHECK(fields_of<v10::SetConfig>(Version::v10).miss_send_len == 0xffff);
  // What follows the header of a hello is to be ignored (1.0 §5.5.1).
  const auto hello = hex("01 00 000b 00000001 ffffff");
  CHECK(Frame::at(hello)->decode<v10::Hello>());
}

TEST_CASE("1.0 fields: Nicira's messages") {
  const auto m = fields_of<nicira::FlowMod>(Version::v10);
  CHECK(m.cookie == 0xabc);
  CHECK(m.command == v10::FlowModCommand{0x0103});
  CHECK(m.idle_timeout == 60);
  CHECK(m.hard_timeout == 600);
  CHECK(m.priority == 0x8000);
  CHECK(m.buffer_id == BufferId::no_buffer);
  CHECK(m.out_port == v10::PortNo{4});
  CHECK(m.flags == v10::FlowModFlags::send_flow_rem);
  CHECK(to_hex(m.match.bytes()) ==
        "000000020001"
        "000006020800");
  CHECK((*m.match.begin()).oxm_class() == OxmClass::nxm_0);
  REQUIRE(m.actions.count() == 1);
  CHECK((*m.actions.begin()).get<v10::Output>().value().port == v10::PortNo{2});

  const auto removed = fields_of<nicira::FlowRemoved>(Version::v10);
  CHECK(removed.cookie == 0xabc);
  CHECK(removed.priority == 0x8000);
  CHECK(removed.reason == v10::FlowRemovedReason::hard_timeout);
  CHECK(removed.table_id == 3);
  CHECK(removed.duration_sec == 10);
  CHECK(removed.duration_nsec == 20);
  CHECK(removed.idle_timeout == 60);
  CHECK(removed.packet_count == 3);
  CHECK(removed.byte_count == 384);
  CHECK(removed.match.count() == 1);

  CHECK(fields_of<nicira::FlowModTableId>(Version::v10).set == 1);
}

// ---- fields of 1.3

TEST_CASE("1.3 fields: hello with bitmaps") {
  const auto m = fields_of<v13::Hello>(Version::v13);
  const auto e = elements(m.elements);
  REQUIRE(e.size() == 3);
  const auto one = e[0].get<v13::VersionBitmap>();
  REQUIRE(one);
  CHECK(elements(one->bitmaps) == std::vector<std::uint32_t>{0x12});
  CHECK(static_cast<int>(e[1].type()) == 0x7777);
  CHECK(to_hex(e[1].bytes()) == "7777000561000000");
  CHECK(elements(e[2].get<v13::VersionBitmap>().value().bitmaps) == std::vector<std::uint32_t>{0x10, 1});
  v13::Hello made;
  made.elements = {v13::VersionBitmap{.bitmaps = {0x12u}}};
  CHECK(to_hex(test::encoded(made, Xid{1}, Version::v13)) ==
        "0400001000000001"
        "0001000800000012");
}

TEST_CASE("1.3 fields: features_reply, port_status, port_desc") {
  const auto m = fields_of<v13::FeaturesReply>(Version::v13);
  CHECK(m.datapath_id == DatapathId{0x020000000001});
  CHECK(m.n_buffers == 256);
  CHECK(m.n_tables == 254);
  CHECK(m.auxiliary_id == 1);
  CHECK(m.capabilities == v13::Capabilities{0x14f});
  CHECK(m.reserved == 0x12345678);

  const auto s = fields_of<v13::PortStatus>(Version::v13);
  CHECK(s.reason == v13::PortReason::add);
  CHECK(s.desc.port_no == PortNo{3});
  CHECK(s.desc.hw_addr == MacAddress{{2, 0, 0, 0, 1, 3}});
  CHECK(s.desc.name.view() == "s1-eth3");
  CHECK(s.desc.config == v13::PortConfig{0x41});
  CHECK(s.desc.state == v13::PortState{4});
  CHECK(s.desc.curr == v13::PortFeatures{1});
  CHECK(s.desc.advertised == v13::PortFeatures{2});
  CHECK(s.desc.supported == v13::PortFeatures{4});
  CHECK(s.desc.peer == v13::PortFeatures{8});
  CHECK(s.desc.curr_speed == 1'000'000);
  CHECK(s.desc.max_speed == 10'000'000);

  const auto d = fields_of<v13::PortDescReply>(Version::v13);
  REQUIRE(d.ports.count() == 1);
  CHECK((*d.ports.begin()).port_no == PortNo::local);
  CHECK((*d.ports.begin()).name.view() == "s1");
}

TEST_CASE("1.3 fields: packet_in with its match, packet_out, flow_removed") {
  const auto in = fields_of<v13::PacketIn>(Version::v13);
  CHECK(in.buffer_id == BufferId::no_buffer);
  CHECK(in.total_len == 64);
  CHECK(in.reason == v13::PacketInReason::action);
  CHECK(in.table_id == v13::TableId{3});
  CHECK(in.cookie == 0xdeadbeef);
  const auto fields = elements(in.match.oxm);
  REQUIRE(fields.size() == 2);
  CHECK(fields[0].get(oxm::in_port) == PortNo{5});
  CHECK(fields[1].get(oxm::vlan_vid) == 0x1064);
  CHECK(to_hex(in.data.bytes()) == "cafebabe");

  const auto out = fields_of<v13::PacketOut>(Version::v13);
  CHECK(out.in_port == PortNo::controller);
  REQUIRE(out.actions.count() == 1);
  CHECK((*out.actions.begin()).get<v13::Output>().value().port == PortNo::flood);
  CHECK(to_hex(out.data.bytes()) == "cafebabe");

  const auto removed = fields_of<v13::FlowRemoved>(Version::v13);
  CHECK(removed.cookie == 0xabc);
  CHECK(removed.priority == 100);
  CHECK(removed.reason == v13::FlowRemovedReason::delete_);
  CHECK(removed.table_id == v13::TableId{5});
  CHECK(removed.duration_sec == 10);
  CHECK(removed.duration_nsec == 20);
  CHECK(removed.idle_timeout == 60);
  CHECK(removed.hard_timeout == 600);
  CHECK(removed.packet_count == 3);
  CHECK(removed.byte_count == 384);
  CHECK((*removed.match.oxm.begin()).get(oxm::in_port) == PortNo{1});
}

TEST_CASE("1.3 fields: flow_mod with every instruction and action") {
  const auto m = fields_of<v13::FlowMod>(Version::v13);
  CHECK(m.cookie == 0xabc);
  CHECK(m.cookie_mask == 0xff);
  CHECK(m.table_id == v13::TableId{2});
  CHECK(m.command == v13::FlowModCommand::add);
  CHECK(m.idle_timeout == 60);
  CHECK(m.hard_timeout == 600);
  CHECK(m.priority == 0x8000);
  CHECK(m.buffer_id == BufferId{0x103});
  CHECK(m.out_port == PortNo{4});
  CHECK(m.out_group == v13::GroupId{5});
  CHECK(m.flags == v13::FlowModFlags{0x1f});
  const auto fields = elements(m.match.oxm);
  REQUIRE(fields.size() == 3);
  CHECK(fields[0].get(oxm::in_port) == PortNo{1});
  CHECK(fields[1].get(oxm::eth_type) == 0x0800);
  CHECK(fields[2].get(oxm::pbb_isid)->value == 0x123456);

  const auto i = elements(m.instructions);
  REQUIRE(i.size() == 7);
  CHECK(i[0].get<v13::GotoTable>().value().table_id == v13::TableId{3});
  CHECK(i[1].get<v13::WriteMetadata>().value().metadata == 0x11);
  CHECK(i[1].get<v13::WriteMetadata>().value().metadata_mask == 0xff);
  CHECK(i[3].get<v13::ApplyActions>().value().actions.count() == 1);
  CHECK(i[4].get<v13::ClearActions>());
  CHECK(i[5].get<v13::Meter>().value().meter_id == v13::MeterId{12});
  CHECK(i[6].get<v13::ExperimenterInstruction>().value().experimenter == ExperimenterId::nicira);
  CHECK(to_hex(i[6].get<v13::ExperimenterInstruction>().value().data.bytes()) == "0001020304050607");

  const auto write = i[2].get<v13::WriteActions>();
  REQUIRE(write);
  const auto a = elements(write->actions);
  REQUIRE(a.size() == 17);
  CHECK(a[0].get<v13::Output>().value().port == PortNo{2});
  CHECK(a[0].get<v13::Output>().value().max_len == v13::MaxLen::max);
  CHECK(a[1].get<v13::CopyTtlOut>());
  CHECK(a[2].get<v13::CopyTtlIn>());
  CHECK(a[3].get<v13::SetMplsTtl>().value().mpls_ttl == 64);
  CHECK(a[4].get<v13::DecMplsTtl>());
  CHECK(a[5].get<v13::PushVlan>().value().ethertype == 0x8100);
  CHECK(a[6].get<v13::PopVlan>());
  CHECK(a[7].get<v13::PushMpls>().value().ethertype == 0x8847);
  CHECK(a[8].get<v13::PopMpls>().value().ethertype == 0x0800);
  CHECK(a[9].get<v13::SetQueue>().value().queue_id == 7);
  CHECK(a[10].get<v13::Group>().value().group_id == v13::GroupId{9});
  CHECK(a[11].get<v13::SetNwTtl>().value().nw_ttl == 63);
  CHECK(a[12].get<v13::DecNwTtl>());
  CHECK(a[13].get<v13::SetField>().value().field_.get().get(oxm::vlan_vid) == 0x1064);
  CHECK(a[14].get<v13::PushPbb>().value().ethertype == 0x88e7);
  CHECK(a[15].get<v13::PopPbb>());
  CHECK(a[16].get<v13::ExperimenterAction>().value().experimenter == ExperimenterId::nicira);
  // Each is what its type says and nothing else.
  for (std::size_t n = 0; n < a.size(); ++n) {
    CHECK(bool(a[n].get<v13::Output>()) == (n == 0));
    CHECK(bool(a[n].get<v13::PopVlan>()) == (n == 6));
    CHECK(bool(a[n].get<v13::SetField>()) == (n == 13));
  }
}

TEST_CASE("1.3: made from fields, as the specification lays it out") {
  v13::FlowMod m;
  m.cookie = 1;
  m.priority = 10;
  m.match = {oxm::in_port(PortNo{1}), oxm::eth_type(0x0800)};
  m.instructions = {
      v13::ApplyActions{.actions = {v13::SetField{.field_ = oxm::eth_dst(MacAddress{{1, 2, 3, 4, 5, 6}})},
                                    v13::Output{.port = PortNo{2}}}},
      v13::GotoTable{.table_id = v13::TableId{1}}};
  CHECK(to_hex(test::encoded(m, Xid{5})) == to_hex(hex(R"(
    04 0e 0078 00000005
    0000000000000001 0000000000000000 00 00 0000 0000 000a
    ffffffff ffffffff ffffffff 0000 0000
    0001 0012 80000004 00000001 80000a02 0800 000000000000
    0004 0028 00000000
    0019 0010 80000606 010203040506 0000   # 4 + 10, padded to 16
    0000 0010 00000002 0000 000000000000
    0001 0008 01 000000)")));
}

TEST_CASE("1.3 fields: multipart") {
  CHECK(fields_of<v13::MultipartRequest>(Version::v13).type == v13::MultipartType{0x100});
  CHECK(to_hex(fields_of<v13::MultipartRequest>(Version::v13).body.bytes()) == "ffffffff00000000");
  const auto reply = fields_of<v13::MultipartReply>(Version::v13);
  CHECK(reply.type == v13::MultipartType{0x100});
  CHECK(reply.flags == v13::MultipartReplyFlags::more);

  const auto desc = fields_of<v13::DescReply>(Version::v13);
  CHECK(desc.mfr_desc.view() == "Nicira, Inc.");
  CHECK(desc.serial_num.view() == "None");
  CHECK(desc.dp_desc.view() == "br0");

  const auto request = fields_of<v13::FlowStatsRequest>(Version::v13);
  CHECK(request.table_id == v13::TableId::all);
  CHECK(request.out_port == PortNo::any);
  CHECK(request.out_group == v13::GroupId::any);
  CHECK(request.cookie == 1);
  CHECK(request.cookie_mask == 0xff);
  CHECK(request.match.oxm.count() == 1);

  const auto m = fields_of<v13::FlowStatsReply>(Version::v13);
  CHECK(m.flags == v13::MultipartReplyFlags::more);
  REQUIRE(m.flows.count() == 2);
  auto it = m.flows.begin();
  const v13::FlowStats first = *it, second = *++it;
  CHECK(first.table_id == v13::TableId{2});
  CHECK(first.duration_sec == 10);
  CHECK(first.duration_nsec == 20);
  CHECK(first.priority == 100);
  CHECK(first.idle_timeout == 60);
  CHECK(first.hard_timeout == 600);
  CHECK(first.flags == v13::FlowModFlags::send_flow_rem);
  CHECK(first.cookie == 0xabc);
  CHECK(first.packet_count == 3);
  CHECK(first.byte_count == 384);
  CHECK((*first.match.oxm.begin()).get(oxm::in_port) == PortNo{1});
  REQUIRE(first.instructions.count() == 2);
  CHECK((*first.instructions.begin()).get<v13::ApplyActions>().value().actions.count() == 1);
  CHECK(second.match.oxm.empty());
  CHECK(second.instructions.empty());
}

TEST_CASE("1.3 fields: the rest") {
  CHECK(fields_of<v13::ErrorMessage>(Version::v13).type == v13::ErrorType::flow_mod_failed);
  CHECK(fields_of<v13::ErrorMessage>(Version::v13).code == 3);
  CHECK(fields_of<v13::Experimenter>(Version::v13).experimenter == ExperimenterId::onf);
  CHECK(fields_of<v13::Experimenter>(Version::v13).exp_type == 2325);
  CHECK(fields_of<v13::RoleRequest>(Version::v13).role == v13::ControllerRole::master);
  CHECK(fields_of<v13::RoleRequest>(Version::v13).generation_id == 0x8000000000000001);
  CHECK(fields_of<v13::RoleReply>(Version::v13).role == v13::ControllerRole::slave);
  // The data of an error may be absent, or shorter than a header.
  for (const char* error : {"04 01 000c 00000002 0001 0006", "04 01 000f 00000002 0001 0006 040e00"}) {
    const auto bytes = hex(error);
    CHECK(Frame::at(bytes)->decode<v13::ErrorMessage>());
  }
}

// ---- codes of errors

// How many codes each type has: 1.0 §5.4.4, 1.3.5 §7.4.4.
TEST_CASE("error codes: as many as the specification has, in order, each once") {
  const std::size_t v10_counts[] = {2, 9, 9, 6, 2, 3};
  const std::size_t v13_counts[] = {2, 14, 16, 9, 12, 8, 15, 5, 3, 3, 3, 3, 12, 6};
  const auto check = [](const wire::Labels& labels, std::size_t count) {
    REQUIRE(labels.entries.size() == count);
    CHECK_FALSE(labels.flags);
    for (std::size_t i = 0; i < count; ++i) {
      CHECK(labels.entries[i].value == i);
      CHECK(std::string(labels.entries[i].text).rfind("OFP", 0) == 0);
      for (std::size_t j = 0; j < i; ++j)
        CHECK(std::string(labels.entries[i].text) != labels.entries[j].text);
    }
  };
  for (std::size_t type = 0; type < std::size(v10_counts); ++type)
    check(v10::error_codes(type), v10_counts[type]);
  for (std::size_t type = 0; type < std::size(v13_counts); ++type)
    check(v13::error_codes(type), v13_counts[type]);
  CHECK(v10::error_codes(6).entries.empty());
  CHECK(v13::error_codes(14).entries.empty());
  CHECK(v13::error_codes(0xffff).entries.empty());
}

TEST_CASE("error codes: the label depends on the type") {
  const auto label = [](const char* error, const char* expected) {
    const auto json = json_of(hex(error));
    INFO(json);
    CHECK(json.find(expected) != std::string::npos);
  };
  label("01 01 000c 00000001 0003 0001", R"("type":"OFPET_FLOW_MOD_FAILED","code":"OFPFMFC_OVERLAP")");
  label("01 01 000c 00000001 0001 0006", R"("type":"OFPET_BAD_REQUEST","code":"OFPBRC_BAD_LEN")");
  label("01 01 000c 00000001 0003 0000", R"("code":"OFPFMFC_ALL_TABLES_FULL")");
  label("01 01 000c 00000001 0004 0001", R"("type":"OFPET_PORT_MOD_FAILED","code":"OFPPMFC_BAD_HW_ADDR")");
  label("04 01 000c 00000001 0005 0003", R"("type":"OFPET_FLOW_MOD_FAILED","code":"OFPFMFC_OVERLAP")");
  label("04 01 000c 00000001 0004 0009", R"("type":"OFPET_BAD_MATCH","code":"OFPBMC_BAD_PREREQ")");
  label("04 01 000c 00000001 0001 000a", R"("code":"OFPBRC_IS_SLAVE")");
  label("04 01 000c 00000001 0002 000f", R"("code":"OFPBAC_BAD_SET_ARGUMENT")");
  label("04 01 000c 00000001 000d 0005", R"("type":"OFPET_TABLE_FEATURES_FAILED","code":"OFPTFFC_EPERM")");
  label("04 01 000c 00000001 0005 0063", R"("type":"OFPET_FLOW_MOD_FAILED","code":99)");
  label("04 01 0010 00000001 ffff 0905 4f4e4600", R"("exp_type":"ONFERR_ET_MSG_BAD_XID")");
}

}  // namespace
}  // namespace oflens
