// Field trees for people: the fields of a message on a line, its tree, and the pieces of text that all forms
// are made of.
#include <catch2/catch.hpp>

#include <cinttypes>
#include <cstdio>
#include <limits>
#include <random>

#include <oflens/message/dissect.hpp>
#include <oflens/message/generate.hpp>
#include <oflens/message/text.hpp>
#include <oflens/v13/messages.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::hex;
using test::Tight;
using test::to_hex;
using Raw = std::vector<std::byte>;

const Catalog& catalog = Catalog::standard();

std::string fields(Bytes message, std::string_view before = "") {
  const Tight tight(message);
  Tape tape;
  dissect(catalog, tight, tape);
  TextBuffer out;
  out.put(before);
  put_fields(out, tape, tight);
  return std::string(out.view());
}
std::string fields(const std::string& annotated) { return fields(hex(annotated)); }
std::string tree(Bytes message) {
  const Tight tight(message);
  Tape tape;
  dissect(catalog, tight, tape);
  TextBuffer out;
  put_tree(out, tape, tight);
  return std::string(out.view());
}
std::string tree(const char* annotated) { return tree(hex(annotated)); }

template <class F>
std::string put(F&& f) {
  TextBuffer out;
  f(out);
  return std::string(out.view());
}

const char* const flow_mod =
    "040e 00c8 00000007 00000000deadbeef 0000000000000000 02 00 003c 0000 8000 ffffffff ffffffff ffffffff "
    "8001 0000"
    "0001 0048 80000004 fffffffd 8000070c 020000000001 ffffff000000 80000a02 86dd 800017080a000000ff000000"
    "8000051000000000000000ff00000000000000ff 12340602 abcd"
    "0004 0040 00000000 0000 0010 fffffffd ffff 000000000000 0019 0010 80000806 020000000009 0000 0063 0008 "
    "aabbccdd"
    "ffff 0010 00002320 0102030405060708"
    "0001 0008 05 000000 0005 0008 00000000";

}  // namespace

TEST_CASE("the fields of a message on a line", "[text]") {
  CHECK(fields(flow_mod) ==
        "cookie=0xdeadbeef table_id=2 command=ADD idle_timeout=60 priority=32768 flags=SEND_FLOW_REM|0x8000 "
        "match={oxm=[in_port=CONTROLLER,eth_dst=02:00:00:00:00:01/ff:ff:ff:00:00:00,eth_type=0x86dd,"
        "ipv4_src=10.0.0.0/255.0.0.0,metadata=0xff/0xff,oxm(value=2 bytes)]} "
        "instructions=[apply_actions(actions=[output(port=CONTROLLER),set_field(field=eth_src=02:00:00:00:00:"
        "09),"
        "action(type=99,body=4 bytes),experimenter(experimenter=NX_VENDOR_ID,data=8 bytes)]),"
        "goto_table(table_id=5),clear_actions]");
  CHECK(
      fields("040c 0050 00000003 01 00000000000000 00000002 00000000 020000000002 0000"
             "65746831000000000000000000000000 00000005 00000004 00010840 00000000 00000000 00000000 "
             "00989680 00000000") ==
      "reason=DELETE desc={port_no=2 hw_addr=02:00:00:00:00:02 name=eth1 config=PORT_DOWN|NO_RECV state=LIVE "
      "curr=10GB_FD|COPPER|0x10000 curr_speed=10000000}");
  CHECK(fields("0418 0018 00000001 00000002 00000000 000000000000000c") ==
        "role=ROLE_MASTER generation_id=0xc");
  CHECK(fields("0400 0018 00000001 0001 000c 00000012 00000001 00000000") ==
        "elements=[versionbitmap(bitmaps=2)]");
  CHECK(fields("0402 0009 00000001 01") == "data=1 byte");
  CHECK(fields("0402 000a 00000001 0102") == "data=2 bytes");
}

TEST_CASE("what a statistics message is of comes first", "[text]") {
  CHECK(fields("0412 0010 00000001 000d 0000 00000000") == "PORT_DESC");
  CHECK(fields("0413 0010 00000001 000d 0001 00000000") == "PORT_DESC flags=REPLY_MORE");
  CHECK(fields("0110 000c 00000001 0000 0000") == "DESC");
  CHECK(
      fields("0413 0040 00000001 0001 0000 00000000 0030 02 00 00000001 00000002 0007 0000 0000 0001 00000000"
             "0000000000000001 0000000000000002 0000000000000003") == "FLOW flows=1");
}

