// The words for what has no fixed shape: parts that depend on numbers, counted lists, lists without an end of
// their own, messages in messages, families whose length comes first, fields named without a value.
#include <catch2/catch.hpp>

#include <oflens/message/dissect.hpp>
#include <oflens/message/generate.hpp>
#include <oflens/oxm_id.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::encoded;
using test::hex;
using test::read_both;
using test::to_hex;
using test::written;

struct Range {
  std::uint16_t present = 0;
  std::uint32_t low = 0, high = 0;
  static constexpr auto wire = describe("range", tag<std::uint16_t{7}>, length, field<&Range::present>,
                                        when<&Range::present>(1, field<&Range::low>),
                                        when<&Range::present>(2, field<&Range::high>), align<8>);
};

struct Spec {
  std::uint16_t bits = 0;  // 0x8000: the value is here; low bits: how wide it is
  One<OxmId> field_{};
  Payload value{};
  static constexpr std::uint16_t immediate = 0x8000;
  static constexpr auto wire = describe(
      "spec", field<&Spec::bits>, when<&Spec::bits>(immediate, std::uint16_t{0}, field<&Spec::field_>),
      when<&Spec::bits>(immediate, sized<&Spec::value, &Spec::bits>([](std::uint64_t bits) -> std::size_t {
                          return ((bits & 0x7ff) + 15) / 16 * 2;
                        })));
};

struct Specs {
  std::uint32_t before = 0;
  Seq<Spec> specs{};
  static constexpr auto wire = describe("specs", tag<std::uint16_t{8}>, length, field<&Specs::before>,
                                        zero_ended<&Specs::specs>, align<8>);
};

struct Counted {
  Seq<std::uint16_t> ports{};
  std::uint16_t after = 0;
  static constexpr auto wire = describe("counted", length, count<&Counted::ports>.named("n_ports"),
                                        field<&Counted::ports>, field<&Counted::after>, align<8>);
};

struct Envelope {
  static constexpr MessageId id{Version::v13, Version::v13, 4};
  Payload message{};
  std::uint16_t after = 0;
  static constexpr auto wire = describe("envelope", tag<std::uint32_t{0xabcd0001}>.named("experimenter"),
                                        inner<&Envelope::message>, field<&Envelope::after>);
};

// ---- a family whose length comes first

enum class Event : std::uint16_t { added = 1, removed = 2 };
constexpr auto labels_of(Event) {
  return enumeration({{Event::added, "ADDED"}, {Event::removed, "REMOVED"}});
}
struct Added {
  std::uint32_t what = 0;
  static constexpr auto wire =
      describe("added", length, tag<Event::added>.named("event"), field<&Added::what>);
};
struct EventRules {
  using Type = Event;
  static constexpr const char *name = "event", *type_name = "event", *length_name = "length";
  static constexpr std::size_t minimum = 8, multiple = 4;
  static constexpr bool padded = false, length_first = true;
  static constexpr Domain domain = Domain::request;
};
using AnyEvent = OneOf<EventRules, Added>;

// ---- an action for all versions

struct Paint {
  std::uint16_t colour = 0;
  static constexpr auto wire =
      element<ActionOf::experimenter>("paint", tag<std::uint32_t{0xabcd0001}>.named("experimenter"),
                                      tag<std::uint16_t{3}>.named("subtype"), field<&Paint::colour>, pad<4>);
};

// All of it in one message, for the generator.
struct Everything {
  static constexpr MessageId id{Version::v13, Version::v13, 4};
  std::uint32_t kind = 0;
  Range range{};
  Specs specs{};
  Seq<Counted> counted{};
  static constexpr auto wire =
      describe("everything", tag<std::uint32_t{0xabcd0001}>.named("experimenter"),
               tag<std::uint32_t{0xffffff00}>.named("exp_type"), field<&Everything::kind>,
               extent<&Everything::counted>, pad<2>, field<&Everything::range>, field<&Everything::specs>,
               field<&Everything::counted>);
};
struct Others {
  static constexpr MessageId id = Everything::id;
  Seq<OxmId> ids{};
  Seq<AnyEvent> events{};
  static constexpr auto wire =
      describe("others", tag<std::uint32_t{0xabcd0001}>.named("experimenter"),
               tag<std::uint32_t{0xffffff01}>.named("exp_type"), extent<&Others::ids>, pad<2>,
               field<&Others::ids>, field<&Others::events>);
};

TEST_CASE("what depends on a number is there when its bits are") {
  const auto none = hex("0007 0008 0000 0000"), low = hex("0007 0010 0001 00000005 000000000000"),
             both = hex("0007 0010 0003 00000005 00000006 0000");
  for (const auto& bytes : {none, low, both}) CHECK(read_both(wire::struct_desc<Range>, bytes).ok());
  CHECK(written(Range{}) == none);
  CHECK(written(Range{.present = 1, .low = 5, .high = 6}) == low);
  CHECK(written(Range{.present = 3, .low = 5, .high = 6}) == both);
  Range back;
  REQUIRE(wire::read<true>(&back, both.data(), both.data() + both.size(), {}) != nullptr);
  CHECK(back.low == 5);
  CHECK(back.high == 6);

  // Said to be there, and is not.
  const auto cut = read_both(wire::struct_desc<Range>, hex("0007 0008 0001 0000"));
  CHECK(cut.agree());
  CHECK(cut.error.text() == "range.low @6: 2 bytes left, needs 4");
}

