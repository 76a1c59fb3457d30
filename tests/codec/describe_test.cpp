// Each word of the wire description, on small structs of the test's own: reading, sizes, writing, names,
// offsets. Everything that is read is read by both readings, which must agree.
#include <catch2/catch.hpp>

#include <oflens/wire/one_of.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::hex;
using test::read_both;
using test::Tight;
using test::to_hex;
using test::written;
using wire::Layout;
using wire::offset_of;
using wire::struct_desc;

// ---- helpers

// Reads a T from all of the bytes, by both readings; they must agree that it ends at `end`.
template <Described T>
T parse(Bytes bytes, std::size_t end) {
  const test::Readings readings = read_both(struct_desc<T>, bytes);
  CHECK(readings.typed == static_cast<std::ptrdiff_t>(end));
  CHECK(readings.lenient == static_cast<std::ptrdiff_t>(end));
  T value;
  const std::byte* p = wire::read<true>(&value, bytes.data(), bytes.data() + bytes.size(), {});
  CHECK(p == bytes.data() + end);
  const T& lender = value;
  return lender;  // a copy, with bytes of its own
}
template <Described T>
T parse(const std::vector<std::byte>& bytes) {
  return parse<T>(bytes, bytes.size());
}

// Neither reading takes the bytes; returns what the lenient one says.
template <Described T>
std::string refusal(std::string_view annotated) {
  const test::Readings readings = read_both(struct_desc<T>, hex(annotated));
  CHECK(readings.typed == -1);
  CHECK(readings.lenient == -1);
  return readings.lenient == -1 ? readings.error.text() : "accepted";
}

// The bytes are read, have the size that size() says, and are written again as they were.
template <Described T>
T round_trip(std::string_view annotated) {
  const std::vector<std::byte> bytes = hex(annotated);
  const Tight tight(bytes);
  const T value = parse<T>(tight, bytes.size());
  CHECK(wire::size(value) == bytes.size());
  CHECK(to_hex(written(value)) == to_hex(bytes));
  return value;
}

// The readings agree on every truncation and on every change of one byte.
template <Described T>
void check_agreement(std::string_view annotated) {
  const std::vector<std::byte> bytes = hex(annotated);
  INFO(T::wire.name);
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    INFO("cut to " << n);
    REQUIRE(read_both(struct_desc<T>, Bytes(bytes).first(n)).agree());
  }
  std::vector<std::byte> mutant = bytes;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (unsigned v = 0; v < 256; ++v) {
      mutant[at] = static_cast<std::byte>(v);
      const test::Readings readings = read_both(struct_desc<T>, mutant);
      if (readings.agree()) continue;
      INFO(to_hex(mutant) << " typed " << readings.typed << " lenient " << readings.lenient);
      REQUIRE(readings.agree());
    }
    mutant[at] = bytes[at];
  }
}

const wire::FieldDesc& item(const wire::StructDesc& d, std::size_t i) { return d.fields[i]; }

// ---- field, pad

enum class Colour : std::uint16_t { red = 1, blue = 0x0203 };

struct Numbers {
  std::uint8_t one = 0;
  std::uint16_t two = 0;
  std::uint32_t four = 0;
  std::uint64_t eight = 0;
  Colour colour{};
  static constexpr auto wire =
      describe("numbers", field<&Numbers::one>, pad<1>, field<&Numbers::two>, field<&Numbers::four>,
               field<&Numbers::eight>, pad<3>, field<&Numbers::colour>);
};
static_assert(Layout<Numbers>::fixed == 21);
static_assert(!Layout<Numbers>::varies);
static_assert(!Layout<Numbers>::bounded);
static_assert(wire::wire_size<Numbers>() == 21);
static_assert(offset_of<&Numbers::one>() == 0);
static_assert(offset_of<&Numbers::two>() == 2);
static_assert(offset_of<&Numbers::four>() == 4);
static_assert(offset_of<&Numbers::eight>() == 8);
static_assert(offset_of<&Numbers::colour>() == 19);

