// One message in bytes: framing, decoding, looking without decoding, dispatching, encoding.
#include <catch2/catch.hpp>

#include <oflens/message/generate.hpp>
#include <oflens/v13/messages.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::Heap;
using test::hex;
using test::Tight;
using test::to_hex;

// What can be framed: bytes that stay, and not those of a temporary.
template <class T>
concept Framable = requires {
  Frame::at(std::declval<T>());
};
static_assert(Framable<Bytes>);
static_assert(Framable<std::span<std::byte>>);
static_assert(Framable<std::vector<std::byte>&>);
static_assert(Framable<const std::vector<std::byte>&>);
static_assert(Framable<std::array<std::byte, 8>&>);
static_assert(!Framable<std::vector<std::byte>>);
static_assert(!Framable<const std::vector<std::byte>>);
static_assert(!Framable<std::array<std::byte, 8>>);

std::vector<std::byte> good_flow_mod() {
  return hex(R"(
    04 0e 0068 0000002a                # header
    0000000000000007 0000000000000000  # cookie, cookie_mask
    03 01 0005 000a 0064               # table_id, command, idle_timeout, hard_timeout, priority
    ffffffff ffffffff ffffffff         # buffer_id, out_port, out_group
    0001 0000                          # flags, pad
    0001 0017                          # match: type, length
    80000004 00000001                  # in_port
    80000a02 0800                      # eth_type
    80001401 06                        # ip_proto
    00
    0004 0018 00000000                 # apply_actions
    0000 0010 00000002 0000 000000000000
    0001 0008 03 000000)");  // goto_table
}

TEST_CASE("frame: takes exactly the message that begins the bytes") {
  auto bytes = hex("04 14 0008 01020304  04 15 0008 00000002 ff");
  const auto frame = Frame::at(bytes);
  REQUIRE(frame);
  CHECK(frame->bytes().size() == 8);
  CHECK(frame->bytes().data() == bytes.data());
  CHECK(frame->body().empty());
  CHECK(frame->version() == Version::v13);
  CHECK(frame->type() == 0x14);
  CHECK(frame->xid() == Xid{0x01020304});
  const Header h = frame->header();
  CHECK(h.version == Version::v13);
  CHECK(h.type == 0x14);
  CHECK(h.length == 8);
  CHECK(h.xid == Xid{0x01020304});
  const auto second = Frame::at(Bytes(bytes).subspan(8));
  REQUIRE(second);
  CHECK(second->type() == 0x15);
  CHECK_FALSE(Frame::at(Bytes(bytes).subspan(16)));
}

TEST_CASE("frame: every cut, and lengths that cannot be") {
  const auto bytes = good_flow_mod();
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    const Tight cut(Bytes(bytes).first(n));
    const auto frame = Frame::at(cut.bytes());
    REQUIRE_FALSE(frame);
    if (n < 8) {
      // In the field that is cut.
      const std::size_t field = n < 2 ? n : n < 4 ? 2 : 4, width = n < 2 ? 1 : n < 4 ? 2 : 4;
      CHECK(frame.error().code == Errc::truncated);
      CHECK(frame.error().offset == field);
      CHECK(frame.error().actual == n - field);
      CHECK(frame.error().limit == width);
    } else {
      CHECK(frame.error().code == Errc::too_long);
      CHECK(frame.error().actual == bytes.size());
      CHECK(frame.error().limit == n);
    }
  }
  CHECK(Frame::at(bytes));
  for (std::uint16_t length = 0; length < 8; ++length) {
    auto broken = bytes;
    store_be(broken.data() + 2, length);
    const auto frame = Frame::at(broken);
    REQUIRE_FALSE(frame);
    CHECK(frame.error().code == Errc::bad_length);
    CHECK(frame.error().actual == length);
    CHECK(frame.error().offset == 2);
  }
}

TEST_CASE("frame: any version and type can be framed") {
  const auto bytes = hex("ff fe 0009 00000000 aa");
  const auto odd = Frame::at(bytes);
  REQUIRE(odd);
  CHECK(static_cast<int>(odd->version()) == 255);
  CHECK(to_hex(odd->body()) == "aa");
}

