// Every action of Nicira's, as Open vSwitch 3.1 writes them, and those of other experimenters.
#include <catch2/catch.hpp>

#include <oflens/catalog.hpp>
#include <oflens/ext/bigswitch.hpp>
#include <oflens/ext/nicira_actions.hpp>
#include <oflens/ext/onf.hpp>
#include <oflens/v10/actions.hpp>
#include <oflens/v13/actions.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::hex;
using test::read_both;
using test::written;

// The catalogue knows the action in that family, both readings take it, and it is written as it was.
template <Described A, class Family>
void check_in(Bytes bytes, const char* text) {
  INFO(text);
  const Catalog& catalog = Catalog::standard();
  CHECK(catalog.find_element(wire::family_desc<Family>, bytes) == &wire::struct_desc<A>);
  const wire::Context context{.catalog = &catalog};
  CHECK(wire::Element<Family>::check(bytes.data(), bytes.data() + bytes.size(), context) ==
        bytes.data() + bytes.size());
  CHECK(read_both(wire::struct_desc<A>, bytes, &catalog).ok());
  for (std::size_t n = 0; n < bytes.size(); ++n)
    CHECK(read_both(wire::struct_desc<A>, bytes.first(n), &catalog).agree());
  A value;
  REQUIRE(wire::read<true>(&value, bytes.data(), bytes.data() + bytes.size(), context) != nullptr);
  const auto again = written(value);
  CHECK(test::to_hex(again) == test::to_hex(bytes));
  Seq<Family> list;
  list.push_back(value);
  CHECK((*list.begin()).template get<A>().has_value());
}
template <Described A>
void check(const char* text) {
  const auto bytes = hex(text);
  check_in<A, v10::Action>(bytes, text);
  check_in<A, v13::Action>(bytes, text);
}

TEST_CASE("Nicira's actions are read and written in all versions") {
  using namespace nicira;
  check<Resubmit>("ffff0010 00002320 0001 0005 00000000");
  check<SetTunnel>("ffff0010 00002320 0002 0000 00000003");
  check<SetQueue>("ffff0010 00002320 0004 0000 00000003");
  check<PopQueue>("ffff0010 00002320 0005 000000000000");
  check<RegMove>("ffff0018 00002320 0006 0006 0000 0002 00010004 00010204");
  check<RegMove>("ffff0020 00002320 0006 0008 0000 0000 ffff0805005ad650 ffff1405005ad650");
  check<RegLoad>("ffff0018 00002320 0007 001f 00010004 0000000000000005");
  check<Note>("ffff0010 00002320 0008 010203000000");
  check<SetTunnel64>("ffff0018 00002320 0009 000000000000 0000000123456789");
  check<Multipath>("ffff0020 00002320 000a 0000 0032 0000 0000 0000 00000000 0000 001f 00010004");
  check<Bundle>(
      "ffff0028 00002320 000c 0001 0000 0000 00000002 0002 0000 00000000 00000000 00040008 00000000");
  check<BundleLoad>(
      "ffff0028 00002320 000d 0001 0000 0000 00000002 0002 001f 00010004 00000000 00040008 00000000");
  check<ResubmitTable>("ffff0010 00002320 000e fff8 01 000000");
  check<OutputReg>("ffff0018 00002320 000f 000f 00010004 ffff 000000000000");
  check<Learn>(
      "ffff0038 00002320 0010 0000 0000 8000 0000000000000000 0000 01 00 0000 0000 "
      "0030 00000406 0000 00000206 0000 1010 00000002 0000 0000");
  check<Exit>("ffff0010 00002320 0011 000000000000");
  check<DecTtl>("ffff0010 00002320 0012 000000000000");
  check<FinTimeout>("ffff0010 00002320 0013 0005 0006 0000");
  check<Controller>("ffff0010 00002320 0014 0080 0003 01 00");
  check<DecTtlCntIds>("ffff0018 00002320 0015 0003 00000000 0001 0002 0003 0000");
  check<WriteMetadata>("ffff0020 00002320 0016 000000000000 0000000000000005 0000000000000007");
  check<PushMpls>("ffff0010 00002320 0017 8847 00000000");
  check<PopMpls>("ffff0010 00002320 0018 0800 00000000");
  check<SetMplsTtl>("ffff0010 00002320 0019 03 0000000000");
  check<DecMplsTtl>("ffff0010 00002320 001a 000000000000");
  check<StackPush>("ffff0018 00002320 001b 0000 00010004 0006 000000000000");
  check<StackPop>("ffff0018 00002320 001c 0000 00010204 0020 000000000000");
  check<Sample>("ffff0018 00002320 001d 0001 00000002 00000003 00000004");
  check<SetMplsLabel>("ffff0010 00002320 001e 0000 00000005");
  check<SetMplsTc>("ffff0010 00002320 001f 03 0000000000");
  check<OutputReg2>("ffff0018 00002320 0020 0007 ffff ffff0805005ad650 0000");
  check<RegLoad2>("ffff0010 00002320 0021 00015002 1234");
  check<RegLoad2>("ffff0020 00002320 0021 0001de10 00000000000000000000000000000005 0000");
  check<Conjunction>("ffff0010 00002320 0022 00 02 00000005");
  check<Nat>("ffff0010 00002320 0024 0000 0000 0000");
  check<Nat>("ffff0020 00002320 0024 0000 0001 0033 01020304 01020305 000a 0014 00000000");
  check<Controller2>(
      "ffff0040 00002320 0025 000000000000 0000 0008 0005 0000 0001 0008 0003 0000 0002 0005 00 000000 "
      "0003 0007 010203 00 0004 0004 00000000 0005 0008 00000004");
  check<Sample2>("ffff0020 00002320 0026 0001 00000002 00000000 00000000 0003 00 0000000000");
  check<OutputTrunc>("ffff0010 00002320 0027 0001 00000064");
  check<nicira::Group>("ffff0010 00002320 0028 0000 00000005");
  check<Sample3>("ffff0020 00002320 0029 0001 00000002 00000000 00000000 ffff 02 0000000000");
  check<CtClear>("ffff0010 00002320 002b 000000000000");
  check<ResubmitTableCt>("ffff0010 00002320 002c 0005 03 000000");
  check<Learn2>(
      "ffff0048 00002320 002d 0000 0000 8000 0000000000000000 0004 01 00 0000 0000 00000004 0002 0000 "
      "00010004 0030 00000406 0000 00000206 0000 2820 00000005 00010204 0000 0000");
  check<Encap>("ffff0018 00002320 002e 0000 0001894f 0004 01 05 01 000000");
  check<Encap>(
      "ffff0028 00002320 002e 0000 0001894f 0004 01 05 02 000000 0004 02 10 10000a04 12345678 00000000");
  check<Decap>("ffff0010 00002320 002f 0000 0000fffe");
  check<DecNshTtl>("ffff0010 00002320 0030 000000000000");
  check<CheckPktLarger>("ffff0018 00002320 0031 03e8 0003 00010004 000000000000");
  check<DeleteField>("ffff0018 00002320 0032 0001567c 00000000000000000000");
  check<Sample4>(
      "ffff0028 00002320 0033 0001 00000002 00000000 00000003 00000002 000f0000 0003 01 0000000000");
  check<DebugSlow>("ffff0010 00002320 00fe 000000000000");
  check<DebugRecirc>("ffff0010 00002320 00ff 000000000000");
}

