// The two readings of one description agree, on generated messages and on mutants of them; and all of these
// have texts.
#include <catch2/catch.hpp>

#include <oflens/flow/message_text.hpp>
#include <oflens/message/dissect.hpp>
#include <oflens/message/generate.hpp>
#include <oflens/text_buffer.hpp>

namespace oflens {
namespace {

// The typed reading's answer, through the catalogue's pointer to it.
bool typed_accepts(const Catalog& catalog, Bytes message) {
  const auto frame = Frame::at(message);
  if (!frame || frame->bytes().size() != message.size()) return false;
  if (message_name(frame->version(), frame->type()) == nullptr) return false;
  const wire::StructDesc* body = catalog.find(message);
  const std::byte* end = message.data() + message.size();
  return body == nullptr || body->check(message.data(), end, {&catalog}) == end;
}

std::string hex(Bytes bytes) {
  TextBuffer text;
  text.put_bytes(bytes);
  return std::string(text.view());
}

TEST_CASE("generated messages have no problem in either reading") {
  const Catalog& catalog = Catalog::standard();
  Generator generate(1);
  Tape tape;
  std::vector<std::byte> message;
  for (std::size_t kind = 0; kind < catalog.size(); ++kind)
    for (int i = 0; i < 200; ++i) {
      generate.message(catalog, kind, message);
      dissect(catalog, message, tape);
      INFO(catalog[kind].body->name << " " << hex(message));
      if (tape.problems() != 0) FAIL(tape.first_error().text());
      REQUIRE(typed_accepts(catalog, message));
    }
}

TEST_CASE("the two readings refuse the same mutants") {
  const Catalog& catalog = Catalog::standard();
  Generator generate(2);
  Tape tape;
  std::vector<std::byte> message;
  int refused = 0;
  constexpr int rounds = 200'000;
  for (int i = 0; i < rounds; ++i) {
    generate.message(catalog, message);
    generate.mutate(message);
    dissect(catalog, message, tape);
    const bool typed = typed_accepts(catalog, message);
    if (typed != (tape.problems() == 0)) {
      INFO(hex(message) << (tape.problems() != 0 ? " " + tape.first_error().text() : ""));
      REQUIRE(typed == (tape.problems() == 0));
    }
    refused += typed ? 0 : 1;
  }
  // The mutants are worth something: many are refused, and many are not.
  CHECK(refused > rounds / 10);
  CHECK(refused < rounds * 9 / 10);
}

TEST_CASE("every truncation is refused by both, or ends at a field's boundary that both accept") {
  const Catalog& catalog = Catalog::standard();
  Generator generate(3);
  Tape tape;
  std::vector<std::byte> message;
  for (std::size_t kind = 0; kind < catalog.size(); ++kind) {
    generate.message(catalog, kind, message);
    for (std::size_t n = 0; n < message.size(); ++n) {
      const Bytes cut = Bytes(message).first(n);
      dissect(catalog, cut, tape);
      CHECK(tape.problems() != 0);  // the header's length says so
      CHECK_FALSE(typed_accepts(catalog, cut));
      if (n < Header::size) continue;
      std::vector<std::byte> consistent(cut.begin(), cut.end());
      store_be(consistent.data() + 2, static_cast<std::uint16_t>(n));
      dissect(catalog, consistent, tape);
      INFO(catalog[kind].body->name << " cut to " << n << ": " << hex(consistent));
      CHECK(typed_accepts(catalog, consistent) == (tape.problems() == 0));
    }
  }
}

TEST_CASE("every message, whole or broken, has a text in Open vSwitch's words") {
  const Catalog& catalog = Catalog::standard();
  Generator generate(4);
  TextBuffer text;
  std::vector<std::byte> message;
  for (int i = 0; i < 30'000; ++i) {
    generate.message(catalog, message);
    if (i % 2 != 0) generate.mutate(message);
    text.clear();
    put_message(text, catalog, message);
    INFO(hex(message));
    REQUIRE(text.size() > 1);
    REQUIRE(text.view().back() == '\n');
  }
}

}  // namespace
}  // namespace oflens
