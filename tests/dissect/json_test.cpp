// JSON records: exact ones for every kind of field, and well-formed ones for whatever bytes.
#include <catch2/catch.hpp>

#include <set>

#include <oflens/message/dissect.hpp>
#include <oflens/message/generate.hpp>
#include <oflens/message/json.hpp>
#include <oflens/v13/messages.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::hex;
using test::Tight;
using test::to_hex;
using Raw = std::vector<std::byte>;

const Catalog& catalog = Catalog::standard();

std::string record(Bytes message) {
  const Tight tight(message);
  Tape tape;
  dissect(catalog, tight, tape);
  TextBuffer out;
  out.put('{');
  put_json_members(out, tape, tight);
  out.put('}');
  return std::string(out.view());
}
std::string record(const char* annotated) { return record(hex(annotated)); }

// Its "body" or "problems" alone.
std::string part(const std::string& json, const std::string& key, const std::string& next) {
  const std::size_t from = json.find("\"" + key + "\":") + key.size() + 3,
                    to = json.rfind(",\"" + next + "\":");
  return json.substr(from, to - from);
}
std::string body(const char* annotated) { return part(record(annotated), "body", "problems"); }
std::string problems(const char* annotated) {
  const std::string json = record(annotated);
  const std::size_t from = json.rfind(",\"problems\":") + 12;
  return json.substr(from, json.size() - 1 - from);
}

// RFC 8259 and nothing else; no name twice in an object. Says where it is wrong.
class JsonChecker {
 public:
  explicit JsonChecker(std::string_view text) : text_(text) {}
  // Empty when the text is one value.
  std::string check() {
    if (value(0) && at_ == text_.size()) return {};
    return "at " + std::to_string(at_) + (why_.empty() ? "" : " (" + why_ + ")") + ": " +
           std::string(text_.substr(at_ < 20 ? 0 : at_ - 20, 60));
  }
  std::size_t objects_in_problems() const { return problems_; }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool eat(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  bool digits() {
    const std::size_t from = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ != from;
  }
  bool number() {
    eat('-');
    if (eat('0')) {
      if (peek() >= '0' && peek() <= '9') return false;
    } else if (!digits()) {
      return false;
    }
    if (eat('.') && !digits()) return false;
    if (eat('e') || eat('E')) {
      if (!eat('-')) eat('+');
      return digits();
    }
    return true;
  }
  bool string(std::string* content = nullptr) {
    if (!eat('"')) return false;
    const std::size_t from = at_;
    for (;;) {
      if (at_ >= text_.size()) return false;
      const char c = text_[at_];
      if (static_cast<unsigned char>(c) < 0x20) return false;
      ++at_;
      if (c == '"') break;
      if (c != '\\') continue;
      const char e = peek();
      ++at_;
      if (e == 'u') {
        for (int i = 0; i < 4; ++i, ++at_)
          if (std::string_view("0123456789abcdefABCDEF").find(peek()) == std::string_view::npos ||
              peek() == '\0')
            return false;
      } else if (e == '\0' || std::string_view("\"\\/bfnrt").find(e) == std::string_view::npos) {
        return false;
      }
    }
    const std::string_view s = text_.substr(from, at_ - 1 - from);
    if (!is_utf8(s)) return why_ = "not UTF-8", false;
    if (content != nullptr) *content = s;
    return true;
  }
  bool value(int depth) {
    if (depth > 64) return why_ = "too deep", false;
    switch (peek()) {
      case '{': return object(depth);
      case '[': return array(depth, nullptr);
      case '"': return string();
      case 't': return word("true");
      case 'f': return word("false");
      case 'n': return word("null");
      default: return number();
    }
  }
  bool word(std::string_view w) {
    if (text_.substr(at_, w.size()) != w) return false;
    at_ += w.size();
    return true;
  }
  bool object(int depth) {
    if (!eat('{')) return false;
    std::set<std::string> names;
    if (eat('}')) return true;
    do {
      std::string name;
      if (!string(&name) || !eat(':')) return false;
      if (!names.insert(name).second) return why_ = "twice: " + name, false;
      if (depth == 0 && name == "problems" ? !array(1, &problems_) : !value(depth + 1)) return false;
    } while (eat(','));
    return eat('}');
  }
  bool array(int depth, std::size_t* count) {
    if (!eat('[')) return false;
    if (eat(']')) return true;
    do {
      if (!value(depth + 1)) return false;
      if (count != nullptr) ++*count;
    } while (eat(','));
    return eat(']');
  }

  std::string_view text_;
  std::size_t at_ = 0, problems_ = 0;
  std::string why_;
};

// Is the record one of these bytes?
void check_record(Bytes message) {
  const std::string json = record(message);
  JsonChecker checker(json);
  const std::string wrong = checker.check();
  Tape tape;
  dissect(catalog, message, tape);
  if (wrong.empty() && checker.objects_in_problems() == tape.problems()) return;
  INFO(to_hex(message));
  INFO(json);
  CHECK(wrong == "");
  CHECK(checker.objects_in_problems() == tape.problems());
}

}  // namespace

