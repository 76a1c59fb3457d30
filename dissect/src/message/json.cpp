#include <oflens/message/json.hpp>

#include <oflens/message/dissect.hpp>
#include <oflens/message/value.hpp>
#include <oflens/oxm.hpp>

namespace oflens {
namespace {

using wire::Kind;

void put_record_members(TextBuffer&, const Tape&, Bytes message, const Node* node, const Node* end);

class JsonWriter {
 public:
  JsonWriter(TextBuffer& out, const Tape& tape, Bytes message) : out_(out), tape_(tape), message_(message) {}

  // The nodes from `node` to `end` as members of an object. `separate`: something stands before them. What
  // follows from the rest is left out: lengths, and padding of zeros.
  bool members(const Node* node, const Node* end, bool separate) {
    for (; node != end; node += node->subtree) {
      if (node->is_problem()) continue;
      const wire::FieldDesc& d = *node->desc;
      switch (d.kind) {
        case Kind::length:
        case Kind::extent: continue;
        case Kind::pad:
        case Kind::align:
          if (node->length <= 8 ? node->value == 0 : is_zero(bytes_of(*node))) continue;
          break;
        default: break;
      }
      out_.put_key(d.name, separate);
      separate = true;
      if (node->subtree == 1 && d.kind == Kind::number)
        number(*node);
      else
        value(node);
    }
    return separate;
  }

  [[gnu::noinline]] void value(const Node* node) {
    switch (node->desc->kind) {
      case Kind::number:
        if (node->subtree == 1)
          number(*node);
        else if (!node[1].is_problem())
          number(node[1]);  // a bare number in a list
        else
          object(node);
        break;
      case Kind::structure: object(node); break;
      case Kind::element:
        if (node->subtree == 1)
          scalar(*node);
        else if (has_header(node))
          match_field(node);
        else
          object(node);
        break;
      case Kind::packed: match_field(node); break;
      case Kind::list: array(node); break;
      case Kind::one:
        family_ = node->desc->family;
        value(node + 1);
        break;
      case Kind::rest: rest(node); break;
      default: scalar(*node);
    }
  }

 private:
  Bytes bytes_of(const Node& node) const { return message_.subspan(node.offset, node.length); }

  // Is it a match field, of which at least the header is there?
  static bool has_header(const Node* node) { return node[1].desc->kind == Kind::id; }

  void object(const Node* node) {
    out_.put('{');
    members(node + 1, node + node->subtree, false);
    out_.put('}');
  }

  void array(const Node* list) {
    out_.put('[');
    bool separate = false;
    for (const Node *node = list + 1, *end = list + list->subtree; node != end; node += node->subtree) {
      if (node->is_problem()) continue;
      if (separate) out_.put(',');
      separate = true;
      family_ = list->desc->family;  // again: the one before may have had lists of its own
      value(node);
    }
    out_.put(']');
  }

  // {"field": "eth_dst", "value": ..., "mask": ...}; one that nobody describes has class and number instead
  // of a name, and bytes. What else its header says is there when it does not follow from that.
  void match_field(const Node* node) {
    const Bytes bytes = bytes_of(*node);
    const auto header = load_be<std::uint32_t>(bytes.data());
    const auto id_class = static_cast<std::uint16_t>(header >> 16);
    const bool known = node->desc->kind == Kind::packed, masked = (header >> 8 & 1) != 0,
               experimenter =
                   id_class == static_cast<std::uint16_t>(OxmClass::experimenter) && bytes.size() >= 8;
    if (known) {
      out_.put("{\"field\":\"");
      out_.put(node->desc->name);
      out_.put('"');
    } else {
      out_.put("{\"class\":");
      constant(wire::labels<OxmClass>(), id_class);
      out_.put(",\"field\":");
      out_.put_decimal(header >> 9 & 0x7f);
      if (experimenter) {
        out_.put(",\"experimenter\":");
        constant(wire::labels<ExperimenterId>(), load_be<std::uint32_t>(bytes.data() + 4));
      }
    }

    const Node *part = node + 1, *end = node + node->subtree;
    while (part != end && (part->desc->kind == Kind::id || part->desc->kind == Kind::length)) ++part;
    const bool shows_mask = end - part == 2 && !part->is_problem();  // value and mask
    if (masked && !shows_mask) out_.put(",\"has_mask\":1");
    // The length is of a value, which a list of headers does not have.
    const std::size_t length = header & 0xff;
    const bool alone = family_ != nullptr && family_->shape == wire::FamilyDesc::Shape::packed_id;
    if (alone || length != bytes.size() - 4) {
      const wire::PackedDesc* desc = known ? wire::find_oxm(tape_.catalog(), bytes) : nullptr;
      const std::size_t expected =
          desc == nullptr ? 0 : (experimenter ? 4u : 0u) + (std::size_t{desc->width} << (masked ? 1 : 0));
      if (length != expected) {
        out_.put(",\"length\":");
        out_.put_decimal(length);
      }
    }
    members(part, end, true);
    out_.put('}');
  }

