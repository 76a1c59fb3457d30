// Ownership of encoded bytes: decode borrows, copy owns, edit owns, move keeps. The source buffers are
// destroyed before the copies are looked at, so that a copy that still points there is noticed.
#include <catch2/catch.hpp>

#include <oflens/v13/messages.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::Heap;
using test::hex;
using test::Tight;
using test::to_hex;

static_assert(sizeof(Octets) == 16);
static_assert(sizeof(Payload) == 16);
static_assert(sizeof(Seq<v13::Action>) == 16);
static_assert(sizeof(One<Oxm>) == 16);
static_assert(std::is_nothrow_move_constructible_v<Octets>);
static_assert(std::is_nothrow_move_assignable_v<Octets>);

Octets borrowed(Bytes bytes) {
  Octets o;
  o.borrow(bytes);
  return o;
}

TEST_CASE("octets: nothing by default") {
  const Octets o;
  CHECK(o.empty());
  CHECK(o.size() == 0);
  CHECK_FALSE(o.owns());
  CHECK(o.bytes().empty());
  CHECK(o == Octets());
}

TEST_CASE("octets: borrowing points at the source and allocates nothing") {
  const Tight source(hex("01 02 03"));
  const std::size_t before = Heap::allocations;
  const Octets o = borrowed(source);
  CHECK(Heap::allocations == before);
  CHECK(o.bytes().data() == source.bytes().data());
  CHECK(o.size() == 3);
  CHECK_FALSE(o.owns());
}

TEST_CASE("octets: a copy has bytes of its own") {
  Tight source(hex("01 02 03 04"));
  const Octets lender = borrowed(source);
  const std::size_t before = Heap::allocations;
  const Octets copy = lender;
  CHECK(Heap::allocations == before + 1);
  Octets assigned = borrowed(source);
  assigned = lender;
  const Payload copied = Payload::copied(source);
  source.destroy();
  CHECK(copy.owns());
  CHECK(assigned.owns());
  CHECK(copied.owns());
  CHECK(to_hex(copy.bytes()) == "01020304");
  CHECK(to_hex(assigned.bytes()) == "01020304");
  CHECK(to_hex(copied.bytes()) == "01020304");
}

TEST_CASE("octets: a copy of a copy is a third") {
  const Octets first = Payload::copied(hex("0a 0b"));
  Octets second = first;
  *second.append(1) = std::byte{0x0c};
  CHECK(first.bytes().data() != second.bytes().data());
  CHECK(to_hex(first.bytes()) == "0a0b");
  CHECK(to_hex(second.bytes()) == "0a0b0c");
}

TEST_CASE("octets: copying nothing allocates nothing") {
  const Octets none;
  const std::size_t before = Heap::allocations;
  const Octets copy = none;
  const Payload copied = Payload::copied({});
  CHECK(Heap::allocations == before);
  CHECK(copy.empty());
  CHECK(copied.empty());
}

TEST_CASE("octets: moving keeps borrowed bytes borrowed and owned bytes owned") {
  const Tight source(hex("01 02 03"));
  Octets lender = borrowed(source);
  const std::size_t before = Heap::allocations;
  const Octets still = std::move(lender);
  CHECK_FALSE(still.owns());
  CHECK(still.bytes().data() == source.bytes().data());
  CHECK(lender.empty());  // NOLINT: empty afterwards is part of the contract

  Octets owner = still;
  const std::byte* where = owner.bytes().data();
  Octets heir;
  heir = std::move(owner);
  CHECK(heir.owns());
  CHECK(heir.bytes().data() == where);
  CHECK(Heap::allocations == before + 1);  // the copy's
}

TEST_CASE("octets: assigning to itself changes nothing") {
  Octets o = Payload::copied(hex("01 02"));
  Octets& same = o;
  o = same;
  CHECK(to_hex(o.bytes()) == "0102");
  o = std::move(same);
  CHECK(to_hex(o.bytes()) == "0102");
  o.assign(o.bytes().subspan(1));
  CHECK(to_hex(o.bytes()) == "02");
}

