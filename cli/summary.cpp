#include "summary.hpp"

#include <oflens/flow/flow.hpp>
#include <oflens/flow/flow_text.hpp>
#include <oflens/message/dissect.hpp>
#include <oflens/message/json.hpp>
#include <oflens/message/text.hpp>
#include <oflens/message/value.hpp>
#include <oflens/network/packet.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

namespace oflens::cli {
namespace {

void put_packet(TextBuffer& out, Bytes data, std::uint16_t total_len) {
  if (data.empty()) return;
  out.put(": ");
  out.put(summary_of_packet(data));
  if (total_len > data.size()) {
    out.put(" (");
    out.put_decimal(data.size());
    out.put(" of ");
    out.put_decimal(total_len);
    out.put(" bytes)");
  }
}

void put_buffer(TextBuffer& out, BufferId id) {
  if (id == BufferId::no_buffer) return;
  out.put(" buffer ");
  out.put_decimal(static_cast<std::uint32_t>(id));
}

template <class E>
void put_constant(TextBuffer& out, E value) {
  const std::string_view constant = wire::labels<E>().find(static_cast<std::uint64_t>(value));
  if (constant.empty()) return out.put_decimal(static_cast<std::uint64_t>(value));
  out.put(constant.substr(constant.find('_') + 1));
}

template <class E>
void put_port(TextBuffer& out, E port) {
  out.put("port ");
  if (!out.put_port_name(static_cast<std::uint32_t>(port))) put_constant(out, port);
}

// Messages that read better than their fields do. True when it was one.
bool put_special(TextBuffer& out, Bytes message) {
  const auto frame = Frame::at(message);
  if (!frame) return false;
  if (auto mod = read_flow_mod(*frame)) {
    put_constant(out, mod->command);
    if (mod->version == Version::v10) mod->flow.table_id = 0;  // it names none
    put_flow(out, mod->flow, frame->version());
    return true;
  }
  const auto handled = dispatch(
      *frame,
      [&](const v10::PacketIn& m) {
        put_port(out, m.in_port);
        out.put(' ');
        put_constant(out, m.reason);
        put_buffer(out, m.buffer_id);
        put_packet(out, m.data.bytes(), m.total_len);
      },
      [&](const v13::PacketIn& m) {
        for (const Oxm field : m.match.oxm)
          if (const auto port = field.get(oxm::in_port)) put_port(out, *port);
        out.put(" table ");
        put_constant(out, m.table_id);
        out.put(' ');
        put_constant(out, m.reason);
        put_buffer(out, m.buffer_id);
        put_packet(out, m.data.bytes(), m.total_len);
      },
      [&](const v10::PacketOut& m) {
        put_port(out, m.in_port);
        put_buffer(out, m.buffer_id);
        out.put(" actions=");
        put_actions(out, {SharedBytes(m.actions.bytes()), Version::v10}, Version::v10);
        put_packet(out, m.data.bytes(), 0);
      },
      [&](const v13::PacketOut& m) {
        put_port(out, m.in_port);
        put_buffer(out, m.buffer_id);
        out.put(" actions=");
        const Seq<v13::Instruction> apply(v13::ApplyActions{m.actions});
        put_actions(out, {SharedBytes(apply.bytes()), Version::v13}, Version::v13);
        put_packet(out, m.data.bytes(), 0);
      });
  return handled && *handled;
}

}  // namespace

namespace {

// m: a ChannelMessage or a ChannelCut.
Place place_in(const auto& m, const Datapath& datapath) {
  const bool from_a = m.from == Side::a;
  const Channel& c = m.channel;
  return {
      m.number, m.time, c.id, from_a ? c.a : c.b, from_a ? c.b : c.a, datapath.id, std::string(m.comment)};
}

}  // namespace

Place place_of(const SessionMessage& m) { return place_in(m.message, m.datapath); }
Place place_of(const ChannelCut& m, const Datapath& datapath) { return place_in(m, datapath); }

void put_address(TextBuffer& out, const Endpoint& e) {
  if (!e.is_ipv4()) return out.put(Ipv6Address{e.address});
  Ipv4Address a;
  std::copy(e.address.begin() + 12, e.address.end(), a.octets.begin());
  out.put(a);
}

void put_endpoint(TextBuffer& out, const Endpoint& e) {
  if (!e.is_ipv4()) out.put('[');
  put_address(out, e);
  if (!e.is_ipv4()) out.put(']');
  out.put(':');
  out.put_decimal(e.port);
}

void put_controller(TextBuffer& out, const Endpoint& a, const Endpoint& b, Side controller) {
  controller == Side::a ? put_address(out, a) : put_endpoint(out, b);
}

void put_datapath_id(TextBuffer& out, DatapathId id) { out.put_hex(static_cast<std::uint64_t>(id), 16); }

void put_versions(TextBuffer& out, std::uint32_t versions) {
  bool any = false;
  for (std::uint32_t v = 0; v < 32; ++v) {
    if ((versions >> v & 1) == 0) continue;
    std::uint32_t last = v;
    while (last < 31 && (versions >> (last + 1) & 1) != 0) ++last;
    if (any) out.put(',');
    any = true;
    put_version(out, static_cast<std::uint8_t>(v));
    if (last != v) {
      out.put("..");
      put_version(out, static_cast<std::uint8_t>(last));
    }
    v = last;
  }
  if (!any) out.put("none");
}

void put_summary(TextBuffer& out, const Tape& tape, Bytes message) {
  if (tape.problems() == 0 && put_special(out, message)) return;
  put_fields(out, tape, message);
}

void put_line(TextBuffer& out, const Tape& tape, Bytes message, const Colours& colour, Detail detail) {
  if (message.size() >= Header::size) {
    const auto version = std::to_integer<std::uint8_t>(message[0]),
               type = std::to_integer<std::uint8_t>(message[1]);
    if (detail == Detail::full) {
      put_version(out, version);
      out.put(' ');
    }
    out.put(colour.bold);
    if (const char* name = message_name(static_cast<Version>(version), type)) {
      out.put(name);
    } else {
      out.put("type ");
      out.put_decimal(type);
    }
    out.put(colour.off);
    if (detail == Detail::full) {
      out.put(" xid=");
      out.put_decimal(load_be<std::uint32_t>(message.data() + 4));
    }
    const std::size_t before = out.size();
    out.put(' ');
    put_summary(out, tape, message);
    if (out.size() == before + 1) out.shorten_to(before);
  } else {
    out.put_decimal(message.size());
    out.put(message.size() == 1 ? " byte" : " bytes");
  }
  if (tape.problems() == 0) return;
  out.put("  ");
  out.put(colour.red);
  out.put('!');
  out.put(tape.first_error().text());
  if (tape.problems() > 1) {
    out.put(" and ");
    out.put_decimal(tape.problems() - 1);
    out.put(" more");
  }
  out.put(colour.off);
}

void put_record(TextBuffer& out, const Clock& clock, const Place* place, const Tape& tape, Bytes message) {
  out.put('{');
  put_record_members(out, clock, place, tape, message);
  out.put('}');
}

void put_record_members(TextBuffer& out, const Clock& clock, const Place* place, const Tape& tape,
                        Bytes message) {
  if (place != nullptr) {
    out.put("\"frame\":");
    out.put_decimal(place->number);
    out.put(clock.relative() ? ",\"time\":" : ",\"time\":\"");
    clock.put(out, place->time);
    out.put(clock.relative() ? ",\"connection\":" : "\",\"connection\":");
    out.put_decimal(place->channel);
    out.put(",\"src\":\"");
    put_endpoint(out, place->source);
    out.put("\",\"dst\":\"");
    put_endpoint(out, place->destination);
    out.put("\",");
    if (place->datapath_id) {
      out.put("\"datapath_id\":\"");
      put_datapath_id(out, *place->datapath_id);
      out.put("\",");
    }
    if (!place->comment.empty()) {
      out.put("\"comment\":");
      out.put_json(place->comment);
      out.put(',');
    }
  }
  put_json_members(out, tape, message);
}

}  // namespace oflens::cli
