// The language of display filters: each operator, each type, and what is said of what is wrong.
#include <catch2/catch.hpp>

#include <oflens/message/filter.hpp>
#include <oflens/message/generate.hpp>
#include <oflens/v10/messages.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::fixture;

const FieldIndex& all_fields() {
  static const FieldIndex index(Catalog::standard());
  return index;
}

Filter compiled(const std::string& text) {
  FilterError error;
  auto filter = Filter::compile(all_fields(), text, error);
  INFO(text << "\n" << std::string(error.offset, ' ') << "^ " << error.text);
  REQUIRE(filter.has_value());
  return *std::move(filter);
}

bool matches(const std::string& text, Bytes message, const FilterContext* context = nullptr) {
  return compiled(text).matches(message, context);
}
// A message of testdata/messages.
bool shows(const std::string& text, const std::string& message) { return matches(text, fixture(message)); }

// "2+3: what is wrong"; empty when nothing is.
std::string wrong(const std::string& text) {
  FilterError error;
  if (Filter::compile(all_fields(), text, error)) return {};
  CHECK(error.offset + error.length <= text.size() + 1);
  return std::to_string(error.offset) + "+" + std::to_string(error.length) + ": " + error.text;
}

TEST_CASE("filter: a field goes by its name, and by those of what holds it") {
  for (const char* text :
       {"priority == 32768", "flow_mod.priority == 32768", "match.eth_type == 0x8847",
        "flow_mod.match.oxm.eth_type == 0x8847", "eth_type == 0x8847", "output.port == 2",
        "write_actions.output.port == 2", "actions.output.port == 2", "action.output.port == 2",
        "instruction.write_actions.action.output.port == 2", "set_field.field.vlan_vid == 4196",
        "set_field.vlan_vid == 4196", "header.xid == 9", "flow_mod.instructions.goto_table.table_id == 3"}) {
    INFO(text);
    CHECK(shows(text, "v13/flow_mod"));
    CHECK_FALSE(shows(text, "v13/port_status"));
  }
  CHECK_FALSE(shows("apply_actions.output.port == 2", "v13/flow_mod"));
  CHECK(shows("apply_actions.output.port == CONTROLLER", "v13/flow_mod"));
  CHECK_FALSE(shows("flow_removed.priority == 32768", "v13/flow_mod"));
}

TEST_CASE("filter: messages go by their own name and by that of their type") {
  CHECK(shows("flow_mod", "v10/flow_mod"));
  CHECK(shows("barrier_request", "v13/barrier_request"));  // it has no field
  CHECK(shows("multipart_reply", "v13/port_desc_reply"));
  CHECK(shows("port_desc_reply", "v13/port_desc_reply"));
  CHECK(shows("multipart_reply.port_no >= 0", "v13/port_desc_reply"));
  CHECK_FALSE(shows("port_desc_reply", "v13/desc_reply"));
  CHECK_FALSE(shows("flow_mod", "v13/group_mod"));
}

TEST_CASE("filter: numbers") {
  for (const char* text :
       {"priority == 32768", "priority==0x8000", "priority != 1", "priority > 32767", "priority >= 32768",
        "priority < 32769", "priority <= 32768", "priority eq 32768", "priority ne 1", "priority gt 1",
        "priority ge 1", "priority lt 40000", "priority le 32768", "idle_timeout in {60}",
        "idle_timeout in {1, 50..70, 1000}", "idle_timeout in { 1,60 , 2 }", "cookie == 0xabc"}) {
    INFO(text);
    CHECK(shows(text, "v13/flow_mod"));
  }
  for (const char* text : {"priority == 32767", "priority != 32768", "priority > 32768", "priority >= 32769",
                           "priority < 32768", "priority <= 32767", "idle_timeout in {1..59, 61..100}"}) {
    INFO(text);
    CHECK_FALSE(shows(text, "v13/flow_mod"));
  }
}

