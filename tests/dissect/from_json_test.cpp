// Records that people write: what may be left out, what may be said in several ways, and what is refused.
#include <catch2/catch.hpp>

#include <oflens/message/from_json.hpp>
#include <oflens/text_buffer.hpp>
#include <oflens/v13/messages.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::to_hex;

const Catalog& catalog = Catalog::standard();

// The bytes in hexadecimal, or the error.
std::string read(std::string_view json) {
  static RecordReader reader(catalog);
  std::vector<std::byte> out;
  const auto error = reader.read(json, out);
  if (error) CHECK(out.empty());
  return error ? error->text() : to_hex(out);
}
// Of a message of 1.3 with that type and body.
std::string message(const std::string& type, const std::string& body) {
  return read(R"({"version":"1.3","type":")" + type + R"(","body":)" + body + "}");
}
// What follows the header.
std::string body_of(const std::string& type, const std::string& body) {
  const std::string all = message(type, body);
  return all.starts_with("04") ? all.substr(16) : all;
}
std::string match(const std::string& field) {
  return body_of("flow_stats_request" == field ? "" : "packet_in", R"({"match":{"oxm":[)" + field + "]}}");
}
std::string action(const std::string& action) {
  return body_of("packet_out", R"({"actions":[)" + action + "]}");
}

TEST_CASE("the header of a record", "[json]") {
  CHECK(read(R"({"version":"1.3","type":"hello"})") == "0400000800000000");
  CHECK(read(R"({"version":"1.0","type":"hello","xid":4294967295})") == "01000008ffffffff");
  CHECK(read(R"({"version":4,"type":2,"xid":"0x12","body":{"data":"01FF"}})") == "0402000a0000001201ff");
  CHECK(read(R"({"version":"1.0","type":"vendor","body":{"vendor":5,"data":"aa"}})") ==
        "0104000d0000000000000005aa");
  // Types and versions that nobody describes.
  CHECK(read(R"({"version":"9","type":77,"body":{"body":"0102"}})") == "094d000a000000000102");
  CHECK(read(R"({"version":"1.5","type":"bundle_control","body":{"body":"01"}})") == "062100090000000001");
  // What a capture adds is not looked at, nor what follows from the rest.
  CHECK(
      read(R"({"frame":1,"time":"x","connection":{},"src":"a","dst":"b","datapath_id":"0x1","version":"1.3",)"
           R"("type":"hello","length":99,"body":{},"problems":[{"path":"hello"}]})") == "0400000800000000");
  CHECK(read(R"({"version":"1.3","type":"hello","body":{},"excess":"0102"})") == "04000008000000000102");

  CHECK(read("").starts_with("no JSON at character 1: "));
  CHECK(read("{\"version\":\"1.3\",}").starts_with("no JSON at character 18: "));
  CHECK(read("[]") == "a list where an object is needed");
  CHECK(read("{}") == "\"version\" is needed");
  CHECK(read(R"({"version":"1.3"})") == "\"type\" is needed");
  CHECK(read(R"({"version":"1.9","type":"hello"})") ==
        "version: \"1.9\" is neither a number nor a constant of this field");
  CHECK(read(R"({"version":"1.0","type":"meter_mod"})")
            .starts_with("type: there is no message \"meter_mod\" in this version"));
  CHECK(read(R"({"version":"1.3","type":"flow_mdo"})") ==
        "type: there is no message \"flow_mdo\" in this version; did you mean 'flow_mod'?");
  CHECK(read(R"({"version":"1.3","type":256})") == "type: 256 does not fit 8 bits");
  CHECK(read(R"({"version":"1.3","type":"hello","xid":4294967296})") ==
        "xid: 4294967296 does not fit 32 bits");
  CHECK(read(R"({"version":"1.3","type":"hello","xid":-1})") == "xid: -1 where a number is needed");
  CHECK(read(R"({"version":"1.3","type":"hello","xid":1.5})") == "xid: 1.5 where a number is needed");
  CHECK(read(R"({"version":"1.3","type":"hello","bodi":{}})") ==
        "there is no \"bodi\" here; did you mean 'body'?");
  CHECK(read(R"({"version":"1.3","type":"hello","body":7})") == "body: 7 where an object is needed");
  CHECK(read(R"({"version":"1.3","type":"hello","xid":1,"xid":2})") == "\"xid\" is there twice");
}

