#include <oflens/message/text.hpp>

#include <oflens/message/dissect.hpp>
#include <oflens/message/value.hpp>

namespace oflens {
namespace {

using wire::Kind;

// "OFPFC_ADD" -> "ADD"; "NX_VENDOR_ID" is not the specification's, and says more as it is.
std::string_view without_prefix(std::string_view constant) {
  const std::size_t at = constant.find('_');
  return at == std::string_view::npos || !constant.starts_with("OFP") ? constant : constant.substr(at + 1);
}

// "OFPP_ANY", "OFP_NO_BUFFER": constants for nothing in particular.
bool is_none(std::string_view constant) {
  return constant.ends_with("_ANY") || constant.ends_with("_NONE") || constant.ends_with("_NO_BUFFER");
}

void put_number(TextBuffer& out, const Node& node) {
  if (node.desc->format == wire::Format::hex)
    out.put_hex(node.value);
  else
    out.put_decimal(node.value);
}

void put_text(TextBuffer& out, Bytes bytes) {
  const std::string_view s = text_of(bytes);
  const bool plain = std::all_of(s.begin(), s.end(), [](char c) { return c > ' ' && c != 0x7f && c != '"'; });
  if (plain && is_utf8(s) && !s.empty())
    out.put(s);
  else
    out.put_json(s);
}

class LineWriter {
 public:
  LineWriter(TextBuffer& out, const Tape& tape, Bytes message) : out_(out), tape_(tape), message_(message) {}

  void fields(std::uint32_t at, std::uint32_t end, char separator) {
    bool separate = false;
    for (; at < end; at += tape_[at].subtree) {
      if (says_nothing(at)) continue;
      if (separate) out_.put(separator);
      separate = true;
      out_.put(tape_[at].desc->name);
      out_.put('=');
      value(at);
    }
  }

 private:
  bool says_nothing(std::uint32_t at) const {
    const Node& node = tape_[at];
    if (node.is_problem()) return true;
    switch (node.desc->kind) {
      case Kind::pad:
      case Kind::align:
      case Kind::length:
      case Kind::extent:
      case Kind::tag:
      case Kind::id: return true;
      case Kind::number: {
        if (node.value == 0)
          return labels_of(node, message_).flags || labels_of(node, message_).find(0) == nullptr;
        const std::uint64_t none = ~std::uint64_t{0} >> (64 - 8 * std::min<unsigned>(node.length, 8));
        const char* label = node.value == none ? labels_of(node, message_).find(none) : nullptr;
        return label != nullptr && is_none(label);
      }
      case Kind::list: return node.subtree == 1;
      case Kind::structure: return node.length == 0;
      case Kind::rest:
      case Kind::text:
      case Kind::mac:
      case Kind::ipv4:
      case Kind::ipv6: return is_zero(message_.subspan(node.offset, node.length));
      default: return node.length == 0;
    }
  }

  void value(std::uint32_t at) {
    const Node& node = tape_[at];
    const std::uint32_t end = at + node.subtree;
    const Bytes bytes = message_.subspan(node.offset, node.length);
    switch (node.desc->kind) {
      case Kind::structure:
        out_.put('{');
        fields(at + 1, end, ' ');
        out_.put('}');
        break;
      case Kind::list: list(at); break;
      case Kind::one: element(at + 1); break;
      case Kind::number:
      case Kind::tag: number(node); break;
      case Kind::mac:
      case Kind::ipv4:
      case Kind::ipv6: put_address(out_, node.desc->kind, bytes); break;
      case Kind::text: put_text(out_, bytes); break;
      case Kind::element: element(at); break;
      case Kind::rest:
        if (node.desc->content == wire::Content::message && inner_message(bytes)) break;
        [[fallthrough]];
      default: out_.put_decimal(bytes.size()); out_.put(bytes.size() == 1 ? " byte" : " bytes");
    }
  }

  // What a message holds that another quotes: its name and xid, or its text.
  bool inner_message(Bytes bytes) {
    if (is_message(bytes)) {
      out_.put('{');
      out_.put(message_name(static_cast<Version>(bytes[0]), std::to_integer<std::uint8_t>(bytes[1])));
      out_.put(" xid=");
      out_.put_decimal(load_be<std::uint32_t>(bytes.data() + 4));
      out_.put('}');
      return true;
    }
    if (is_text(bytes)) out_.put_json(text_of(bytes));
    return is_text(bytes);
  }