TEST_CASE("what says nothing is left out", "[text]") {
  CHECK(fields("0414 0008 00000001") == "");
  CHECK(fields("0402 0008 00000001") == "");
  CHECK(fields("0409 000c 00000001 0000 0000") == "");
  CHECK(fields("0418 0018 00000001 00000000 00000000 0000000000000000") == "role=ROLE_NOCHANGE");
  // Constants for "any" and "none" are; others with all bits set are not.
  CHECK(fields("0418 0018 00000001 00000000 00000000 ffffffffffffffff") ==
        "role=ROLE_NOCHANGE generation_id=0xffffffffffffffff");
  CHECK(fields("0401 0010 00000009 ffff 0002 00abcdef") == "EXPERIMENTER exp_type=2 experimenter=0xabcdef");
  CHECK(fields("040d 0018 00000001 ffffffff ffffffff 0000 000000000000") == "");
  CHECK(fields("010d 0010 00000001 ffffffff ffff 0000") == "");
  CHECK(fields("010d 0018 00000001 00000000 0001 0008 0000 0008 fffe 0080") ==
        "in_port=1 actions=[output(port=LOCAL,max_len=128)]");
}

TEST_CASE("an error's code on a line depends on its type", "[text]") {
  CHECK(fields("0401 0010 00000009 0005 0002 04050607") ==
        "type=FLOW_MOD_FAILED code=BAD_TABLE_ID data=4 bytes");
  CHECK(fields("0101 000c 00000009 0003 0002") == "type=FLOW_MOD_FAILED code=EPERM");
  CHECK(fields("0401 000c 00000009 0000 0000") == "type=HELLO_FAILED code=INCOMPATIBLE");
  CHECK(fields("0401 000c 00000009 0005 0063") == "type=FLOW_MOD_FAILED code=99");
}

TEST_CASE("text with anything in it on a line", "[text]") {
  const auto name = [](const char* octets) {
    return fields(std::string("010c 0040 00000001 00 00000000000000 0001 020000000001") + octets +
                  "00000000 00000000 00000000 00000000 00000000 00000000");
  };
  const std::string port = "reason=ADD desc={port_no=1 hw_addr=02:00:00:00:00:01";
  CHECK(name("65746830000000000000000000000000") == port + " name=eth0}");
  CHECK(name("00000000000000000000000000000000") == port + "}");
  CHECK(name("61206200000000000000000000000000") == port + R"( name="a b"})");
  CHECK(name("61226200000000000000000000000000") == port + R"( name="a\"b"})");
  CHECK(name("611b5b00000000000000000000000000") ==
        port + R"( name="a\u001b["})");  // no escape sequence gets out
  CHECK(name("ff746831000000000000000000000000") == port + R"( name="\ufffdth1"})");
}

TEST_CASE("fields are appended to what is there", "[text]") {
  for (const char* m : {"0414000800000001", "0409000c0000000100000080", "", "04"}) {
    CHECK(fields(hex(m), "before ").substr(0, 7) == "before ");
    CHECK(fields(hex(m), "before ").substr(7) == fields(hex(m)));
  }
}