TEST_CASE("the checker of JSON checks", "[json]") {
  for (const char* good :
       {"0", "-1.5e+3", "[]", "{}", "\"\\u00e9\\n\xc3\xa9\"", "{\"a\":[1,{\"a\":null}],\"b\":true}"})
    CHECK(JsonChecker(good).check() == "");
  for (const char* bad :
       {"",       "01",       "1.",      "-",         "[1,]", "{,}",     "{\"a\":1,}", "{\"a\":1,\"a\":2}",
        "\"\n\"", "\"\xff\"", "\"\\x\"", "\"\\u12\"", "\"",   "{\"a\"}", "[1 2]",      "nul",
        "1 ",     "{a:1}",    "[",       "0x1"})
    CHECK(JsonChecker(bad).check() != "");
}

TEST_CASE("a record of every kind of field", "[json]") {
  CHECK(
      record(R"(040e 0128 00000007 00000000deadbeef ffffffffffffffff 02 00 003c 0000 8000 ffffffff 00000003
                  ffffffff 8001 0000
                  0001 0074                                       # match
                    80000004 fffffffd
                    8000070c 020000000001 ffffff000000
                    80000a02 86dd
                    80000c02 1064
                    80001708 0a000000 ff000000
                    80003610 fe800000000000000000000000000001
                    80000510 00000000000000ff 00000000000000ff
                    12340602 abcd                                 # a class that nobody knows
                    12340704 abcd ffff
                    ffff0406 4f4e4600 002a                        # an experimenter's
                    00000000
                  0004 0050 00000000                              # apply_actions
                    0000 0010 fffffffd ffff 000000000000
                    0000 0010 00000001 0000 000000000001          # padding that is not zero
                    0019 0010 80000806 020000000009 0000
                    0063 0008 aabbccdd                            # unknown
                    ffff 0010 00002320 0102030405060708           # an experimenter's
                  0002 0018 00000000 0000000000000001 00000000000000ff
                  0001 0008 05 000000
                  0005 0008 00000000
                  0077 0008 01020304)") ==
      R"({"version":"1.3","type":"flow_mod","xid":7,"length":296,"body":{"cookie":"0xdeadbeef",)"
      R"("cookie_mask":"0xffffffffffffffff","table_id":2,"command":"OFPFC_ADD","idle_timeout":60,)"
      R"("hard_timeout":0,"priority":32768,"buffer_id":"OFP_NO_BUFFER","out_port":3,"out_group":"OFPG_ANY",)"
      R"("flags":["OFPFF_SEND_FLOW_REM","0x8000"],"match":{"type":"OFPMT_OXM","oxm":[)"
      R"({"field":"in_port","value":"OFPP_CONTROLLER"},)"
      R"({"field":"eth_dst","value":"02:00:00:00:00:01","mask":"ff:ff:ff:00:00:00"},)"
      R"({"field":"eth_type","value":34525},{"field":"vlan_vid","value":4196},)"
      R"({"field":"ipv4_src","value":"10.0.0.0","mask":"255.0.0.0"},)"
      R"({"field":"ipv6_dst","value":"fe80::1"},{"field":"metadata","value":"0xff","mask":"0xff"},)"
      R"({"class":4660,"field":3,"value":"abcd"},)"
      R"({"class":4660,"field":3,"value":"abcd","mask":"ffff"},)"
      R"({"class":"OFPXMC_EXPERIMENTER","field":2,"experimenter":"ONF_VENDOR_ID","value":"002a"}]},)"
      R"("instructions":[{"type":"OFPIT_APPLY_ACTIONS","actions":[)"
      R"({"type":"OFPAT_OUTPUT","port":"OFPP_CONTROLLER","max_len":"OFPCML_NO_BUFFER"},)"
      R"({"type":"OFPAT_OUTPUT","port":1,"max_len":0,"pad":"000000000001"},)"
      R"({"type":"OFPAT_SET_FIELD","field":{"field":"eth_src","value":"02:00:00:00:00:09"}},)"
      R"({"type":99,"body":"aabbccdd"},)"
      R"({"type":"OFPAT_EXPERIMENTER","experimenter":"NX_VENDOR_ID","data":"0102030405060708"}]},)"
      R"({"type":"OFPIT_WRITE_METADATA","metadata":"0x1","metadata_mask":"0xff"},)"
      R"({"type":"OFPIT_GOTO_TABLE","table_id":5},{"type":"OFPIT_CLEAR_ACTIONS"},)"
      R"({"type":119,"body":"01020304"}]},"problems":[]})");
  CHECK(
      record(R"(010e 0060 00000001
                  003820ee fffe 020000000001 020000000002 0064 07 00 0800 b8 06 0000 0a000001 0a000200 0050 01bb
                  0000000000000042 0003 0000 0000 0001 ffffffff ffff 0002
                  0000 0008 fffb 0000
                  0004 0010 020000000009 000000000000)") ==
      R"({"version":"1.0","type":"flow_mod","xid":1,"length":96,"body":{"match":{"wildcards":["OFPFW_DL_VLAN",)"
      R"("OFPFW_DL_SRC","OFPFW_DL_DST","OFPFW_NW_PROTO","OFPFW_TP_SRC","OFPFW_TP_DST","OFPFW_NW_SRC_ALL",)"
      R"("OFPFW_NW_DST_ALL","OFPFW_DL_VLAN_PCP","OFPFW_NW_TOS"],"in_port":"OFPP_LOCAL",)"
      R"("dl_src":"02:00:00:00:00:01","dl_dst":"02:00:00:00:00:02","dl_vlan":100,"dl_vlan_pcp":7,"dl_type":2048,)"
      R"("nw_tos":184,"nw_proto":6,"nw_src":"10.0.0.1","nw_dst":"10.0.2.0","tp_src":80,"tp_dst":443},)"
      R"("cookie":"0x42","command":"OFPFC_DELETE","idle_timeout":0,"hard_timeout":0,"priority":1,)"
      R"("buffer_id":"OFP_NO_BUFFER","out_port":"OFPP_NONE","flags":["OFPFF_CHECK_OVERLAP"],)"
      R"("actions":[{"type":"OFPAT_OUTPUT","port":"OFPP_FLOOD","max_len":0},)"
      R"({"type":"OFPAT_SET_DL_SRC","dl_addr":"02:00:00:00:00:09"}]},"problems":[]})");
  CHECK(
      record("0406 0020 0000000a 00001234567890ab 00000100 fe 00 0000 8000004f 00000000") ==
      R"({"version":"1.3","type":"features_reply","xid":10,"length":32,"body":{"datapath_id":"0x1234567890ab",)"
      R"("n_buffers":256,"n_tables":254,"auxiliary_id":0,"capabilities":["OFPC_FLOW_STATS","OFPC_TABLE_STATS",)"
      R"("OFPC_PORT_STATS","OFPC_GROUP_STATS","OFPC_QUEUE_STATS","0x80000000"],"reserved":0},"problems":[]})");
}

