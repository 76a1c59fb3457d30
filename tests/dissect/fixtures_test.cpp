// The messages of testdata/messages and testdata/malformed (see the README there): each is read as its file
// says, written again as it was, and noticed when it is cut; nothing that is described is without one.
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <oflens/message/dissect.hpp>
#include <oflens/message/from_json.hpp>
#include <oflens/message/generate.hpp>
#include <oflens/message/json.hpp>
#include <oflens/standard.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using test::to_hex;
using wire::FamilyDesc;
using wire::FieldDesc;
using wire::Kind;
using wire::StructDesc;

const Catalog& catalog = Catalog::standard();

struct Fixture {
  std::string name;
  std::vector<std::byte> bytes;
  std::string expected;
};

// JSON without the white space that means nothing.
std::string packed(std::string_view json) {
  std::string out;
  bool quoted = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (!quoted && (c == ' ' || c == '\n')) continue;
    out += c;
    if (c == '"') quoted = !quoted;
    if (c == '\\' && quoted) out += json[++i];
  }
  return out;
}

std::vector<Fixture> load(const std::filesystem::path& directory) {
  std::vector<Fixture> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.path().extension() != ".txt") continue;
    std::ostringstream content;
    content << std::ifstream(entry.path()).rdbuf();
    const std::string text = content.str();
    const auto line = text.find("\n---\n");
    INFO(entry.path());
    REQUIRE(line != std::string::npos);
    out.push_back({std::filesystem::relative(entry.path(), OFLENS_TESTDATA),
                   test::hex(text.substr(0, line + 1)), packed(text.substr(line + 5))});
  }
  std::sort(out.begin(), out.end(), [](const Fixture& a, const Fixture& b) { return a.name < b.name; });
  return out;
}

const std::vector<Fixture>& messages() {
  static const auto all = load(OFLENS_TESTDATA "/messages");
  return all;
}
const std::vector<Fixture>& malformed() {
  static const auto all = load(OFLENS_TESTDATA "/malformed");
  return all;
}

std::string record_of(const Tape& tape, Bytes message) {
  TextBuffer text;
  text.put('{');
  put_json_members(text, tape, message);
  text.put('}');
  return packed(text.view());
}

bool typed_accepts(Bytes message) {
  const auto frame = Frame::at(message);
  if (!frame || frame->bytes().size() != message.size()) return false;
  const StructDesc* body = catalog.find(message);
  const std::byte* end = message.data() + message.size();
  return body == nullptr || body->check(message.data(), end, {&catalog}) == end;
}

// ---- what is described, and how each writes itself

// Takes the place of a catalogue: meets every struct that is described, its type still known.
class Described {
 public:
  // What it writes after reading itself from these bytes.
  using Again = std::vector<std::byte> (*)(Bytes);
  std::map<const StructDesc*, Again> structs;
  std::map<const FieldDesc*, const StructDesc*> owner_of;  // of a field, which shows what a node is
  std::set<const StructDesc*> messages;
  std::vector<const wire::PackedDesc*> match_fields;

  template <Message... M>
  bool add() {
    (messages.insert(&wire::struct_desc<M>), ...);
    (structure<M>(), ...);
    return true;
  }
  template <class Family, wire::Described E>
  bool add_element() {
    structure<E>();
    return true;
  }
  template <const auto&... Fields>
  bool add_oxm() {
    for (const wire::OxmRow& row : wire::oxm_rows<Fields...>) match_fields.push_back(&row.packed);
    return true;
  }

 private:
  template <class T>
  static std::vector<std::byte> again(Bytes bytes) {
    if constexpr (Message<T>) {
      const auto frame = Frame::at(bytes);
      const auto m = frame->decode<T>(&catalog);
      return m ? test::encoded(*m, frame->xid(), frame->version()) : std::vector<std::byte>();
    } else {
      T value;
      const std::byte* end = bytes.data() + bytes.size();
      if (wire::read<true>(&value, bytes.data(), end, {&catalog}) != end) return {};
      return test::written(value);
    }
  }
  template <class T>
  void structure() {
    const StructDesc& desc = wire::struct_desc<T>;
    if (!structs.emplace(&desc, &again<T>).second) return;
    for (const FieldDesc& f : desc.fields) owner_of[&f] = &desc;
    wire::each_item(T::wire.slots, [this]<std::size_t I, class Item>(const Item&) {
      this->member(static_cast<typename wire::ItemMember<Item>::Type*>(nullptr));
      return true;
    });
  }
  template <class T>
  void member(T*) {
    if constexpr (wire::Described<T>) structure<T>();
  }
  template <class E>
  void member(Seq<E>*) {
    member(static_cast<E*>(nullptr));
  }
  template <class E>
  void member(One<E>*) {
    member(static_cast<E*>(nullptr));
  }
  template <class Rules, class... Alternatives>
  void member(OneOf<Rules, Alternatives...>*) {
    (structure<Alternatives>(), ...);
  }
};

const Described& described() {
  static const Described all = [] {
    Described d;
    for (const wire::OxmRow& row : oxm_basic) d.match_fields.push_back(&row.packed);
    add_standard(d);
    return d;
  }();
  return all;
}

// The struct of which a node of a tree is one, by what stands in it; null when it is something else. The type
// of an element that the catalogue describes is its family's.
const StructDesc* struct_of(const Tape& tape, std::uint32_t at) {
  for (std::uint32_t i = at + 1; i < at + tape[at].subtree; i += tape[i].subtree) {
    const auto found = described().owner_of.find(tape[i].desc);
    if (found != described().owner_of.end()) return found->second;
  }
  return nullptr;
}

// ---- the tests

