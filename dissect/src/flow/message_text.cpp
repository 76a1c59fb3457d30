#include <oflens/flow/message_text.hpp>

#include <algorithm>
#include <string>

#include <oflens/ext/nicira.hpp>
#include <oflens/ext/onf.hpp>
#include <oflens/flow/error_label.hpp>
#include <oflens/message/dissect.hpp>
#include <oflens/message/text.hpp>
#include <oflens/message/value.hpp>

#include "message_parts.hpp"
#include "ovs_words.hpp"

namespace oflens {
namespace flow {

// "00000000  61 62 63 ...-...  |abc...|", sixteen bytes a line.
void put_dump(TextBuffer& out, Bytes bytes) {
  for (std::size_t at = 0; at < bytes.size(); at += 16) {
    const Bytes line = bytes.subspan(at, std::min<std::size_t>(16, bytes.size() - at));
    TextBuffer offset;
    offset.put_hex(at, 8);
    out.put(offset.view().substr(2));
    out.put(' ');
    for (std::size_t i = 0; i < 16; ++i) {
      out.put(i == 8 && line.size() >= 8 ? '-' : ' ');
      if (i < line.size())
        out.put_bytes(line.subspan(i, 1));
      else
        out.put("  ");
    }
    out.put(" |");
    for (std::size_t i = 0; i < 16; ++i) {
      const char c = i < line.size() ? static_cast<char>(line[i]) : ' ';
      out.put(c >= ' ' && c < 0x7f ? c : '.');
    }
    out.put("|\n");
  }
}

// "12s"; "12.500s", three digits when they say it all; "12.0000001s".
void put_duration(TextBuffer& out, std::uint32_t seconds, std::uint32_t nanoseconds) {
  out.put_decimal(seconds);
  const bool whole_ms = nanoseconds % 1000000 == 0;
  if (nanoseconds != 0) {
    TextBuffer digits;
    digits.put_decimal(whole_ms ? nanoseconds / 1000000 : nanoseconds);
    out.put('.');
    for (std::size_t i = digits.size(); i < (whole_ms ? 3u : 9u); ++i) out.put('0');
    out.put(digits.view());
    while (!whole_ms && out.view().back() == '0') out.shorten_to(out.size() - 1);
  }
  out.put('s');
}

// ---- parts

void MessageParts::port(const char* name, PortNo port) {
  out_.put(name);
  put_port(out_, port);
}

void MessageParts::action_list(const Seq<v10::Action>& list) {
  action_list(FlowActions{SharedBytes(list.bytes()), Version::v10});
}
void MessageParts::action_list(const Seq<v13::Action>& list) {
  const Seq<v13::Instruction> apply(v13::ApplyActions{list});
  action_list(FlowActions{SharedBytes(apply.bytes()), Version::v13});
}
void MessageParts::instructions(const Seq<v13::Instruction>& list) {
  actions(FlowActions{SharedBytes(list.bytes()), Version::v13});
}

void MessageParts::bits(std::span<const char* const> names, std::uint64_t v) {
  if (v == 0) return out_.put('0');
  bool separate = false;
  const auto next = [&] {
    if (separate) out_.put(' ');
    separate = true;
  };
  for (std::size_t bit = 0; bit < names.size(); ++bit) {
    if ((v >> bit & 1) == 0 || *names[bit] == '\0') continue;
    next();
    out_.put(names[bit]);
    v &= ~(std::uint64_t{1} << bit);
  }
  if (v == 0) return;
  next();
  out_.put_hex(v);
}

void MessageParts::stats_flags(std::uint16_t flags, bool may_be_more) {
  if (flags == 0) return;
  out_.put(" flags=");
  if (may_be_more && (flags & 1) != 0) {
    out_.put("[more]");
    flags &= 0xfffe;
  }
  if (flags == 0) return;
  out_.put("[***unknown flags ");
  out_.put_hex(flags, 4);
  out_.put("***]");
}

namespace {

// What is not to be printed, as "\ooo" in octal.
void put_printable(TextBuffer& out, Bytes bytes) {
  for (const std::byte b : bytes) {
    const auto c = std::to_integer<unsigned>(b);
    if (c >= ' ' && c < 0x7f && c != '\\') {
      out.put(static_cast<char>(c));
    } else {
      out.put('\\');
      for (const int shift : {6, 3, 0}) out.put(static_cast<char>('0' + (c >> shift & 7)));
    }
  }
}

// Open vSwitch has one name for an error in all versions; the specifications have changed some.
std::string name_of_error(std::string_view label) {
  static constexpr std::string_view renamed[][2] = {
      {"OFPFMFC_ALL_TABLES_FULL", "OFPFMFC_TABLE_FULL"},
      {"OFPBRC_BAD_MULTIPART", "OFPBRC_BAD_STAT"},
      {"OFPBRC_BAD_EXPERIMENTER", "OFPBRC_BAD_VENDOR"},
      {"OFPBRC_BAD_EXP_TYPE", "OFPBRC_BAD_SUBTYPE"},
      {"OFPBRC_IS_SLAVE", "OFPBRC_IS_SECONDARY"},
      {"OFPBAC_BAD_EXPERIMENTER", "OFPBAC_BAD_VENDOR"},
      {"OFPBAC_BAD_EXP_TYPE", "OFPBAC_BAD_VENDOR_TYPE"},
      {"OFPMMFC_BAD_BAND_DETAIL", "OFPMMFC_BAD_BAND_VALUE"},
      {"OFPTFFC_BAD_TYPE", "OFPBPC_BAD_TYPE"},
      {"OFPTFFC_BAD_LEN", "OFPBPC_BAD_LEN"},
      {"OFPTFFC_BAD_ARGUMENT", "OFPBPC_BAD_VALUE"},
      {"ONFERR_ET_FAILED", "OFPBFC_MSG_FAILED"},
      {"ONFERR_ET_BAD_PRIORITY", "OFPFMFC_BAD_PRIORITY"},
      {"ONFERR_ET_ASYNC_INVALID", "OFPACFC_INVALID"},
      {"ONFERR_ET_ASYNC_UNSUPPORTED", "OFPACFC_UNSUPPORTED"},
      {"ONFERR_ET_ASYNC_EPERM", "OFPACFC_EPERM"},
      {"ONFERR_DUP_INSTRUCTION", "OFPBIC_DUP_INST"},
      {"ONFERR_ET_MPART_REQUEST_TIMEOUT", "OFPBRC_MULTIPART_REQUEST_TIMEOUT"},
      {"ONFERR_ET_MPART_REPLY_TIMEOUT", "OFPBRC_MULTIPART_REPLY_TIMEOUT"},
  };
  for (const auto& [ours, theirs] : renamed)
    if (label == ours) return std::string(theirs);
  // Errors of bundles.
  if (label.starts_with("ONFERR_ET_")) return std::string("OFPBFC_").append(label.substr(10));
  return std::string(label);
}
// Empty when there is none.
std::string_view label_of_error(Version version, std::uint16_t type, std::uint16_t code) {
  return (version == Version::v10 ? v10::error_codes(type) : v13::error_codes(type)).find(code);
}

bool is_stats(Version version, std::uint8_t type) {
  const std::uint8_t request =
      version == Version::v10 ? v10::StatsRequest::id.type : v13::MultipartRequest::id.type;
  return type == request || type == request + 1;
}

// Errors, and what has no kind.
class MessageText {
 public:
  explicit MessageText(const MessagePlace& place) : out_(place.out), catalog_(place.catalog), place_(place) {}