struct Addresses {
  MacAddress mac;
  Ipv4Address v4;
  Ipv6Address v6;
  FixedText<5> text;
  static constexpr auto wire = describe("addresses", field<&Addresses::mac>, field<&Addresses::v4>,
                                        field<&Addresses::v6>, field<&Addresses::text>);
};
static_assert(Layout<Addresses>::fixed == 31);

struct Nothing {
  static constexpr auto wire = describe("nothing");
};
static_assert(Layout<Nothing>::fixed == 0);

TEST_CASE("field: numbers are big-endian, at their offsets") {
  const auto v = round_trip<Numbers>(
      "01 00 0203 04050607 08090a0b0c0d0e0f"
      "000000 0203");
  CHECK(v.one == 1);
  CHECK(v.two == 0x0203);
  CHECK(v.four == 0x04050607);
  CHECK(v.eight == 0x08090a0b0c0d0e0f);
  CHECK(v.colour == Colour::blue);
}

TEST_CASE("field: the bytes after a struct are not its own") {
  const auto bytes = hex("01 00 0203 04050607 08090a0b0c0d0e0f 000000 ffff dead");
  CHECK(parse<Numbers>(bytes, 21).colour == static_cast<Colour>(0xffff));
}

TEST_CASE("field: addresses and text are rows of octets") {
  const auto v =
      round_trip<Addresses>("0a0b0c0d0e0f  c0000201  20010db8000000000000000000000001  61 62 00 63 64");
  CHECK(v.mac == MacAddress{{0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f}});
  CHECK(v.v4 == Ipv4Address{{192, 0, 2, 1}});
  CHECK(v.v6.octets[15] == 1);
  CHECK(v.text.view() == "ab");
  CHECK(FixedText<5>("abcdefgh").view() == "abcde");
  CHECK(FixedText<5>("ab") == FixedText<5>("ab"));
}

TEST_CASE("pad: written as zero, whatever is read") {
  const auto v = parse<Numbers>(hex("01 aa 0203 04050607 08090a0b0c0d0e0f bbccdd 0001"));
  CHECK(v.colour == Colour::red);
  CHECK(to_hex(written(v)) == "010002030405060708090a0b0c0d0e0f0000000001");
}

TEST_CASE("field: every truncation is refused with the field that is cut") {
  CHECK(refusal<Numbers>("") == "numbers.one @0: 0 bytes left, needs 1");
  CHECK(refusal<Numbers>("01") == "numbers.pad @1: 0 bytes left, needs 1");
  CHECK(refusal<Numbers>("01 00 02") == "numbers.two @2: 1 byte left, needs 2");
  CHECK(refusal<Numbers>("01 00 0203 04050607 08090a0b0c0d0e0f 0000") ==
        "numbers.pad2 @16: 2 bytes left, needs 3");
  check_agreement<Numbers>("01 00 0203 04050607 08090a0b0c0d0e0f 000000 0203");
  check_agreement<Addresses>("0a0b0c0d0e0f c0000201 20010db8000000000000000000000001 6162006364");
}

TEST_CASE("a struct of nothing") {
  CHECK(wire::size(Nothing{}) == 0);
  CHECK(written(Nothing{}).empty());
  CHECK(read_both(struct_desc<Nothing>, {}).typed == 0);
}

// ---- length

struct Sized {
  std::uint8_t before = 0;
  std::uint16_t after = 0;
  Payload data;
  static constexpr auto wire =
      describe("sized", field<&Sized::before>, length, field<&Sized::after>, rest<&Sized::data>);
};
static_assert(Layout<Sized>::fixed == 5);
static_assert(Layout<Sized>::varies);
static_assert(Layout<Sized>::has_length);
static_assert(Layout<Sized>::bounded);
static_assert(offset_of<&Sized::after>() == 3);
static_assert(offset_of<&Sized::before>() == 0);