TEST_CASE("frame: decode") {
  const auto bytes = good_flow_mod();
  const auto frame = Frame::at(bytes);
  REQUIRE(frame);
  const auto m = frame->decode<v13::FlowMod>();
  if (!m) FAIL(m.error().text());
  CHECK(m->cookie == 7);
  CHECK(m->priority == 100);
  CHECK(m->table_id == v13::TableId{3});
  CHECK(m->command == v13::FlowModCommand::modify);
  CHECK(m->match.oxm.count() == 3);
  CHECK(m->instructions.count() == 2);
  // Another message, another version.
  CHECK(frame->decode<v13::PacketOut>().error().code == Errc::bad_type);
  CHECK(frame->decode<v10::FlowMod>().error().code == Errc::bad_version);
  CHECK(frame->decode<v10::BarrierRequest>().error().code == Errc::bad_version);
}

TEST_CASE("frame: a layout shared by versions is decoded in each of them, and not beyond") {
  for (unsigned version = 0; version < 9; ++version) {
    auto bytes = hex("00 02 000a 00000001 0102");
    bytes[0] = static_cast<std::byte>(version);
    const auto frame = Frame::at(bytes);
    REQUIRE(frame);
    CHECK(bool(frame->decode<v10::EchoRequest>()) == (version >= 1 && version <= 6));
    CHECK(frame->is<v10::EchoRequest>() == (version >= 1 && version <= 6));
    bytes[1] = std::byte{20};
    bytes.resize(8);
    store_be(bytes.data() + 2, std::uint16_t{8});
    CHECK(Frame::at(bytes)->is<v13::BarrierRequest>() == (version >= 2 && version <= 6));
  }
}

TEST_CASE("frame: decode allocates nothing, of whatever message") {
  Generator generate(4);
  std::vector<std::byte> message;
  const Catalog& catalog = Catalog::standard();
  std::size_t decoded = 0;
  const auto count = [&](const auto& m) { decoded += m ? 1 : 0; };
  for (int i = 0; i < 2000; ++i) {
    generate.message(catalog, message);
    const std::size_t before = Heap::allocations;
    const auto frame = Frame::at(message);
    count(frame->decode<v13::FlowMod>(&catalog));
    count(frame->decode<v13::PacketOut>(&catalog));
    count(frame->decode<v13::PacketIn>(&catalog));
    count(frame->decode<v13::Hello>(&catalog));
    count(frame->decode<v13::FlowStatsReply>(&catalog));
    count(frame->decode<v13::PortDescReply>(&catalog));
    count(frame->decode<v10::FlowMod>(&catalog));
    count(frame->decode<v10::FlowStatsReply>(&catalog));
    count(frame->decode<v10::FeaturesReply>(&catalog));
    REQUIRE(Heap::allocations == before);  // not even when refused
  }
  CHECK(decoded > 20);
}

TEST_CASE("frame: is looks at version, type and tags") {
  const auto desc = hex("04 12 0010 00000001 0000 0000 00000000");
  const auto frame = Frame::at(desc);
  CHECK(frame->is<v13::DescRequest>());
  CHECK(frame->is<v13::MultipartRequest>());
  CHECK_FALSE(frame->is<v13::FlowStatsRequest>());
  CHECK_FALSE(frame->is<v13::DescReply>());
  CHECK_FALSE(frame->is<v10::DescStatsRequest>());
  // The tag is cut.
  const auto cut = hex("04 12 0009 00000001 00");
  CHECK_FALSE(Frame::at(cut)->is<v13::DescRequest>());
  CHECK(Frame::at(cut)->is<v13::MultipartRequest>());
  const auto none = hex("04 12 0008 00000001");
  CHECK_FALSE(Frame::at(none)->is<v13::DescRequest>());
}

