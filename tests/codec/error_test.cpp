// What errors say, where they say it is, and what a switch should answer.
#include <catch2/catch.hpp>

#include <oflens/message/dissect.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::hex;
using test::read_both;

// Why the bytes are not an M. The field tree must name the same first problem.
template <Message M>
Error refused(std::string_view annotated) {
  const auto bytes = hex(annotated);
  const test::Tight tight(bytes);
  const auto frame = Frame::at(tight.bytes());
  if (!frame) return frame.error();
  const auto message = frame->template decode<M>();
  if (message) return {};
  if (frame->bytes().size() == bytes.size() && frame->template is<M>()) {
    Tape tape;
    dissect(Catalog::standard(), tight, tape);
    REQUIRE(tape.problems() != 0);
    CHECK(tape.first_error().text() == message.error().text());
    CHECK(tape.first_error().domain == message.error().domain);
  }
  return message.error();
}

constexpr auto flow_mod_head = R"(
  04 0e 00%s 00000001
  0000000000000000 0000000000000000 00 00 0000 0000 8000
  ffffffff ffffffff ffffffff 0000 0000)";

// A 1.3 flow_mod whose match and instructions are these bytes.
std::string flow_mod(std::string_view body) {
  const std::size_t length = 48 + hex(body).size();
  std::string s = flow_mod_head;
  const char* digits = "0123456789abcdef";
  s.replace(s.find("%s"), 2, {digits[length >> 4], digits[length & 15]});
  return s + ' ' + std::string(body);
}

TEST_CASE("errors: names of the codes") {
  CHECK(std::string(name_of(Errc::truncated)) == "truncated");
  CHECK(std::string(name_of(Errc::bad_length)) == "bad_length");
  CHECK(std::string(name_of(Errc::bad_alignment)) == "bad_alignment");
  CHECK(std::string(name_of(Errc::excess)) == "excess");
  CHECK(std::string(name_of(Errc::bad_type)) == "bad_type");
  CHECK(std::string(name_of(Errc::bad_version)) == "bad_version");
  CHECK(std::string(name_of(Errc::too_deep)) == "too_deep");
  CHECK(std::string(name_of(Errc::bad_value)) == "bad_value");
  CHECK(std::string(name_of(static_cast<Errc>(200))) == "unknown");
}