TEST_CASE("lists of structs, numbers and nothing in JSON", "[json]") {
  CHECK(
      body("0413 0058 00000001 0001 0001 00000000"
           "0048 02 00 00000001 00000002 0007 0000 0000 0001 00000000 0000000000000001 0000000000000002"
           "0000000000000003 0001 0004 00000000 0004 0010 00000000 0017 0008 00000000") ==
      R"({"type":"OFPMP_FLOW","flags":["OFPMPF_REPLY_MORE"],"flows":[{"table_id":2,"duration_sec":1,)"
      R"("duration_nsec":2,"priority":7,"idle_timeout":0,"hard_timeout":0,"flags":["OFPFF_SEND_FLOW_REM"],)"
      R"("cookie":"0x1","packet_count":"0x2","byte_count":"0x3","match":{"type":"OFPMT_OXM","oxm":[]},)"
      R"("instructions":[{"type":"OFPIT_APPLY_ACTIONS","actions":[{"type":"OFPAT_SET_NW_TTL","nw_ttl":0}]}]}]})");
  CHECK(body("0400 0008 00000001") == R"({"elements":[]})");
  CHECK(body("0400 0010 00000001 0001 0008 00000012") ==
        R"({"elements":[{"type":"OFPHET_VERSIONBITMAP","bitmaps":[18]}]})");
  CHECK(body("0400 0018 00000001 0001 000c 00000012 ffffffff 00000000") ==
        R"({"elements":[{"type":"OFPHET_VERSIONBITMAP","bitmaps":[18,4294967295]}]})");
  CHECK(body("0400 0010 00000001 0063 0006 00010000") == R"({"elements":[{"type":99,"body":"0001"}]})");
  CHECK(body("0414 0008 00000001") == "{}");
}