  // Bytes; beside them, in an object, what they say: the layers of a packet, a message, which may be cut, or
  // text.
  void rest(const Node* node) {
    if (!node->holds_another()) return scalar(*node);
    out_.put("{\"bytes\":");
    scalar(*node);
    const Node* end = node + node->subtree;
    if (node->desc->content == wire::Content::packet) {
      members(node + 1, end, true);
    } else if (node->subtree != 1) {
      out_.put(",\"message\":{");
      put_record_members(out_, tape_, message_, node + 1, end);
      out_.put('}');
    } else if (const Bytes bytes = bytes_of(*node); is_text(bytes)) {
      out_.put(",\"text\":");
      out_.put_json(text_of(bytes));
    }
    out_.put('}');
  }

  void scalar(const Node& node) {
    const Bytes bytes = bytes_of(node);
    switch (node.desc->kind) {
      case Kind::number:
      case Kind::tag:
      case Kind::id: number(node); break;
      case Kind::text: text(bytes); break;
      case Kind::payload: out_.put_decimal(bytes.size()); break;  // the bytes of the packet are there already
      case Kind::domain_name:
        out_.put('"');
        put_domain_name(out_, node, message_);
        out_.put('"');
        break;
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
    if (node.desc->labels.entries.empty() && node.desc->labels_by == nullptr && node.desc->width != 8)
      out_.put_decimal(node.value);
    else
      labelled(node);
  }
  [[gnu::noinline]] void labelled(const Node& node) {
    const wire::Labels labels = labels_of(node, message_);
    if (labels.flags) {
      out_.put('[');
      bool separate = false;
      const std::uint64_t unknown = each_flag(labels, node.value, [&](std::string_view flag) {
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
    } else if (node.desc->width == 8 && labels.find(node.value).empty()) {
      out_.put('"');
      out_.put_hex(node.value);
      out_.put('"');
    } else {
      constant(labels, node.value);
    }
  }
  void constant(const wire::Labels& labels, std::uint64_t value) {
    const std::string_view label = labels.find(value);
    if (label.empty()) return out_.put_decimal(value);
    out_.put('"');
    out_.put(label);
    out_.put('"');
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
  const wire::FamilyDesc* family_ = nullptr;  // of the element that is being written
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

namespace {

// The record of the message whose tree is from `node` to `end`.
void put_record_members(TextBuffer& out, const Tape& tape, Bytes all, const Node* node, const Node* end) {
  JsonWriter writer(out, tape, all);
  const Node* body = node + node->subtree;
  const std::uint32_t start = node->offset;
  const Bytes message = all.subspan(start);
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
    if (body < end) writer.members(body + 1, body + body->subtree, false);
    out.put('}');
    separate = true;
    if (body < end) writer.members(body + body->subtree, end, separate);
  } else {
    // A header that is cut: what there is of it, as fields and as bytes.
    separate = writer.members(node + 1, end, separate);
  }
  out.put(separate ? ",\"problems\":[" : "\"problems\":[");
  bool more = false;
  // Most messages have none; those inside others are not counted.
  const auto root = static_cast<std::uint32_t>(node - tape.begin());
  if (root == 0 && tape.problems() == 0) end = node;
  for (; node < end; node += node->holds_another() ? node->subtree : 1) {
    if (!node->is_problem()) continue;
    const Error error = tape.error_at(static_cast<std::uint32_t>(node - tape.begin()), root);
    out.put(more ? ",{\"path\":" : "{\"path\":");
    more = true;
    out.put_json(error.path.text());
    out.put(",\"offset\":");
    out.put_decimal(error.offset - start);
    out.put(",\"code\":\"");
    out.put(name_of(error.code));
    out.put("\",\"text\":");
    out.put_json(error.reason());
    out.put('}');
  }
  out.put(']');
}

}  // namespace

void put_json_value(TextBuffer& out, const Tape& tape, std::uint32_t at, Bytes message) {
  JsonWriter(out, tape, message).value(tape.begin() + at);
}

void put_json_members(TextBuffer& out, const Tape& tape, Bytes message) {
  put_record_members(out, tape, message, tape.begin(), tape.end());
}

}  // namespace oflens