  // Ends with a newline.
  void write(Bytes bytes) {
    if (bytes.empty()) return out_.put("OpenFlow message is empty\n");
    if (bytes.size() < Header::size) {
      out_.put("OpenFlow packet too short (only ");
      out_.put_decimal(bytes.size());
      out_.put(" bytes):\n");
      return put_dump(out_, bytes);
    }
    const std::size_t length = load_be<std::uint16_t>(bytes.data() + 2);
    version_ = static_cast<Version>(bytes[0]);
    if (length > bytes.size()) {
      if (heading(bytes)) out_.put('\n');
      out_.put("(***truncated to ");
      out_.put_decimal(bytes.size());
      out_.put(" bytes from ");
      out_.put_decimal(length);
      out_.put("***)\n");
      return put_dump(out_, bytes);
    }
    if (length < bytes.size()) {
      out_.put("(***only uses ");
      out_.put_decimal(length);
      out_.put(" bytes out of ");
      out_.put_decimal(bytes.size());
      out_.put("***)\n");
      return put_dump(out_, bytes);
    }
    whole(bytes);
  }

 private:
  void whole(Bytes bytes) {
    const auto frame = Frame::at(bytes);
    if (!frame) return refuse(frame.error(), bytes);
    Tape tape;
    dissect(catalog_, bytes, tape);
    const bool known = !misses_fixed_part(*frame) && heading(bytes);
    if (known && frame->type() == v10::Hello::id.type) return hello(*frame);
    if (tape.problems() != 0) return refuse(tape.first_error(), bytes);
    if (!known) {
      decode_error(bytes.size() < 16 ? "OFPBRC_BAD_LEN" : "OFPBRC_BAD_VENDOR");
      return put_dump(out_, bytes);
    }
    if (!put_known_message(place_, *frame)) {
      out_.put(' ');
      put_field_lines(out_, tape, bytes);
      if (out_.view().back() == ' ') out_.shorten_to(out_.size() - 1);
    }
    if (out_.view().back() != '\n') out_.put('\n');
  }

  // Such messages have no heading.
  bool misses_fixed_part(const Frame& frame) {
    const wire::StructDesc* body = catalog_.find(frame.bytes());
    return body != nullptr && frame.bytes().size() < body->fixed;
  }

