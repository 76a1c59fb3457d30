// What other decoders of OpenFlow stumble over, each with its test.
#include <catch2/catch.hpp>

#include <oflens/flow/flow.hpp>
#include <oflens/framer.hpp>
#include <oflens/message/dissect.hpp>
#include <oflens/message/json.hpp>
#include <oflens/standard.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::hex;
using test::to_hex;

const Catalog& catalog = Catalog::standard();

std::vector<std::byte> with_length(std::string_view annotated) {
  auto bytes = hex(annotated);
  store_be(bytes.data() + 2, static_cast<std::uint16_t>(bytes.size()));
  return bytes;
}

// The record's body, and its problems when there are any.
std::string shown(Bytes message) {
  Tape tape;
  dissect(catalog, message, tape);
  TextBuffer text;
  put_json_members(text, tape, message);
  const std::string json(text.view());
  const auto body = json.find("\"body\":") + 7;
  const std::string none = ",\"problems\":[]";
  return json.ends_with(none) ? json.substr(body, json.size() - none.size() - body) : json.substr(body);
}

template <Message M>
M decoded(const std::vector<std::byte>& bytes) {
  const auto frame = Frame::at(bytes);
  REQUIRE(frame);
  const auto m = frame->decode<M>(&catalog);
  if (!m) FAIL(m.error().text());
  return *m;
}

const std::string match10 =
    "003fffff 0000 000000000000 000000000000 0000 00 00 0000 00 00 0000 00000000 00000000 0000 0000 ";
const std::string flow_mod10 = "01 0e 0000 00000009 " + match10 + "0000000000000000 ";

TEST_CASE("a flow_mod of 1.0 without actions is whole: it drops", "[trap][trap1]") {
  const auto bytes = with_length(flow_mod10 + "0000 0000 0000 8000 ffffffff ffff 0000");
  CHECK(bytes.size() == 72);
  const auto m = decoded<v10::FlowMod>(bytes);
  CHECK(m.actions.count() == 0);
  CHECK(to_hex(test::encoded(m, Xid{9})) == to_hex(bytes));
  CHECK(shown(bytes).find("\"actions\":[]}") != std::string::npos);
}

TEST_CASE("an emergency flow of 1.0 is one", "[trap][trap2]") {
  const auto bytes = with_length(flow_mod10 + "0000 0000 0000 8000 ffffffff ffff 0004");
  CHECK(decoded<v10::FlowMod>(bytes).flags == v10::FlowModFlags::emerg);
  CHECK(shown(bytes).find("\"flags\":[\"OFPFF_EMERG\"]") != std::string::npos);
}

TEST_CASE("a queue of 1.0 may have the property of no kind", "[trap][trap3]") {
  const auto bytes = with_length(
      "01 15 0000 00000001 0001 00*6 "
      "00000007 0010 0000"
      "0000 0008 00000000");
  const auto reply = decoded<v10::QueueGetConfigReply>(bytes);
  const v10::PacketQueue queue = *reply.queues.begin();
  REQUIRE(queue.properties.count() == 1);
  CHECK((*queue.properties.begin()).get<v10::NoQueueProperty>());
  CHECK(shown(bytes) == R"({"port":1,"queues":[{"queue_id":7,"properties":[{"property":"OFPQT_NONE"}]}]})");
}

TEST_CASE("experimenters' ids stand among those of table features", "[trap][trap4]") {
  const auto bytes = with_length(
      "04 13 0000 00000001 000c 0000 00000000"
      "0070 00 00*5 00*32 00*16 00*8 "
      "0000 0010 ffff 0008 00002320 0001 0004"  // instructions
      "0004 0010 ffff 0008 00002320 0000 0004"  // write_actions
      "0008 0010 ffff5608 4f4e4600 80000004"    // match
  );
  const auto reply = decoded<v13::TableFeaturesReply>(bytes);
  const v13::TableFeatures table = *reply.tables.begin();
  std::vector<v13::TableFeatureProperty> properties(table.properties.begin(), table.properties.end());
  REQUIRE(properties.size() == 3);
  const auto instructions = properties[0].get<v13::InstructionsFeature>();
  REQUIRE(instructions);
  REQUIRE(instructions->instruction_ids.count() == 2);
  CHECK((*instructions->instruction_ids.begin()).experimenter == ExperimenterId::nicira);
  CHECK((*++instructions->instruction_ids.begin()).type == v13::InstructionType::goto_table);
  const auto actions = properties[1].get<v13::WriteActionsFeature>();
  REQUIRE(actions);
  CHECK((*actions->action_ids.begin()).experimenter == ExperimenterId::nicira);
  CHECK((*++actions->action_ids.begin()).type == v13::ActionType::output);
  const auto match = properties[2].get<v13::MatchFeature>();
  REQUIRE(match);
  REQUIRE(match->oxm_ids.count() == 2);
  CHECK((*match->oxm_ids.begin()).oxm_class() == OxmClass::experimenter);
  CHECK((*++match->oxm_ids.begin()).number() == 0);
  CHECK(shown(bytes).find("problems") == std::string::npos);
}