TEST_CASE("filter: != means that there is such a field and none is equal") {
  CHECK(shows("weight == 100", "v13/group_mod"));
  CHECK_FALSE(shows("weight != 100", "v13/group_mod"));  // although one of them is 50
  CHECK(shows("weight != 1", "v13/group_mod"));
  CHECK_FALSE(shows("weight != 1", "v13/flow_mod"));
  CHECK(shows("!(weight == 1)", "v13/flow_mod"));
}

TEST_CASE("filter: constants, with and without prefix, and flags") {
  for (const char* text :
       {"command == OFPFC_ADD", "command == ADD", "command == add", "out_port == OFPP_ANY",
        "buffer_id != OFP_NO_BUFFER", "command in {MODIFY, ADD}", "flags & SEND_FLOW_REM",
        "flags & OFPFF_SEND_FLOW_REM|OFPFF_CHECK_OVERLAP == SEND_FLOW_REM|CHECK_OVERLAP", "flags & 0x10",
        "flags & 3 == 3", "flags & 0x21 != 0x21", "apply_actions.output.port == CONTROLLER"}) {
    INFO(text);
    CHECK(shows(text, "v13/flow_mod"));
  }
  for (const char* text : {"command == DELETE", "flags & 0x20", "flags & SEND_FLOW_REM == 0"}) {
    INFO(text);
    CHECK_FALSE(shows(text, "v13/flow_mod"));
  }
  // The same constant is another number in another version.
  CHECK(shows("in_port == LOCAL", "v10/packet_in"));
  CHECK(matches("out_port == OFPP_NONE", fixture("v10/flow_mod")));
  // The codes of errors depend on their type.
  CHECK(shows("error.code == OFPFMFC_OVERLAP", "v13/error"));
  CHECK_FALSE(shows("error.code == OFPBRC_BAD_LEN", "v13/error"));
  CHECK(shows("error.type == OFPET_FLOW_MOD_FAILED", "v13/error"));
}

TEST_CASE("filter: addresses") {
  for (const char* text :
       {"nw_src == 192.168.0.1", "nw_src == 192.168.0.0/16", "nw_src == 192.168.0.0/255.255.0.0",
        "nw_src != 10.0.0.0/8", "nw_src in {10.0.0.0/8, 192.168.0.0/24}", "nw_src >= 192.168.0.0",
        "nw_src in {192.168.0.0..192.168.0.9}", "dl_src == 0a:00:00:00:00:01", "dl_src == 0A-00-00-00-00-01",
        "dl_src == 0a:00:00:00:00:00/ff:ff:ff:ff:ff:00", "dl_src < 0a:00:00:00:00:02"}) {
    INFO(text);
    CHECK(shows(text, "v10/flow_mod"));
  }
  CHECK_FALSE(shows("nw_src == 192.168.0.2", "v10/flow_mod"));
  CHECK_FALSE(shows("nw_src == 10.0.0.0/8", "v10/flow_mod"));
  CHECK_FALSE(shows("dl_src == 0a:00:00:00:00:02", "v10/flow_mod"));
  CHECK(shows("ipv6_src == ::/0", "v13/flow_mod-match_ipv6_masked"));
  CHECK(shows("ipv6_src.mask == ffff::/16", "v13/flow_mod-match_ipv6_masked"));
  CHECK_FALSE(shows("ipv6_src == ::1", "v13/flow_mod-match_ipv6_masked"));
}

TEST_CASE("filter: match fields mean their value, and .mask their mask") {
  CHECK(shows("ipv4_src == 10.0.0.0/8 || ipv4_src", "v13/flow_mod-match_ipv4_masked"));
  CHECK(shows("ipv4_src.mask", "v13/flow_mod-match_ipv4_masked"));
  CHECK_FALSE(shows("eth_type.mask", "v13/flow_mod"));
  CHECK(shows("eth_type.value == 0x8847", "v13/flow_mod"));
  CHECK(shows("eth_type.field == 5 && eth_type.class == 0x8000", "v13/flow_mod"));
  CHECK(shows("nxm_nx_reg1 == 7", "nicira/flow_mod-1.0"));
}

