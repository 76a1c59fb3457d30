// Field trees: their shape on good and on damaged messages, and the errors in them.
#include <catch2/catch.hpp>

#include <fstream>

#include <oflens/message/dissect.hpp>
#include <oflens/message/generate.hpp>
#include <oflens/message/json.hpp>
#include <oflens/message/text.hpp>
#include <oflens/v13/messages.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::hex;
using test::Tight;
using test::to_hex;
using Raw = std::vector<std::byte>;

const Catalog& catalog = Catalog::standard();

// What is wrong with a tree of these bytes; empty when nothing is.
class TapeChecker {
 public:
  TapeChecker(const Tape& tape, Bytes message) : tape_(tape), size_(message.size()), covered_(size_) {}

  std::string check() {
    if (tape_.size() == 0) return "empty";
    nodes(0, tape_.size(), 0, size_);
    if (problems_ != tape_.problems()) wrong(0, "problems() is not their number");
    if (body_of(tape_) != tape_[0].subtree) wrong(0, "body_of");
    for (std::size_t i = 0; i < size_; ++i)
      if (!covered_[i]) {
        wrong(0, "byte " + std::to_string(i) + " is in no leaf");
        break;
      }
    return why_;
  }

 private:
  void wrong(std::uint32_t node, const std::string& what) {
    if (why_.empty()) why_ = "node " + std::to_string(node) + ": " + what;
  }
  // Children of one node, which lie between begin and end.
  void nodes(std::uint32_t at, std::uint32_t to, std::size_t begin, std::size_t end) {
    std::size_t next = begin;
    std::uint32_t index = 0;
    while (at < to && why_.empty()) {
      const Node& n = tape_[at];
      if (n.desc == nullptr || n.desc->name.empty()) return wrong(at, "has no name");
      if (n.subtree == 0 || n.subtree > to - at) return wrong(at, "subtree leaves its parent's");
      if (n.is_problem()) {
        if (inside_ == 0) ++problems_;
        if (n.length != 0 || n.subtree != 1) return wrong(at, "a problem with bytes or children");
        if (n.offset > size_) return wrong(at, "a problem beyond the message");
        if (n.is_element()) return wrong(at, "a problem that is an element");
      } else {
        if (n.offset < begin || n.offset + n.length > end) return wrong(at, "leaves its parent's bytes");
        if (n.offset < next) return wrong(at, "lies over the one before");
        next = n.offset + n.length;
        if (n.desc->kind == wire::Kind::id || n.desc->bits != 0) next = n.offset;  // several in one byte
        if (n.is_element() && n.index != index++) return wrong(at, "is not numbered in order");
        if (n.subtree == 1 && n.desc->kind != wire::Kind::structure)
          for (std::size_t i = n.offset; i < n.offset + n.length; ++i) covered_[i] = true;
        const int inside = n.holds_another() ? 1 : 0;
        inside_ += inside;
        nodes(at + 1, at + n.subtree, n.offset, n.offset + n.length);
        inside_ -= inside;
      }
      at += n.subtree;
    }
  }

  const Tape& tape_;
  std::size_t size_;
  std::vector<bool> covered_;
  std::uint32_t problems_ = 0;
  int inside_ = 0;  // fields that hold a packet or a message, around this node
  std::string why_;
};

// Do the bytes hold exactly one message that the typed reading takes?
bool accepted(Bytes message) {
  const auto frame = Frame::at(message);
  if (!frame || frame->bytes().size() != message.size()) return false;
  if (message[0] < std::byte{1} || message[0] > std::byte{6}) return false;
  if (message_name(frame->version(), frame->type()) == nullptr) return false;
  const wire::StructDesc* body = catalog.find(message);
  const std::byte* end = message.data() + message.size();
  return body == nullptr || body->check(message.data(), end, {&catalog}) == end;
}

