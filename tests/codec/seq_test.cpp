// Lists of encoded elements: making, appending, looking, keeping what is unknown.
#include <catch2/catch.hpp>

#include <oflens/v13/messages.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::Heap;
using test::hex;
using test::Tight;
using test::to_hex;
using v13::Action;

static_assert(std::input_iterator<Seq<Action>::iterator>);
// What may stand in a list of actions, and what may not.
static_assert(PartOf<v13::Output, Action>);
static_assert(PartOf<Action, Action>);
static_assert(PartOf<v13::ExperimenterAction, Action>);
static_assert(!PartOf<v10::Output, Action>);
static_assert(!PartOf<v13::GotoTable, Action>);
static_assert(!PartOf<v13::Output, v13::Instruction>);
static_assert(!PartOf<int, Action>);
static_assert(PartOf<OxmValue<4>, Oxm>);
static_assert(!PartOf<v13::Output, Oxm>);
static_assert(PartOf<std::uint32_t, std::uint32_t>);
static_assert(!PartOf<std::uint16_t, std::uint32_t>);
static_assert(std::is_constructible_v<Seq<Action>, v13::Output>);
static_assert(!std::is_constructible_v<Seq<Action>, v10::Output>);
static_assert(!std::is_constructible_v<Seq<Action>, v13::Output, v13::GotoTable>);

TEST_CASE("seq: a braced list is encoded with one allocation") {
  const std::size_t before = Heap::allocations;
  const Seq<Action> actions = {v13::Output{.port = PortNo{1}, .max_len = v13::MaxLen{2}},
                               v13::Group{.group_id = v13::GroupId{7}}, v13::PopVlan{},
                               v13::SetField{.field_ = oxm::vlan_vid(0x1005)}};
  // One for the list, one for the field in set_field, which is a list's element by itself.
  CHECK(Heap::allocations == before + 2);
  CHECK(to_hex(actions.bytes()) ==
        "0000001000000001"
        "0002000000000000"
        "0016000800000007"
        "0012000800000000"
        "0019001080000c02"
        "1005000000000000");
  CHECK(actions.count() == 4);
  CHECK(actions.owns());

  const std::size_t then = Heap::allocations;
  const Seq<std::uint32_t> numbers = {1u, 2u, 3u};
  CHECK(Heap::allocations == then + 1);
  CHECK(to_hex(numbers.bytes()) == "000000010000000200000003");
}

TEST_CASE("seq: nothing allocates nothing") {
  const std::size_t before = Heap::allocations;
  const Seq<Action> none;
  for (const Action& a : none) FAIL(to_hex(a.bytes()));
  CHECK(none.count() == 0);
  CHECK(none.begin() == none.end());
  CHECK(Heap::allocations == before);
}

TEST_CASE("seq: push_back appends; iterating gives the elements in order") {
  Seq<Action> actions;
  const std::size_t before = Heap::allocations;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    if (i % 2 == 0)
      actions.push_back(v13::Output{.port = PortNo{i}});
    else
      actions.push_back(v13::SetQueue{.queue_id = i});
  }
  CHECK(Heap::allocations - before < 20);
  CHECK(actions.size() == 500 * 16 + 500 * 8);
  std::uint32_t i = 0;
  bool right = true;
  for (const Action& a : actions) {
    if (i % 2 == 0)
      right = right && a.get<v13::Output>() && a.get<v13::Output>().value().port == PortNo{i};
    else
      right = right && a.get<v13::SetQueue>() && a.get<v13::SetQueue>().value().queue_id == i;
    ++i;
  }
  CHECK(right);
  CHECK(i == 1000);
}

TEST_CASE("seq: push_back to a borrowed list leaves the lender alone") {
  Tight source(hex("0012 0008 00000000"));
  const auto original = hex("0012 0008 00000000");
  Seq<Action> actions;
  actions.borrow(source);
  actions.push_back(v13::PopPbb{});
  CHECK(std::equal(original.begin(), original.end(), source.bytes().begin()));
  source.destroy();
  CHECK(to_hex(actions.bytes()) ==
        "0012000800000000"
        "001b000800000000");
}