TEST_CASE("filter: text and bytes") {
  for (const char* text :
       {"name == s1-eth3", "desc.name == \"s1-eth3\"", "name contains eth", "name matches \"^S1-eth[0-9]$\"",
        "name ~ \"eth\"", "name != s2", "name in {s1-eth1, s1-eth3}", "desc contains \"eth3\"",
        "desc contains 73312d", "pad == 00:00:00:00:00:00:00", "port_status matches \"s1.*3\""}) {
    INFO(text);
    CHECK(shows(text, "v13/port_status"));
  }
  for (const char* text : {"name == s1-eth", "name contains Eth", "name matches \"(?-i)^S1\"", "pad == 00"}) {
    INFO(text);
    CHECK_FALSE(shows(text, "v13/port_status"));
  }
  CHECK(shows("data contains ffffffffffff:0a", "v13/packet_in"));
  CHECK_FALSE(shows("data contains 0x0a000003", "v13/packet_in"));
}

TEST_CASE("filter: parts are found wherever they are") {
  Generator generate(35);
  const auto bytes = [&](std::uint64_t size) {
    std::vector<std::byte> some(size);
    for (std::byte& b : some) b = static_cast<std::byte>(generate.below(3));
    return some;
  };
  for (int round = 0; round < 40; ++round) {
    const std::vector<std::byte> part = bytes(1 + generate.below(8));
    Filter filter = compiled("data contains " + test::to_hex(part));
    for (int other = 0; other < 50; ++other) {
      const std::vector<std::byte> data = bytes(generate.below(200));
      v10::EchoRequest request;
      request.data = Payload::borrowed(data);
      const bool expected = std::search(data.begin(), data.end(), part.begin(), part.end()) != data.end();
      INFO(test::to_hex(part) << " in " << test::to_hex(data));
      REQUIRE(filter.matches(test::Tight(test::encoded(request))) == expected);
    }
  }
}

TEST_CASE("filter: a field by itself asks whether it is there") {
  CHECK(shows("eth_type", "v13/flow_mod"));
  CHECK_FALSE(shows("eth_src", "v13/flow_mod"));
  CHECK(shows("!eth_src", "v13/flow_mod"));
  CHECK(shows("goto_table", "v13/flow_mod"));
  CHECK(shows("set_field", "v13/flow_mod"));
  CHECK(shows("idle_timeout", "v13/barrier_request") == false);
  CHECK(shows("apply_actions.actions", "v13/flow_mod"));
  CHECK_FALSE(shows("instructions", "v13/flow_mod-delete"));  // the list is empty
}

TEST_CASE("filter: extensions' elements go by their own names") {
  CHECK(shows("nx_conjunction.n_clauses >= 1", "nicira/action-conjunction-1.0"));
  CHECK(shows("nx_conjunction", "nicira/action-conjunction-1.0"));
  CHECK_FALSE(shows("nx_learn", "nicira/action-conjunction-1.0"));
  CHECK(shows("nx_learn.specs", "nicira/action-learn-1.0"));
}

TEST_CASE("filter: and, or, not, parentheses") {
  const auto yes = [](const std::string& text) { return shows(text, "v13/flow_mod"); };
  CHECK(yes("priority == 32768 && idle_timeout == 60"));
  CHECK_FALSE(yes("priority == 32768 && idle_timeout == 61"));
  CHECK(yes("priority == 1 || idle_timeout == 60"));
  CHECK(yes("priority == 1 or idle_timeout == 60 and not hard_timeout == 1"));
  CHECK(yes("priority == 1 && idle_timeout == 1 || hard_timeout == 600"));
  CHECK_FALSE(yes("priority == 1 && (idle_timeout == 1 || hard_timeout == 600)"));
  CHECK(yes("!(priority == 1)"));
  CHECK(yes("! ! priority == 32768"));
  CHECK(yes("not(priority == 1)"));
  CHECK(yes("((priority)) && \n\t (xid)"));
}