// The tape is used for message after message.
void check_tape(Tape& tape, Bytes message) {
  const Tight tight(message);
  dissect(catalog, tight, tape);
  std::string why = TapeChecker(tape, tight).check();
  if (why.empty() && (tape.problems() == 0) != accepted(tight)) why = "the readings disagree";
  if (why.empty() && tape.problems() != 0) {
    std::uint32_t first = tape.size();
    for (std::uint32_t i = 0; i < tape.size(); i += tape[i].holds_another() ? tape[i].subtree : 1)
      if (tape[i].is_problem()) {
        first = std::min(first, i);
        const std::string text = tape.error_at(i).text();
        if (text.find("header.") != 0 && text.find("excess @") != 0 &&
            text.find(std::string(tape[body_of(tape)].desc->name) + ".") != 0)
          why = "path of " + text;
        if (tape.error_at(i).offset != tape[i].offset) why = "offset of " + text;
        if (tape.error_at(i).reason().empty()) why = "reason of " + text;
      }
    if (why.empty() && tape.first_error().text() != tape.error_at(first).text()) why = "first_error";
  }
  if (why.empty()) return;
  INFO(to_hex(message));
  CHECK(why == "");
}

std::string errors(const char* annotated) {
  const Raw message = hex(annotated);
  const Tight tight(message);
  Tape tape;
  dissect(catalog, tight, tape);
  std::string all;
  for (std::uint32_t i = 0; i < tape.size(); i += tape[i].holds_another() ? tape[i].subtree : 1)
    if (tape[i].is_problem()) all += (all.empty() ? "" : "; ") + tape.error_at(i).text();
  return all;
}

}  // namespace

// A packet_in of 1.0 that carries it.
Raw packet_in(const Raw& packet) {
  Raw message = hex("010a 0000 00000001 ffffffff 0040 0001 00 00");
  message.insert(message.end(), packet.begin(), packet.end());
  store_be(message.data() + 2, static_cast<std::uint16_t>(message.size()));
  return message;
}

TEST_CASE("trees of packets that are damaged hold together", "[dissect][packets]") {
  std::ifstream lines(OFLENS_TESTDATA "/packets/packets.txt");
  std::string what, frame, rest;
  Tape tape;
  while (std::getline(lines, what) && std::getline(lines, frame) && std::getline(lines, rest)) {
    std::getline(lines, rest);
    INFO(what);
    const Raw packet = hex(frame.c_str());
    for (std::size_t at = 0; at < packet.size(); ++at)
      for (const unsigned value : {0u, 1u, 4u, 0x40u, 0x7fu, 0xffu}) {
        Raw damaged = packet;
        damaged[at] = static_cast<std::byte>(value);
        check_tape(tape, packet_in(damaged));
        // Lengths, mostly, that disagree with another.
        if (at + 3 < packet.size()) damaged[at + 3] = std::byte{0};
        check_tape(tape, packet_in(damaged));
      }
  }
  // Neither the header nor the datagram is as long as a header must be.
  check_tape(
      tape,
      packet_in(hex("020000000002 020000000001 0800 00000000 00000000 0000 0000 00000000 00000000 0102")));
}

TEST_CASE("the layers of packets, whole and cut anywhere", "[dissect][packets]") {
  // packets.txt: "# what", the frame, the layers as JSON, an empty line.
  std::ifstream lines(OFLENS_TESTDATA "/packets/packets.txt");
  std::string what, frame, layers, empty;
  std::size_t packets = 0;
  Tape tape;
  for (; std::getline(lines, what) && std::getline(lines, frame) && std::getline(lines, layers); ++packets) {
    std::getline(lines, empty);
    INFO(what);
    const Raw packet = hex(frame.c_str());
    for (std::size_t n = 0; n <= packet.size(); ++n) {
      const Raw message = packet_in({packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(n)});
      check_tape(tape, message);
      CHECK(tape.problems() == 0);
      if (n != packet.size()) continue;
      TextBuffer json;
      put_json_members(json, tape, message);
      std::erase_if(layers, [](char c) { return c == ' '; });
      std::string got(json.view());
      std::erase_if(got, [](char c) { return c == ' '; });
      // All but the braces.
      CHECK(got.find(',' + layers.substr(1, layers.size() - 2) + "}},\"problems\":[]") != got.npos);
    }
  }
  CHECK(packets > 40);
}

TEST_CASE("lengths that cannot be, inside packets, are problems of the packet alone", "[dissect][packets]") {
  // The TCP option has a length of 1.
  Raw message =
      hex("010a 0050 00000001 ffffffff 003e 0001 00 00 020000000002 020000000001 0800"
          "4500 002c 0000 0000 40 06 0000 0a000001 0a000002"
          "0001 0002 00000001 00000000 6002 2000 0000 0000 02 01 05 b4");
  message.resize(80);
  store_be(message.data() + 2, static_cast<std::uint16_t>(message.size()));
  Tape tape;
  check_tape(tape, message);
  CHECK(tape.problems() == 0);
  TextBuffer tree;
  put_tree(tree, tape, message);
  CHECK(std::string(tree.view()).find("length: length is 1, needs 2") != std::string::npos);
}