// Trap 5, elements of no length: fixtures_test.cpp.

TEST_CASE("an error may quote less than a header", "[trap][trap6]") {
  for (const char* version : {"01", "04"})
    for (std::size_t n = 0; n < 8; ++n) {
      const auto bytes = with_length(std::string(version) + " 01 0000 00000001 0001 0001" +
                                     std::string("010e0048000000").substr(0, 2 * n));
      INFO(to_hex(bytes));
      CHECK(shown(bytes).find("problems") == std::string::npos);
      const auto frame = Frame::at(bytes);
      if (frame->version() == Version::v10)
        CHECK(decoded<v10::ErrorMessage>(bytes).data.size() == std::min<std::size_t>(n, 7));
      else
        CHECK(decoded<v13::ErrorMessage>(bytes).data.size() == std::min<std::size_t>(n, 7));
    }
}

TEST_CASE("Nicira's messages pad their matches, whatever their length is", "[trap][trap7]") {
  for (const auto& [match_len, fields] :
       {std::pair{"0006", "00000002 0001 0000"}, std::pair{"0000", ""},
        std::pair{"0008", "00010004 00000001"}, std::pair{"0005", "00000a01 b8 000000"}}) {
    const auto bytes = with_length(
        "01 04 0000 00000010 00002320 0000000d 0000000000000000 0000 0000 0000 8000 "
        "ffffffff ffff 0000" +
        std::string(match_len) + " 00*6 " + fields + "0000 0008 0002 0000");
    INFO(to_hex(bytes));
    const auto m = decoded<nicira::FlowMod>(bytes);
    CHECK(m.actions.count() == 1);
    CHECK(shown(bytes).find("problems") == std::string::npos);
    CHECK(to_hex(test::encoded(m, Xid{0x10})) == to_hex(bytes));
  }
}

TEST_CASE("a command of 1.0 may hold a table", "[trap][trap8]") {
  const auto bytes = with_length(flow_mod10 + "0204 0000 0000 8000 ffffffff ffff 0000");
  const auto m = decoded<v10::FlowMod>(bytes);
  CHECK(static_cast<unsigned>(m.command) == 0x0204);
  CHECK(to_hex(test::encoded(m, Xid{9})) == to_hex(bytes));
  CHECK(shown(bytes).find("\"command\":516") != std::string::npos);
}

TEST_CASE("a packet_in may hold less than it says the packet has", "[trap][trap9]") {
  const auto v10 = with_length("01 0a 0000 00000000 ffffffff 0400 0001 00 00 ffffffffffff");
  const auto old = decoded<v10::PacketIn>(v10);
  CHECK(old.total_len == 0x400);
  CHECK(old.data.size() == 6);
  CHECK(shown(v10).find("problems") == std::string::npos);
  const auto v13 = with_length("04 0a 0000 00000000 ffffffff ffff 00 00 00*8 0001 0004 00000000 0000 ffff");
  CHECK(decoded<v13::PacketIn>(v13).data.size() == 2);
  CHECK(shown(v13).find("problems") == std::string::npos);
}

TEST_CASE("the length of a match leaves out its padding", "[trap][trap10]") {
  // eth_dst n times: 4 + 10 n bytes, which end at every even place between multiples of eight.
  for (std::size_t n = 0; n < 8; ++n) {
    v13::FlowMod m;
    for (std::size_t i = 0; i < n; ++i) m.match.oxm.push_back(oxm::eth_dst(MacAddress{}));
    const auto bytes = test::encoded(m);
    CHECK(load_be<std::uint16_t>(bytes.data() + 50) == 4 + 10 * n);
    CHECK(bytes.size() == 48 + (4 + 10 * n + 7) / 8 * 8);
    CHECK(decoded<v13::FlowMod>(bytes).match.oxm.count() == n);
    CHECK(shown(bytes).find("problems") == std::string::npos);
  }
}

TEST_CASE("a message of another version than agreed is read as what it says it is", "[trap][trap11]") {
  const auto stream =
      hex("04 02 0008 00000001"
          "01 05 0008 00000002"  // of 1.0
          "09 02 0008 00000003"  // of a version that nobody knows
          "04 14 0008 00000004");
  std::vector<std::vector<std::byte>> got;
  Framer framer(catalog);
  framer.push(stream, [&](const Frame& f) { got.emplace_back(f.bytes().begin(), f.bytes().end()); });
  REQUIRE(got.size() == 4);
  CHECK(shown(got[1]) == "{}");
  CHECK(catalog.find(got[1]) == &wire::struct_desc<v10::FeaturesRequest>);
  CHECK(shown(got[2]).find("\"bad_version\"") != std::string::npos);
  CHECK(catalog.find(got[3]) == &wire::struct_desc<v13::BarrierRequest>);
}