TEST_CASE("errors: a match field of the wrong length, with path and offset") {
  const Error e = refused<v13::FlowMod>(flow_mod(R"(
    0001 0029                          # match
    80000004 00000001                  # in_port
    80000a02 0800                      # eth_type
    80000408 0000000000000007          # metadata
    80004c07 00000000000009            # tunnel_id, one byte too few
    00000000000000)"));
  CHECK(e.text() == "flow_mod.match.oxm[3].length @81: length is 7, needs 8");
  CHECK(e.code == Errc::bad_length);
  CHECK(e.domain == Domain::match);
  CHECK(e.offset == 81);
  CHECK(e.actual == 7);
  CHECK(e.limit == 8);
  CHECK(e.path.text() == "flow_mod.match.oxm[3].length");
  CHECK(e.reason() == "length is 7, needs 8");
  CHECK(e.to_openflow(Version::v13) == OpenFlowError{4, 1});  // OFPBMC_BAD_LEN
}

TEST_CASE("errors: in a match") {
  CHECK(refused<v13::FlowMod>(flow_mod("0001 0009 80000005 00 00000000000000")).text() ==
        "flow_mod.match.oxm[0].length @55: length is 5, at most 1");
  CHECK(refused<v13::FlowMod>(flow_mod("0001 000d 80000005 0000000000 000000")).text() ==
        "flow_mod.match.oxm[0].length @55: length is 5, needs 4");
  CHECK(refused<v13::FlowMod>(flow_mod("0001 0007 800000 00")).text() ==
        "flow_mod.match.oxm[0].length @52: 3 bytes left, needs 4");
  CHECK(refused<v13::FlowMod>(flow_mod("0001 0003 00000000")).text() ==
        "flow_mod.match.length @50: length is 3, needs 4");
  CHECK(refused<v13::FlowMod>(flow_mod("0001 0009 00000000")).text() ==
        "flow_mod.match.length @50: length is 9, at most 8");
  CHECK(refused<v13::FlowMod>(flow_mod("0001 0004 0000")).text() ==
        "flow_mod.match.pad @52: 2 bytes left, needs 4");
  const Error type = refused<v13::FlowMod>(flow_mod("0000 0004 00000000"));
  CHECK(type.text() == "flow_mod.match.type @48: type is 0, not 1");
  CHECK(type.to_openflow(Version::v13) == OpenFlowError{4, 0});  // OFPBMC_BAD_TYPE
}

TEST_CASE("errors: in instructions and actions") {
  const std::string match = "0001 0004 00000000 ";
  const Error instruction = refused<v13::FlowMod>(flow_mod(match + "0001 0000 00000000"));
  CHECK(instruction.text() == "flow_mod.instructions[0].len @58: length is 0, needs 8");
  CHECK(instruction.domain == Domain::instruction);
  CHECK(instruction.to_openflow(Version::v13) == OpenFlowError{3, 7});  // OFPBIC_BAD_LEN

  CHECK(refused<v13::FlowMod>(flow_mod(match + "0001 0008 00000000 0004 000c 00000000 00000000")).text() ==
        "flow_mod.instructions[1].len @66: length is 12, not a multiple of 8");
  CHECK(refused<v13::FlowMod>(flow_mod(match + "0001 0008 00000000 0004 0010 00000000")).text() ==
        "flow_mod.instructions[1].len @66: length is 16, at most 8");
  CHECK(refused<v13::FlowMod>(flow_mod(match + "0006 0010 00000001 00000000 00000000")).text() ==
        "flow_mod.instructions[0].excess @64: 8 bytes that belong to nothing");
  CHECK(refused<v13::FlowMod>(flow_mod(match + "000600")).text() ==
        "flow_mod.instructions[0].len @56: 3 bytes left, needs 4");

  const Error action =
      refused<v13::FlowMod>(flow_mod(match + "0004 0018 00000000 0012 0008 00000000 0000 0008 00000001"));
  CHECK(action.text() == "flow_mod.instructions[0].actions[1].len @74: length is 8, needs 16");
  CHECK(action.domain == Domain::action);
  CHECK(action.to_openflow(Version::v13) == OpenFlowError{2, 1});  // OFPBAC_BAD_LEN
  CHECK(action.to_openflow(Version::v10) == OpenFlowError{2, 1});

  CHECK(refused<v13::FlowMod>(flow_mod(match + "0004 0018 00000000 0019 0010 80000604 0000000000000000"))
            .text() == "flow_mod.instructions[0].actions[0].field.eth_dst.length @71: length is 4, needs 6");
}

TEST_CASE("errors: in messages of 1.0") {
  const Error action = refused<v10::PacketOut>("01 0d 0018 00000001 ffffffff fff8 0008  0000 000c 0001 0000");
  CHECK(action.text() == "packet_out.actions[0].len @18: length is 12, at most 8");
  CHECK(action.to_openflow(Version::v10) == OpenFlowError{2, 1});
  const Error extent = refused<v10::PacketOut>("01 0d 0010 00000001 ffffffff fff8 0008");
  CHECK(extent.text() == "packet_out.actions_len @14: length is 8, at most 0");
  CHECK(extent.to_openflow(Version::v10) == OpenFlowError{1, 6});
  CHECK(refused<v10::FlowMod>("01 0e 0014 00000001 00000000 0000 000000000000").text() ==
        "flow_mod.match.dl_dst @20: 0 bytes left, needs 6");
  CHECK(refused<v10::BarrierRequest>("01 12 0009 00000001 00").text() ==
        "barrier_request.excess @8: 1 byte that belongs to nothing");
  const Error stats = refused<v10::DescStatsRequest>("01 10 000c 00000001 0001 0000");
  CHECK(stats.text() == "desc_stats_request.type @8: type is 1, not 0");
  CHECK(stats.to_openflow(Version::v10) == OpenFlowError{1, 1});
}

TEST_CASE("errors: in a hello") {
  const Error e = refused<v13::Hello>("04 00 000c 00000001 0001 0003");
  CHECK(e.text() == "hello.elements[0].length @10: length is 3, needs 4");
  CHECK(e.domain == Domain::hello);
  CHECK(refused<v13::Hello>("04 00 0010 00000001 0001 000a 00000010").text() ==
        "hello.elements[0].length @10: length is 10, at most 8");
  CHECK(refused<v13::Hello>("04 00 0010 00000001 0001 0006 00000010").text() ==
        "hello.elements[0].bitmaps[0].value @12: 2 bytes left, needs 4");
}

TEST_CASE("errors: of the header") {
  CHECK(refused<v10::Hello>("01 00 0007 00000001").text() == "header.length @2: length is 7, needs 8");
  CHECK(refused<v10::Hello>("01 00 0009 00000001").text() == "header.length @2: length is 9, at most 8");
  CHECK(refused<v13::FlowMod>("04 0d 0008 00000001").text() == "header.type @1: type is 13, not 14");
  const Error version = refused<v13::FlowMod>("05 0e 0008 00000001");
  CHECK(version.text() == "header.version @0: version is 5, expected up to 4");
  CHECK(version.to_openflow(Version::v13) == OpenFlowError{1, 0});  // OFPBRC_BAD_VERSION
}

TEST_CASE("errors: what a switch answers, by domain and version") {
  struct Row {
    Domain domain;
    Errc code;
    OpenFlowError v10, v13;
  };
  // 1.0 §5.4.4 and 1.3.5 §7.4.4: OFPET_BAD_REQUEST 1 (BAD_VERSION 0, BAD_TYPE 1, BAD_LEN 6), BAD_ACTION 2
  // (BAD_TYPE 0, BAD_LEN 1), BAD_INSTRUCTION 3 (UNKNOWN_INST 0, BAD_LEN 7), BAD_MATCH 4 (BAD_TYPE 0,
  // BAD_LEN 1).
  const Row rows[] = {
      {Domain::request, Errc::truncated, {1, 6}, {1, 6}},
      {Domain::request, Errc::bad_length, {1, 6}, {1, 6}},
      {Domain::request, Errc::excess, {1, 6}, {1, 6}},
      {Domain::request, Errc::bad_type, {1, 1}, {1, 1}},
      {Domain::request, Errc::bad_version, {1, 0}, {1, 0}},
      {Domain::hello, Errc::bad_version, {0, 0}, {0, 0}},  // OFPHFC_INCOMPATIBLE
      {Domain::hello, Errc::bad_length, {1, 6}, {1, 6}},
      {Domain::action, Errc::bad_type, {2, 0}, {2, 0}},
      {Domain::action, Errc::bad_length, {2, 1}, {2, 1}},
      {Domain::action, Errc::truncated, {2, 1}, {2, 1}},
      {Domain::action, Errc::bad_alignment, {2, 1}, {2, 1}},
      {Domain::instruction, Errc::bad_type, {1, 1}, {3, 0}},
      {Domain::instruction, Errc::bad_length, {1, 6}, {3, 7}},
      {Domain::match, Errc::bad_type, {1, 1}, {4, 0}},
      {Domain::match, Errc::bad_length, {1, 6}, {4, 1}},
      {Domain::property, Errc::bad_length, {1, 6}, {1, 6}},
  };
  for (const Row& row : rows) {
    const Error e{.code = row.code, .domain = row.domain};
    INFO(static_cast<int>(row.domain) << ' ' << name_of(row.code));
    CHECK(e.to_openflow(Version::v10) == row.v10);
    CHECK(e.to_openflow(Version::v13) == row.v13);
  }
}

TEST_CASE("errors: reasons") {
  const auto reason = [](Errc code, std::uint32_t actual, std::uint32_t limit) {
    return Error{.code = code, .actual = actual, .limit = limit}.reason();
  };
  CHECK(reason(Errc::truncated, 1, 4) == "1 byte left, needs 4");
  CHECK(reason(Errc::truncated, 0, 4) == "0 bytes left, needs 4");
  CHECK(reason(Errc::bad_length, 3, 4) == "length is 3, needs 4");
  CHECK(reason(Errc::bad_length, 5, 4) == "length is 5, needs 4");
  CHECK(reason(Errc::too_long, 9, 4) == "length is 9, at most 4");
  CHECK(reason(Errc::bad_type, 99, unknown_type) == "type is 99, which is unknown");
  CHECK(reason(Errc::excess, 1, 0) == "1 byte that belongs to nothing");
  CHECK(reason(Errc::bad_alignment, 9, 8) == "length is 9, not a multiple of 8");
  CHECK(reason(Errc::excess, 2, 0) == "2 bytes that belong to nothing");
  CHECK(reason(Errc::bad_type, 2, 1) == "type is 2, not 1");
  CHECK(reason(Errc::bad_version, 9, 6) == "version is 9, expected up to 6");
  CHECK(reason(Errc::too_deep, 9, 8) == "nested 9 deep, at most 8");
  CHECK(reason(Errc::bad_value, 9, 0) == "value is 9, which is unknown");
}

TEST_CASE("errors: paths of names and places in lists") {
  Path path;
  CHECK(path.text().empty());
  path.push({"flow_mod"});
  path.push({"instructions"});
  path.push({nullptr, 2});
  path.push({"len"});
  CHECK(path.text() == "flow_mod.instructions[2].len");
  path.pop();
  path.pop();
  CHECK(path.text() == "flow_mod.instructions");
  // Deeper than it has room for, and back.
  for (int i = 0; i < 40; ++i) path.push({"deep"});
  CHECK(path.text().substr(0, 26) == "flow_mod.instructions.deep");
  for (int i = 0; i < 40; ++i) path.pop();
  CHECK(path.text() == "flow_mod.instructions");
}

TEST_CASE("an error code that 1.0 does not have is malformed, of a type that it has") {
  const auto both = [](const char* rest) {
    return read_both(wire::struct_desc<v10::ErrorMessage>, hex(rest));
  };
  CHECK(both("0101 000c 00000001 0005 0002").ok());
  const auto unknown = both("0101 000c 00000001 0005 0003");
  CHECK(unknown.agree());
  CHECK(unknown.error.text() == "error.code @10: value is 3, which is unknown");
  CHECK(both("0101 000c 00000001 b0c2 0003").ok());
}

}  // namespace
}  // namespace oflens
