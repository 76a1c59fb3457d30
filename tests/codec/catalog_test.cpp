// Which descriptions there are, and how a user adds what the library does not have: a message, an action, a
// match field of an experimenter, described outside the library's namespace.
#include <catch2/catch.hpp>

#include <oflens/message/dissect.hpp>
#include <oflens/message/json.hpp>
#include <oflens/v13/messages.hpp>

#include "support.hpp"

namespace acme {

constexpr auto id = oflens::ExperimenterId{0x00ac3e00};

// A message: two numbers that tell it from others, then its fields.
struct Ping {
  static constexpr oflens::MessageId id{oflens::Version::v13, oflens::Version::v15, 4};
  std::uint32_t sequence = 0;
  oflens::Payload data{};
  static constexpr auto wire = oflens::describe("acme_ping", oflens::tag<acme::id>.named("experimenter"),
                                                oflens::tag<std::uint32_t{7}>.named("exp_type"),
                                                oflens::field<&Ping::sequence>, oflens::rest<&Ping::data>);
};

// An action, and one with actions inside.
enum class Colour : std::uint16_t { red = 1 };
constexpr auto labels_of(Colour) { return oflens::enumeration({{Colour::red, "ACME_RED"}}); }
struct Mark {
  Colour colour{};
  static constexpr auto wire = oflens::element<oflens::v13::ActionType::experimenter>(
      "acme_mark", oflens::tag<acme::id>.named("experimenter"),
      oflens::tag<std::uint16_t{1}>.named("subtype"), oflens::field<&Mark::colour>, oflens::pad<4>);
};
struct Repeat {
  std::uint16_t times = 0;
  oflens::Seq<oflens::v13::Action> actions{};
  static constexpr auto wire = oflens::element<oflens::v13::ActionType::experimenter>(
      "acme_repeat", oflens::tag<acme::id>.named("experimenter"),
      oflens::tag<std::uint16_t{2}>.named("subtype"), oflens::field<&Repeat::times>, oflens::pad<4>,
      oflens::field<&Repeat::actions>);
};

// A match field of a class of its own.
constexpr oflens::OxmField<std::uint32_t> zone{static_cast<oflens::OxmClass>(0x1234), 5, 32, true};

}  // namespace acme

namespace acme {

// Mark, described again by somebody who knows it better.
struct BetterMark {
  Colour colour{};
  std::uint32_t depth = 0;
  static constexpr auto wire = oflens::element<oflens::v13::ActionType::experimenter>(
      "acme_better_mark", oflens::tag<acme::id>.named("experimenter"),
      oflens::tag<std::uint16_t{1}>.named("subtype"), oflens::field<&BetterMark::colour>,
      oflens::field<&BetterMark::depth>);
};

}  // namespace acme