TEST_CASE("a list ends where zeros stand, its elements where their numbers say") {
  const auto bytes =
      hex("0008 0018 00000001"
          "0010 80000a02"  // a field
          "8011 12345678"  // 17 bits in four bytes
          "00000000");
  const auto readings = read_both(wire::struct_desc<Specs>, bytes);
  INFO(readings.error.text());
  REQUIRE(readings.ok());
  Specs s;
  REQUIRE(wire::read<true>(&s, bytes.data(), bytes.data() + bytes.size(), {}) != nullptr);
  REQUIRE(s.specs.count() == 2);
  auto it = s.specs.begin();
  CHECK((*it).field_.get().number() == 5);
  CHECK((*++it).value.bytes().size() == 4);
  CHECK(written(s) == bytes);
  CHECK(written(Specs{.before = 1,
                      .specs = {Spec{.bits = 0x10, .field_ = oxm_id(oxm::eth_type)},
                                Spec{.bits = 0x8011, .value = Payload::borrowed(hex("12345678"))}}}) ==
        bytes);
  // Full to the last byte there is no room for zeros, and no need.
  CHECK(read_both(wire::struct_desc<Specs>, hex("0008 0010 00000001 8011 12345678 8000")).ok());
  const auto cut = read_both(wire::struct_desc<Specs>, hex("0008 0010 00000001 8031 12345678 8000"));
  CHECK(cut.agree());
  CHECK(cut.error.text() == "specs.specs[0].value @10: 6 bytes left, needs 8");
  // Zeros only fill up to the next multiple of eight.
  CHECK_FALSE(read_both(wire::struct_desc<Specs>, hex("0008 0010 00000001 0000 00000000 0000")).ok());
}

TEST_CASE("elements are counted") {
  const auto bytes = hex("0010 0003 0001 0002 0003 0009 00000000");
  REQUIRE(read_both(wire::struct_desc<Counted>, bytes).ok());
  CHECK(written(Counted{.ports = {std::uint16_t{1}, std::uint16_t{2}, std::uint16_t{3}}, .after = 9}) ==
        bytes);
  const auto many = read_both(wire::struct_desc<Counted>, hex("0010 0007 0001 0002 0003 0009 00000000"));
  CHECK(many.agree());
  CHECK(many.error.text() == "counted.n_ports @2: length is 7, at most 6");
}

TEST_CASE("a message in a message ends where its header says") {
  const auto hello = encoded(v13::BarrierRequest{}, Xid{9}, Version::v13);
  const auto bytes = encoded(Envelope{.message = Payload::borrowed(hello), .after = 5});
  CHECK(to_hex(bytes) ==
        "0404001600000001"
        "abcd0001"
        "0414000800000009"
        "0005");
  REQUIRE(read_both(wire::struct_desc<Envelope>, bytes).ok());
  const auto e = Frame::at(bytes)->decode<Envelope>();
  REQUIRE(e);
  CHECK(to_hex(e->message.bytes()) == to_hex(hello));
  CHECK(read_both(wire::struct_desc<Envelope>, hex("0404001600000001 abcd0001 0414000700000009 0005"))
            .error.text() == "envelope.message @14: length is 7, needs 8");
  CHECK(read_both(wire::struct_desc<Envelope>, hex("0404001600000001 abcd0001 0414000b00000009 0005"))
            .error.text() == "envelope.message @14: length is 11, at most 10");
  CHECK(read_both(wire::struct_desc<Envelope>, hex("0404001200000001 abcd0001 0414000b0000")).error.text() ==
        "envelope.message @12: 6 bytes left, needs 8");
}

TEST_CASE("a family may have its lengths before its types") {
  const auto bytes = hex("0008 0001 00000007  000c 0005 0102030405060708");
  Seq<AnyEvent> events{Added{.what = 7}};
  CHECK(to_hex(events.bytes()) == to_hex(Bytes(bytes).first(8)));
  Seq<AnyEvent> read;
  read.borrow(bytes);
  REQUIRE(read.count() == 2);
  CHECK((*read.begin()).get<Added>()->what == 7);
  CHECK((*++read.begin()).type() == Event{5});
}

TEST_CASE("an experimenter's action fits the lists of all versions, and is called there as each calls it") {
  Catalog catalog = Catalog::standard();
  REQUIRE((catalog.add_element<v10::Action, Paint>()));
  REQUIRE((catalog.add_element<v13::Action, Paint>()));
  const v10::PacketOut old{.actions = {Paint{.colour = 3}}};
  const v13::PacketOut newer{.actions = {Paint{.colour = 3}}};
  Tape tape;
  const auto type_of_action = [&](const std::vector<std::byte>& message) {
    dissect(catalog, message, tape);
    for (const Node& node : tape)
      if (node.desc->kind == wire::Kind::tag && node.length == 2 && node.value == 0xffff)
        return std::string(node.desc->labels.find(node.value));
    return std::string();
  };
  CHECK(type_of_action(encoded(old)) == "OFPAT_VENDOR");
  CHECK(type_of_action(encoded(newer)) == "OFPAT_EXPERIMENTER");
}

TEST_CASE("both readings agree about all of this, whatever the bytes") {
  Catalog catalog;
  REQUIRE((catalog.add<Everything, Others, Envelope>()));
  Generator generate(5);
  Tape tape;
  std::vector<std::byte> message;
  int refused = 0;
  for (int i = 0; i < 30'000; ++i) {
    generate.message(catalog, message);
    const bool mutant = i % 3 != 0;
    if (mutant) generate.mutate(message);
    if (message.size() < 12 || load_be<std::uint16_t>(message.data() + 2) != message.size()) continue;
    const wire::StructDesc* body = catalog.find(message);
    if (body == nullptr) continue;
    const auto readings = read_both(*body, message, &catalog);
    INFO(to_hex(message) << " " << readings.error.text());
    REQUIRE(readings.agree());
    if (!mutant) REQUIRE(readings.ok());
    refused += readings.ok() ? 0 : 1;
  }
  CHECK(refused > 3'000);
}

}  // namespace
}  // namespace oflens