struct SizedExactly {
  std::uint16_t value = 0;
  static constexpr auto wire = describe("sized_exactly", length.named("len"), field<&SizedExactly::value>);
};
static_assert(!Layout<SizedExactly>::varies);

TEST_CASE("length: counts the struct from its first byte, and is computed") {
  const auto v = round_trip<Sized>("01 0007 0203 aabb");
  CHECK(v.after == 0x0203);
  CHECK(to_hex(v.data.bytes()) == "aabb");
  round_trip<Sized>("01 0005 0203");
  round_trip<SizedExactly>("0004 0102");
}

TEST_CASE("length: bounds what follows") {
  const auto bytes = hex("01 0006 0203 aa bb cc");
  CHECK(to_hex(parse<Sized>(bytes, 6).data.bytes()) == "aa");
}

TEST_CASE("length: too short, too long, more than is read") {
  CHECK(refusal<Sized>("01 0004 0203 aa") == "sized.length @1: length is 4, needs 5");
  CHECK(refusal<Sized>("01 0000 0203") == "sized.length @1: length is 0, needs 5");
  CHECK(refusal<Sized>("01 0008 0203 aabb") == "sized.length @1: length is 8, at most 7");
  CHECK(refusal<Sized>("01 ffff 0203 aabb") == "sized.length @1: length is 65535, at most 7");
  CHECK(refusal<SizedExactly>("0006 0102 0304") == "sized_exactly.excess @4: 2 bytes that belong to nothing");
  CHECK(refusal<SizedExactly>("0005 0102 03") == "sized_exactly.excess @4: 1 byte that belongs to nothing");
  CHECK(refusal<SizedExactly>("0006 0102") == "sized_exactly.len @0: length is 6, at most 4");
  check_agreement<Sized>("01 0007 0203 aabb");
  check_agreement<SizedExactly>("0004 0102");
}

// ---- length without padding, align

struct Padded {
  std::uint8_t kind = 0;
  Payload data;
  static constexpr auto wire = describe("padded", field<&Padded::kind>, pad<1>, length.without_padding(),
                                        rest<&Padded::data>, align<8>);
};

TEST_CASE("length without padding: the padding after it is the struct's, too") {
  CHECK(to_hex(round_trip<Padded>("01 00 0005 aa 000000").data.bytes()) == "aa");
  CHECK(to_hex(round_trip<Padded>("01 00 0007 aabbcc 00").data.bytes()) == "aabbcc");
  CHECK(round_trip<Padded>("01 00 0004 00000000").data.empty());
  CHECK(to_hex(round_trip<Padded>("01 00 0008 aabbccdd").data.bytes()) == "aabbccdd");
  CHECK(to_hex(round_trip<Padded>("01 00 0009 aabbccddee 00000000000000").data.bytes()) == "aabbccddee");
  // Padding that is not zero is read, and written as zero.
  const auto v = parse<Padded>(hex("01 00 0005 aa 010203 ffff"), 8);
  CHECK(to_hex(written(v)) == "01000005aa000000");
}

TEST_CASE("length without padding: the padding must be there") {
  CHECK(refusal<Padded>("01 00 0005 aa 0000") == "padded.pad2 @5: 2 bytes left, needs 3");
  CHECK(refusal<Padded>("01 00 0005 aa") == "padded.pad2 @5: 0 bytes left, needs 3");
  CHECK(refusal<Padded>("01 00 0003 aa000000") == "padded.length @2: length is 3, needs 4");
  CHECK(refusal<Padded>("01 00 0009 aabbccdd") == "padded.length @2: length is 9, at most 8");
  check_agreement<Padded>("01 00 0005 aa 000000");
  check_agreement<Padded>("01 00 0005 aa 000000 01 00 0005 aa 000000");
}

struct PaddedExactly {
  std::uint16_t value = 0;
  static constexpr auto wire =
      describe("padded_exactly", length.without_padding(), field<&PaddedExactly::value>, align<8>);
};