TEST_CASE("filter: any() and all() are about the same element") {
  const auto yes = [](const std::string& text) { return shows(text, "v13/group_mod"); };
  CHECK(yes("weight == 50 && output.port == 1"));  // of different buckets
  CHECK_FALSE(yes("any(bucket: weight == 50 && output.port == 1)"));
  CHECK(yes("any(bucket: weight == 100 && output.port == 1)"));
  CHECK(yes("any(buckets: weight == 50 && watch_port == 2)"));
  CHECK(yes("any(group_mod.buckets: weight == 50 && !output)"));
  CHECK(yes("all(bucket: weight >= 50)"));
  CHECK_FALSE(yes("all(bucket: weight > 50)"));
  CHECK_FALSE(shows("all(bucket: weight >= 0)", "v13/group_mod-delete_all"));  // there is none
  CHECK(yes("any(bucket: any(actions: output.port == 1) && any(action: dec_nw_ttl))"));
  CHECK_FALSE(yes("any(actions: output.port == 1 && dec_nw_ttl)"));
  CHECK(yes("any(output: port == 1 && max_len == 0)"));
  CHECK(yes("!any(bucket: weight == 1)"));
  CHECK(shows("any(oxm: in_port == 1)", "v13/flow_mod"));
  CHECK(shows("any(match: in_port == 1 && eth_type == 0x8847)", "v13/flow_mod"));
  CHECK(shows("any(flow_mod: priority == 32768)", "v13/flow_mod"));
  CHECK(shows("any(header: type == 14 && length > 8)", "v13/flow_mod"));
}

TEST_CASE("filter: packets inside messages") {
  for (const char* message : {"v13/packet_in", "v10/packet_in", "nicira/packet_in2-1.3"}) {
    INFO(message);
    CHECK(shows("data || packet", message));
  }
  for (const char* text :
       {"packet_in.data.arp.op == request", "arp.op == 1", "packet_in.arp.spa == 10.0.0.0/8",
        "arp.spa == 10.0.0.1", "ethernet.dst == ff:ff:ff:ff:ff:ff", "data.src == 0a:00:00:00:00:01",
        "ethernet.type == arp", "ethernet.type == 0x806", "any(arp: spa == 10.0.0.1 && tpa == 10.0.0.2)",
        "data.arp && !data.ip", "any(data: arp.op == 1)", "reason != 9 && arp.tpa in {10.0.0.2..10.0.0.3}"}) {
    INFO(text);
    CHECK(shows(text, "v13/packet_in"));
    CHECK(shows(text, "v10/packet_in"));
    CHECK_FALSE(shows(text, "v13/flow_mod"));
  }
  CHECK_FALSE(shows("arp.op == reply", "v13/packet_in"));
  CHECK_FALSE(shows("packet_out.arp.op == request", "v13/packet_in"));
  CHECK_FALSE(shows("any(arp: spa == 10.0.0.1 && tpa == 10.0.0.3)", "v13/packet_in"));
}

TEST_CASE("filter: options of packets") {
  const std::vector<std::byte> packet = test::hex(
      "020000000002 020000000001 0800"
      "4500 0034 1234 0000 40 06 0000 0a000001 0a000002"
      "c000 0050 00000001 00000002 8002 ffff 0000 0000"
      "0204 05b4 01 01 0520 0102 0304");  // the last is longer than there is room
  v10::PacketIn packet_in;
  packet_in.data = Payload::borrowed(packet);
  const std::vector<std::byte> message = test::encoded(packet_in);
  for (const char* text : {"mss", "mss.value == 1460", "tcp.options", "tcp.option.nop", "tcp.mss.type == 2",
                           "option.length == 32", "tcp.options.undecoded",
                           "tcp.sack.undecoded contains 01020304", "options contains 0520",
                           "any(option: type == mss && value == 1460)", "any(tcp: flags == syn && options)",
                           "all(tcp.options: type in {mss, nop, sack})", "tcp.flags == syn && !timestamps"}) {
    INFO(text);
    CHECK(matches(text, message));
  }
  for (const char* text : {"ip.options", "udp.mss", "tcp.mss.value == 1461",
                           "any(option: type == nop && length)", "tcp.options.padding", "tcp.timestamps"}) {
    INFO(text);
    CHECK_FALSE(matches(text, message));
  }
}