namespace oflens {
namespace {

using test::hex;
using test::to_hex;

Catalog with_acme() {
  Catalog catalog = Catalog::standard();
  REQUIRE(catalog.add<acme::Ping>());
  REQUIRE((catalog.add_element<v13::Action, acme::Mark>()));
  REQUIRE((catalog.add_element<v13::Action, acme::Repeat>()));
  REQUIRE(catalog.add_oxm<acme::zone>());
  return catalog;
}

TEST_CASE("of two descriptions with the same tags the last one added counts") {
  Catalog catalog = with_acme();
  const auto mark = hex("ffff 0010 00ac3e00 0001 0001 00000007");
  CHECK(std::string(catalog.find_element(wire::family_desc<v13::Action>, mark)->name) == "acme_mark");
  REQUIRE((catalog.add_element<v13::Action, acme::BetterMark>()));
  CHECK(std::string(catalog.find_element(wire::family_desc<v13::Action>, mark)->name) == "acme_better_mark");
}

// The name of the description of a message, "" without one.
std::string name(const Catalog& catalog, Bytes message) {
  const wire::StructDesc* d = catalog.find(message);
  return d == nullptr ? "" : d->name;
}
std::string name(const Catalog& catalog, std::string_view annotated) { return name(catalog, hex(annotated)); }

// All problems of a message, or its JSON when there is none.
std::string shown(const Catalog& catalog, Bytes message) {
  Tape tape;
  dissect(catalog, message, tape);
  if (tape.problems() != 0) return tape.first_error().text();
  TextBuffer text;
  put_json_members(text, tape, message);
  const std::string json(text.view());
  const auto at = json.find("\"body\":");
  return json.substr(at, json.find(",\"problems\"") - at);
}

TEST_CASE("catalog: an empty one knows nothing") {
  constexpr Catalog empty;
  CHECK(empty.size() == 0);
  CHECK(empty.find(hex("04 0e 0008 00000001")) == nullptr);
  CHECK(empty.find(hex("ff ff 0008 00000001")) == nullptr);
  CHECK(empty.find_oxm(hex("80000004")) == nullptr);
}

TEST_CASE("catalog: messages by version and type") {
  const Catalog& c = Catalog::standard();
  CHECK(c.find(hex("01 0e 0008 00000001")) == &wire::struct_desc<v10::FlowMod>);
  CHECK(c.find(hex("04 0e 0008 00000001")) == &wire::struct_desc<v13::FlowMod>);
  CHECK(c.find(hex("02 0e 0008 00000001")) == nullptr);  // 1.1 has another
  CHECK(name(c, "06 02 0008 00000001") == "echo_request");
  CHECK(name(c, "01 12 0008 00000001") == "barrier_request");
  CHECK(name(c, "04 14 0008 00000001") == "barrier_request");
  CHECK(name(c, "00 02 0008 00000001").empty());
  CHECK(name(c, "07 02 0008 00000001").empty());
  CHECK(name(c, "ff ff 0008 00000001").empty());
  CHECK(name(c, "04 3f 0008 00000001").empty());
  CHECK(name(c, "04 40 0008 00000001").empty());
}

TEST_CASE("catalog: messages that share a type are chosen by their tags") {
  const Catalog& c = Catalog::standard();
  CHECK(name(c, "04 12 0010 00000001 0000 0000 00000000") == "desc_request");
  CHECK(name(c, "04 12 0010 00000001 0001 0000 00000000") == "flow_stats_request");
  CHECK(name(c, "04 12 0010 00000001 000d 0000 00000000") == "port_desc_request");
  CHECK(name(c, "04 12 0010 00000001 0100 0000 00000000") == "multipart_request");
  CHECK(name(c, "04 13 0010 00000001 0001 0000 00000000") == "flow_stats_reply");
  CHECK(name(c, "01 10 000c 00000001 0001 0000") == "flow_stats_request");
  CHECK(name(c, "01 11 000c 00000001 0100 0000") == "stats_reply");
  // Too short for a tag: the one that has none.
  CHECK(name(c, "04 12 0009 00000001 00") == "multipart_request");
  CHECK(name(c, "04 12 0008 00000001") == "multipart_request");
  CHECK(c.find(hex("01 10 000c 00000001 0001 0000")) == &wire::struct_desc<v10::FlowStatsRequest>);
}

TEST_CASE("catalog: more tags win, in whatever order they are added") {
  const auto ping = hex("04 04 0014 00000001 00ac3e00 00000007 0000002a");
  const auto other = hex("04 04 0014 00000001 00ac3e00 00000008 0000002a");
  Catalog first;
  REQUIRE((first.add<acme::Ping, v13::Experimenter>()));
  CHECK(name(first, ping) == "acme_ping");
  CHECK(name(first, other) == "experimenter");
  Catalog last;
  REQUIRE((last.add<v13::Experimenter, acme::Ping>()));
  CHECK(name(last, ping) == "acme_ping");
  CHECK(name(last, other) == "experimenter");
}

TEST_CASE("catalog: a user's own message") {
  const Catalog catalog = with_acme();
  const acme::Ping made{.sequence = 42, .data = Payload::copied(hex("beef"))};
  const auto bytes = test::encoded(made);
  CHECK(to_hex(bytes) ==
        "0404001600000001"
        "00ac3e00"
        "00000007"
        "0000002a"
        "beef");
  CHECK(shown(catalog, bytes) ==
        R"("body":{"experimenter":11288064,"exp_type":7,"sequence":42,"data":"beef"})");
  CHECK(shown(Catalog::standard(), bytes).find("\"data\":\"0000002abeef\"") != std::string::npos);
  const auto frame = Frame::at(bytes);
  CHECK(frame->is<acme::Ping>());
  const auto ping = frame->decode<acme::Ping>();
  REQUIRE(ping);
  CHECK(ping->sequence == 42);
  CHECK(shown(catalog, hex("04 04 0012 00000001 00ac3e00 00000007 0000")) ==
        "acme_ping.sequence @16: 2 bytes left, needs 4");
  const auto wrong = hex("04 04 0014 00000001 00ac3e00 00000008 0000002a");
  CHECK(Frame::at(wrong)->decode<acme::Ping>().error().text() == "acme_ping.exp_type @12: type is 8, not 7");
}

v13::PacketOut packet_out(Seq<v13::Action> actions) {
  v13::PacketOut m;
  m.actions = std::move(actions);
  return m;
}

TEST_CASE("catalog: a user's own action") {
  const Catalog catalog = with_acme();
  const auto bytes = test::encoded(packet_out(
      {acme::Mark{.colour = acme::Colour::red},
       acme::Repeat{.times = 3, .actions = {v13::PopVlan{}, acme::Mark{.colour = acme::Colour{9}}}}}));
  const auto json = shown(catalog, bytes);
  INFO(json);
  CHECK(json.find(R"("colour":"ACME_RED")") != std::string::npos);
  CHECK(json.find(R"("times":3)") != std::string::npos);
  CHECK(json.find(R"("colour":9)") != std::string::npos);
  CHECK(json.find("OFPAT_POP_VLAN") != std::string::npos);

  const auto m = Frame::at(bytes)->decode<v13::PacketOut>(&catalog);
  REQUIRE(m);
  auto it = m->actions.begin();
  REQUIRE((*it).get<acme::Mark>());
  CHECK((*it).get<acme::Mark>().value().colour == acme::Colour::red);
  CHECK_FALSE((*it).get<acme::Repeat>());
  const auto repeat = (*++it).get<acme::Repeat>();
  REQUIRE(repeat);
  CHECK(repeat->actions.count() == 2);
}

TEST_CASE("catalog: a user's own action is checked with the catalogue, and opaque without") {
  const Catalog catalog = with_acme();
  const auto bytes = hex(R"(
    04 0d 0038 00000001 ffffffff fffffffd 0020 000000000000
    ffff 0020 00ac3e00 0002 0001 00000000   # repeat
    0012 0008 00000000 0012 0000 00000000   # an action with a length of 0)");
  const auto frame = Frame::at(bytes);
  REQUIRE(frame);
  CHECK(frame->decode<v13::PacketOut>());
  CHECK(frame->decode<v13::PacketOut>(&Catalog::standard()));
  const auto checked = frame->decode<v13::PacketOut>(&catalog);
  REQUIRE_FALSE(checked);
  CHECK(checked.error().text() == "packet_out.actions[0].actions[1].len @50: length is 0, needs 8");
  CHECK(shown(catalog, bytes) == checked.error().text());
}

TEST_CASE("catalog: actions in actions are read to a depth, and no deeper") {
  const Catalog catalog = with_acme();
  Seq<v13::Action> actions = {v13::PopVlan{}};
  for (unsigned depth = 1; depth <= wire::max_depth + 2; ++depth) {
    actions = {acme::Repeat{.times = 1, .actions = actions}};
    const auto bytes = test::encoded(packet_out(actions));
    const auto m = Frame::at(bytes)->decode<v13::PacketOut>(&catalog);
    INFO(depth);
    CHECK(bool(m) == (depth <= wire::max_depth));
    Tape tape;
    dissect(catalog, bytes, tape);
    CHECK((tape.problems() == 0) == (depth <= wire::max_depth));
    if (!m) {
      CHECK(m.error().code == Errc::too_deep);
      CHECK(m.error().actual == wire::max_depth + 1);
      CHECK(m.error().limit == wire::max_depth);
      CHECK(m.error().offset == tape.first_error().offset);
    }
    CHECK(Frame::at(bytes)->decode<v13::PacketOut>());  // opaque without the catalogue
  }
}

TEST_CASE("catalog: a user's own match field") {
  const Catalog catalog = with_acme();
  v13::FlowMod m;
  m.match = {oxm::in_port(PortNo{1}), acme::zone(7, 0xff)};
  const auto bytes = test::encoded(m);
  CHECK(to_hex(Bytes(bytes).subspan(60, 12)) ==
        "12340b0800000007"
        "000000ff");
  const auto json = shown(catalog, bytes);
  INFO(json);
  CHECK(json.find(R"({"field":"zone","value":7,"mask":255})") != std::string::npos);
  const auto decoded = Frame::at(bytes)->decode<v13::FlowMod>(&catalog);
  REQUIRE(decoded);
  const Oxm field = *++decoded->match.oxm.begin();
  CHECK(field.get(acme::zone) == 7u);
  CHECK(field.get_mask(acme::zone) == 0xffu);
  CHECK(catalog.find_oxm(Bytes(bytes).subspan(60))->name == std::string("zone"));
  CHECK(catalog.find_oxm(hex("12340c08 00000007")) == nullptr);
  auto broken = bytes;
  broken[63] = std::byte{7};  // one byte less than twice four
  CHECK(shown(catalog, broken).find("flow_mod.match.oxm[1].length @63: length is 7, needs 8") == 0);
}

TEST_CASE("catalog: says when it is full") {
  Catalog catalog;
  std::size_t messages = 0;
  while (catalog.add<v13::FlowMod>()) ++messages;
  CHECK(messages == 512);
  CHECK(catalog.size() == 512);
  CHECK_FALSE(catalog.add<v10::FlowMod>());
  CHECK(catalog.find(hex("04 0e 0008 00000001")) == &wire::struct_desc<v13::FlowMod>);
  CHECK(catalog.find(hex("01 0e 0008 00000001")) == nullptr);

  // One of six versions is added for all of them or not at all.
  Catalog shared;
  std::size_t times = 0;
  while (shared.add<v10::EchoRequest>()) ++times;
  CHECK(times == 512 / 6);
  CHECK(shared.size() == times * 6);
  CHECK(shared.add<v10::FlowMod>());

  std::size_t elements = 0;
  while (catalog.add_element<v13::Action, acme::Mark>()) ++elements;
  CHECK(elements == 256);
  std::size_t fields = 0;
  while (catalog.add_oxm<acme::zone>()) ++fields;
  CHECK(fields == 512);
  CHECK(catalog.oxm_count() == 512);
  // A table is added whole or not at all.
  CHECK_FALSE(add_later_fields(catalog));
  CHECK(catalog.oxm_count() == 512);
}

TEST_CASE("catalog: a copy is a value of its own") {
  Catalog copy = Catalog::standard();
  const std::size_t size = copy.size();
  REQUIRE(copy.add<acme::Ping>());
  CHECK(copy.size() == size + 3);  // 1.3 to 1.5
  CHECK(Catalog::standard().size() == size);
  CHECK(copy[size].version == Version::v13);
  CHECK(copy[size].type == 4);
  CHECK(copy[size].body == &wire::struct_desc<acme::Ping>);
}

TEST_CASE("message types have the names of the specification") {
  const auto count = [](Version v) {
    int n = 0;
    for (int type = 0; type < 256; ++type)
      if (message_name(v, static_cast<std::uint8_t>(type)) != nullptr) ++n;
    return n;
  };
  CHECK(count(Version::v10) == 22);
  CHECK(count(Version::v11) == 24);
  CHECK(count(Version::v12) == 26);
  CHECK(count(Version::v13) == 30);
  CHECK(count(Version::v14) == 33);
  CHECK(count(Version::v15) == 34);
  CHECK(count(Version{0}) == 0);
  CHECK(count(Version{7}) == 0);
  const auto is = [](Version v, std::uint8_t type, const char* expected) {
    const char* found = message_name(v, type);
    CHECK(std::string(found == nullptr ? "" : found) == expected);
  };
  is(Version::v10, 4, "vendor");
  is(Version::v10, 15, "port_mod");
  is(Version::v10, 16, "stats_request");
  is(Version::v10, 18, "barrier_request");
  is(Version::v10, 21, "queue_get_config_reply");
  is(Version::v11, 15, "group_mod");
  is(Version::v11, 24, "");
  is(Version::v12, 24, "role_request");
  is(Version::v13, 18, "multipart_request");
  is(Version::v13, 29, "meter_mod");
  is(Version::v13, 30, "");
  is(Version::v14, 22, "");
  is(Version::v14, 34, "bundle_add_message");
  is(Version::v15, 35, "controller_status");
  // Every described message has a type that its version knows.
  const Catalog& c = Catalog::standard();
  for (std::size_t i = 0; i < c.size(); ++i) CHECK(message_name(c[i].version, c[i].type) != nullptr);
}

}  // namespace
}  // namespace oflens