TEST_CASE("fixtures: every message reads as its file says", "[fixtures]") {
  Tape tape;
  for (const Fixture& f : messages()) {
    INFO(f.name << ' ' << to_hex(f.bytes));
    const test::Tight tight(f.bytes);
    dissect(catalog, tight, tape);
    CHECK(record_of(tape, tight) == f.expected);
    CHECK(tape.problems() == 0);
    CHECK(typed_accepts(tight));
  }
}

TEST_CASE("fixtures: every malformed message has the problems that its file says", "[fixtures]") {
  Tape tape;
  for (const Fixture& f : malformed()) {
    INFO(f.name << ' ' << to_hex(f.bytes));
    const test::Tight tight(f.bytes);
    dissect(catalog, tight, tape);
    CHECK(record_of(tape, tight) == f.expected);
    CHECK(tape.problems() != 0);
    CHECK_FALSE(typed_accepts(tight));
  }
}

TEST_CASE("fixtures: every message, and every struct in it, is written as it was read", "[fixtures]") {
  Tape tape;
  for (const Fixture& f : messages()) {
    INFO(f.name << ' ' << to_hex(f.bytes));
    const StructDesc* body = catalog.find(f.bytes);
    REQUIRE(body != nullptr);
    REQUIRE(described().structs.count(body) == 1);
    CHECK(to_hex(described().structs.at(body)(f.bytes)) == to_hex(f.bytes));
    dissect(catalog, f.bytes, tape, Inside::bytes);
    for (std::uint32_t i = body_of(tape) + 1; i < tape.size(); ++i) {
      const StructDesc* d = struct_of(tape, i);
      if (d == nullptr) continue;
      INFO(d->name << " at " << tape[i].offset);
      const Bytes bytes = Bytes(f.bytes).subspan(tape[i].offset, tape[i].length);
      CHECK(to_hex(described().structs.at(d)(bytes)) == to_hex(bytes));
    }
  }
}

TEST_CASE("fixtures: every record is written as the message that it is of", "[fixtures]") {
  RecordReader reader(catalog);
  std::vector<std::byte> again;
  for (const Fixture& f : messages()) {
    INFO(f.name);
    const auto error = reader.read(f.expected, again);
    if (error) FAIL(error->text());
    CHECK(to_hex(again) == to_hex(f.bytes));
  }
}

TEST_CASE("fixtures: every truncation is noticed, and both readings agree on what is left", "[fixtures]") {
  Tape tape;
  for (const Fixture& f : messages())
    for (std::size_t n = 0; n < f.bytes.size(); ++n) {
      std::vector<std::byte> cut(f.bytes.begin(), f.bytes.begin() + static_cast<std::ptrdiff_t>(n));
      dissect(catalog, cut, tape);
      INFO(f.name << " cut to " << n);
      CHECK(tape.problems() != 0);
      if (n < Header::size) continue;
      store_be(cut.data() + 2, static_cast<std::uint16_t>(n));
      dissect(catalog, cut, tape);
      CHECK(typed_accepts(cut) == (tape.problems() == 0));
    }
}

TEST_CASE("fixtures: nothing that is described is without one", "[fixtures]") {
  std::set<const void*> met;  // fields and messages
  Tape tape;
  for (const Fixture& f : messages()) {
    dissect(catalog, f.bytes, tape, Inside::bytes);
    met.insert(catalog.find(f.bytes));
    for (const Node& node : tape) met.insert(node.desc);
  }
  std::string missing;
  for (const auto& [d, again] : described().structs) {
    std::string name = std::string("\n  ") + d->name;
    for (const FieldDesc& f : d->fields)
      if (f.kind == Kind::tag) name += ' ' + std::to_string(f.constant);
    if (described().messages.count(d) != 0 && met.count(d) == 0) missing += name;
    for (const FieldDesc& f : d->fields)
      if (f.kind != Kind::align && f.kind != Kind::tag && met.count(&f) == 0)
        missing += name + '.' + std::string(f.name);
  }
  for (const wire::PackedDesc* field : described().match_fields) {
    if (met.count(&field->value) == 0) missing += std::string("\n  ") + field->name;
    if (field->maskable && met.count(&field->mask) == 0)
      missing += std::string("\n  the mask of ") + field->name;
  }
  INFO("without a fixture:" << missing);
  CHECK(missing.empty());
}

TEST_CASE("every length that is zero ends with a problem, wherever it stands", "[fixtures][trap]") {
  std::set<const FieldDesc*> zeroed;
  Tape tape, broken;
  const auto try_all = [&](const std::vector<std::byte>& message) {
    dissect(catalog, message, tape, Inside::bytes);
    for (std::uint32_t i = body_of(tape) + 1; i < tape.size(); ++i) {
      const Node& node = tape[i];
      if (node.desc->kind != Kind::length || node.length != 2) continue;
      std::vector<std::byte> m = message;
      store_be(m.data() + node.offset, std::uint16_t{0});
      dissect(catalog, m, broken);
      INFO(to_hex(m) << " at " << node.offset);
      REQUIRE(broken.problems() != 0);
      REQUIRE_FALSE(typed_accepts(m));
      zeroed.insert(node.desc);
    }
  };
  for (const Fixture& f : messages()) try_all(f.bytes);
  // Every length of what is described was met.
  for (const auto& [d, again] : described().structs)
    for (const FieldDesc& f : d->fields) {
      if (f.kind != Kind::length) continue;
      Generator generate(1);
      std::vector<std::byte> message;
      for (std::size_t kind = 0; kind < catalog.size() && zeroed.count(&f) == 0; ++kind)
        for (int i = 0; i < 100; ++i) {
          generate.message(catalog, kind, message);
          try_all(message);
        }
      INFO(d->name);
      CHECK(zeroed.count(&f) == 1);
    }
}

}  // namespace
}  // namespace oflens