TEST_CASE("payloads in JSON", "[json]") {
  CHECK(body("040d 0032 00000001 ffffffff fffffffd 0010 000000000000 0000 0010 fffffffb 0000 000000000000"
             "0102030405060708090a") ==
        R"({"buffer_id":"OFP_NO_BUFFER","in_port":"OFPP_CONTROLLER",)"
        R"("actions":[{"type":"OFPAT_OUTPUT","port":"OFPP_FLOOD","max_len":0}],)"
        R"("data":{"bytes":"0102030405060708090a","ethernet":{"dst":"01:02:03:04:05:06","cut":2,)"
        R"("undecoded":"0708090a"}}})");
  CHECK(body("0402 000b 00000001 abcdef") == R"({"data":"abcdef"})");
  CHECK(body("0402 0008 00000001") == R"({"data":""})");
  CHECK(body("0412 0012 00000001 0063 0001 00000000 abcd") ==
        R"({"type":99,"flags":["OFPMPF_REQ_MORE"],"body":"abcd"})");
}

TEST_CASE("text in JSON", "[json]") {
  const auto name = [](const char* octets) {
    const std::string json = record((std::string("010c 0040 00000001 00 00000000000000 0001 020000000001") +
                                     octets + "00000000 00000000 00000000 00000000 00000000 00000000")
                                        .c_str());
    return part(json, "name", "config");
  };
  CHECK(name("65746830 000000000000000000000000") == R"("eth0")");
  CHECK(name("00000000 000000000000000000000000") == R"("")");
  CHECK(name("65746830 656667686970717273747576") == R"("eth0efghipqrstuv")");  // all 16, no zero
  CHECK(name("c3a90000 000000000000000000000000") == "\"\xc3\xa9\"");
  CHECK(name("22 5c 0a 09 01 7f 00000000000000000000") == R"("\"\\\n\t\u0001\u007f")");
  // What a string cannot say is kept as bytes.
  CHECK(name("65746830 000000000000000000000001") == R"({"bytes":"65746830000000000000000000000001"})");
  CHECK(name("65746830 00ff00000000000000000000") == R"({"bytes":"6574683000ff00000000000000000000"})");
  CHECK(name("ff746830 000000000000000000000000") == R"({"bytes":"ff746830000000000000000000000000"})");
  CHECK(name("c3000000 000000000000000000000000") == R"({"bytes":"c3000000000000000000000000000000"})");
}

