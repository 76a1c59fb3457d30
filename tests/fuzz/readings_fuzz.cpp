// The input is one message. The two readings agree on it, at the same place; its tree is a tree, its JSON is
// JSON, and every other form of it is text.
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <oflens/flow/message_text.hpp>
#include <oflens/message/dissect.hpp>
#include <oflens/message/json.hpp>
#include <oflens/message/pdml.hpp>
#include <oflens/message/text.hpp>

#include "require.hpp"

using namespace oflens;
using fuzz::require;

namespace {

// Every node lies in its parent, every subtree ends where its parent's does or before.
void check_tree(const Tape& tape, std::uint32_t size) {
  std::uint32_t problems = 0,
                inside = 0;  // inside: up to here are the trees of packets and messages in this one
  for (std::uint32_t i = 0; i < tape.size(); ++i) {
    const Node& node = tape[i];
    require(node.subtree >= 1 && node.subtree <= tape.size() - i, "a subtree ends in the tree");
    require(node.offset <= size && node.length <= size - node.offset, "a node lies in the message");
    if (i >= inside && node.is_problem()) ++problems;
    if (i >= inside && node.holds_another()) inside = i + node.subtree;
    for (std::uint32_t child = i + 1; child < i + node.subtree; child += tape[child].subtree) {
      require(tape[child].subtree >= 1 && child + tape[child].subtree <= i + node.subtree,
              "a child's subtree ends with its parent's");
      require(tape[child].offset >= node.offset &&
                  tape[child].offset + tape[child].length <= node.offset + node.length,
              "a child lies in its parent");
    }
  }
  require(problems == tape.problems(), "problems are counted");
}

// Brackets match, strings end, nothing stands outside: enough to notice a writer that loses count.
void check_balance(std::string_view json) {
  std::string open;
  bool quoted = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    require(static_cast<unsigned char>(c) >= 0x20, "no control characters");
    if (quoted) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      open += c;
    } else if (c == '}' || c == ']') {
      require(!open.empty() && open.back() == (c == '}' ? '{' : '['), "brackets match");
      open.pop_back();
    } else if (c == ',') {
      require(std::string_view("{[,:").find(json[i - 1]) == std::string_view::npos &&
                  std::string_view("}],:").find(json[i + 1]) == std::string_view::npos,
              "a comma stands between two things");
    }
  }
  require(!quoted && open.empty(), "strings and brackets end");
  require(is_utf8(json), "JSON is UTF-8");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0xffff) return 0;
  const Catalog& catalog = Catalog::standard();
  const Bytes message = std::as_bytes(std::span(data, size));
  static Tape tape;
  static TextBuffer text;
  dissect(catalog, message, tape);
  check_tree(tape, static_cast<std::uint32_t>(size));

  const auto frame = Frame::at(message);
  const bool exact = frame && frame->bytes().size() == size;
  bool typed = exact && message_name(frame->version(), frame->type()) != nullptr;
  if (typed)
    if (const wire::StructDesc* body = catalog.find(message)) {
      const std::byte* end = message.data() + size;
      typed = body->check(message.data(), end, {&catalog}) == end;
    }
  require(typed == (tape.problems() == 0), "the two readings agree");
  if (tape.problems() != 0) {
    const Error error = tape.first_error();
    require(error.offset <= size, "a problem lies in the message");
    require(!error.text().empty(), "a problem has a text");
  }

  text.clear();
  text.put('{');
  put_json_members(text, tape, message);
  text.put('}');
  check_balance(text.view());

  text.clear();
  put_fields(text, tape, message);
  put_tree(text, tape, message);
  put_annotated_bytes(text, tape, message);
  put_pdml_proto(text, tape, message);
  require(is_utf8(text.view()), "a tree is UTF-8");
  text.clear();
  put_message(text, catalog, message);
  require(!text.empty() && text.view().back() == '\n', "every message has a line in Open vSwitch's words");
  return 0;
}