TEST_CASE("length without padding: more than is read, before the padding") {
  CHECK(round_trip<PaddedExactly>("0004 0102 00000000").value == 0x0102);
  CHECK(refusal<PaddedExactly>("0006 0102 0304 0000") ==
        "padded_exactly.excess @4: 2 bytes that belong to nothing");
  CHECK(refusal<PaddedExactly>("0008 0102 00000000") ==
        "padded_exactly.excess @4: 4 bytes that belong to nothing");
  check_agreement<PaddedExactly>("0004 0102 00000000");
}

struct Inside {
  Seq<std::uint16_t> words;
  std::uint8_t tail = 0;
  static constexpr auto wire = describe("inside", length, extent<&Inside::words>, field<&Inside::words>,
                                        align<4>, field<&Inside::tail>);
};

TEST_CASE("align inside the length counts from the struct's first byte") {
  const auto v = round_trip<Inside>("0009 0002 0102 0000 ff");
  CHECK(v.words.count() == 1);
  CHECK(v.tail == 0xff);
  CHECK(round_trip<Inside>("0009 0004 0102 0304 ee").words.count() == 2);
  CHECK(round_trip<Inside>("0005 0000 dd").words.empty());
  CHECK(refusal<Inside>("0006 0002 0102 00") == "inside.pad @6: 0 bytes left, needs 2");
  CHECK(refusal<Inside>("0008 0002 0102 0000") == "inside.tail @8: 0 bytes left, needs 1");
  CHECK(refusal<Inside>("000a 0002 0102 0000 ff 00") == "inside.excess @9: 1 byte that belongs to nothing");
  check_agreement<Inside>("0009 0002 0102 0000 ff");
  check_agreement<Inside>("0009 0002 0102 0000 ff 0009 0002 0102 0000 ff");
}

// ---- extent, floating fields

struct Lists {
  Seq<std::uint8_t> first;
  Seq<std::uint32_t> second;
  std::uint16_t after = 0;
  MacAddress mac;
  Numbers numbers;
  static constexpr auto wire =
      describe("lists", extent<&Lists::second>.named("seconds"), extent<&Lists::first>, pad<1>,
               field<&Lists::first>, field<&Lists::second>, field<&Lists::after>, pad<2>, field<&Lists::mac>,
               tag<Colour::red>.named("colour"), field<&Lists::numbers>);
};
static_assert(Layout<Lists>::fixed == 5);
static_assert(Layout<Lists>::varies);
static_assert(offset_of<&Lists::first>() == wire::floating);
static_assert(offset_of<&Lists::after>() == wire::floating);

constexpr auto lists_bytes = R"(
  0008 0003 00                       # bytes of second, bytes of first
  01 02 03                           # first
  00000004 00000005                  # second
  0006 0000                          # after
  0a0b0c0d0e0f                       # mac
  0001                               # colour
  01 00 0203 04050607 08090a0b0c0d0e0f 000000 0203)";

TEST_CASE("extent: sizes of later lists, by name; what stands after them floats") {
  const auto v = round_trip<Lists>(lists_bytes);
  CHECK(v.first.count() == 3);
  REQUIRE(v.second.count() == 2);
  CHECK(*++v.second.begin() == 5);
  CHECK(v.after == 6);
  CHECK(v.mac.octets[5] == 0x0f);
  CHECK(v.numbers.eight == 0x08090a0b0c0d0e0f);
}

TEST_CASE("extent: too long, cut inside an element") {
  CHECK(refusal<Lists>("0000 0004 00 010203") == "lists.first_len @2: length is 4, at most 3");
  CHECK(refusal<Lists>("0005 0000 00 0000000102 0006 0000 0a0b0c0d0e0f 0001") ==
        "lists.second[1].value @9: 1 byte left, needs 4");
  CHECK(refusal<Lists>("0000 0000 00 0006 0000 0a0b0c0d0e0f 0002 ") == "lists.colour @15: type is 2, not 1");
  CHECK(refusal<Lists>("0000 0000 00 0006 0000 0a0b0c0d0e") == "lists.mac @9: 5 bytes left, needs 6");
  check_agreement<Lists>(lists_bytes);
}