TEST_CASE("view: members at their places, when the message is long enough for all of them") {
  const auto bytes = good_flow_mod();
  const auto view = View<v13::FlowMod>::of(*Frame::at(bytes));
  REQUIRE(view);
  CHECK(view->get<&v13::FlowMod::cookie>() == 7);
  CHECK(view->get<&v13::FlowMod::priority>() == 100);
  CHECK(view->get<&v13::FlowMod::command>() == v13::FlowModCommand::modify);
  CHECK(view->get<&v13::FlowMod::out_group>() == v13::GroupId::any);
  CHECK_FALSE(View<v10::FlowMod>::of(*Frame::at(bytes)));
  CHECK_FALSE(View<v13::PacketOut>::of(*Frame::at(bytes)));
  for (std::uint16_t n = 8; n < 48; ++n) {
    const Tight tight(Bytes(bytes).first(n));
    std::vector<std::byte> cut(tight.bytes().begin(), tight.bytes().end());
    store_be(cut.data() + 2, n);
    CHECK_FALSE(View<v13::FlowMod>::of(*Frame::at(cut)));
  }
}

TEST_CASE("view: a struct of fixed place") {
  v10::FlowMod m;
  m.match.in_port = v10::PortNo{9};
  m.match.dl_type = 0x0800;
  m.match.dl_vlan_pcp = 5;
  m.match.nw_dst = Ipv4Address{{10, 0, 0, 1}};
  m.match.tp_dst = 80;
  m.priority = 77;
  const auto bytes = test::encoded(m);
  const auto view = View<v10::FlowMod>::of(*Frame::at(bytes));
  REQUIRE(view);
  const v10::Match match = view->get<&v10::FlowMod::match>();
  CHECK(match.in_port == v10::PortNo{9});
  CHECK(match.dl_type == 0x0800);
  CHECK(match.dl_vlan_pcp == 5);
  CHECK(match.nw_dst == Ipv4Address{{10, 0, 0, 1}});
  CHECK(match.tp_dst == 80);
  CHECK(view->get<&v10::FlowMod::priority>() == 77);
}

TEST_CASE("dispatch: the first handler that takes the message, and only it") {
  std::string called;
  const auto run = [&](Bytes bytes) {
    called.clear();
    return dispatch(
        *Frame::at(bytes), [&](const v10::FlowMod&) { called += "flow_mod 1.0 "; },
        [&](const v13::FlowMod& m) { called += "flow_mod 1.3 " + std::to_string(m.priority) + ' '; },
        [&](const v13::DescRequest&) noexcept { called += "desc "; },
        [&](v13::MultipartRequest m) mutable {
          called += "multipart " + std::to_string(m.body.size()) + ' ';
        },
        [&](const v13::DescRequest&) { called += "never "; }, [&](v10::EchoRequest&) { called += "echo "; });
  };
  auto result = run(good_flow_mod());
  REQUIRE(result);
  CHECK(*result);
  CHECK(called == "flow_mod 1.3 100 ");
  result = run(hex("04 12 0010 00000001 0000 0000 00000000"));
  CHECK((result && *result));
  CHECK(called == "desc ");
  result = run(hex("04 12 0012 00000001 0003 0000 00000000 aabb"));
  CHECK((result && *result));
  CHECK(called == "multipart 2 ");
  result = run(hex("01 02 0008 00000001"));
  CHECK(called == "echo ");
  // Nobody's.
  result = run(hex("04 14 0008 00000001"));
  REQUIRE(result);
  CHECK_FALSE(*result);
  CHECK(called.empty());
  // Malformed: no handler is called.
  auto broken = good_flow_mod();
  broken[51] = std::byte{3};
  result = run(broken);
  REQUIRE_FALSE(result);
  CHECK(result.error().text() == "flow_mod.match.length @50: length is 3, needs 4");
  CHECK(called.empty());
  // Nobody to ask.
  const auto bytes = good_flow_mod();
  const auto nobody = dispatch(*Frame::at(bytes));
  CHECK((nobody && !*nobody));
}