TEST_CASE("numbers, constants, flags and addresses of a record", "[json]") {
  const auto role = [](const std::string& value) {
    return body_of("role_request", R"({"role":)" + value + "}");
  };
  CHECK(role("\"OFPCR_ROLE_MASTER\"") == "00000002000000000000000000000000");
  CHECK(role("2") == role("\"OFPCR_ROLE_MASTER\""));
  CHECK(role("\"0x2\"") == role("2"));
  CHECK(role("\"2\"") == role("2"));
  CHECK(role("99") == "00000063000000000000000000000000");
  CHECK(role("\"OFPCR_ROLE_MASTR\"") ==
        "body.role: \"OFPCR_ROLE_MASTR\" is neither a number nor a constant of this field; did you mean "
        "'OFPCR_ROLE_MASTER'?");
  CHECK(role("null") == "body.role: null where a number is needed");
  CHECK(role("[1]") == "body.role: a list where a number is needed");
  CHECK(role("\"0x\"").starts_with("body.role: \"0x\" is neither"));
  CHECK(role("\"0x10000000000000000\"").starts_with("body.role: "));

  const auto flags = [](const std::string& value) {
    return body_of("set_config", R"({"flags":)" + value + "}");
  };
  CHECK(flags(R"(["OFPC_FRAG_DROP","0x8000",4])") == "80050000");
  CHECK(flags("[]") == "00000000");
  CHECK(flags("3") == "00030000");
  CHECK(flags(R"(["OFPC_FRAG_DROP","0x10000"])") == "body.flags: 65537 does not fit 16 bits");
  CHECK(flags(R"(["OFPC_FRAG_DORP"])").starts_with("body.flags[0]: \"OFPC_FRAG_DORP\" is neither"));

  CHECK(body_of("port_status", R"({"desc":{"hw_addr":"02:00:00:00:00:1f","name":"eth1"}})").substr(0, 80) ==
        "00000000000000000000000000000000"
        "02000000001f0000"
        "65746831000000000000000000000000");
  CHECK(body_of("port_status", R"({"desc":{"hw_addr":"02:00:00:00:00"}})") ==
        "body.desc.hw_addr: \"02:00:00:00:00\" where a MAC address is needed");
  CHECK(body_of("port_status", R"({"desc":{"name":"seventeen letters"}})") ==
        "body.desc.name: 17 bytes of text where there is room for 16");
  CHECK(body_of("port_status", R"({"desc":{"name":{"bytes":"00ff"}}})") ==
        "body.desc.name.bytes: 2 bytes where there are 16");
  CHECK(match(R"({"field":"ipv4_src","value":"10.0.0"})") ==
        "body.match.oxm[0].value: \"10.0.0\" where an IPv4 address is needed");
  CHECK(match(R"({"field":"ipv6_src","value":"10.0.0.1"})") ==
        "body.match.oxm[0].value: \"10.0.0.1\" where an IPv6 address is needed");
}

TEST_CASE("match fields of a record", "[json]") {
  const auto field = [](const std::string& f) {
    const std::string m = match(f);
    return m.starts_with("body") ? m : m.substr(40, 2 * std::stoul(m.substr(36, 4), nullptr, 16) - 8);
  };
  CHECK(field(R"({"field":"eth_type","value":2048})") == "80000a020800");
  CHECK(field(R"({"field":"eth_type"})") == "80000a020000");
  CHECK(field(R"({"field":"ipv4_dst","value":"10.1.0.0","mask":"255.255.0.0"})") ==
        "800019080a010000ffff0000");
  CHECK(field(R"({"field":"in_port","value":"OFPP_LOCAL"})") == "80000004fffffffe");
  CHECK(field(R"({"field":"nxm_nx_reg5","value":7})") == "00010a0400000007");
  // By number; then value and mask are bytes.
  CHECK(field(R"({"class":"OFPXMC_OPENFLOW_BASIC","field":5,"value":"0800"})") == "80000a020800");
  CHECK(field(R"({"class":4660,"field":3,"value":"abcd","mask":"ffff"})") == "12340704abcdffff");
  CHECK(field(R"({"class":4660,"field":3})") == "12340600");
  CHECK(field(R"({"class":4660,"field":3,"has_mask":1,"value":"abcdef"})") == "12340703abcdef");
  CHECK(field(R"({"class":"OFPXMC_EXPERIMENTER","field":2,"experimenter":9,"value":"01"})") ==
        "ffff04050000000901");
  CHECK(field(R"({"class":32768,"field":5,"value":"08"})") ==
        "body.match.oxm[0]: this is eth_type, whose value has 2 bytes");
  CHECK(field(R"({"class":4660,"field":3,"value":"abcd","mask":"ff"})") ==
        "body.match.oxm[0]: value and mask are not of one size");
  CHECK(field(R"({"class":4660,"field":128})") == "body.match.oxm[0].field: 128 does not fit 7 bits");
  CHECK(field(R"({"field":"vlan_pcp","value":300})") == "body.match.oxm[0].value: 300 does not fit 8 bits");
  CHECK(field(R"({"field":"eth_tpye","value":1})") ==
        "body.match.oxm[0].field: there is no field \"eth_tpye\"; did you mean 'eth_type'?");
  CHECK(field(R"({"field":5})") == "body.match.oxm[0].field: 5 where the name of a field is needed");
  CHECK(field(R"({"value":5})") == "body.match.oxm[0]: \"field\" is needed");
  CHECK(field(R"({"field":"eth_type","valeu":1})") ==
        "body.match.oxm[0]: there is no \"valeu\" here; did you mean 'value'?");
  CHECK(match("7") == "body.match.oxm[0]: 7 where an object is needed");
}