TEST_CASE("extent: the list's own size when writing") {
  Lists v;
  v.first = {std::uint8_t{9}};
  v.second = {1u, 2u, 3u};
  const auto bytes = written(v);
  CHECK(to_hex(Bytes(bytes).first(4)) == "000c0001");
  CHECK(bytes.size() == 5 + 1 + 12 + 4 + 6 + 2 + 21);
}

// ---- tag

struct Tagged {
  std::uint8_t value = 0;
  static constexpr auto wire =
      describe("tagged", tag<Colour::blue>, tag<std::uint32_t{0xfffffffe}>.named("subtype"),
               tag<std::uint8_t{7}>, field<&Tagged::value>);
};
static_assert(Layout<Tagged>::fixed == 8);
static_assert(wire::first_tag<Tagged> == Colour::blue);

TEST_CASE("tag: written always, and must stand there") {
  CHECK(round_trip<Tagged>("0203 fffffffe 07 01").value == 1);
  CHECK(refusal<Tagged>("0204 fffffffe 07 01") == "tagged.type @0: type is 516, not 515");
  CHECK(refusal<Tagged>("0203 fffffffd 07 01") == "tagged.subtype @2: type is 4294967293, not 4294967294");
  CHECK(refusal<Tagged>("0203 fffffffe 08 01") == "tagged.type @6: type is 8, not 7");
  check_agreement<Tagged>("0203 fffffffe 07 01");
}

// ---- rest

struct Remainder {
  std::uint8_t a = 0;
  Payload all;
  static constexpr auto wire =
      describe("remainder", field<&Remainder::a>, rest<&Remainder::all>.named("data"));
};

TEST_CASE("rest: everything to the end, perhaps nothing") {
  CHECK(to_hex(round_trip<Remainder>("01 0203").all.bytes()) == "0203");
  CHECK(round_trip<Remainder>("01").all.empty());
  CHECK(refusal<Remainder>("") == "remainder.a @0: 0 bytes left, needs 1");
}

// ---- structs in structs

struct Outer {
  Numbers fixed;
  Sized sized;
  Padded padded;
  SizedExactly exact;
  Remainder remainder;
  static constexpr auto wire =
      describe("outer", length, field<&Outer::fixed>, field<&Outer::sized>, field<&Outer::padded>,
               field<&Outer::exact>, field<&Outer::remainder>.named("last"));
};
static_assert(Layout<Outer>::fixed == 23);
static_assert(offset_of<&Outer::fixed>() == 2);
static_assert(offset_of<&Outer::sized>() == wire::floating);

constexpr auto outer_bytes = R"(
  002e                                             # length
  01 00 0203 04050607 08090a0b0c0d0e0f 000000 0203 # fixed
  05 0007 0607 aabb                                # sized
  08 00 0005 cc 000000                             # padded
  0004 0102                                        # exact
  09 ddee 00                                       # remainder
)";

TEST_CASE("structs in structs, of fixed size and not") {
  const auto v = round_trip<Outer>(outer_bytes);
  CHECK(v.fixed.colour == Colour::blue);
  CHECK(v.sized.after == 0x0607);
  CHECK(to_hex(v.sized.data.bytes()) == "aabb");
  CHECK(v.padded.kind == 8);
  CHECK(to_hex(v.padded.data.bytes()) == "cc");
  CHECK(v.exact.value == 0x0102);
  CHECK(to_hex(v.remainder.all.bytes()) == "ddee00");
  check_agreement<Outer>(outer_bytes);
  CHECK(refusal<Outer>("001e 01 00 0203 04050607 08090a0b0c0d0e0f 000000 0203 05 0008 0607 aabb") ==
        "outer.sized.length @24: length is 8, at most 7");
}