TEST_CASE("enumerations and flags in JSON", "[json]") {
  const auto reason = [](const char* octets) {
    return part(body((std::string("010c 0040 00000001") + octets +
                      "0001 020000000001 00000000000000000000000000000000 00000000 00000000 00000000 00000000"
                      "00000000 00000000")
                         .c_str()) +
                    ",\"end\":",
                "reason", "desc");
  };
  CHECK(reason("02 00000000000000") == R"("OFPPR_MODIFY")");
  CHECK(reason("03 00000000000000") == "3");
  CHECK(reason("03 00000000000100") == R"(3,"pad":"00000000000100")");
  const auto config = [](const char* flags) {
    return body((std::string("0108 000c 00000001") + flags + "0080").c_str());
  };
  CHECK(config("0000") == R"({"flags":[],"miss_send_len":128})");
  CHECK(config("0001") == R"({"flags":["OFPC_FRAG_DROP"],"miss_send_len":128})");
  CHECK(config("0003") == R"({"flags":["OFPC_FRAG_MASK"],"miss_send_len":128})");
  CHECK(config("c004") == R"({"flags":["0xc004"],"miss_send_len":128})");
  CHECK(config("8002") == R"({"flags":["OFPC_FRAG_REASM","0x8000"],"miss_send_len":128})");
  CHECK(body("0418 0018 00000001 00000002 00000001 0000000000000000") ==
        R"({"role":"OFPCR_ROLE_MASTER","pad":"00000001","generation_id":"0x0"})");
}

TEST_CASE("an error shows the message that it quotes, or its text", "[json]") {
  const auto data = [](const char* rest) {
    const std::string all = record(hex((std::string("0401") + rest).c_str()));
    const std::size_t from = all.find("\"data\":") + 7, to = all.rfind("},\"problems\":");
    return all.substr(from, to - from);
  };
  CHECK(data("0014 00000001 0001 0000  0402 0008 00000007") ==
        R"({"bytes":"0402000800000007","message":{"version":"1.3","type":"echo_request","xid":7,"length":8,)"
        R"("body":{"data":""},"problems":[]}})");
  // Cut: what is there, and what is missing; the error itself has no problem.
  const std::string cut = record("0401 0016 00000001 0001 0000  0409 000c 00000007 0001");
  CHECK(cut.find(R"("type":"set_config","xid":7,"length":12,"body":{"flags":["OFPC_FRAG_DROP"])") !=
        std::string::npos);
  CHECK(cut.find(R"("code":"too_long")") != std::string::npos);
  CHECK(cut.substr(cut.size() - 15) == R"(,"problems":[]})");
  CHECK(data("0012 00000001 0000 0000  6e6f206f6e65") == R"({"bytes":"6e6f206f6e65","text":"no one"})");
  CHECK(data("0010 00000001 0000 0000  6e6f0001") == R"({"bytes":"6e6f0001"})");
  // An error in an error in an error in an error: so deep nobody reads.
  const std::string deep = record(
      "0401 0038 00000001 0001 0000  0401 002c 00000002 0001 0000  0401 0020 00000003 0001 0000"
      "  0401 0014 00000004 0001 0000  0402 0008 00000005");
  CHECK(deep.find("echo_request") == std::string::npos);
  CHECK(deep.find("\"xid\":4") != std::string::npos);
}