  void number(const Node& node) {
    const wire::Labels labels = labels_of(node, message_);
    if (labels.flags) {
      bool separate = false;
      const auto flag = [&] {
        if (separate) out_.put('|');
        separate = true;
      };
      const std::uint64_t unknown = each_flag(labels, node.value, [&](const char* label) {
        flag();
        out_.put(without_prefix(label));
      });
      if (unknown != 0) {
        flag();
        out_.put_hex(unknown);
      }
    } else if (const char* label = labels.find(node.value)) {
      out_.put(without_prefix(label));
    } else {
      put_number(out_, node);
    }
  }

  void list(std::uint32_t at) {
    const std::uint32_t end = at + tape_[at].subtree;
    if (tape_[at].desc->family->shape == wire::FamilyDesc::Shape::plain) {
      std::uint32_t n = 0;
      for (std::uint32_t i = at + 1; i < end; i += tape_[i].subtree) n += tape_[i].is_problem() ? 0 : 1;
      out_.put_decimal(n);
      return;
    }
    out_.put('[');
    for (std::uint32_t i = at + 1; i < end; i += tape_[i].subtree) {
      if (tape_[i].is_problem()) continue;
      if (i != at + 1) out_.put(',');
      element(i);
    }
    out_.put(']');
  }

  void element(std::uint32_t at) {
    const Node& node = tape_[at];
    const std::uint32_t end = at + node.subtree;
    out_.put(node.desc->name);
    if (node.desc->kind == Kind::packed) {
      char separator = '=';
      for (std::uint32_t i = at + 1; i < end; i += tape_[i].subtree) {
        if (tape_[i].is_problem() || tape_[i].desc->kind == Kind::id || tape_[i].desc->kind == Kind::length)
          continue;
        out_.put(separator);
        separator = '/';
        value(i);
      }
      return;
    }
    const std::size_t before = out_.size();
    out_.put('(');
    fields(at + 1, end, ',');
    if (out_.size() == before + 1)
      out_.shorten_to(before);
    else
      out_.put(')');
  }

  TextBuffer& out_;
  const Tape& tape_;
  Bytes message_;
};

class TreeWriter {
 public:
  // base: where the message begins in the one that is shown.
  TreeWriter(TextBuffer& out, const Tape& tape, Bytes message, std::size_t base = 0, int messages = 0)
      : out_(out), tape_(tape), message_(message), base_(base), messages_(messages) {}

  void nodes(std::uint32_t at, std::uint32_t end, std::size_t depth) {
    for (; at < end; at += tape_[at].subtree) {
      line(at, depth);
      if (tape_[at].desc->content == wire::Content::message && !tape_[at].is_problem())
        inner_message(tape_[at], depth + 1);
      nodes(at + 1, at + tape_[at].subtree, depth + 1);
    }
  }

 private:
  void inner_message(const Node& node, std::size_t depth) {
    const Bytes bytes = message_.subspan(node.offset, node.length);
    if (!is_message(bytes) || tape_.catalog() == nullptr || messages_ == max_message_depth) return;
    Tape tape;
    dissect(*tape_.catalog(), bytes, tape);
    TreeWriter(out_, tape, bytes, base_ + node.offset, messages_ + 1).nodes(0, tape.size(), depth);
  }

  void line(std::uint32_t at, std::size_t depth) {
    const Node& node = tape_[at];
    const std::size_t start = out_.size();
    if (node.is_problem())
      out_.put("    !");
    else {
      const std::size_t digits = out_.size();
      out_.put_decimal(base_ + node.offset);
      // Right-aligned in five columns.
      const std::size_t width = out_.size() - digits;
      char number[8];
      std::memcpy(number, out_.view().data() + digits, width);
      out_.shorten_to(digits);
      out_.pad_to(5 - std::min<std::size_t>(width, 5), digits);
      out_.put(std::string_view(number, width));
    }
    out_.put("  ");
    out_.pad_to(7 + 2 * depth, start);
    if (node.is_element()) {
      out_.put('[');
      out_.put_decimal(node.index);
      out_.put("] ");
    }
    out_.put(node.desc->name);
    if (node.is_problem()) {
      out_.put(": ");
      out_.put(tape_.error_at(at).reason());
    } else if (node.subtree == 1 && node.desc->kind != Kind::structure) {
      out_.put(": ");
      value(node);
    }
    out_.put('\n');
  }