TEST_CASE("a struct is bounded by the one around it") {
  // The inner length reaches beyond the outer one, though the bytes are there.
  CHECK(refusal<Outer>("001d 01 00 0203 04050607 08090a0b0c0d0e0f 000000 0203 05 0007 0607 aabb cc") ==
        "outer.sized.length @24: length is 7, at most 6");
}

// ---- lists of structs

struct Pair {
  std::uint8_t key = 0;
  std::uint16_t value = 0;
  static constexpr auto wire = describe("pair", field<&Pair::key>, field<&Pair::value>);
};
struct Pairs {
  Seq<Pair> pairs;
  static constexpr auto wire = describe("pairs", field<&Pairs::pairs>);
};
struct SizedList {
  Seq<Sized> entries;
  static constexpr auto wire = describe("sized_list", field<&SizedList::entries>);
};
struct PaddedList {
  Seq<Padded> entries;
  static constexpr auto wire = describe("padded_list", field<&PaddedList::entries>);
};

TEST_CASE("lists of structs of fixed size") {
  const auto v = round_trip<Pairs>("01 0002 03 0004");
  REQUIRE(v.pairs.count() == 2);
  auto it = v.pairs.begin();
  CHECK((*it).value == 2);
  ++it;
  CHECK((*it).key == 3);
  CHECK(++it == v.pairs.end());
  CHECK(round_trip<Pairs>("").pairs.count() == 0);
  CHECK(refusal<Pairs>("01 0002 03 00") == "pairs.pairs[1].value @4: 1 byte left, needs 2");
  check_agreement<Pairs>("01 0002 03 0004");
}

TEST_CASE("lists of structs with a length") {
  const auto v = round_trip<SizedList>("01 0007 0203 aabb  02 0005 0405");
  std::vector<std::uint8_t> seen;
  for (const Sized& s : v.entries) seen.push_back(s.before);
  CHECK(seen == std::vector<std::uint8_t>{1, 2});
  CHECK(refusal<SizedList>("01 0007 0203 aabb 02 0000 0405") ==
        "sized_list.entries[1].length @8: length is 0, needs 5");
  check_agreement<SizedList>("01 0007 0203 aabb 02 0005 0405");
}

TEST_CASE("lists of structs whose length leaves out padding") {
  const auto v = round_trip<PaddedList>("01 00 0005 aa 000000  02 00 0008 bbbbbbbb  03 00 0006 cccc 0000");
  std::string seen;
  for (const Padded& p : v.entries) seen += to_hex(p.data.bytes()) + ' ';
  CHECK(seen == "aa bbbbbbbb cccc ");
  check_agreement<PaddedList>("01 00 0005 aa 000000 02 00 0008 bbbbbbbb");
}

// Padding to another multiple than OpenFlow's own.
struct PaddedTo4 {
  Payload data;
  static constexpr auto wire =
      describe("padded_to_4", length.without_padding(), rest<&PaddedTo4::data>, align<4>);
};
struct PaddedTo4List {
  Seq<PaddedTo4> entries;
  static constexpr auto wire = describe("padded_to_4_list", field<&PaddedTo4List::entries>);
};

TEST_CASE("lists of structs that are padded to a multiple of four") {
  const auto v = round_trip<PaddedTo4List>("0003 aa 00  0006 bbbbbbbb 0000  0004 cccc");
  std::string seen;
  for (const PaddedTo4& p : v.entries) seen += to_hex(p.data.bytes()) + ' ';
  CHECK(seen == "aa bbbbbbbb cccc ");
  check_agreement<PaddedTo4List>("0003 aa 00 0006 bbbbbbbb 0000");
}

// ---- families, One