TEST_CASE("filter: messages inside messages") {
  CHECK(shows("onf_bundle_add_message.message.flow_mod", "onf/bundle_add_message-1.3"));
  CHECK(shows("flow_mod", "v13/error"));  // it quotes one
  CHECK(shows("error.flow_mod", "v13/error"));
  CHECK_FALSE(shows("type == flow_mod", "v13/error"));
  CHECK(shows("data.header.xid == 2", "v13/error"));
  CHECK(shows("any(data: header.xid == 2)", "v13/error"));
  CHECK_FALSE(shows("data.header.xid == 3", "v13/error"));
}

TEST_CASE("filter: version, type, xid, length") {
  const auto yes = [](const std::string& text) { return shows(text, "v13/flow_mod"); };
  CHECK(yes("version == 1.3"));
  CHECK(yes("version == 4"));
  CHECK(yes("version >= 1.1"));
  CHECK_FALSE(yes("version == 1.0"));
  CHECK(yes("type == flow_mod"));
  CHECK(yes("type == 14"));
  CHECK(yes("type in {packet_in, flow_mod}"));
  CHECK_FALSE(yes("type in {packet_in, packet_out}"));
  CHECK(yes("type != packet_in"));
  CHECK_FALSE(yes("type != flow_mod"));
  CHECK_FALSE(yes("type != 14"));
  CHECK(yes("type contains _mod"));
  CHECK(yes("type matches \"^flow_\""));
  CHECK(yes("xid == 9 && length == 328"));
  CHECK(yes("xid in {0x8..0xa}"));
}