  void value(const Node& node) {
    const Bytes bytes = message_.subspan(node.offset, node.length);
    switch (node.desc->kind) {
      case Kind::mac:
      case Kind::ipv4:
      case Kind::ipv6: put_address(out_, node.desc->kind, bytes); break;
      case Kind::text: put_text(out_, bytes); break;
      case Kind::number:
      case Kind::tag:
      case Kind::length:
      case Kind::extent:
      case Kind::id: number(node); break;
      case Kind::list: out_.put("none"); break;
      default: raw(bytes);
    }
  }

  void number(const Node& node) {
    put_number(out_, node);
    bool any = false;
    const auto label = [&](std::string_view text) {
      out_.put(any ? ", " : " (");
      out_.put(text);
      any = true;
    };
    const wire::Labels labels = labels_of(node, message_);
    if (labels.flags)
      each_flag(labels, node.value, label);
    else if (const char* text = labels.find(node.value))
      label(text);
    if (&node == &tape_[1]) label_version(label);
    if (&node == &tape_[2]) label_type(label);
    if (any) out_.put(')');
  }
  // The first two fields of the header have their names elsewhere.
  void label_version(const auto& label) const {
    const std::uint64_t version = tape_[1].value;
    constexpr std::string_view names[] = {"1.0", "1.1", "1.2", "1.3", "1.4", "1.5"};
    if (version >= 1 && version <= std::size(names)) label(names[version - 1]);
  }
  void label_type(const auto& label) const {
    const auto version = static_cast<Version>(tape_[1].value);
    if (const char* name = message_name(version, static_cast<std::uint8_t>(tape_[2].value))) label(name);
  }

  void raw(Bytes bytes) {
    constexpr std::size_t most = 32;
    if (bytes.empty()) out_.put("none");
    out_.put_bytes(bytes.first(std::min(bytes.size(), most)));
    if (bytes.size() <= most) return;
    out_.put("... (");
    out_.put_decimal(bytes.size());
    out_.put(" bytes)");
  }

  TextBuffer& out_;
  const Tape& tape_;
  Bytes message_;
  std::size_t base_;
  int messages_;  // around this one
};

}  // namespace

void put_fields(TextBuffer& out, const Tape& tape, Bytes message) {
  const std::uint32_t body = body_of(tape);
  if (body >= tape.size()) return;
  const std::size_t start = out.size();
  const std::uint32_t end = body + tape[body].subtree;
  // What tells the message from others of its type comes first, by itself: "FLOW".
  for (std::uint32_t i = body + 1; i < end && tape[i].desc->kind == Kind::tag; ++i)
    if (const char* label = tape[i].desc->labels.find(tape[i].value)) {
      out.put(without_prefix(label));
      out.put(' ');
    }
  LineWriter(out, tape, message).fields(body + 1, end, ' ');
  if (out.size() > start && out.view().back() == ' ') out.shorten_to(out.size() - 1);
}

void put_field_lines(TextBuffer& out, const Tape& tape, Bytes message) {
  const std::uint32_t body = body_of(tape);
  if (body >= tape.size()) return;
  LineWriter writer(out, tape, message);
  const std::uint32_t end = body + tape[body].subtree;
  writer.fields(body + 1, end, ' ');
  for (std::uint32_t list = body + 1; list < end; list += tape[list].subtree) {
    if (tape[list].is_problem() || tape[list].desc->kind != Kind::list) continue;
    for (std::uint32_t i = list + 1; i < list + tape[list].subtree; i += tape[i].subtree) {
      if (tape[i].is_problem() || tape[i].desc->kind != Kind::element) continue;
      out.put("\n ");
      writer.fields(i + 1, i + tape[i].subtree, ' ');
    }
  }
}

void put_tree(TextBuffer& out, const Tape& tape, Bytes message) {
  TreeWriter(out, tape, message).nodes(0, tape.size(), 0);
}

}  // namespace oflens
