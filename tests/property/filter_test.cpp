// Filters against the trees that people see: a condition made of any field that a tree shows holds for a
// message if and only if its tree has such a field with such a value.
#include <catch2/catch.hpp>
#include <fstream>
#include <map>

#include <oflens/message/dissect.hpp>
#include <oflens/message/filter.hpp>
#include <oflens/message/generate.hpp>
#include <oflens/message/value.hpp>
#include <oflens/v10/messages.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using wire::Kind;

// A condition as plain as can be: a path and the bytes or the number at its end.
struct Condition {
  std::vector<std::string> path{};
  bool is_number = false;
  std::uint64_t number = 0;
  std::vector<std::byte> bytes{};
  Kind kind{};
};

bool is_number(Kind kind) {
  return kind == Kind::number || kind == Kind::tag || kind == Kind::length || kind == Kind::extent ||
         kind == Kind::id;
}
bool is_address(Kind kind) { return kind == Kind::mac || kind == Kind::ipv4 || kind == Kind::ipv6; }

// The names of types that bodies go by beside their own.
const std::multimap<const wire::FieldDesc*, std::string>& type_names() {
  static const auto names = [] {
    std::multimap<const wire::FieldDesc*, std::string> all;
    const Catalog& catalog = Catalog::standard();
    for (std::size_t i = 0; i < catalog.size(); ++i)
      all.emplace(&catalog[i].body->root, message_name(catalog[i].version, catalog[i].type));
    return all;
  }();
  return names;
}
// What holds others goes by what it is a list of, too.
bool holder_is_called(const Node& node, const std::string& name) {
  if (name == node.desc->name || (node.desc->family != nullptr && name == node.desc->family->name))
    return true;
  const auto [from, to] = type_names().equal_range(node.desc);
  return std::any_of(from, to, [&](const auto& entry) { return entry.second == name; });
}

// By looking at each node and all that it stands in.
bool holds(const Condition& c, const Tape& tape, Bytes message, std::uint32_t at, std::uint32_t end,
           std::vector<std::uint32_t>& above) {
  for (; at < end; at += tape[at].subtree) {
    const Node& node = tape[at];
    if (node.is_problem()) continue;
    above.push_back(at);
    if (node.subtree == 1 && c.path.back() == node.desc->name) {
      std::size_t met = 0;
      for (std::size_t i = 0; i + 1 < above.size() && met + 1 < c.path.size(); ++i)
        met += holder_is_called(tape[above[i]], c.path[met]) ? 1 : 0;
      const Bytes bytes = message.subspan(node.offset, node.length);
      const bool same = c.is_number ? is_number(node.desc->kind) && node.value == c.number
                                    : node.desc->kind == c.kind && std::equal(bytes.begin(), bytes.end(),
                                                                              c.bytes.begin(), c.bytes.end());
      if (met + 1 == c.path.size() && same) return true;
    }
    if (holds(c, tape, message, at + 1, at + node.subtree, above)) return true;
    above.pop_back();
  }
  return false;
}

// A random leaf of the tree, under some of the names above it.
std::optional<Condition> choose(Generator& generate, const Tape& tape, Bytes message) {
  std::vector<std::uint32_t> above, leaves;
  for (std::uint32_t i = 1; i < tape.size(); ++i)
    if (tape[i].subtree == 1 && !tape[i].is_problem() &&
        (is_number(tape[i].desc->kind) || is_address(tape[i].desc->kind)))
      leaves.push_back(i);
  if (leaves.empty()) return std::nullopt;
  const std::uint32_t leaf = leaves[generate.below(leaves.size())];
  Condition c{.is_number = is_number(tape[leaf].desc->kind),
              .number = tape[leaf].value,
              .kind = tape[leaf].desc->kind};
  const Bytes bytes = message.subspan(tape[leaf].offset, tape[leaf].length);
  c.bytes.assign(bytes.begin(), bytes.end());
  for (std::uint32_t at = 0; at != leaf;) {
    if (at + tape[at].subtree <= leaf) {
      at += tape[at].subtree;
      continue;
    }
    above.push_back(at++);
  }
  for (const std::uint32_t i : above)
    if (generate.below(2) == 0 || i == above.front()) c.path.emplace_back(tape[i].desc->name);
  c.path.emplace_back(tape[leaf].desc->name);
  return c;
}

std::string text_of(const Condition& c) {
  std::string text;
  for (const std::string& name : c.path) text += (text.empty() ? "" : ".") + name;
  TextBuffer value;
  if (c.is_number)
    value.put_decimal(c.number);
  else
    put_address(value, c.kind, c.bytes);
  return text + " == " + std::string(value.view());
}