TEST_CASE("the tree of a message", "[text]") {
  CHECK(tree(flow_mod) ==
        R"(    0  header
    0    version: 4 (1.3)
    1    type: 14 (flow_mod)
    2    length: 200
    4    xid: 0x7
    8  flow_mod
    8    cookie: 0xdeadbeef
   16    cookie_mask: 0x0
   24    table_id: 2
   25    command: 0 (OFPFC_ADD)
   26    idle_timeout: 60
   28    hard_timeout: 0
   30    priority: 32768
   32    buffer_id: 4294967295 (OFP_NO_BUFFER)
   36    out_port: 4294967295 (OFPP_ANY)
   40    out_group: 4294967295 (OFPG_ANY)
   44    flags: 32769 (OFPFF_SEND_FLOW_REM)
   46    pad: 0000
   48    match
   48      type: 1 (OFPMT_OXM)
   50      length: 72
   52      oxm
   52        [0] in_port
   52          class: 0x8000
   54          field: 0
   54          has_mask: 0
   55          length: 4
   56          value: 4294967293 (OFPP_CONTROLLER)
   60        [1] eth_dst
   60          class: 0x8000
   62          field: 3
   62          has_mask: 1
   63          length: 12
   64          value: 02:00:00:00:00:01
   70          mask: ff:ff:ff:00:00:00
   76        [2] eth_type
   76          class: 0x8000
   78          field: 5
   78          has_mask: 0
   79          length: 2
   80          value: 0x86dd
   82        [3] ipv4_src
   82          class: 0x8000
   84          field: 11
   84          has_mask: 1
   85          length: 8
   86          value: 10.0.0.0
   90          mask: 255.0.0.0
   94        [4] metadata
   94          class: 0x8000
   96          field: 2
   96          has_mask: 1
   97          length: 16
   98          value: 0xff
  106          mask: 0xff
  114        [5] oxm
  114          class: 0x1234
  116          field: 3
  116          has_mask: 0
  117          length: 2
  118          value: abcd
  120    instructions
  120      [0] apply_actions
  120        type: 4 (OFPIT_APPLY_ACTIONS)
  122        len: 64
  124        pad: 00000000
  128        actions
  128          [0] output
  128            type: 0 (OFPAT_OUTPUT)
  130            len: 16
  132            port: 4294967293 (OFPP_CONTROLLER)
  136            max_len: 65535 (OFPCML_NO_BUFFER)
  138            pad: 000000000000
  144          [1] set_field
  144            type: 25 (OFPAT_SET_FIELD)
  146            len: 16
  148            field
  148              eth_src
  148                class: 0x8000
  150                field: 4
  150                has_mask: 0
  151                length: 6
  152                value: 02:00:00:00:00:09
  158            pad: 0000
  160          [2] action
  160            type: 99
  162            len: 8
  164            body: aabbccdd
  168          [3] experimenter
  168            type: 65535 (OFPAT_EXPERIMENTER)
  170            len: 16
  172            experimenter: 0x2320 (NX_VENDOR_ID)
  176            data: 0102030405060708
  184      [1] goto_table
  184        type: 1 (OFPIT_GOTO_TABLE)
  186        len: 8
  188        table_id: 5
  189        pad: 000000
  192      [2] clear_actions
  192        type: 5 (OFPIT_CLEAR_ACTIONS)
  194        len: 8
  196        pad: 00000000
)");
}

TEST_CASE("the tree of text, flags, empty lists and long payloads", "[text]") {
  CHECK(tree("010c 0040 00000001 00 00000000000000 0001 020000000001 65746830000000000000000000000000"
             "00000001 00000300 00000003 80000000 00000000 00000000") ==
        R"(    0  header
    0    version: 1 (1.0)
    1    type: 12 (port_status)
    2    length: 64
    4    xid: 0x1
    8  port_status
    8    reason: 0 (OFPPR_ADD)
    9    pad: 00000000000000
   16    desc
   16      port_no: 1
   18      hw_addr: 02:00:00:00:00:01
   24      name: eth0
   40      config: 1 (OFPPC_PORT_DOWN)
   44      state: 768 (OFPPS_STP_BLOCK)
   48      curr: 3 (OFPPF_10MB_HD, OFPPF_10MB_FD)
   52      advertised: 2147483648
   56      supported: 0
   60      peer: 0
)");
  CHECK(tree("0400 0008 00000001") ==
        "    0  header\n    0    version: 4 (1.3)\n    1    type: 0 (hello)\n    2    length: 8\n    4    "
        "xid: 0x1\n"
        "    8  hello\n    8    elements: none\n");
  CHECK(tree("0402 0008 00000001") ==
        "    0  header\n    0    version: 4 (1.3)\n    1    type: 2 (echo_request)\n    2    length: 8\n    "
        "4    xid: 0x1\n"
        "    8  echo_request\n    8    data: none\n");
  const std::string payload(66, 'a');  // 33 bytes
  CHECK(tree(hex("0402 0029 00000001" + payload)) ==
        "    0  header\n    0    version: 4 (1.3)\n    1    type: 2 (echo_request)\n    2    length: 41\n    "
        "4    xid: 0x1\n"
        "    8  echo_request\n    8    data: " +
            payload.substr(2) + "... (33 bytes)\n");
}

TEST_CASE("problems stand in the tree where they are", "[text]") {
  CHECK(tree("") == "    0  header\n    !    version: 0 bytes left, needs 1\n");
  CHECK(tree("0404") ==
        "    0  header\n    0    version: 4 (1.3)\n    1    type: 4 (experimenter)\n    !    length: 0 bytes "
        "left, needs 2\n");
  CHECK(tree("0408 000b 00000001 000100") ==
        R"(    0  header
    0    version: 4 (1.3)
    1    type: 8 (get_config_reply)
    2    length: 11
    4    xid: 0x1
    8  get_config_reply
    8    flags: 1 (OFPC_FRAG_DROP)
    !    miss_send_len: 1 byte left, needs 2
   10    undecoded: 00
)");
  CHECK(tree("0400 0010 00000001 0001 0006 1234 5678") ==
        R"(    0  header
    0    version: 4 (1.3)
    1    type: 0 (hello)
    2    length: 16
    4    xid: 0x1
    8  hello
    8    elements
    8      [0] versionbitmap
    8        type: 1 (OFPHET_VERSIONBITMAP)
   10        length: 6
   12        bitmaps
   12          [0] value
    !            value: 2 bytes left, needs 4
   12            undecoded: 1234
   14        pad: 5678
)");
  CHECK(tree("0414 0008 00000001 ffee") ==
        R"(    0  header
    0    version: 4 (1.3)
    1    type: 20 (barrier_request)
    2    length: 8
    4    xid: 0x1
    8  barrier_request
    !  excess: 2 bytes that belong to nothing
    8  excess: ffee
)");
}