TEST_CASE("elements of a record", "[json]") {
  const auto bytes = [](const std::string& a) {
    const std::string m = action(a);
    return m.starts_with("body") ? m : m.substr(32);
  };
  CHECK(bytes(R"({"type":"OFPAT_OUTPUT","port":1})") ==
        "0000001000000001"
        "0000000000000000");
  CHECK(bytes(R"({"type":0,"port":1,"pad":"000000000009"})") ==
        "0000001000000001"
        "0000000000000009");
  CHECK(bytes(R"({"type":"OFPAT_SET_FIELD","field":{"field":"eth_type","value":1}})") ==
        "0019001080000a020001000000000000");
  CHECK(bytes(R"({"type":99,"body":"01020304"})") == "0063000801020304");
  CHECK(bytes(R"({"type":"OFPAT_EXPERIMENTER","experimenter":5,"data":"0102030405060708"})") ==
        "ffff00100000000501020304"
        "05060708");
  CHECK(bytes(R"({"type":99,"body":"010203"})") == "body.actions[0]: 7 bytes, needs 8");
  CHECK(bytes(R"({"type":99,"body":"0102030405"})") ==
        "body.actions[0]: 9 bytes, which is not a multiple of 8");
  CHECK(bytes(R"({"port":1})") == "body.actions[0]: \"type\" is needed");
  CHECK(bytes(R"({"type":"OFPAT_OUTPUT","prot":1})") ==
        "body.actions[0]: there is no \"prot\" here; did you mean 'port'?");
  CHECK(bytes(R"({"type":"OFPAT_OUTPUT","pad":"00"})") == "body.actions[0].pad: 1 bytes where there are 6");
  CHECK(bytes(R"({"type":"OFPAT_SET_FIELD"})") == "body.actions[0].field: is needed");
  CHECK(body_of("packet_out", R"({"actions":{}})") == "body.actions: an object where a list is needed");
  // Padding of an element that nobody describes.
  CHECK(body_of("hello", R"({"elements":[{"type":9,"body":"0102"}]})") == "0009000601020000");
  CHECK(body_of("hello", R"({"elements":[{"type":9,"body":"0102","pad":"0003"}]})") == "0009000601020003");
  CHECK(action(R"({"type":99,"body":"01020304","pad":""})") == "body.actions[0]: there is no \"pad\" here");
}

TEST_CASE("the tags of a record choose among messages of one type", "[json]") {
  CHECK(body_of("multipart_request", R"({"type":"OFPMP_DESC"})") == "0000000000000000");
  CHECK(body_of("multipart_request", R"({"type":13,"flags":1})") == "000d000100000000");
  CHECK(body_of("multipart_request", R"({"type":99,"body":"0102"})") == "00630000000000000102");
  CHECK(body_of("multipart_request", R"({"type":"OFPMP_DESC","table_id":1})") ==
        "body: there is no \"table_id\" here");
  // A version for which nothing is described but what is told by tags.
  CHECK(read(R"({"version":"1.2","type":"stats_request","body":{"body":"0001"}})") == "0312000a000000000001");
  CHECK(read(R"({"version":"1.2","type":"stats_request","body":{}})") == "0312000800000000");
  CHECK(read(R"({"version":"1.1","type":"experimenter","body":{"vendor":5}})") ==
        "body: nothing is described that has such tags");
  // Two tags.
  CHECK(read(R"({"version":"1.0","type":"vendor","body":{"vendor":"NX_VENDOR_ID","subtype":)"
             R"("NXT_FLOW_MOD_TABLE_ID","set":1}})") ==
        "0104001800000000"
        "000023200000000f"
        "0100000000000000");
  CHECK(body_of("packet_in", R"({"match":{"type":"OFPMT_STANDARD"}})") ==
        "body.match.type: \"OFPMT_STANDARD\" where it must be 1");
}