TEST_CASE("filters find what trees show") {
  const Catalog& catalog = Catalog::standard();
  const FieldIndex index(catalog);
  Generator generate(31);
  Tape tape;
  std::vector<std::byte> message;
  std::size_t shown = 0, hidden = 0;
  for (int round = 0; round < 1500; ++round) {
    const std::size_t kind = generate.below(catalog.size());
    generate.message(catalog, kind, message);
    dissect(catalog, message, tape);
    const auto condition = choose(generate, tape, message);
    if (!condition) continue;
    const std::string text = text_of(*condition);
    FilterError error;
    auto filter = Filter::compile(index, text, error);
    INFO(text << "\n" << error.text << "\n" << test::to_hex(message));
    REQUIRE(filter.has_value());
    REQUIRE(filter->matches(message));
    for (int other = 0; other < 60; ++other) {
      if (other % 3 != 0)
        generate.message(catalog, kind, message);
      else
        generate.message(catalog, message);
      if (other % 2 == 0) generate.mutate(message);
      const test::Tight tight(message);
      dissect(catalog, tight, tape);
      std::vector<std::uint32_t> above;
      const bool expected = holds(*condition, tape, tight, 0, tape.size(), above);
      if (filter->matches(tight) != expected) {
        INFO(test::to_hex(message));
        REQUIRE(filter->matches(tight) == expected);
      }
      (expected ? shown : hidden) += 1;
    }
  }
  CHECK(shown > 1000);
  CHECK(hidden > 1000);
}

// Packets of all protocols, each in a packet_in.
std::vector<std::vector<std::byte>> packets() {
  std::vector<std::vector<std::byte>> all;
  std::ifstream file(OFLENS_TESTDATA "/packets/packets.txt");
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.find_first_not_of("0123456789abcdef") != std::string::npos) continue;
    const std::vector<std::byte> data = test::hex(line);
    v10::PacketIn message;
    message.data = Payload::borrowed(data);
    all.push_back(test::encoded(message));
  }
  return all;
}

TEST_CASE("filters find what packets show") {
  const Catalog& catalog = Catalog::standard();
  const FieldIndex index(catalog);
  const auto messages = packets();
  REQUIRE(messages.size() > 20);
  Generator generate(33);
  Tape tape;
  for (int round = 0; round < 500; ++round) {
    const auto& message = messages[generate.below(messages.size())];
    dissect(catalog, message, tape);
    const auto condition = choose(generate, tape, message);
    REQUIRE(condition.has_value());
    const std::string text = text_of(*condition);
    FilterError error;
    auto filter = Filter::compile(index, text, error);
    INFO(text << "\n" << error.text << "\n" << test::to_hex(message));
    REQUIRE(filter.has_value());
    REQUIRE(filter->matches(message));
    for (const auto& other : messages) {
      dissect(catalog, other, tape);
      std::vector<std::uint32_t> above;
      if (filter->matches(other) == holds(*condition, tape, other, 0, tape.size(), above)) continue;
      INFO(test::to_hex(other));
      FAIL("the filter and the tree differ");
    }
  }
}

TEST_CASE("words of the language in any order are a filter, or wrong at a place within") {
  constexpr const char* words[] = {"priority",   "flow_mod",
                                   "match",      "eth_type",
                                   "any(",       "all(",
                                   "bucket:",    "actions:",
                                   "output",     ".",
                                   ".",          "port",
                                   "data",       "ip",
                                   "src",        "type",
                                   "time",       "problems.code",
                                   "version",    "==",
                                   "!=",         "<",
                                   ">=",         "in",
                                   "{",          "}",
                                   "..",         ",",
                                   "&",          "&&",
                                   "||",         "!",
                                   "not",        "and",
                                   "or",         "(",
                                   ")",          "contains",
                                   "matches",    "~",
                                   "1",          "0x800",
                                   "10.0.0.0/8", "ff:ff:ff:ff:ff:ff",
                                   "::1",        "ADD",
                                   "A|B",        "\"a.*b\"",
                                   "\"",         "\\",
                                   "1.3",        "packet_in",
                                   "\xc3"};
  const FieldIndex index(Catalog::standard());
  Generator generate(32);
  std::vector<std::byte> message;
  int filters = 0;
  for (int round = 0; round < 1'500; ++round) {
    std::string text;
    for (std::uint64_t n = 1 + generate.below(12); n > 0; --n) {
      text += words[generate.below(std::size(words))];
      if (generate.below(3) == 0) text += ' ';
    }
    FilterError error;
    auto filter = Filter::compile(index, text, error);
    INFO(text << "\n" << error.text);
    if (!filter) {
      REQUIRE((!error.text.empty() && error.length != 0 && error.offset <= text.size()));
      continue;
    }
    ++filters;
    generate.message(Catalog::standard(), message);
    filter->matches(test::Tight(message));
  }
  CHECK(filters > 30);
}

}  // namespace
}  // namespace oflens
