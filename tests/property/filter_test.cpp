// Filters against the trees that people see: a condition made of any field that a tree shows holds for a
// message if and only if its tree has such a field with such a value.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include <oflens/message/dissect.hpp>
#include <oflens/message/filter.hpp>
#include <oflens/message/generate.hpp>
#include <oflens/message/packet_layers.hpp>
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

// Nodes with a value that can be compared.
std::vector<std::uint32_t> leaves_of(const Tape& tape) {
  std::vector<std::uint32_t> leaves;
  for (std::uint32_t i = 1; i < tape.size(); ++i)
    if (tape[i].subtree == 1 && !tape[i].is_problem() &&
        (is_number(tape[i].desc->kind) || is_address(tape[i].desc->kind)))
      leaves.push_back(i);
  return leaves;
}

// A leaf under those of the names above it that `keep` says, which is asked from the outermost on.
template <class F>
Condition condition_of(const Tape& tape, Bytes message, std::uint32_t leaf, F&& keep) {
  std::vector<std::uint32_t> above;
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
    if (keep(i == above.front(), i == above.back())) c.path.emplace_back(tape[i].desc->name);
  c.path.emplace_back(tape[leaf].desc->name);
  return c;
}

// A random leaf of the tree, under some of the names above it.
std::optional<Condition> choose(Generator& generate, const Tape& tape, Bytes message) {
  const std::vector<std::uint32_t> leaves = leaves_of(tape);
  if (leaves.empty()) return std::nullopt;
  return condition_of(tape, message, leaves[generate.below(leaves.size())],
                      [&](bool outermost, bool) { return generate.below(2) == 0 || outermost; });
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

Filter compiled(const FieldIndex& index, const Condition& condition) {
  FilterError error;
  auto filter = Filter::compile(index, text_of(condition), error);
  INFO(text_of(condition) << "\n" << error.text);
  REQUIRE(filter.has_value());
  return *std::move(filter);
}

// Does the filter say what the tree does?
void check(Filter& filter, const Condition& condition, const Tape& tape, Bytes message) {
  std::vector<std::uint32_t> above;
  if (filter.matches(message) == holds(condition, tape, message, 0, tape.size(), above)) return;
  INFO(text_of(condition) << "\n" << test::to_hex(message));
  FAIL("the filter and the tree differ");
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

std::vector<std::byte> packet_in(Bytes packet) {
  v10::PacketIn message;
  message.data = Payload::borrowed(packet);
  return test::encoded(message);
}
// Of all protocols.
std::vector<std::vector<std::byte>> packets() {
  std::vector<std::vector<std::byte>> all;
  std::ifstream file(OFLENS_TESTDATA "/packets/packets.txt");
  for (std::string line; std::getline(file, line);)
    if (!line.empty() && line.find_first_not_of("0123456789abcdef") == std::string::npos)
      all.push_back(test::hex(line));
  REQUIRE(all.size() > 20);
  return all;
}

TEST_CASE("filters find what packets show") {
  const Catalog& catalog = Catalog::standard();
  const FieldIndex index(catalog);
  std::vector<std::vector<std::byte>> messages;
  std::vector<Tape> trees;
  for (const auto& packet : packets()) {
    messages.push_back(packet_in(packet));
    dissect(catalog, messages.back(), trees.emplace_back());
  }
  // All fields of all layers: by themselves in a packet_in, with the layer, with all that is around them, and
  // with some.
  Generator generate(33);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < messages.size(); ++i)
    for (const std::uint32_t leaf : leaves_of(trees[i])) {
      const auto condition = [&](auto&& keep) {
        const Condition c = condition_of(trees[i], messages[i], leaf, keep);
        std::string path;
        for (const std::string& name : c.path) path += name + ".";
        if (!seen.insert(path).second) return;
        Filter filter = compiled(index, c);
        INFO(text_of(c));
        REQUIRE(filter.matches(messages[i]));
        for (std::size_t other = 0; other < messages.size(); ++other)
          check(filter, c, trees[other], messages[other]);
      };
      condition([](bool outermost, bool) { return outermost; });
      condition([](bool, bool innermost) { return innermost; });
      condition([](bool, bool) { return true; });
      condition([&](bool outermost, bool) { return outermost || generate.below(2) == 0; });
    }
  CHECK(seen.size() > 500);
}

TEST_CASE("filters find what is left of packets and messages that end anywhere") {
  const Catalog& catalog = Catalog::standard();
  const FieldIndex index(catalog);
  Generator generate(34);
  Tape tape;
  const auto all = packets();
  for (const auto& packet : all) {
    const std::vector<std::byte> whole = packet_in(packet);
    dissect(catalog, whole, tape);
    const auto condition = choose(generate, tape, whole);
    REQUIRE(condition.has_value());
    Filter filter = compiled(index, *condition);
    for (const auto& other : all)
      for (std::size_t size = 0; size <= other.size(); size += &other == &packet ? 1 : 7) {
        const test::Tight message(packet_in(Bytes(other).first(size)));
        dissect(catalog, message, tape);
        check(filter, *condition, tape, message);
      }
  }
  std::set<std::filesystem::path> files;  // in their order
  for (const auto& file : std::filesystem::recursive_directory_iterator(OFLENS_TESTDATA "/messages"))
    if (file.path().extension() == ".txt") files.insert(file.path());
  for (std::filesystem::path file : files) {
    file = std::filesystem::relative(file, OFLENS_TESTDATA "/messages");
    std::vector<std::byte> message = test::fixture(file.replace_extension());
    dissect(catalog, message, tape);
    const auto condition = choose(generate, tape, message);
    if (!condition) continue;
    Filter filter = compiled(index, *condition);
    for (; !message.empty(); message.pop_back()) {
      dissect(catalog, test::Tight(message), tape);
      check(filter, *condition, tape, message);
      if (message.size() < 4) continue;
      store_be(message.data() + 2, static_cast<std::uint16_t>(message.size() - 1));  // once it is one shorter
    }
  }
}

// A part of a tree without what nobody asked for.
struct Part {
  std::uint32_t depth, offset, length;
  std::uint64_t value;
  const wire::FieldDesc* desc;
  bool operator==(const Part&) const = default;
};
template <class F>
void parts(const Tape& tape, std::uint32_t at, std::uint32_t end, std::uint32_t depth, F&& asked,
           std::vector<Part>& out) {
  for (; at < end; at += tape[at].subtree) {
    const Node& n = tape[at];
    if (!asked(*n.desc)) continue;
    out.push_back({depth, n.offset, n.length, n.value, n.desc});
    parts(tape, at + 1, at + n.subtree, depth + 1, asked, out);
  }
}

TEST_CASE("the wanted fields of packets are the same as with all others around") {
  std::map<const wire::FieldDesc*, std::size_t> fields, options;  // and among which it is wanted
  std::vector<WantedFields> some(4);
  for (const PacketLayer& layer : packet_layers()) {
    const auto add = [&](const wire::FieldDesc& f, const wire::FieldDesc& shown) {
      // Some headers share their fields.
      auto& only = some[fields.try_emplace(&shown, fields.size() % some.size()).first->second].fields;
      const WantedFields::Field field{layer.header, &f, &shown};
      if (std::find(only.begin(), only.end(), field) == only.end()) only.push_back(field);
    };
    for (const wire::FieldDesc& f : layer.header->fields) {
      if (f.bit_fields.empty()) add(f, f);
      for (const wire::FieldDesc& bits : f.bit_fields) add(f, bits);
    }
    if (layer.options != nullptr && options.try_emplace(layer.options, options.size() % some.size()).second)
      some[options.at(layer.options)].options.push_back(layer.options);
  }
  some.emplace_back();
  Tape all, quick;
  std::vector<Part> expected, found;
  for (const auto& packet : packets())
    for (std::size_t size = 0; size <= packet.size(); ++size) {
      const test::Tight bytes(Bytes(packet).first(size));
      all.clear();
      dissect_packet(bytes, 0, static_cast<std::uint32_t>(size), all);
      for (const WantedFields& only : some) {
        quick.clear();
        dissect_packet(bytes, 0, static_cast<std::uint32_t>(size), quick, &only);
        const auto asked = [&](const wire::FieldDesc& d) {
          const bool wanted = std::any_of(only.fields.begin(), only.fields.end(),
                                          [&](const auto& w) { return w.shown == &d; }) ||
                              std::find(only.options.begin(), only.options.end(), &d) != only.options.end();
          return wanted || (!fields.contains(&d) && !options.contains(&d));
        };
        expected.clear();
        found.clear();
        parts(all, 0, all.size(), 0, asked, expected);
        parts(quick, 0, quick.size(), 0, asked, found);
        if (found == expected) continue;
        INFO(test::to_hex(bytes));
        FAIL("the wanted fields differ");
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