TEST_CASE("octets: appending owns first, and leaves the source alone") {
  const std::vector<std::byte> original = hex("01 02 03 ff");
  Tight source(original);
  Octets o = borrowed(source.bytes().first(3));
  *o.append(1) = std::byte{4};
  CHECK(o.owns());
  CHECK(std::equal(original.begin(), original.end(), source.bytes().begin()));
  source.destroy();
  CHECK(to_hex(o.bytes()) == "01020304");
}

TEST_CASE("octets: appending many is cheap") {
  Octets o;
  const std::size_t before = Heap::allocations;
  for (unsigned i = 0; i < 4096; ++i) *o.append(1) = static_cast<std::byte>(i);
  CHECK(Heap::allocations - before < 20);
  REQUIRE(o.size() == 4096);
  bool right = true;
  for (unsigned i = 0; i < 4096; ++i) right = right && o.bytes()[i] == static_cast<std::byte>(i);
  CHECK(right);
}

TEST_CASE("octets: borrowing and clearing let go of what was owned") {
  const Tight source(hex("05 06"));
  const std::size_t live = Heap::live;
  {
    Octets o = Payload::copied(hex("01 02 03"));
    CHECK(Heap::live > live);
    o.borrow(source);
    CHECK(Heap::live == live);
    CHECK(to_hex(o.bytes()) == "0506");
    o.clear();
    CHECK(o.empty());
    *o.append(1) = std::byte{9};
    CHECK(to_hex(o.bytes()) == "09");
    CHECK(to_hex(source) == "0506");
    o.clear();
    CHECK(o.empty());
    *o.append(1) = std::byte{8};
    CHECK(to_hex(o.bytes()) == "08");
  }
  CHECK(Heap::live == live);
}

TEST_CASE("octets: equality is of bytes, whoever owns them") {
  const Tight source(hex("01 02"));
  CHECK(borrowed(source) == Payload::copied(source));
  CHECK_FALSE(borrowed(source) == Payload::copied(hex("01 03")));
  CHECK_FALSE(borrowed(source) == Payload::copied(hex("01")));
  CHECK(borrowed(source.bytes().first(0)) == Octets());
}

TEST_CASE("a decoded message borrows; a copy of it outlives the buffer") {
  v13::FlowMod original{
      .cookie = 7,
      .match = {oxm::in_port(PortNo{1}), oxm::eth_type(0x0800)},
      .instructions = {v13::ApplyActions{.actions = {v13::Output{.port = PortNo{2}}, v13::PopVlan{}}}}};
  const std::vector<std::byte> bytes = test::encoded(original);
  Tight source(bytes);

  auto frame = Frame::at(source.bytes());
  REQUIRE(frame);
  auto decoded = frame->decode<v13::FlowMod>();
  REQUIRE(decoded);
  CHECK_FALSE(decoded->match.oxm.owns());
  CHECK_FALSE(decoded->instructions.owns());
  CHECK(decoded->instructions.bytes().data() > source.bytes().data());
  CHECK(decoded->instructions.bytes().data() < source.bytes().data() + source.bytes().size());

  const v13::FlowMod keep = *decoded;  // NOLINT: a copy is the point
  v13::FlowMod edited = std::move(*decoded);
  CHECK_FALSE(edited.instructions.owns());  // moved: borrowed as before
  edited.instructions.push_back(v13::GotoTable{.table_id = v13::TableId{3}});
  CHECK(edited.instructions.owns());
  edited.match = keep.match;
  CHECK(std::equal(bytes.begin(), bytes.end(), source.bytes().begin()));
  source.destroy();

  CHECK(test::encoded(keep) == bytes);
  CHECK(edited.instructions.count() == 2);
  CHECK(test::encoded(edited).size() == bytes.size() + 8);
}

TEST_CASE("a payload is borrowed by decoding, too") {
  Tight source(hex("01 02 00 0b 00 00 00 05  aa bb cc"));
  const auto frame = Frame::at(source.bytes());
  REQUIRE(frame);
  auto echo = frame->decode<v10::EchoRequest>();
  REQUIRE(echo);
  CHECK(echo->data.bytes().data() == source.bytes().data() + 8);
  const v10::EchoReply reply{.data = echo->data};
  source.destroy();
  CHECK(to_hex(reply.data.bytes()) == "aabbcc");
}

}  // namespace
}  // namespace oflens