TEST_CASE("trees of generated messages, and of what is left when they are damaged, hold together",
          "[dissect]") {
  Generator generate(31, 4);
  Tape tape;
  Raw m;
  std::size_t damaged = 0;
  for (std::size_t kind = 0; kind < catalog.size(); ++kind)
    for (int i = 0; i < 60; ++i) {
      generate.message(catalog, kind, m);
      check_tape(tape, m);
      CHECK(tape.problems() == 0);
      for (int k = 0; k < 12; ++k) {
        generate.mutate(m);
        check_tape(tape, m);
        damaged += tape.problems() != 0;
      }
    }
  CHECK(damaged > catalog.size() * 60 * 4);
}

TEST_CASE("trees of messages that are cut at any byte hold together", "[dissect]") {
  Generator generate(32, 3);
  Tape tape;
  Raw m;
  for (std::size_t kind = 0; kind < catalog.size(); ++kind)
    for (int i = 0; i < 3; ++i) {
      generate.message(catalog, kind, m);
      for (std::size_t n = 0; n < std::min<std::size_t>(m.size(), 300); ++n) {
        Raw part(m.begin(), m.begin() + static_cast<std::ptrdiff_t>(n));
        check_tape(tape, part);
        CHECK(tape.problems() != 0);
        if (n >= 4) store_be(part.data() + 2, static_cast<std::uint16_t>(n));
        check_tape(tape, part);
      }
    }
}

TEST_CASE("trees of random bytes hold together", "[dissect]") {
  Generator generate(33);
  Tape tape;
  for (int i = 0; i < 50000; ++i) {
    Raw m(generate.below(100));
    for (std::byte& b : m) b = static_cast<std::byte>(generate.below(i % 3 == 0 ? 256 : 4));
    if (!m.empty()) m[0] = static_cast<std::byte>(generate.below(8));
    if (m.size() > 1) m[1] = static_cast<std::byte>(generate.below(40));
    if (m.size() > 3 && i % 4 != 0) store_be(m.data() + 2, static_cast<std::uint16_t>(m.size()));
    check_tape(tape, m);
  }
}

TEST_CASE("errors say where and what", "[dissect]") {
  CHECK(errors("0414 0008 00000001") == "");
  CHECK(errors("") == "header.version @0: 0 bytes left, needs 1");
  CHECK(errors("04 14 0008 000000") == "header.xid @4: 3 bytes left, needs 4");
  CHECK(errors("00 00 0008 00000001") == "header.version @0: version is 0, expected up to 6");
  CHECK(errors("04 14 0004 00000001") == "header.length @2: length is 4, needs 8");
  CHECK(errors("04 14 000c 00000001") == "header.length @2: length is 12, at most 8");
  CHECK(errors("04 14 0008 00000001 00") == "excess @8: 1 byte that belongs to nothing");
  CHECK(errors("04 14 000a 00000001 0000") == "barrier_request.excess @8: 2 bytes that belong to nothing");
  CHECK(
      errors(
          "010e 0050 00000001 003fffff 0000 000000000000 000000000000 0000 00 00 0000 00 00 0000 00000000"
          "00000000 0000 0000 0000000000000000 0000 0000 0000 8000 ffffffff ffff 0000 0000 0007 0001 0000") ==
      "flow_mod.actions[0].len @74: length is 7, needs 8");
  CHECK(
      errors("010e 0054 00000001 003fffff 0000 000000000000 000000000000 0000 00 00 0000 00 00 0000 00000000"
             "00000000 0000 0000 0000000000000000 0000 0000 0000 8000 ffffffff ffff 0000 0000 000c 0001 0000"
             "00000000") == "flow_mod.actions[0].len @74: length is 12, not a multiple of 8");
  CHECK(
      errors("010e 0058 00000001 003fffff 0000 000000000000 000000000000 0000 00 00 0000 00 00 0000 00000000"
             "00000000 0000 0000 0000000000000000 0000 0000 0000 8000 ffffffff ffff 0000 0000 0010 0001 0000"
             "00000000 00000000") == "flow_mod.actions[0].excess @80: 8 bytes that belong to nothing");
  const char* const match = "040a 0022 00000001 ffffffff 0000 00 00 0000000000000000";
  CHECK(errors((std::string(match) + "0000 0004 00000000 0000").c_str()) ==
        "packet_in.match.type @24: type is 0, not 1");
  CHECK(errors((std::string(match) + "0001 0003 00000000 0000").c_str()) ==
        "packet_in.match.length @26: length is 3, needs 4");
  CHECK(errors((std::string(match) + "0001 0006 0000 0000 0000").c_str()) ==
        "packet_in.match.oxm[0].length @28: 2 bytes left, needs 4");
  // After an error the siblings are read.
  CHECK(errors("040e 0060 00000001 0000000000000000 0000000000000000 00 00 0000 0000 8000 ffffffff ffffffff "
               "ffffffff"
               "0000 0000 0001 0004 00000000"
               "0004 0020 00000000 0000 0008 00000001 0012 0008 00000000 0011 0008 8100 0000 0001 0008 05 "
               "000000") == "flow_mod.instructions[0].actions[0].len @66: length is 8, needs 16");
}