enum class FruitType : std::uint16_t { apple = 1, pear = 2 };
constexpr auto labels_of(FruitType) {
  return enumeration({{FruitType::apple, "APPLE"}, {FruitType::pear, "PEAR"}});
}
struct Apple {
  std::uint32_t weight = 0;
  static constexpr auto wire = element<FruitType::apple>("apple", field<&Apple::weight>);
};
struct Pear {
  Seq<std::uint16_t> seeds;
  static constexpr auto wire = element<FruitType::pear>("pear", field<&Pear::seeds>);
};
struct FruitRules {
  using Type = FruitType;
  static constexpr const char* name = "fruit";
  static constexpr const char* length_name = "len";
  static constexpr std::size_t minimum = 4, multiple = 2;
  static constexpr bool padded = false;
  static constexpr Domain domain = Domain::property;
};
using Fruit = OneOf<FruitRules, Apple, Pear>;

struct Basket {
  One<Fruit> best;
  Seq<Fruit> others;
  static constexpr auto wire = describe("basket", field<&Basket::best>, field<&Basket::others>);
};

TEST_CASE("families: elements by their type; One is exactly one") {
  const auto v = round_trip<Basket>(R"(
    0001 0008 00000007             # best: apple
    0002 0008 0001 0002            # pear
    0063 0006 abcd                 # nobody's
    0001 0008 00000009)");  // apple
  REQUIRE(v.best.get().get<Apple>());
  CHECK(v.best.get().get<Apple>().value().weight == 7);
  CHECK_FALSE(v.best.get().get<Pear>());
  REQUIRE(v.others.count() == 3);
  auto it = v.others.begin();
  CHECK((*it).type() == FruitType::pear);
  CHECK((*it).get<Pear>().value().seeds.count() == 2);
  ++it;
  CHECK((*it).type() == static_cast<FruitType>(0x63));
  CHECK(to_hex((*it).bytes()) == "00630006abcd");
  CHECK_FALSE((*it).get<Apple>());
  ++it;
  CHECK((*it).get<Apple>().value().weight == 9);

  Basket made{.best = Pear{.seeds = {std::uint16_t{1}}}, .others = {Apple{.weight = 3}, v.best.get()}};
  CHECK(to_hex(written(made)) ==
        "000200060001"
        "0001000800000003"
        "0001000800000007");
}

TEST_CASE("families: what is refused") {
  CHECK(refusal<Basket>("") == "basket.best.fruit.type @0: 0 bytes left, needs 4");
  CHECK(refusal<Basket>("0001 00") == "basket.best.fruit.len @0: 3 bytes left, needs 4");
  CHECK(refusal<Basket>("0063 0003 00") == "basket.best.fruit.len @2: length is 3, needs 4");
  CHECK(refusal<Basket>("0063 0004 0001 0009 00000007 00") ==
        "basket.others[0].len @6: length is 9, not a multiple of 2");
  CHECK(refusal<Basket>("0063 0004 0001 0000 00000007") == "basket.others[0].len @6: length is 0, needs 4");
  CHECK(refusal<Basket>("0063 0004 0001 000a 00000007 0000") ==
        "basket.others[0].excess @12: 2 bytes that belong to nothing");
  CHECK(refusal<Basket>("0063 0004 0001 0006 0000") == "basket.others[0].len @6: length is 6, needs 8");
  CHECK(refusal<Basket>("0063 0004 0002 0006 0000 0001 000a 00000000") ==
        "basket.others[1].len @12: length is 10, at most 8");
  check_agreement<Basket>("0001 0008 00000007 0002 0008 0001 0002 0063 0006 abcd");
}

struct ChoiceRules : FruitRules {
  static constexpr bool padded = true;
  static constexpr std::size_t multiple = 1;
};
struct Choices {
  Seq<OneOf<ChoiceRules, Apple>> choices;
  static constexpr auto wire = describe("choices", field<&Choices::choices>);
};

