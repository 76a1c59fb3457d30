// Big Switch's messages, where more is to be said of them than that they are read as their fixtures say.
#include <catch2/catch.hpp>

#include <oflens/ext/bigswitch.hpp>
#include <oflens/message/dissect.hpp>
#include <oflens/message/json.hpp>

#include "support.hpp"

namespace oflens::test {
namespace {

std::string json_of(const char* annotated) {
  const auto bytes = hex(annotated);
  Tape tape;
  dissect(Catalog::standard(), bytes, tape);
  TextBuffer out;
  put_json_members(out, tape, bytes);
  return std::string(out.view());
}

}  // namespace

TEST_CASE("big switch: what nobody describes stays bytes") {
  CHECK(json_of("04 04 0014 00000001 005c16c7 000000ff 01020304")
            .find(R"({"experimenter":"BSN_VENDOR_ID","exp_type":255,"data":"01020304"})") !=
        std::string::npos);
  // A TLV of another type.
  CHECK(json_of("04 04 0018 12345678 005c16c7 0000002f 0014 0063 0006 abcd")
            .find(R"({"type":99,"body":"abcd"})") != std::string::npos);
}

TEST_CASE("big switch: actions, in 1.0 as in 1.3") {
  CHECK(json_of(
            "01 0d 0028 00000001 ffffffff ffff 0018 ffff 0018 005c16c7 00000001 00000007 81000064 01 000000")
            .find(R"("subtype":"BSN_ACTION_MIRROR","dest_port":7,"vlan_tag":2164260964,"copy_stage":1})") !=
        std::string::npos);
  CHECK(
      json_of("04 0d 0028 00000001 ffffffff fffffffd 0010 000000000000 ffff 0010 005c16c7 00000002 0a000001")
          .find(R"("subtype":"BSN_ACTION_SET_TUNNEL_DST","dst":167772161})") != std::string::npos);
}

}  // namespace oflens::test