  // "OFPT_HELLO (OF1.3) (xid=0x1):". False, and nothing, for what Open vSwitch has no name for.
  bool heading(Bytes bytes) {
    const std::uint8_t type = std::to_integer<std::uint8_t>(bytes[1]);
    const char* of_type = message_name(version_, type);
    if (of_type == nullptr) return false;
    const wire::StructDesc* body = catalog_.find(bytes);
    if (body == &wire::struct_desc<v10::Vendor> || body == &wire::struct_desc<v13::Experimenter>)
      return false;
    // What tells it from others of its type has the name; else the type.
    std::string name;
    if (body != nullptr && type != v10::ErrorMessage::id.type)
      for (const wire::FieldDesc& field : body->fields)
        if (field.kind == wire::Kind::tag)
          if (const std::string_view label = field.labels.find(field.constant);
              !label.empty() && !label.ends_with("_VENDOR_ID"))
            name = label;
    if (name.empty()) {
      name = std::string("ofpt_") + of_type;
      std::transform(name.begin(), name.end(), name.begin(),
                     [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    }
    if (name.starts_with("OFPMP_")) name.replace(0, 6, "OFPST_");
    if (name.starts_with("ONFMP_")) name.replace(0, 6, "ONFST_");
    if (name.starts_with("OFPST_") && name.ends_with("_STATS")) name.resize(name.size() - 6);
    out_.put(name);
    if (is_stats(version_, type) && !name.starts_with("OFPT_"))
      out_.put(type % 2 == 0 ? " request" : " reply");
    if (version_ != Version::v10) {
      out_.put(" (OF1.");
      out_.put_decimal(std::to_integer<unsigned>(bytes[0]) - 1);
      out_.put(')');
    }
    out_.put(" (xid=");
    out_.put_hex(load_be<std::uint32_t>(bytes.data() + 4));
    out_.put("):");
    return true;
  }

  void decode_error(std::string_view name) {
    if (!out_.empty() && out_.view().back() != ' ' && out_.view().back() != '\n') out_.put(' ');
    out_.put("***decode error: ");
    out_.put(name);
    out_.put("***\n");
  }
  void refuse(const Error& error, Bytes bytes) {
    const OpenFlowError code = error.to_openflow(version_);
    decode_error(name_of_error(label_of_error(version_, code.type, code.code)));
    if (place_.depth == 0) {
      out_.put(error.text());
      out_.put('\n');
    }
    put_dump(out_, bytes);
  }

  // ---- the little that every version has

  // What is malformed in it does not matter.
  void hello(const Frame& frame) {
    // Without a bitmap: all versions up to that of the header.
    std::uint32_t versions = (2u << static_cast<unsigned>(version_)) - 2;
    bool understood = true;
    for (Bytes left = frame.body(); !left.empty();) {
      const std::size_t length = left.size() < 4 ? 0 : load_be<std::uint16_t>(left.data() + 2);
      const std::size_t padded = (length + 7) / 8 * 8;
      if (length < 4 || length > left.size()) {
        understood = false;
        break;
      }
      const bool bitmap = load_be<std::uint16_t>(left.data()) == 1 && length >= 8;
      const std::uint32_t wanted = bitmap ? load_be<std::uint32_t>(left.data() + 4) : 0;
      if (bitmap && (wanted & ~1u) != 0)
        versions = wanted & ~1u;
      else
        understood = false;
      left = left.subspan(std::min(padded, left.size()));
    }
    out_.put("\n version bitmap: ");
    bool separate = false;
    for (unsigned bit = 0; bit < 32; ++bit) {
      if ((versions >> bit & 1) == 0) continue;
      if (separate) out_.put(", ");
      separate = true;
      out_.put_hex(bit, 2);
    }
    out_.put('\n');
    if (understood) return;
    out_.put(" unknown data in hello:\n");
    put_dump(out_, frame.bytes());
  }

  TextBuffer& out_;
  const Catalog& catalog_;
  const MessagePlace& place_;
  Version version_{};
};

class ErrorText : MessageParts {
 public:
  using MessageParts::MessageParts;
  bool write() {
    const std::optional<ErrorLabel> e = read_error(frame_);
    if (!e) return false;
    out_.put(' ');
    if (!e->label.empty()) {
      out_.put(name_of_error(e->label));
    } else {
      number("type=", e->type);
      number(" code=", e->code);
    }
    out_.put('\n');
    if (e->type == static_cast<std::uint16_t>(v10::ErrorType::hello_failed) && !e->label.empty())
      put_printable(out_, e->data);
    else if (place_.depth < max_message_depth)
      put_message({out_, place_.catalog, place_.depth + 1}, e->data);
    return true;
  }
};

}  // namespace

void put_message(const MessagePlace& place, Bytes message) { MessageText(place).write(message); }

bool put_known_message(const MessagePlace& place, const Frame& frame) {
  return put_flow_message(place, frame) || put_group_message(place, frame) ||
         put_control_message(place, frame) || ErrorText(place, frame).write();
}

}  // namespace flow

void put_message(TextBuffer& out, const Catalog& catalog, Bytes message) {
  flow::put_message({out, catalog}, message);
}

}  // namespace oflens
