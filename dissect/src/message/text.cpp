#include <oflens/message/text.hpp>

#include <oflens/message/dissect.hpp>
#include <oflens/message/value.hpp>
#include <oflens/v10/enums.hpp>

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

// Is the number that of a port?
bool is_port(const wire::Labels& labels) {
  return labels.entries.data() == wire::labels<PortNo>().entries.data() ||
         labels.entries.data() == wire::labels<v10::PortNo>().entries.data();
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
          return labels_of(node, message_).flags || labels_of(node, message_).find(0).empty();
        const std::uint64_t none = ~std::uint64_t{0} >> (64 - 8 * std::min<unsigned>(node.length, 8));
        const std::string_view label =
            node.value == none ? labels_of(node, message_).find(none) : std::string_view();
        return !label.empty() && is_none(label);
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
      const std::uint64_t unknown = each_flag(labels, node.value, [&](std::string_view label) {
        flag();
        out_.put(without_prefix(label));
      });
      if (unknown != 0) {
        flag();
        out_.put_hex(unknown);
      }
    } else if (const std::string_view label = labels.find(node.value); !label.empty()) {
      out_.put(without_prefix(label));
    } else if (!is_port(labels) || !out_.put_port_name(static_cast<std::uint32_t>(node.value))) {
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
  TreeWriter(TextBuffer& out, const Tape& tape, Bytes message, const TreeStyle& style = {})
      : out_(out), tape_(tape), message_(message), style_(style) {}

  void value(std::uint32_t at) {
    const Node& node = tape_[at];
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
      case Kind::id: number(at); break;
      case Kind::domain_name: put_domain_name(out_, node, message_); break;
      case Kind::list: out_.put("none"); break;
      default: raw(bytes);
    }
  }

  void nodes(std::uint32_t at, std::uint32_t end, std::size_t depth) {
    for (; at < end; at += tape_[at].subtree) {
      line(at, depth);
      nodes(at + 1, at + tape_[at].subtree, depth + 1);
    }
  }

 private:
  void line(std::uint32_t at, std::size_t depth) {
    const Node& node = tape_[at];
    const std::size_t start = out_.size();
    if (node.is_problem())
      out_.put("    !");
    else {
      // Right-aligned in five columns.
      for (std::uint32_t below = 10'000; below > 1 && node.offset < below; below /= 10) out_.put(' ');
      out_.put_decimal(node.offset);
    }
    out_.put("  ");
    const bool has_value = (node.subtree == 1 && node.desc->kind != Kind::structure) || node.holds_another();
    std::size_t column = 7;
    if (style_.bytes) {
      constexpr std::size_t most = 8;
      if (has_value && !node.is_problem()) {
        out_.put_bytes(message_.subspan(node.offset, std::min<std::size_t>(node.length, most)));
        if (node.length > most) out_.put('+');
      }
      column += 2 * most + 3;
    }
    out_.pad_to(column + 2 * depth, start);
    if (node.is_element()) {
      out_.put('[');
      out_.put_decimal(node.index);
      out_.put("] ");
    }
    out_.put(node.is_problem() ? style_.problem : style_.name);
    out_.put(node.desc->name);
    if (!node.is_problem()) out_.put(style_.off);
    if (node.is_problem()) {
      out_.put(": ");
      out_.put(tape_.error_at(at).reason());
      out_.put(style_.off);
    } else if (has_value) {
      out_.put(": ");
      value(at);
    }
    out_.put('\n');
  }

  void number(std::uint32_t at) {
    const Node& node = tape_[at];
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
    else if (const std::string_view text = labels.find(node.value); !text.empty())
      label(text);
    const auto& header = wire::struct_desc<Header>.fields;
    if (node.desc == &header[0]) label_version(node.value, label);
    if (node.desc == &header[1]) label_type(tape_[at - 1].value, node.value, label);
    if (any) out_.put(')');
  }
  // The first two fields of the header have their names elsewhere.
  static void label_version(std::uint64_t version, const auto& label) {
    constexpr std::string_view names[] = {"1.0", "1.1", "1.2", "1.3", "1.4", "1.5"};
    if (version >= 1 && version <= std::size(names)) label(names[version - 1]);
  }
  static void label_type(std::uint64_t version, std::uint64_t type, const auto& label) {
    if (const char* name = message_name(static_cast<Version>(version), static_cast<std::uint8_t>(type)))
      label(name);
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
  TreeStyle style_;
};

}  // namespace

void put_fields(TextBuffer& out, const Tape& tape, Bytes message) {
  const std::uint32_t body = body_of(tape);
  if (body >= tape.size()) return;
  const std::size_t start = out.size();
  const std::uint32_t end = body + tape[body].subtree;
  // What tells the message from others of its type comes first, by itself: "FLOW".
  for (std::uint32_t i = body + 1; i < end && tape[i].desc->kind == Kind::tag; ++i)
    if (const std::string_view label = tape[i].desc->labels.find(tape[i].value); !label.empty()) {
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

void put_tree(TextBuffer& out, const Tape& tape, Bytes message, const TreeStyle& style) {
  TreeWriter(out, tape, message, style).nodes(0, tape.size(), 0);
}

void put_annotated_bytes(TextBuffer& out, const Tape& tape, Bytes message) {
  constexpr std::size_t row = 16;
  constexpr std::string_view digits = "0123456789abcdef";
  std::uint32_t node = 0;
  for (std::size_t at = 0; at < message.size(); at += row) {
    const Bytes bytes = message.subspan(at, std::min(row, message.size() - at));
    const std::size_t start = out.size();
    for (int shift = 12; shift >= 0; shift -= 4) out.put(digits[at >> shift & 0xf]);
    out.put(' ');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      out.put(i == row / 2 ? "  " : " ");
      out.put_bytes(bytes.subspan(i, 1));
    }
    out.pad_to(56, start);
    for (const std::byte b : bytes) {
      const char c = static_cast<char>(b);
      out.put(c >= ' ' && c < 0x7f ? c : '.');
    }
    bool any = false;
    for (; node < tape.size() && tape[node].offset < at + row; ++node) {
      const Node& n = tape[node];
      const bool leaf = (n.subtree == 1 && n.length != 0) || n.holds_another();
      if (n.is_problem() || !leaf || n.offset < at) continue;
      out.put(any ? "  " : "\n      ");
      any = true;
      out.put(digits[n.offset >> 4 & 0xf]);
      out.put(digits[n.offset & 0xf]);
      out.put(':');
      out.put(n.desc->name);
    }
    out.put('\n');
  }
}

void put_field_value(TextBuffer& out, const Tape& tape, std::uint32_t at, Bytes message) {
  TreeWriter(out, tape, message).value(at);
}

}  // namespace oflens