TEST_CASE("a message in a bundle may have another xid than what carries it", "[trap][trap12]") {
  const auto bytes = with_length(
      "04 04 0000 00000002 4f4e4600 000008fd"
      "00000001 0000 0003 04 14 0008 00000007");
  const auto add = decoded<onf::BundleAddMessage>(bytes);
  const auto inner = Frame::at(add.message_.bytes());
  REQUIRE(inner);
  CHECK(inner->xid() == Xid{7});
  const std::string json = shown(bytes);
  CHECK(json.find("\"type\":\"barrier_request\"") != std::string::npos);
  CHECK(json.find("\"xid\":7") != std::string::npos);
  CHECK(json.find("problems\":[{") == std::string::npos);
  CHECK(to_hex(test::encoded(add, Xid{2}, Version::v13)) == to_hex(bytes));
}

TEST_CASE("requests can be of several parts, too", "[trap][trap13]") {
  const auto bytes = with_length("04 12 0000 00000001 000c 0001 00000000");
  CHECK(decoded<v13::TableFeaturesRequest>(bytes).flags == v13::MultipartRequestFlags::more);
  CHECK(shown(bytes) == R"({"type":"OFPMP_TABLE_FEATURES","flags":["OFPMPF_REQ_MORE"],"tables":[]})");
}

TEST_CASE("tunnel metadata is as long as it says: how long is agreed elsewhere", "[trap][trap14]") {
  for (const auto& [field, size] : {std::pair{"00015004 01020304", 8}, std::pair{"00015001 01", 5},
                                    std::pair{"00015108 01020304 ffffff00", 12}}) {
    v13::FlowMod m;
    const auto encoded = hex(field);
    const auto bytes = with_length(
        "04 0e 0000 00000009 00*16 00 00 0000 0000 8000 ffffffff ffffffff ffffffff 0000 0000 0001 " +
        std::string(size == 8   ? "000c"
                    : size == 5 ? "0009"
                                : "0010") +
        field +
        (size == 8   ? " 00*4"
         : size == 5 ? " 00*7"
                     : ""));
    INFO(to_hex(bytes));
    CHECK(shown(bytes).find("problems") == std::string::npos);
    m = decoded<v13::FlowMod>(bytes);
    CHECK(m.match.oxm.bytes().size() == encoded.size());
    CHECK(to_hex(test::encoded(m, Xid{9})) == to_hex(bytes));
  }
}

TEST_CASE("masks of the VLAN keep the bit that says that there is one", "[trap][trap15]") {
  const auto match_of = [](const char* oxm) {
    const auto bytes = with_length(
        "04 0e 0000 00000009 00*16 00 00 0000 0000 8000 ffffffff ffffffff ffffffff 0000 0000 0001 000c" +
        std::string(oxm) + " 00*4");
    const std::string json = shown(bytes);
    const auto at = json.find("\"oxm\":");
    return json.substr(at, json.find('}', at) - at + 2);
  };
  CHECK(match_of("80000d04 1000 1000") == R"("oxm":[{"field":"vlan_vid","value":4096,"mask":4096}])");
  CHECK(match_of("80000d04 0000 1000") == R"("oxm":[{"field":"vlan_vid","value":0,"mask":4096}])");
  CHECK(match_of("80000d04 1064 1fff") == R"("oxm":[{"field":"vlan_vid","value":4196,"mask":8191}])");
}

TEST_CASE("Netronome's property is the same under the number that was not theirs", "[trap][trap16]") {
  std::string before;
  for (const char* vendor : {"0000154d", "00001540"}) {
    const auto bytes = with_length(
        "01 04 0000 00000002 00002320 0000001f 0000 01 00 000004d2 0000 0000 ffffffff ffff 0030 " +
        std::string(vendor) + "00000001 00000000 \"hash\" 00*12 0000000000000000 00000e04 ffff0000");
    INFO(to_hex(bytes));
    const auto group = decoded<nicira::GroupMod>(bytes);
    CHECK(group.properties.count() == 1);
    std::string json = shown(bytes);
    CHECK(json.find("problems") == std::string::npos);
    const auto at = json.find("\"selection_method\":\"hash\"");
    REQUIRE(at != std::string::npos);
    CHECK((before.empty() || before == json.substr(at)));
    before = json.substr(at);
    CHECK(to_hex(test::encoded(group, Xid{2})) == to_hex(bytes));
  }
}

}  // namespace
}  // namespace oflens