TEST_CASE("seq: an element of a list can be appended to that list") {
  Seq<Action> actions = {v13::Output{.port = PortNo{1}}, v13::PopVlan{}};
  const auto expected = to_hex(actions.bytes());
  for (int i = 0; i < 5; ++i) {
    actions.push_back(*actions.begin());
    CHECK(to_hex(actions.bytes()).substr(0, expected.size()) == expected);
  }
  CHECK(actions.count() == 7);
  for (auto it = ++ ++actions.begin(); it != actions.end(); ++it)
    CHECK(to_hex((*it).bytes()) == expected.substr(0, 32));
}

TEST_CASE("seq: elements of one list in another") {
  const Seq<Action> from = {v13::Output{.port = PortNo{1}}, v13::PopVlan{}};
  Seq<Action> to = {*++from.begin(), v13::DecNwTtl{}, *from.begin()};
  CHECK(to.count() == 3);
  CHECK(to_hex(to.bytes()).substr(0, 16) == "0012000800000000");
  to = {*to.begin()};
  CHECK(to_hex(to.bytes()) == "0012000800000000");
}

TEST_CASE("seq: unknown elements survive decoding, copying and encoding") {
  const auto message = hex(R"(
    04 0d 0048 00000005                 # packet_out
    ffffffff 00000003 0028 000000000000
    0012 0008 00000000                  # pop_vlan
    7fff 0010 0102030405060708090a0b0c  # nobody's
    ffff 0010 00002320 000e fff8 0500 0000 # of an experimenter
    aabbccddeeff0000                    # data
  )");
  const auto frame = Frame::at(message);
  REQUIRE(frame);
  auto out = frame->decode<v13::PacketOut>();
  REQUIRE(out);
  std::vector<std::uint16_t> types;
  for (const Action& a : out->actions) types.push_back(static_cast<std::uint16_t>(a.type()));
  CHECK(types == std::vector<std::uint16_t>{18, 0x7fff, 0xffff});
  auto it = out->actions.begin();
  ++it;
  CHECK(to_hex((*it).bytes()) == "7fff00100102030405060708090a0b0c");
  CHECK_FALSE((*it).get<v13::Output>());
  ++it;
  const auto foreign = (*it).get<v13::ExperimenterAction>();
  REQUIRE(foreign);
  CHECK(foreign->experimenter == ExperimenterId::nicira);
  CHECK(to_hex(foreign->data.bytes()) == "000efff805000000");
  const v13::PacketOut copy = *out;
  CHECK(test::encoded(copy, Xid{5}) == message);
  out->actions.push_back(v13::PopVlan{});
  CHECK(to_hex(out->actions.bytes()).substr(0, 80) == to_hex(copy.actions.bytes()));
}

TEST_CASE("seq: looking at elements allocates nothing") {
  const Seq<v13::Instruction> instructions = {v13::ApplyActions{.actions = {v13::Output{.port = PortNo{9}}}},
                                              v13::GotoTable{.table_id = v13::TableId{2}}};
  const std::size_t before = Heap::allocations;
  PortNo port{};
  for (const auto& i : instructions)
    if (const auto apply = i.get<v13::ApplyActions>())
      for (const auto& a : apply->actions)
        if (const auto output = a.get<v13::Output>()) port = output->port;
  CHECK(Heap::allocations == before);
  CHECK(port == PortNo{9});
}

TEST_CASE("seq: equal when the bytes are") {
  const Seq<Action> a = {v13::PopVlan{}}, b = {v13::PopVlan{}}, c = {v13::PopPbb{}};
  CHECK(a == b);
  CHECK_FALSE(a == c);
}

TEST_CASE("one: exactly one element") {
  const One<Oxm> field = oxm::eth_dst(MacAddress{{1, 2, 3, 4, 5, 6}});
  CHECK(field.get().is(oxm::eth_dst));
  CHECK(to_hex(field.bytes()) == "80000606010203040506");
  const One<Oxm> copy = field;
  CHECK(copy.bytes().data() != field.bytes().data());
  CHECK(copy.get().get(oxm::eth_dst) == MacAddress{{1, 2, 3, 4, 5, 6}});
}

}  // namespace
}  // namespace oflens
