#include <oflens/message/json.hpp>

#include <oflens/message/dissect.hpp>
#include <oflens/message/value.hpp>

namespace oflens {
namespace {

using wire::Kind;

class JsonWriter {
 public:
  JsonWriter(TextBuffer& out, const Tape& tape, Bytes message) : out_(out), tape_(tape), message_(message) {}

  // The nodes from `at` to `end` as members of an object. `separate`: something stands before them.
  bool members(std::uint32_t at, std::uint32_t end, bool separate) {
    for (; at < end; at += tape_[at].subtree) {
      const Node& node = tape_[at];
      if (hidden(node)) continue;
      if (separate) out_.put(',');
      separate = true;
      key(node.desc->name);
      value(at);
    }
    return separate;
  }

 private:
  void key(const char* name) {
    out_.put('"');
    out_.put(name);
    out_.put("\":");
  }

  // What follows from the rest is left out: lengths, and padding of zeros.
  bool hidden(const Node& node) const {
    if (node.is_problem()) return true;
    switch (node.desc->kind) {
      case Kind::length:
      case Kind::extent: return true;
      case Kind::pad:
      case Kind::align: return is_zero(message_.subspan(node.offset, node.length));
      default: return false;
    }
  }

  void value(std::uint32_t at) {
    const Node& node = tape_[at];
    switch (node.desc->kind) {
      case Kind::structure: object(at); break;
      case Kind::element:
      case Kind::number:
        if (node.subtree == 1)
          scalar(node);
        else if (node.desc->kind == Kind::number && !tape_[at + 1].is_problem())
          scalar(tape_[at + 1]);  // a bare number in a list
        else
          object(at);
        break;
      case Kind::packed: match_field(at); break;
      case Kind::list: array(at); break;
      case Kind::one: value(at + 1); break;
      case Kind::rest: rest(node); break;
      default: scalar(node);
    }
  }

  void object(std::uint32_t at) {
    out_.put('{');
    members(at + 1, at + tape_[at].subtree, false);
    out_.put('}');
  }

  void array(std::uint32_t at) {
    out_.put('[');
    bool separate = false;
    for (std::uint32_t i = at + 1; i < at + tape_[at].subtree; i += tape_[i].subtree) {
      if (tape_[i].is_problem()) continue;
      if (separate) out_.put(',');
      separate = true;
      value(i);
    }
    out_.put(']');
  }

  // {"field": "eth_dst", "value": ..., "mask": ...}
  void match_field(std::uint32_t at) {
    out_.put("{\"field\":\"");
    out_.put(tape_[at].desc->name);
    out_.put('"');
    const std::uint32_t end = at + tape_[at].subtree;
    std::uint32_t i = at + 1;
    while (i < end && (tape_[i].desc->kind == Kind::id || tape_[i].desc->kind == Kind::length)) ++i;
    members(i, end, true);
    out_.put('}');
  }

  void rest(const Node& node) {
    const bool wrapped = node.desc->content != wire::Content::bytes;
    if (wrapped) out_.put("{\"bytes\":");
    scalar(node);
    if (wrapped) out_.put('}');
  }

  void scalar(const Node& node) {
    const Bytes bytes = message_.subspan(node.offset, node.length);
    switch (node.desc->kind) {
      case Kind::number:
      case Kind::tag:
      case Kind::id: number(node); break;
      case Kind::text: text(bytes); break;
      case Kind::mac:
      case Kind::ipv4:
      case Kind::ipv6:
        out_.put('"');
        put_address(out_, node.desc->kind, bytes);
        out_.put('"');
        break;
      default:
        out_.put('"');
        out_.put_bytes(bytes);
        out_.put('"');
    }
  }

  void number(const Node& node) {
    const wire::Labels labels = labels_of(node, message_);
    if (labels.flags) {
      out_.put('[');
      bool separate = false;
      const std::uint64_t unknown = each_flag(labels, node.value, [&](const char* flag) {
        out_.put(separate ? ",\"" : "\"");
        out_.put(flag);
        out_.put('"');
        separate = true;
      });
      if (unknown != 0) {
        out_.put(separate ? ",\"" : "\"");
        out_.put_hex(unknown);
        out_.put('"');
      }
      out_.put(']');
    } else if (const char* label = labels.find(node.value)) {
      out_.put('"');
      out_.put(label);
      out_.put('"');
    } else if (node.desc->width == 8) {
      out_.put('"');
      out_.put_hex(node.value);
      out_.put('"');
    } else {
      out_.put_decimal(node.value);
    }
  }

  // Text fills its field with zeros. What a string cannot say (bytes after the first zero, or that are not
  // UTF-8) is shown in hexadecimal, so that nothing is lost.
  void text(Bytes bytes) {
    const std::string_view s = text_of(bytes);
    if (is_utf8(s) && is_zero(bytes.subspan(s.size()))) {
      out_.put_json(s);
    } else {
      out_.put("{\"bytes\":\"");
      out_.put_bytes(bytes);
      out_.put("\"}");
    }
  }

  TextBuffer& out_;
  const Tape& tape_;
  Bytes message_;
};

}  // namespace

void put_version(TextBuffer& out, std::uint8_t version) {
  if (version >= 1 && version <= 6) {
    out.put("1.");
    out.put_decimal(version - 1u);
  } else {
    out.put_decimal(version);
  }
}

void put_json_members(TextBuffer& out, const Tape& tape, Bytes message) {
  JsonWriter writer(out, tape, message);
  const std::uint32_t body = body_of(tape);
  bool separate = false;
  if (message.size() >= Header::size) {
    const auto version = std::to_integer<std::uint8_t>(message[0]),
               type = std::to_integer<std::uint8_t>(message[1]);
    out.put("\"version\":\"");
    put_version(out, version);
    out.put("\",\"type\":");
    if (const char* name = message_name(static_cast<Version>(version), type)) {
      out.put('"');
      out.put(name);
      out.put('"');
    } else {
      out.put_decimal(type);
    }
    out.put(",\"xid\":");
    out.put_decimal(load_be<std::uint32_t>(message.data() + 4));
    out.put(",\"length\":");
    out.put_decimal(load_be<std::uint16_t>(message.data() + 2));
    out.put(",\"body\":{");
    if (body < tape.size()) writer.members(body + 1, body + tape[body].subtree, false);
    out.put('}');
    separate = true;
    if (body < tape.size()) writer.members(body + tape[body].subtree, tape.size(), separate);
  } else {
    // A header that is cut: what there is of it, as fields and as bytes.
    separate = writer.members(1, tape.size(), separate);
  }
  out.put(separate ? ",\"problems\":[" : "\"problems\":[");
  bool more = false;
  for (std::uint32_t i = 0, left = tape.problems(); left != 0; ++i) {
    if (!tape[i].is_problem()) continue;
    --left;
    const Error error = tape.error_at(i);
    out.put(more ? ",{\"path\":" : "{\"path\":");
    more = true;
    out.put_json(error.path.text());
    out.put(",\"offset\":");
    out.put_decimal(error.offset);
    out.put(",\"code\":\"");
    out.put(name_of(error.code));
    out.put("\",\"text\":");
    out.put_json(error.reason());
    out.put('}');
  }
  out.put(']');
}

}  // namespace oflens
