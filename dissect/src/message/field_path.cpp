#include <oflens/message/field_path.hpp>

#include <algorithm>

#include <oflens/message/json.hpp>

#include "filter_program.hpp"

namespace oflens {

std::optional<FieldPath> FieldPath::compile(const FieldIndex& index, std::string_view path,
                                            FilterError& error) {
  const auto program = filter::read(index, path, error);
  if (program == nullptr) return std::nullopt;
  const filter::Expression& root = program->nodes[program->root];
  if (root.kind != filter::Expression::condition || root.test.op != filter::Op::exists || root.test.bits ||
      root.source != filter::Source::field) {
    error = {0, path.size(), "this is a condition, where the path of a field is needed"};
    return std::nullopt;
  }
  FieldPath compiled;
  compiled.index_ = &index;
  for (const std::uint8_t name : root.locator.path) compiled.names_.push_back(program->names[name]);
  return compiled;
}

struct FieldPath::Output {
  TextBuffer& out;
  const Tape& tape;
  Bytes message;
  std::string_view between;
  bool any = false;

  void value(std::uint32_t at) {
    const std::size_t start = out.size();
    put_json_value(out, tape, at, message);
    const std::string_view text = out.view().substr(start);
    if (!text.starts_with('"')) return;
    const std::string inside(text.substr(1, text.size() - 2));
    out.shorten_to(start);
    out.put(inside);
  }
  void field(std::uint32_t at) {
    if (any) out.put(between);
    any = true;
    const Node& node = tape[at];
    if (node.desc->kind != wire::Kind::packed) return value(at);
    bool separate = false;
    for (std::uint32_t i = at + 1; i < at + node.subtree; i += tape[i].subtree) {
      const wire::Kind kind = tape[i].desc->kind;
      if (tape[i].is_problem() || kind == wire::Kind::id || kind == wire::Kind::length) continue;
      if (separate) out.put('/');
      separate = true;
      value(i);
    }
  }
};

void FieldPath::put(TextBuffer& out, const Tape& tape, Bytes message, std::string_view between) const {
  Output output{out, tape, message, between};
  nodes(output, 0, tape.size(), 0);
}

// Messages go by the name of their type, too, and lists by what they are a list of when something in them is
// meant.
bool FieldPath::is_called(const Node& node, std::string_view name) const {
  if (name == node.desc->name) return true;
  if (node.desc->kind != wire::Kind::structure) return false;
  const auto& messages = (*index_)[0].entries;
  return std::any_of(messages.begin(), messages.end(),
                     [&](const FieldIndex::Entry& e) { return e.desc == node.desc && e.is_called(name); });
}

void FieldPath::nodes(Output& output, std::uint32_t at, std::uint32_t end, std::size_t depth) const {
  const std::string& name = names_[depth];
  const bool last = depth + 1 == names_.size();
  for (; at < end; at += output.tape[at].subtree) {
    const Node& node = output.tape[at];
    if (node.is_problem()) continue;
    if (last && is_called(node, name)) {
      output.field(at);
      continue;
    }
    const wire::FamilyDesc* family = node.desc->family;
    const bool holds = !last && (is_called(node, name) || (family != nullptr && name == family->name));
    nodes(output, at + 1, at + node.subtree, holds ? depth + 1 : depth);
  }
}

}  // namespace oflens
