#include <oflens/message/pdml.hpp>

#include <string>

#include <oflens/message/json.hpp>
#include <oflens/message/text.hpp>
#include <oflens/message/value.hpp>

namespace oflens {
namespace {

using wire::Kind;

bool is_number(Kind kind) {
  return kind == Kind::number || kind == Kind::tag || kind == Kind::length || kind == Kind::extent ||
         kind == Kind::id;
}

class PdmlWriter {
 public:
  PdmlWriter(TextBuffer& out, const Tape& tape, Bytes message) : out_(out), tape_(tape), message_(message) {}

  void nodes(std::uint32_t at, std::uint32_t end, std::size_t depth) {
    for (; at < end; at += tape_[at].subtree) {
      const Node& node = tape_[at];
      const std::size_t parent = path_.size();
      if (!path_.empty()) path_ += '.';
      path_ += node.is_problem() ? "problem" : node.desc->name;
      out_.pad_to(2 * depth, out_.size());
      out_.put("<field name=\"");
      put_xml(out_, path_);
      attributes(at);
      if (node.subtree == 1) {
        out_.put("/>\n");
      } else {
        out_.put(">\n");
        nodes(at + 1, at + node.subtree, depth + 1);
        out_.pad_to(2 * depth, out_.size());
        out_.put("</field>\n");
      }
      path_.resize(parent);
    }
  }

 private:
  void attribute(std::string_view name, std::string_view value) {
    out_.put("\" ");
    out_.put(name);
    out_.put("=\"");
    put_xml(out_, value);
  }
  void attribute(std::string_view name, std::uint64_t value) {
    scratch_.clear();
    scratch_.put_decimal(value);
    attribute(name, scratch_.view());
  }

  void attributes(std::uint32_t at) {
    const Node& node = tape_[at];
    if (node.is_problem()) {
      const Error error = tape_.error_at(at);
      attribute("showname", std::string(node.desc->name) + ": " + error.reason());
      attribute("size", 0);
      attribute("pos", node.offset);
      attribute("show", name_of(error.code));
      out_.put('"');
      return;
    }
    const bool leaf =
        (node.subtree == 1 && node.desc->kind != Kind::structure && node.desc->kind != Kind::list) ||
        node.holds_another();
    scratch_.clear();
    if (node.is_element()) {
      scratch_.put('[');
      scratch_.put_decimal(node.index);
      scratch_.put("] ");
    }
    scratch_.put(node.desc->name);
    const std::size_t name = scratch_.size();
    if (leaf) {
      scratch_.put(": ");
      put_field_value(scratch_, tape_, at, message_);
    }
    const std::string text(scratch_.view());
    attribute("showname", text);
    attribute("size", node.length);
    attribute("pos", node.offset);
    if (!leaf) {
      attribute("show", node.desc->name);
    } else if (is_number(node.desc->kind)) {
      scratch_.clear();
      if (node.desc->format == wire::Format::hex)
        scratch_.put_hex(node.value);
      else
        scratch_.put_decimal(node.value);
      attribute("show", scratch_.view());
    } else if (node.desc->kind == Kind::mac || node.desc->kind == Kind::ipv4 ||
               node.desc->kind == Kind::ipv6 || node.desc->kind == Kind::text ||
               node.desc->kind == Kind::domain_name) {
      attribute("show", std::string_view(text).substr(name + 2));
    } else {
      bytes("show", node);
    }
    if (leaf) bytes("value", node);
    out_.put('"');
  }
  void bytes(std::string_view name, const Node& node) {
    out_.put("\" ");
    out_.put(name);
    out_.put("=\"");
    out_.put_bytes(message_.subspan(node.offset, node.length));
  }

  TextBuffer& out_;
  const Tape& tape_;
  Bytes message_;
  std::string path_;
  TextBuffer scratch_;
};

}  // namespace

void put_xml(TextBuffer& out, std::string_view text) {
  const bool utf8 = is_utf8(text);
  for (const char c : text) {
    switch (c) {
      case '&': out.put("&amp;"); break;
      case '<': out.put("&lt;"); break;
      case '>': out.put("&gt;"); break;
      case '"': out.put("&quot;"); break;
      default: {
        const auto octet = static_cast<unsigned char>(c);
        out.put(octet < ' ' || octet == 0x7f || (octet >= 0x80 && !utf8) ? '?' : c);
      }
    }
  }
}

void put_pdml_proto(TextBuffer& out, const Tape& tape, Bytes message) {
  out.put("  <proto name=\"openflow\" showname=\"OpenFlow");
  if (!message.empty()) {
    out.put(' ');
    put_version(out, std::to_integer<std::uint8_t>(message[0]));
  }
  out.put("\" size=\"");
  out.put_decimal(message.size());
  out.put("\" pos=\"0\">\n");
  PdmlWriter(out, tape, message).nodes(0, tape.size(), 2);
  out.put("  </proto>\n");
}

}  // namespace oflens