TEST_CASE("what a record's payload may be", "[json]") {
  CHECK(body_of("packet_out", R"({"data":{"bytes":"0102"}})") == body_of("packet_out", R"({"data":"0102"})"));
  CHECK(body_of("error", R"({"type":1,"data":{"message":{"version":"1.3","type":"hello","xid":7}}})") ==
        "00010000"
        "0400000800000007");
  CHECK(body_of("error", R"({"type":1,"data":{"bytes":"00","message":{"version":"7"},"text":"x"}})") ==
        "00010000"
        "00");
  CHECK(body_of("error", R"({"data":{"text":"no"}})") ==
        "00000000"
        "6e6f");
  CHECK(body_of("error", R"({"data":{"message":{"version":"1.3","type":"hello","xid":true,"x":1}}})") ==
        "body.data.message: there is no \"x\" here");
  CHECK(body_of("packet_out", R"({"data":{"message":{}}})") == "body.data: there is no \"message\" here");
  CHECK(body_of("packet_out", R"({"data":"012"})") == "body.data: an odd number of hexadecimal digits");
  CHECK(body_of("packet_out", R"({"data":"01 2"})") == "body.data: \" 2\" is no hexadecimal");
  CHECK(body_of("packet_out", R"({"data":5})") == "body.data: 5 where an object is needed");
}

TEST_CASE("what is shown of a wrong record is printable", "[json]") {
  CHECK(read(R"({"version":"1.3","type":"\u001b[31m\u0007"})")
            .starts_with("type: there is no message \"?[31m?\" in"));
  CHECK(read("{\"version\":\"\xff\"}").starts_with("no JSON at character 13: "));
  CHECK(is_utf8(read("{\"version\":\"\xff\"}")));
  std::string accents;
  for (int i = 0; i < 99; ++i) accents += "\u00e9";
  CHECK(is_utf8(read(R"({"version":"1.3","type":"x)" + accents + "\"}")));
}

TEST_CASE("records beyond all bounds are refused", "[json]") {
  CHECK(read(std::string(100'000, '[')) == "nested deeper than 128");
  std::string deep = R"({"version":"1.3","type":"hello"})";
  for (int i = 0; i < 30; ++i)
    deep = R"({"version":"1.3","type":"error","body":{"data":{"message":)" + deep + "}}}";
  CHECK(read(deep).size() == 2 * (8 + 30 * 12));
  for (int i = 0; i < 30; ++i)
    deep = R"({"version":"1.3","type":"error","body":{"data":{"message":)" + deep + "}}}";
  CHECK(read(deep) == "nested deeper than 128");

  const std::string long_data(2 * 65527, '0');
  CHECK(message("echo_request", "{\"data\":\"" + long_data + "\"}").size() == 2 * 65535);
  CHECK(message("echo_request", "{\"data\":\"" + long_data + "00\"}") ==
        "65536 bytes, and no message has more than 65535");
  CHECK(message("echo_request", "{\"data\":\"" + std::string(2'000'000, '0') + "\"}") ==
        "body.data: no message has room for that");
  CHECK(match(R"({"class":4660,"field":3,"value":")" + std::string(512, '0') + "\"}") ==
        "body.match.oxm[0]: 256 bytes are more than its length can say");
  CHECK(action(R"({"type":99,"body":")" + std::string(2 * 65532, '0') + "\"}") ==
        "body.actions[0]: 65536 bytes are more than its length can say");
  std::string many;
  for (int i = 0; i < 8192; ++i) many += R"({"type":"OFPAT_OUTPUT"},)";
  many.pop_back();
  CHECK(action(many) == "body.actions: 131072 bytes are more than \"actions_len\" can say");
}

TEST_CASE("bytes kept beside problems are written where they were", "[json]") {
  // Excess in a struct; a message that ends within a field.
  CHECK(body_of("role_request", R"({"role":1,"generation_id":"0x1","excess":"0102"})") ==
        "00000001000000000000000000000001"
        "0102");
  CHECK(body_of("role_request", R"({"role":1,"undecoded":"0000"})") ==
        "00000001"
        "00000000"
        "0000");
}

TEST_CASE("a record's other keys can be asked for", "[json]") {
  RecordReader reader(catalog);
  std::vector<std::byte> out;
  CHECK(reader.text("src").empty());
  REQUIRE_FALSE(reader.read(
      R"({"time":2.5,"connection":3,"src":"10.0.0.1:6653","version":"1.3","type":"hello"})", out));
  CHECK(reader.text("src") == "10.0.0.1:6653");
  CHECK(reader.text("time") == "2.5");
  CHECK(reader.number("connection") == 3);
  CHECK(reader.text("dst").empty());
}

}  // namespace
}  // namespace oflens