TEST_CASE("actions inside of actions are those of the version") {
  using namespace nicira;
  const auto ct10 =
      hex("ffff0050 00002320 0023 0001 00000000 0001 ff 000000 0000"
          "ffff0020 00002320 0024 0000 0001 0033 01020304 01020305 000a 0014 00000000"
          "ffff0018 00002320 0007 001f 0001d604 0000000000000001");
  check_in<Ct<v10::Action>, v10::Action>(ct10, "ct of 1.0");
  const auto ct13 =
      hex("ffff0028 00002320 0023 0001 00000000 0001 ff 000000 0000 0019 0010 0001d604 00000001 00000000");
  check_in<Ct<v13::Action>, v13::Action>(ct13, "ct of 1.3");
  check_in<Clone<v10::Action>, v10::Action>(hex("ffff0018 00002320 002a 000000000000 0000 0008 0001 0000"),
                                            "clone of 1.0");
  check_in<Clone<v13::Action>, v13::Action>(
      hex("ffff0020 00002320 002a 000000000000 0000 0010 00000001 0000 000000000000"), "clone of 1.3");
  // A broken one inside: it has no length.
  const auto broken = hex("ffff0018 00002320 002a 000000000000 0000 0000 0001 0000");
  CHECK_FALSE(read_both(wire::struct_desc<Clone<v10::Action>>, broken, &Catalog::standard()).ok());
}

TEST_CASE("what has no length does not stop anybody") {
  using namespace nicira;
  const Catalog& catalog = Catalog::standard();
  for (const char* text :
       {"ffff0018 00002320 0025 000000000000 0000 0000 0005 0000",  // a property of controller2
        "ffff0020 00002320 0015 0009 00000000 0001 0002 0003 0000 0000000000000000",
        "ffff0030 00002320 0010 0000 0000 8000 0000000000000000 0000 01 00 0000 0000 "
        "23ff 0000 00000000 0000 000000000000"}) {
    INFO(text);
    const auto bytes = hex(text);
    const wire::StructDesc* d = catalog.find_element(wire::family_desc<v13::Action>, bytes);
    REQUIRE(d != nullptr);
    const auto both = read_both(*d, bytes, &catalog);
    CHECK(both.agree());
    CHECK_FALSE(both.ok());
  }
}

TEST_CASE("actions of the ONF and of Big Switch") {
  check_in<onf::CopyField, v13::Action>(
      hex("ffff0020 4f4e4600 0c80 0000 0008 0000 0000 0000 80000a02 80000c02 00000000"), "copy_field");
  check<big_switch::Mirror>("ffff0018 005c16c7 00000001 00000002 00000003 01 000000");
  check<big_switch::SetTunnelDst>("ffff0010 005c16c7 00000002 12345678");
}

}  // namespace
}  // namespace oflens