TEST_CASE("what an error's code is called depends on its type and version", "[json]") {
  const auto error = [](const char* version, const char* numbers) {
    return part(body((std::string(version) + "01 000c 00000009" + numbers).c_str()), "code", "data");
  };
  CHECK(error("04", "0000 0001") == R"("OFPHFC_EPERM")");
  CHECK(error("04", "0001 0006") == R"("OFPBRC_BAD_LEN")");
  CHECK(error("04", "0002 0006") == R"("OFPBAC_EPERM")");
  CHECK(error("04", "0003 0006") == R"("OFPBIC_BAD_EXP_TYPE")");
  CHECK(error("04", "0004 0006") == R"("OFPBMC_BAD_FIELD")");
  CHECK(error("04", "0005 0002") == R"("OFPFMFC_BAD_TABLE_ID")");
  CHECK(error("01", "0003 0002") == R"("OFPFMFC_EPERM")");
  CHECK(error("01", "0001 0006") == R"("OFPBRC_BAD_LEN")");
  CHECK(error("04", "0005 0063") == "99");
  CHECK(error("04", "0063 0002") == "2");
  CHECK(body("0401 0010 00000009 ffff 0002 00abcdef") ==
        R"({"type":"OFPET_EXPERIMENTER","exp_type":2,"experimenter":11259375,"data":{"bytes":""}})");
}

TEST_CASE("records of headers that are cut or wrong", "[json]") {
  CHECK(
      record("") ==
      R"({"problems":[{"path":"header.version","offset":0,"code":"truncated","text":"0 bytes left, needs 1"}]})");
  CHECK(record("04") ==
        R"({"version":4,"problems":[)"
        R"({"path":"header.type","offset":1,"code":"truncated","text":"0 bytes left, needs 1"}]})");
  CHECK(record("040e 01") ==
        R"({"version":4,"type":14,"undecoded":"01","problems":[)"
        R"({"path":"header.length","offset":2,"code":"truncated","text":"1 byte left, needs 2"}]})");
  CHECK(
      record("63000008 00000001") ==
      R"({"version":"99","type":0,"xid":1,"length":8,"body":{},"problems":[{"path":"header.version","offset":0,)"
      R"("code":"bad_version","text":"version is 99, expected up to 6"}]})");
  const std::string unknown_type = record("0463 000a 00000001 abcd");
  CHECK(unknown_type.find(
            R"({"version":"1.3","type":99,"xid":1,"length":10,"body":{"body":"abcd"},"problems":[)"
            R"({"path":"header.type","offset":1,"code":"bad_type")") == 0);
  // A type without a description in a known version is no problem.
  CHECK(
      record("0522 000a 00000001 abcd") ==
      R"({"version":"1.4","type":"bundle_add_message","xid":1,"length":10,"body":{"body":"abcd"},"problems":[]})");
}

