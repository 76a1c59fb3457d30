#include <oflens/flow/packet_message.hpp>

#include <oflens/ext/nicira/packet_in.hpp>
#include <oflens/ext/nxm.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

namespace oflens {
namespace {

// The port that a packet came in by, from the fields that tell about it.
PortNo port_in(const Seq<Oxm>& fields) {
  for (const Oxm field : fields) {
    if (const auto port = field.get(oxm::in_port)) return *port;
    if (const auto port = field.get(nicira::nxm_of_in_port)) return port_of(*port);
  }
  return {};
}

template <class Property>
void take(PacketInView& out, const Seq<Property>& properties) {
  namespace in = nicira::packet_in;
  std::optional<std::size_t> full;
  for (const Property p : properties) {
    if (const auto packet = p.template get<in::Packet>()) out.data = packet->packet.bytes();
    if (const auto length = p.template get<in::FullLen>()) full = length->full_len;
    if (const auto buffer = p.template get<in::Buffer>()) out.buffer_id = buffer->buffer_id;
    if (const auto table = p.template get<in::TableId>()) out.table_id = table->table_id;
    if (const auto cookie = p.template get<in::Cookie>()) out.cookie = cookie->cookie;
    if (const auto reason = p.template get<in::Reason>())
      out.reason = static_cast<nicira::ControllerReason>(reason->reason);
    if (const auto fields = p.template get<in::Metadata>()) out.fields = fields->metadata;
  }
  out.total_len = full.value_or(out.data.size());
}

std::optional<PacketInView> finished(std::optional<PacketInView> in, const Frame& frame) {
  if (!in) return in;
  in->version = frame.version() == Version::v10 ? Version::v10 : Version::v13;
  if (!in->fields.empty()) in->in_port = port_in(in->fields);
  return in;
}

}  // namespace

std::optional<PacketInView> view_packet_in(const Frame& frame) {
  std::optional<PacketInView> out;
  const auto take_struct = [&](const auto& m) -> PacketInView& {
    out.emplace();
    out->buffer_id = m.buffer_id;
    out->total_len = m.total_len;
    out->reason = static_cast<nicira::ControllerReason>(m.reason);
    out->data = m.data.bytes();
    return *out;
  };
  const auto take_fields = [&](const auto& m, const Seq<Oxm>& fields) {
    PacketInView& in = take_struct(m);
    in.table_id = static_cast<std::uint8_t>(m.table_id);
    in.cookie = m.cookie;
    in.fields = fields;
  };
  static_cast<void>(dispatch(
      frame, [&](const v10::PacketIn& m) { take_struct(m).in_port = port_of(m.in_port); },
      [&](const v13::PacketIn& m) { take_fields(m, m.match.oxm); },
      [&](const nicira::PacketIn& m) { take_fields(m, m.match); },
      [&](const nicira::PacketIn2& m) { take(out.emplace(), m.properties); },
      [&](const nicira::PacketIn2For11& m) { take(out.emplace(), m.properties); }));
  return finished(std::move(out), frame);
}

std::optional<PacketInView> view_resume(const Frame& frame) {
  std::optional<PacketInView> out;
  static_cast<void>(dispatch(
      frame, [&](const nicira::Resume& m) { take(out.emplace(), m.properties); },
      [&](const nicira::ResumeFor11& m) { take(out.emplace(), m.properties); }));
  return finished(std::move(out), frame);
}

std::optional<PacketInMessage> packet_in_of(const Frame& frame) {
  const auto view = view_packet_in(frame);
  if (!view) return std::nullopt;
  PacketInMessage out{*view, FlowMatch::of_nicira(view->fields), SharedBytes(view->data)};
  if (frame.is<v10::PacketIn>()) {
    Seq<Oxm> port;
    port.push_back(oxm::in_port(view->in_port));
    out.fields = FlowMatch::of(port);
  }
  return out;
}

std::optional<PacketOutMessage> packet_out_of(const Frame& frame) {
  std::optional<PacketOutMessage> out;
  const auto take = [&](const auto& m, Version version, PortNo in_port) {
    out = PacketOutMessage{.version = version,
                           .buffer_id = m.buffer_id,
                           .in_port = in_port,
                           .actions = SharedBytes(m.actions.bytes()),
                           .data = SharedBytes(m.data.bytes())};
  };
  static_cast<void>(dispatch(
      frame, [&](const v10::PacketOut& m) { take(m, Version::v10, port_of(m.in_port)); },
      [&](const v13::PacketOut& m) { take(m, Version::v13, m.in_port); }));
  return out;
}

}  // namespace oflens
