// What is written as JSON is read back as the same bytes.
#include <catch2/catch.hpp>

#include <set>

#include <oflens/message/dissect.hpp>
#include <oflens/message/from_json.hpp>
#include <oflens/message/generate.hpp>
#include <oflens/message/json.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using Raw = std::vector<std::byte>;
using test::to_hex;

std::string record(const Catalog& catalog, Bytes message, Tape& tape) {
  dissect(catalog, message, tape);
  TextBuffer out;
  out.put('{');
  put_json_members(out, tape, message);
  out.put('}');
  return std::string(out.view());
}

// Padding of whatever content: it is shown, and kept.
void fill_padding(Generator& generate, const Tape& tape, Raw& message) {
  for (const Node& node : tape)
    if (node.desc->kind == wire::Kind::pad || node.desc->kind == wire::Kind::align)
      for (std::uint32_t i = 0; i < node.length; ++i)
        message[node.offset + i] = static_cast<std::byte>(generate.below(256));
}

TEST_CASE("messages to JSON and back are the same bytes", "[json]") {
  const Catalog& catalog = Catalog::standard();
  Generator generate(31);
  RecordReader reader(catalog);
  Tape tape;
  Raw message, back;
  for (std::size_t kind = 0; kind < catalog.size(); ++kind)
    for (int i = 0; i < 200; ++i) {
      generate.message(catalog, kind, message);
      if (i % 2 != 0) {
        dissect(catalog, message, tape);
        fill_padding(generate, tape, message);
      }
      const std::string json = record(catalog, message, tape);
      // Padding that ends a list by its zeros must stay zero.
      if (tape.problems() != 0) continue;
      const auto error = reader.read(json, back);
      if (error || back != message) {
        INFO(json << "\n" << to_hex(message) << "\n" << to_hex(back));
        CHECK((error ? error->text() : "") == "");
        REQUIRE(to_hex(back) == to_hex(message));
      }
    }
}

TEST_CASE("mutants without problems to JSON and back are the same bytes", "[json]") {
  const Catalog& catalog = Catalog::standard();
  Generator generate(32);
  RecordReader reader(catalog);
  Tape tape;
  Raw message, back;
  int good = 0, broken = 0, restored = 0;
  for (int i = 0; i < 50'000; ++i) {
    generate.message(catalog, message);
    generate.mutate(message);
    const std::string json = record(catalog, message, tape);
    const auto error = reader.read(json, back);
    if (tape.problems() == 0) {
      ++good;
      INFO(json << "\n" << to_hex(message) << "\n" << to_hex(back));
      if (error) FAIL(error->text());
      if (back != message) FAIL("not the same bytes");
    } else {
      ++broken;
      restored += !error && back == message ? 1 : 0;
    }
  }
  CHECK(good > 5'000);
  // Of broken ones, those come back whose lengths are right all the same.
  CHECK(restored > broken / 20);
}

// Keys, with which everything in a record is found, must tell it from its neighbours.
void check_names(const wire::StructDesc& d, std::set<const wire::StructDesc*>& seen);

void check_names(const wire::FamilyDesc& family, std::set<const wire::StructDesc*>& seen) {
  if (family.unknown.structure != nullptr) check_names(*family.unknown.structure, seen);
  for (const wire::FieldDesc& a : family.alternatives) check_names(*a.structure, seen);
}

void check_names(const wire::StructDesc& d, std::set<const wire::StructDesc*>& seen) {
  if (!seen.insert(&d).second) return;
  std::set<std::string> names{"excess", "undecoded"};
  for (const wire::FieldDesc& f : d.fields) {
    INFO(d.name << "." << f.name);
    // Of items that exclude each other two may have one name.
    if (f.kind != wire::Kind::length && f.kind != wire::Kind::extent && f.number == 0)
      CHECK(names.emplace(f.name).second);
    if (f.structure != nullptr) check_names(*f.structure, seen);
    if (f.family != nullptr) check_names(*f.family, seen);
  }
}

TEST_CASE("no struct has two fields of one name, and no two match fields have", "[json]") {
  const Catalog& catalog = Catalog::standard();
  std::set<const wire::StructDesc*> seen;
  for (std::size_t i = 0; i < catalog.size(); ++i) check_names(*catalog[i].body, seen);
  for (std::size_t i = 0; i < catalog.element_count(); ++i) check_names(*catalog.element(i).body, seen);
  CHECK(seen.size() > 30);
  std::set<std::string> names;
  for (const wire::OxmRow& row : oxm_basic) CHECK(names.insert(row.packed.name).second);
  for (std::size_t i = 0; i < catalog.oxm_count(); ++i) {
    INFO(catalog.oxm(i).packed.name);
    CHECK(names.insert(catalog.oxm(i).packed.name).second);
  }
}

}  // namespace
}  // namespace oflens