TEST_CASE("problems in JSON: path, offset, code and text", "[json]") {
  CHECK(
      problems("0414 0009 00000001 ff") ==
      R"([{"path":"barrier_request.excess","offset":8,"code":"excess","text":"1 byte that belongs to nothing"}])");
  CHECK(
      record("0414 0008 00000001 ffee") ==
      R"({"version":"1.3","type":"barrier_request","xid":1,"length":8,"body":{},"excess":"ffee","problems":[)"
      R"({"path":"excess","offset":8,"code":"excess","text":"2 bytes that belong to nothing"}]})");
  CHECK(problems("0414 0007 00000001") ==
        R"([{"path":"header.length","offset":2,"code":"bad_length","text":"length is 7, needs 8"}])");
  CHECK(problems("0414 0009 00000001") ==
        R"([{"path":"header.length","offset":2,"code":"too_long","text":"length is 9, at most 8"}])");
  CHECK(record("040e 0010 00000001 0000000000000000") ==
        R"({"version":"1.3","type":"flow_mod","xid":1,"length":16,"body":{"cookie":"0x0"},"problems":[)"
        R"({"path":"flow_mod.cookie_mask","offset":16,"code":"truncated","text":"0 bytes left, needs 8"}]})");
  CHECK(
      record("0408 000b 00000001 000100") ==
      R"({"version":"1.3","type":"get_config_reply","xid":1,"length":11,"body":{"flags":["OFPC_FRAG_DROP"],)"
      R"("undecoded":"00"},"problems":[{"path":"get_config_reply.miss_send_len","offset":10,"code":"truncated",)"
      R"("text":"1 byte left, needs 2"}]})");
  // Numbers in a list, the last of which is cut.
  CHECK(record("0400 0010 00000001 0001 0006 1234 5678") ==
        R"({"version":"1.3","type":"hello","xid":1,"length":16,"body":{"elements":[)"
        R"({"type":"OFPHET_VERSIONBITMAP","bitmaps":[{"undecoded":"1234"}],"pad":"5678"}]},"problems":[)"
        R"({"path":"hello.elements[0].bitmaps[0].value","offset":12,"code":"truncated",)"
        R"("text":"2 bytes left, needs 4"}]})");
  // A match field with a length that it cannot have; the rest of the match is read.
  CHECK(
      record("040a 0032 00000001 ffffffff 0000 00 00 0000000000000000"
             "0001 0016 8000 00 03 000001 80000a02 0800 800014 01 06 0000 0000") ==
      R"({"version":"1.3","type":"packet_in","xid":1,"length":50,"body":{"buffer_id":"OFP_NO_BUFFER",)"
      R"("total_len":0,"reason":"OFPR_NO_MATCH","table_id":0,"cookie":"0x0","match":{"type":"OFPMT_OXM","oxm":[)"
      R"({"field":"in_port","undecoded":"000001"},{"field":"eth_type","value":2048},)"
      R"({"field":"ip_proto","value":6}]},"data":{"bytes":""}},"problems":[)"
      R"({"path":"packet_in.match.oxm[0].length","offset":31,"code":"bad_length","text":"length is 3, needs 4"}]})");
}

TEST_CASE("names for versions", "[json]") {
  const auto name = [](int version) {
    TextBuffer out;
    put_version(out, static_cast<std::uint8_t>(version));
    return std::string(out.view());
  };
  CHECK(name(0) == "0");
  CHECK(name(1) == "1.0");
  CHECK(name(4) == "1.3");
  CHECK(name(6) == "1.5");
  CHECK(name(7) == "7");
  CHECK(name(255) == "255");
}

TEST_CASE("records of generated messages, and of what is left when they are damaged, are JSON", "[json]") {
  Generator generate(11, 4);
  Raw m;
  for (std::size_t kind = 0; kind < catalog.size(); ++kind)
    for (int i = 0; i < 40; ++i) {
      generate.message(catalog, kind, m);
      check_record(m);
      for (int k = 0; k < 12; ++k) {
        generate.mutate(m);
        check_record(m);
      }
    }
}

TEST_CASE("records of messages that are cut at any byte are JSON", "[json]") {
  Generator generate(12, 2);
  Raw m;
  for (std::size_t kind = 0; kind < catalog.size(); ++kind) {
    generate.message(catalog, kind, m);
    for (std::size_t n = 0; n <= std::min<std::size_t>(m.size(), 200); ++n) {
      check_record(Bytes(m).first(n));
      // ... and say so.
      Raw shorter(m.begin(), m.begin() + static_cast<std::ptrdiff_t>(n));
      if (n >= 4) store_be(shorter.data() + 2, static_cast<std::uint16_t>(n));
      check_record(shorter);
    }
  }
}

TEST_CASE("records of random bytes are JSON", "[json]") {
  Generator generate(13);
  for (int i = 0; i < 20000; ++i) {
    Raw m(generate.below(80));
    for (std::byte& b : m) b = static_cast<std::byte>(generate.below(256));
    if (!m.empty()) m[0] = static_cast<std::byte>(generate.below(8));
    if (m.size() > 1) m[1] = static_cast<std::byte>(generate.below(40));
    if (m.size() > 3 && i % 2 == 0) store_be(m.data() + 2, static_cast<std::uint16_t>(m.size()));
    check_record(m);
  }
}

}  // namespace oflens