TEST_CASE("offsets of large messages stay in their columns", "[text]") {
  Raw m = hex("0413 ea70 00000001 000d 0000 00000000");
  m.resize(60016);
  const std::string t = tree(m);
  CHECK(t.find("\n 9936      [155] port\n") != std::string::npos);
  CHECK(t.find("\n10000      [156] port\n") != std::string::npos);
}

TEST_CASE("a message in a message is shown where it stands", "[text]") {
  const auto error = "0401 0014 00000001 0001 0000  0402 0008 00000007";
  CHECK(fields(error) == "type=BAD_REQUEST code=BAD_VERSION data={echo_request xid=7}");
  CHECK(fields("0401 0012 00000001 0000 0000  6e6f206f6e65") ==
        "type=HELLO_FAILED code=INCOMPATIBLE data=\"no one\"");
  const std::string t = tree(error);
  CHECK(t.find("   12    data: 0402000800000007\n"
               "   12      header\n"
               "   12        version: 4 (1.3)\n"
               "   13        type: 2 (echo_request)\n") != std::string::npos);
}

TEST_CASE("text of any message is printable", "[text]") {
  Generator generate(21, 4);
  Raw m;
  for (std::size_t kind = 0; kind < catalog.size(); ++kind)
    for (int i = 0; i < 20; ++i) {
      generate.message(catalog, kind, m);
      for (int k = 0; k < 6; ++k) {
        const std::string line = fields(m), lines = tree(m);
        const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
        const bool good =
            std::none_of(line.begin(), line.end(), control) && is_utf8(line) && is_utf8(lines) &&
            std::none_of(lines.begin(), lines.end(), [&](char c) { return c != '\n' && control(c); });
        if (!good) {
          INFO(to_hex(m));
          INFO(lines);
          CHECK(good);
        }
        // A line a node; more when there are messages in the message.
        Tape tape;
        dissect(catalog, m, tape);
        if (std::count(lines.begin(), lines.end(), '\n') < tape.size()) {
          INFO(to_hex(m));
          CHECK(false);
        }
        generate.mutate(m);
      }
    }
}