TEST_CASE("encode: the bytes, at the front of the buffer and no further") {
  std::vector<std::byte> out(64, std::byte{0xcc});
  const std::size_t before = Heap::allocations;
  const auto bytes = encode(v13::BarrierRequest{}, Xid{0x01020304}, out, Version::v13);
  CHECK(Heap::allocations == before);
  REQUIRE(bytes);
  CHECK(bytes->data() == out.data());
  CHECK(to_hex(*bytes) == "0414000801020304");
  CHECK(out[8] == std::byte{0xcc});
  CHECK(encoded_size(v13::BarrierRequest{}) == 8);
  // Without a version, the first that has the message.
  CHECK(to_hex(*encode(v10::BarrierRequest{}, Xid{1}, out)) == "0112000800000001");
  CHECK(to_hex(*encode(v13::PacketOut{.actions = {}, .data = {}}, Xid{1}, out)).substr(0, 4) == "040d");
}

TEST_CASE("encode: into a buffer that is too small") {
  v13::FlowMod m;
  m.match = {oxm::in_port(PortNo{1})};
  const std::size_t needed = encoded_size(m);
  CHECK(needed == 64);
  for (std::size_t n = 0; n < needed; ++n) {
    std::vector<std::byte> out(n, std::byte{0xcc});
    const auto bytes = encode(m, Xid{1}, out);
    REQUIRE_FALSE(bytes);
    CHECK(bytes.error().code == Errc::too_long);
    CHECK(bytes.error().actual == needed);
    CHECK(bytes.error().limit == n);
    CHECK(bytes.error().text() == "flow_mod @0: length is 64, at most " + std::to_string(n));
    CHECK(std::count(out.begin(), out.end(), std::byte{0xcc}) == static_cast<std::ptrdiff_t>(n));
  }
  std::vector<std::byte> out(needed);
  CHECK(encode(m, Xid{1}, out));
}

TEST_CASE("encode: a message longer than its length field can say") {
  const std::vector<std::byte> data(0xffff - 8 + 1);
  std::vector<std::byte> out(0x20000);
  v10::EchoRequest echo{.data = Payload::borrowed(Bytes(data).first(0xffff - 8))};
  const auto longest = encode(echo, Xid{1}, out, Version::v13);
  REQUIRE(longest);
  CHECK(longest->size() == 0xffff);
  CHECK(Frame::at(*longest)->header().length == 0xffff);
  echo.data.borrow(data);
  const auto bytes = encode(echo, Xid{1}, out, Version::v13);
  REQUIRE_FALSE(bytes);
  CHECK(bytes.error().text() == "echo_request @0: length is 65536, at most 65535");
}

TEST_CASE("encode: a message of several versions is told which, and refuses others") {
  std::vector<std::byte> out(64);
  for (const Version version : {Version::v11, Version::v13, Version::v15}) {
    const auto bytes = encode(v13::BarrierRequest{}, Xid{1}, out, version);
    REQUIRE(bytes);
    CHECK(Frame::at(*bytes)->version() == version);
  }
  const auto refused = encode(v13::BarrierRequest{}, Xid{1}, out, Version::v10);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().text() == "barrier_request @0: version is 1, expected up to 6");
}

TEST_CASE("what is decoded and encoded is what was there") {
  const auto bytes = good_flow_mod();
  const auto m = Frame::at(bytes)->decode<v13::FlowMod>();
  REQUIRE(m);
  CHECK(to_hex(test::encoded(*m, Xid{0x2a})) == to_hex(bytes));
}

TEST_CASE("result: a value or an error, copied and moved") {
  using R = Result<Payload>;
  const std::size_t live = Heap::live;
  {
    R good = Payload::copied(hex("0102"));
    R bad = Error{.code = Errc::excess, .actual = 3};
    R copy = good;
    CHECK(to_hex(copy->bytes()) == "0102");
    copy = bad;
    CHECK_FALSE(copy);
    CHECK(copy.error().actual == 3);
    copy = good;
    CHECK((copy && to_hex((*copy).bytes()) == "0102"));
    R moved = std::move(good);
    CHECK(moved->owns());
    moved.fail(Error{.code = Errc::bad_type});
    CHECK(moved.error().code == Errc::bad_type);
    moved.fail(Error{.code = Errc::too_deep});
    CHECK(moved.error().code == Errc::too_deep);
    R filled(std::in_place);
    CHECK((filled && filled->empty()));
  }
  CHECK(Heap::live == live);
}

}  // namespace
}  // namespace oflens