TEST_CASE("filter: what the capture says of a message") {
  using namespace std::chrono_literals;
  FilterContext context{.frame = 12,
                        .time = Timestamp(1'700'000'000s + 250ms),
                        .start = Timestamp(1'700'000'000s - 1s),
                        .connection = 3,
                        .source = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1}, 40000},
                        .destination = {{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 6653},
                        .datapath_id = DatapathId{0x2a},
                        .from_switch = true};
  const std::vector<std::byte> message = fixture("v13/barrier_request");
  for (const char* text : {"frame == 12",
                           "frame > 11",
                           "connection == 3",
                           "src == 10.0.0.1",
                           "src == 10.0.0.0/8",
                           "src == 10.0.0.1:40000",
                           "dst == 2001:db8::1",
                           "dst == 2001:db8::/32",
                           "dst == [2001:db8::1]:6653",
                           "src in {10.0.0.1, 10.0.0.2}",
                           "src.port == 40000",
                           "dst.port in {6633, 6653}",
                           "datapath_id == 0x2a",
                           "datapath_id",
                           "from_switch",
                           "!from_controller",
                           "time == 2023-11-14T22:13:20.25Z",
                           "time > 2023-11-14T22:13:20Z",
                           "time < \"2023-11-14 22:13:21\"",
                           "time == 2023-11-15T00:13:20.25+02:00",
                           "time > 1.2 && time < 1.3",
                           "time in {1..2}",
                           "src != 10.0.0.2",
                           "src.port & 0x9c40 == 40000"}) {
    INFO(text);
    CHECK(matches(text, message, &context));
    if (text[0] != '!') CHECK_FALSE(matches(text, message));
  }
  for (const char* text : {"src == 10.0.0.1:40001", "src == 10.0.0.2", "dst == 10.0.0.1", "from_controller",
                           "time > 2", "time < 2023-11-14T22:13:20Z", "connection != 3"}) {
    INFO(text);
    CHECK_FALSE(matches(text, message, &context));
  }
}

TEST_CASE("filter: problems") {
  std::vector<std::byte> message = fixture("v13/flow_mod");
  CHECK_FALSE(matches("problems", message));
  CHECK(matches("problems == 0", message));
  CHECK(matches("!problems.code", message));
  message[51] = std::byte{0xff};  // the match's length
  CHECK(matches("problems", message));
  CHECK(matches("problems >= 1", message));
  CHECK(matches("problems.code == too_long || problems.code == bad_length", message));
  CHECK_FALSE(matches("problems.code == too_deep", message));
  CHECK(matches("priority == 32768 && undecoded || priority == 32768", message));
  // A quoted message that is cut is no problem of the one that quotes it.
  CHECK_FALSE(shows("problems", "v13/error"));
  CHECK_FALSE(shows("problems.code == too_long", "v13/error"));
}

TEST_CASE("filter: bytes that are no message") {
  for (const char* text :
       {"priority == 1", "flow_mod", "version == 1.3", "xid", "problems", "any(bucket: weight == 1)"}) {
    Filter filter = compiled(text);
    for (const std::size_t size : {0u, 1u, 7u})
      CHECK(filter.matches(test::Tight(std::vector<std::byte>(size, std::byte{4}))) ==
            (std::string_view(text) == "problems"));
  }
}

TEST_CASE("filter: what is wrong, and where") {
  const std::pair<const char*, const char*> cases[] = {
      {"", "0+1: the filter is empty"},
      {"  ", "0+1: the filter is empty"},
      {"flow_mod.priorty > 100", "9+7: there is no field 'priorty'; did you mean 'priority'?"},
      {"prioritty", "0+9: there is no field 'prioritty'; did you mean 'priority'?"},
      {"flow_mode.priority", "0+9: there is no field 'flow_mode'; did you mean 'flow_mod'?"},
      {"packet_in.priority == 1", "10+8: there is no field 'priority' in packet_in"},
      {"any(bucket: wieght == 1)", "12+6: there is no field 'wieght'; did you mean 'weight'?"},
      {"any(oxm: weight)", "9+6: there is no field 'weight' in oxm; did you mean 'length'?"},
      {"any(bucket: xid == 1)", "12+3: there is no field 'xid' in bucket; did you mean 'id'?"},
      {"priority == high", "12+4: priority is a number of 16 bits; 'high' is not"},
      {"priority == 70000", "12+5: priority is a number of 16 bits; 70000 does not fit"},
      {"reason == NO_MACH",
       "10+7: reason is a number of 16 bits or a constant; 'NO_MACH' is not; did you mean 'NO_MATCH'?"},
      {"nw_src == 1.2.3", "10+5: nw_src is an IPv4 address; '1.2.3' is not"},
      {"nw_src == 1.2.3.4/33", "10+10: nw_src is an IPv4 address; '1.2.3.4/33' is not"},
      {"dl_src == 1:2", "10+3: dl_src is a MAC address; '1:2' is not"},
      {"ipv6_src == 10.0.0.1", "12+8: ipv6_src is an IPv6 address; '10.0.0.1' is not"},
      {"nw_src contains 1",
       "7+8: contains is for text and bytes (& asks for bits); nw_src is an IPv4 address"},
      {"priority matches \"1\"", "9+7: matches is for text and bytes; priority is a number of 16 bits"},
      {"nw_src & 1", "7+1: & is for numbers; nw_src is an IPv4 address"},
      {"hw_desc > a", "8+1: order is for numbers and addresses; hw_desc is text"},
      {"nw_src > 10.0.0.0/8", "9+10: only a single address has an order"},
      {"match == 1",
       "6+2: fields with others in them have no value; match is no value: it holds other fields"},
      {"from_switch == 1", "12+2: from_switch is true or false, and has no value"},
      {"type == packet_inn", "8+10: no type of message is called 'packet_inn'; did you mean 'packet_in'?"},
      {"type == port_desc_reply",
       "8+15: 'port_desc_reply' is no type of its own but a kind of multipart_reply; a filter "
       "'port_desc_reply' by itself is for it"},
      {"version == 2.0",
       "11+3: version is a number of 8 bits or a constant; '2.0' is not; did you mean '1.0'?"},
      {"time > noon",
       "7+4: time is a time (2026-11-20T09:36:27.5Z) or seconds since the first packet; 'noon' is not"},
      {"time in {1, 2026-11-20T09:36:27Z}", "12+20: times and seconds do not go together"},
      {"problems.code == bad_lenth",
       "17+9: problems.code is a number of 8 bits or a constant; 'bad_lenth' is not; did you mean "
       "'bad_length'?"},
      {"any(priority: x)", "4+8: 'priority' holds no other fields"},
      {"any(bucket weight)", "11+6: ':' and a condition are expected here, not 'weight'"},
      {"(priority", "0+1: there is no ')' to this"},
      {"priority)", "8+1: there is no '(' to this"},
      {"any(bucket: weight", "0+4: there is no ')' to this"},
      {"priority priority", "9+8: 'priority' is not expected here: an operator, && or || is"},
      {"(priority priority)", "10+8: 'priority' is not expected here: an operator, && or || or ')' is"},
      {"priority ==", "11+1: a value is missing here"},
      {"priority == )", "12+1: a value is expected here, not ')'"},
      {"priority = 1", "9+1: '=' is no operator; did you mean '=='?"},
      {"&& priority", "0+1: a field is expected here, not '&'"},
      {"priority &&", "11+1: a field is missing here"},
      {"priority || || xid", "12+1: a field is expected here, not '|'"},
      {"!", "1+1: a field is missing here"},
      {"priority in 1", "12+1: '{' is expected here, not '1'"},
      {"priority in {1", "12+1: there is no '}' to this"},
      {"priority in {1 2}", "15+1: ',' or '}' is expected here, not '2'"},
      {"priority in {}", "13+1: a value is expected here, not '}'"},
      {"hw_desc in {a..b}", "12+4: a range is of numbers or addresses"},
      {"hw_desc == \"a", "11+1: there is no '\"' that ends this"},
      {"hw_desc == \"\\q\"", "12+2: behind \\ stands one of \\ \" n t r x"},
      {"hw_desc == \"\\xzz\"", "12+4: two hexadecimal digits belong behind \\x"},
      {"hw_desc matches \"(\"", "16+3: no regular expression: missing ): ("},
  };
  for (const auto& [text, expected] : cases) {
    INFO(text);
    CHECK(wrong(text) == expected);
  }
}

TEST_CASE("filter: what is too much is refused") {
  CHECK(wrong(std::string(70000, ' ') + "xid") == "65536+1: a filter has at most 65536 characters");
  CHECK(wrong(std::string(60, '(') + "xid" + std::string(60, ')')).empty());
  CHECK(wrong(std::string(1000, '(') + "xid" + std::string(1000, ')')) == "64+1: nested deeper than 64");
  CHECK(wrong(std::string(1000, '!') + "xid").empty());
  std::string many = "xid";
  for (int i = 0; i < 5000; ++i) many += " || xid";
  CHECK(wrong(many).find("the filter has too many parts") != std::string::npos);
  CHECK(wrong("a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q") == "0+33: a path has at most 16 names");
  CHECK(
      wrong("hw_desc matches \"((((((a{100}){100}){100}){100}){100}){100}\"").find("no regular expression") !=
      std::string::npos);
}

TEST_CASE("filter: matching allocates nothing once warm") {
  const Catalog& catalog = Catalog::standard();
  Generator generate(30);
  std::vector<std::vector<std::byte>> messages(300);
  for (auto& message : messages) {
    generate.message(catalog, message);
    if (&message - messages.data() > 200) generate.mutate(message);
  }
  for (const char* text :
       {"flow_mod.priority > 100 && eth_type == 0x0806", "packet_in.data.ip.src == 10.0.0.0/8",
        "any(bucket: weight > 3 && watch_port == 1)", "problems.code == bad_length"}) {
    Filter filter = compiled(text);
    for (int round = 0; round < 2; ++round) {
      const std::size_t before = test::Heap::allocations;
      std::size_t shown = 0;
      for (const auto& message : messages) shown += filter.matches(message) ? 1 : 0;
      const std::size_t after = test::Heap::allocations;
      INFO(text << " shows " << shown);
      if (round == 1) CHECK(after == before);
    }
  }
}

}  // namespace
}  // namespace oflens