TEST_CASE("errors become OFPT_ERROR", "[dissect]") {
  const auto openflow = [](const char* annotated, Version version) {
    const Raw message = hex(annotated);
    Tape tape;
    dissect(catalog, message, tape);
    REQUIRE(tape.problems() != 0);
    return tape.first_error().to_openflow(version);
  };
  CHECK(openflow("63 00 0008 00000001", Version::v13) == OpenFlowError{0, 0});     // HELLO_FAILED
  CHECK(openflow("63 02 0008 00000001", Version::v13) == OpenFlowError{1, 0});     // BAD_VERSION
  CHECK(openflow("04 63 0008 00000001", Version::v13) == OpenFlowError{1, 1});     // BAD_TYPE
  CHECK(openflow("04 14 0009 00000001 00", Version::v13) == OpenFlowError{1, 6});  // BAD_LEN
}

TEST_CASE("a tape is used again, moved and swapped", "[dissect]") {
  Tape a;
  CHECK(a.size() == 0);
  CHECK(body_of(a) == 0);
  dissect(catalog, hex("0414 0009 00000001 ff"), a);
  CHECK(a.problems() == 1);
  const std::uint32_t size = a.size();
  Tape b(std::move(a));
  CHECK(b.size() == size);
  CHECK(b.problems() == 1);
  CHECK(a.size() == 0);
  CHECK(a.problems() == 0);
  dissect(catalog, hex("0414 0008 00000001"), a);
  CHECK(a.problems() == 0);
  a = std::move(b);
  CHECK(a.size() == size);
  CHECK(a.first_error().text() == "barrier_request.excess @8: 1 byte that belongs to nothing");
  a.clear();
  CHECK((a.size() == 0 && a.problems() == 0));
  // More nodes than it has room for at first.
  Raw m = hex("0413 ea70 00000001 000d 0000 00000000");
  m.resize(60016);
  dissect(catalog, m, a);
  CHECK(a.size() > 10000);
  CHECK(TapeChecker(a, m).check() == "");
}

TEST_CASE("the numbers in a tree", "[dissect]") {
  Tape tape;
  dissect(catalog, hex("0406 0020 0000000a 0123456789abcdef 00000100 fe 02 0000 8000004f 00000000"), tape);
  std::vector<std::pair<std::string, std::uint64_t>> numbers;
  for (const Node& n : tape)
    if (n.subtree == 1) numbers.emplace_back(n.desc->name, n.value);
  CHECK(numbers == std::vector<std::pair<std::string, std::uint64_t>>{{"version", 4},
                                                                      {"type", 6},
                                                                      {"length", 32},
                                                                      {"xid", 10},
                                                                      {"datapath_id", 0x0123456789abcdef},
                                                                      {"n_buffers", 256},
                                                                      {"n_tables", 254},
                                                                      {"auxiliary_id", 2},
                                                                      {"pad", 0},
                                                                      {"capabilities", 0x8000004f},
                                                                      {"reserved", 0}});
}

}  // namespace oflens