TEST_CASE("numbers of any size as text", "[text]") {
  std::mt19937_64 random(1);
  const auto check = [](std::uint64_t v, int digits) {
    char expected[64];
    const int size = std::snprintf(expected, sizeof expected, "%" PRIu64 " 0x%0*" PRIx64, v, digits, v);
    const std::string got = put([&](TextBuffer& t) {
      t.put_decimal(v);
      t.put(' ');
      t.put_hex(v, digits);
    });
    REQUIRE(got == std::string_view(expected, static_cast<std::size_t>(size)));
  };
  for (std::uint64_t v = 0; v < 20'000; ++v) check(v, static_cast<int>(1 + v % 16));
  for (std::uint64_t power = 10'000; power < 10'000'000'000'000'000'000u; power *= 10)
    for (const std::uint64_t v : {power - 1, power, power + 1}) check(v, 1);
  for (int i = 0; i < 20'000; ++i) check(random() >> random() % 64, static_cast<int>(1 + random() % 16));
  for (unsigned i = 0; i < 256; ++i) {
    const auto o = static_cast<std::uint8_t>(i), p = static_cast<std::uint8_t>(255 - i);
    char expected[64];
    const int size = std::snprintf(expected, sizeof expected, "%u.%u.%u.%u %02x:%02x:%02x:%02x:%02x:%02x", o,
                                   p, p, o, o, p, o, p, o, p);
    REQUIRE(put([&](TextBuffer& t) {
              t.put(Ipv4Address{{o, p, p, o}});
              t.put(' ');
              t.put(MacAddress{{o, p, o, p, o, p}});
            }) == std::string_view(expected, static_cast<std::size_t>(size)));
  }
}

TEST_CASE("numbers, addresses and times as text", "[text]") {
  CHECK(put([](TextBuffer& t) { t.put_decimal(0); }) == "0");
  CHECK(put([](TextBuffer& t) { t.put_decimal(~std::uint64_t{0}); }) == "18446744073709551615");
  CHECK(put([](TextBuffer& t) { t.put_hex(0); }) == "0x0");
  CHECK(put([](TextBuffer& t) { t.put_hex(0xabc, 16); }) == "0x0000000000000abc");
  CHECK(put([](TextBuffer& t) { t.put_hex(~std::uint64_t{0}, 4); }) == "0xffffffffffffffff");
  CHECK(put([](TextBuffer& t) { t.put_bytes(hex("00ff10")); }) == "00ff10");
  CHECK(put([](TextBuffer& t) { t.put(MacAddress{{0, 1, 0x23, 0xab, 0xcd, 0xff}}); }) == "00:01:23:ab:cd:ff");
  CHECK(put([](TextBuffer& t) { t.put(Ipv4Address{{0, 10, 200, 255}}); }) == "0.10.200.255");
  CHECK(put([](TextBuffer& t) { t.put(Ipv6Address{}); }) == "::");
  CHECK(put([](TextBuffer& t) {
          t.put(Ipv6Address{{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1}});
        }) == "2001:db8::1:0:0:1");
  const auto time = [](std::int64_t ns, int digits) {
    return put([&](TextBuffer& t) { t.put_time(Timestamp{Duration{ns}}, digits); });
  };
  CHECK(time(0, 6) == "1970-01-01T00:00:00.000000Z");
  CHECK(time(1'795'167'387'123'456'789, 6) == "2026-11-20T09:36:27.123456Z");
  CHECK(time(1'795'167'387'123'456'789, 9) == "2026-11-20T09:36:27.123456789Z");
  CHECK(time(1'795'167'387'123'456'789, 0) == "2026-11-20T09:36:27Z");
  CHECK(time(951'827'696'000'000'001, 9) == "2000-02-29T12:34:56.000000001Z");
  CHECK(time(-1, 9) == "1969-12-31T23:59:59.999999999Z");
  const auto seconds = [](std::int64_t ns, int digits) {
    return put([&](TextBuffer& t) { t.put_seconds(Duration{ns}, digits); });
  };
  CHECK(seconds(0, 6) == "0.000000");
  CHECK(seconds(-1'250'000'000, 6) == "-1.250000");
  CHECK(seconds(1, 9) == "0.000000001");
  CHECK(seconds(12'000'999'999, 3) == "12.000");
  CHECK(seconds(std::numeric_limits<std::int64_t>::max(), 9) == "9223372036.854775807");
}

TEST_CASE("UTF-8 and JSON strings", "[text]") {
  const auto json = [](std::string_view s) { return put([&](TextBuffer& t) { t.put_json(s); }); };
  CHECK(json("") == "\"\"");
  CHECK(json("a/b\"\\\n\t\r") == R"("a/b\"\\\n\t\u000d")");
  CHECK(json(std::string_view("\0\x1f\x7f", 3)) == R"("\u0000\u001f\u007f")");
  for (const std::string good : {"\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                                 "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    CHECK(is_utf8(good));
    CHECK(is_utf8("a" + good + "b"));
    CHECK(json(good) == "\"" + good + "\"");
    CHECK_FALSE(is_utf8(good.substr(0, good.size() - 1)));
    CHECK_FALSE(is_utf8(good.substr(1)));
  }
  for (const std::string bad :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xc2\x41", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
        "\xe1\x80\xc0", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
    CHECK_FALSE(is_utf8(bad));
    CHECK(is_utf8(json(bad)));
    CHECK(json("a" + bad).substr(0, 8) == R"("a\ufffd)");
  }
  CHECK(json("a\xff\xfe"
             "b") == R"("a\ufffd\ufffdb")");
}

TEST_CASE("a text buffer grows, shrinks and pads", "[text]") {
  TextBuffer t;
  CHECK(t.empty());
  std::string expected;
  for (int i = 0; i < 5000; ++i) {
    t.put('x');
    t.put("yz");
    expected += "xyz";
  }
  CHECK(t.view() == expected);
  t.shorten_to(3);
  CHECK(t.view() == "xyz");
  t.pad_to(6, 1);
  CHECK(t.view() == "xyz    ");
  t.pad_to(2, 1);
  CHECK(t.size() == 7);
  t.clear();
  CHECK(t.empty());
  t.put("");
  CHECK(t.view() == "");
}

}  // namespace oflens