TEST_CASE("families: padding to eight bytes that the length leaves out") {
  const auto v = round_trip<Choices>("0063 0005 aa 000000  0001 0008 00000007");
  REQUIRE(v.choices.count() == 2);
  CHECK(to_hex((*v.choices.begin()).bytes()) == "00630005aa000000");
  CHECK(refusal<Choices>("0063 0005 aa 0000") == "choices.choices[0].len @2: 7 bytes left, needs 8");
  check_agreement<Choices>("0063 0005 aa 000000 0001 0008 00000007");
}

// ---- names

struct Names {
  std::uint8_t class_ = 0;
  std::uint8_t under_score = 0;
  std::uint8_t plain = 0;
  Seq<std::uint8_t> list_;
  static constexpr auto wire = describe("names", field<&Names::class_>, field<&Names::under_score>,
                                        field<&Names::plain>.named("other"), extent<&Names::list_>, pad<1>,
                                        pad<1>, field<&Names::list_>, pad<1>, align<2>);
};

TEST_CASE("names are the members' own, without a trailing underscore") {
  const wire::StructDesc& d = struct_desc<Names>;
  CHECK(std::string(d.name) == "names");
  const char* expected[] = {"class", "under_score", "other", "list_len", "pad",
                            "pad2",  "list",        "pad3",  "pad4"};
  REQUIRE(d.fields.size() == std::size(expected));
  for (std::size_t i = 0; i < std::size(expected); ++i) CHECK(std::string(item(d, i).name) == expected[i]);
}

TEST_CASE("tables say of each item what it is and where it stands") {
  const wire::StructDesc& d = struct_desc<Lists>;
  using wire::Kind;
  const Kind kinds[] = {Kind::extent, Kind::extent, Kind::pad, Kind::list, Kind::list,
                        Kind::number, Kind::pad,    Kind::mac, Kind::tag,  Kind::structure};
  const std::uint16_t offsets[] = {0, 2, 4, wire::floating};
  REQUIRE(d.fields.size() == std::size(kinds));
  for (std::size_t i = 0; i < std::size(kinds); ++i) {
    CHECK(item(d, i).kind == kinds[i]);
    CHECK(item(d, i).offset == offsets[std::min<std::size_t>(i, 3)]);
  }
  CHECK(item(d, 0).target == 4);  // second
  CHECK(item(d, 1).target == 3);  // first
  CHECK(item(d, 3).target == 2);  // its extent is item 1
  CHECK(item(d, 4).target == 1);
  CHECK(std::string(item(d, 0).name) == "seconds");
  CHECK(item(d, 8).constant == 1);
  CHECK(d.fixed == 5);
  CHECK_FALSE(d.has_length);
  CHECK(struct_desc<Sized>.has_length);
  CHECK(item(struct_desc<Numbers>, 5).format == wire::Format::hex);  // 64 bits
  CHECK(item(struct_desc<Padded>, 2).counts_padding == false);
  CHECK(std::string(item(struct_desc<SizedExactly>, 0).name) == "len");
}

// ---- peek

TEST_CASE("peek reads one member at its place") {
  const auto bytes = hex("01 00 0203 04050607 08090a0b0c0d0e0f 000000 0203");
  CHECK(wire::peek<&Numbers::two>(bytes.data()) == 0x0203);
  CHECK(wire::peek<&Numbers::eight>(bytes.data()) == 0x08090a0b0c0d0e0f);
  CHECK(wire::peek<&Numbers::colour>(bytes.data()) == Colour::blue);
}

// ---- private members

class Private {
 public:
  std::uint16_t value() const { return b_; }
  static const auto& description() { return wire; }

 private:
  std::uint8_t a_ = 0;
  std::uint16_t b_ = 0;

 public:
  static constexpr auto wire = describe("private", field<&Private::a_>, field<&Private::b_>);
};

TEST_CASE("a class with private members is described inside it") {
  CHECK(round_trip<Private>("01 0203").value() == 0x0203);
  CHECK(std::string(struct_desc<Private>.fields[0].name) == "a");
}

}  // namespace
}  // namespace oflens
