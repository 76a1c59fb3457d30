#include <oflens/flow/packet_message.hpp>

#include <oflens/ext/nicira/packet_in.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

namespace oflens {
namespace {

FlowMatch port_alone(PortNo port) {
  Seq<Oxm> fields;
  fields.push_back(oxm::in_port(port));
  return FlowMatch::of(fields);
}

template <class Property>
PacketInMessage of_properties(const Seq<Property>& properties, Version version) {
  namespace in = nicira::packet_in;
  PacketInMessage out{.version = version};
  std::optional<std::size_t> full;
  for (const Property p : properties) {
    if (const auto packet = p.template get<in::Packet>()) out.data = SharedBytes(packet->packet.bytes());
    if (const auto length = p.template get<in::FullLen>()) full = length->full_len;
    if (const auto buffer = p.template get<in::Buffer>()) out.buffer_id = buffer->buffer_id;
    if (const auto table = p.template get<in::TableId>()) out.table_id = table->table_id;
    if (const auto cookie = p.template get<in::Cookie>()) out.cookie = cookie->cookie;
    if (const auto reason = p.template get<in::Reason>())
      out.reason = static_cast<nicira::ControllerReason>(reason->reason);
    if (const auto fields = p.template get<in::Metadata>())
      out.fields = FlowMatch::of_nicira(fields->metadata);
  }
  out.total_len = full.value_or(out.data.bytes().size());
  return out;
}

}  // namespace

std::optional<PacketInMessage> packet_in_of(const Frame& frame) {
  std::optional<PacketInMessage> out;
  const auto reason = [](auto r) { return static_cast<nicira::ControllerReason>(r); };
  const Version version = frame.version() == Version::v10 ? Version::v10 : Version::v13;
  static_cast<void>(dispatch(
      frame,
      [&](const v10::PacketIn& m) {
        out = PacketInMessage{.version = version,
                              .buffer_id = m.buffer_id,
                              .total_len = m.total_len,
                              .reason = reason(m.reason),
                              .fields = port_alone(port_of(m.in_port)),
                              .data = SharedBytes(m.data.bytes())};
      },
      [&](const v13::PacketIn& m) {
        out = PacketInMessage{.version = version,
                              .buffer_id = m.buffer_id,
                              .total_len = m.total_len,
                              .reason = reason(m.reason),
                              .table_id = static_cast<std::uint8_t>(m.table_id),
                              .cookie = m.cookie,
                              .fields = FlowMatch::of(m.match.oxm),
                              .data = SharedBytes(m.data.bytes())};
      },
      [&](const nicira::PacketIn& m) {
        out = PacketInMessage{.version = version,
                              .buffer_id = m.buffer_id,
                              .total_len = m.total_len,
                              .reason = reason(m.reason),
                              .table_id = m.table_id,
                              .cookie = m.cookie,
                              .fields = FlowMatch::of_nicira(m.match),
                              .data = SharedBytes(m.data.bytes())};
      },
      [&](const nicira::PacketIn2& m) { out = of_properties(m.properties, version); },
      [&](const nicira::PacketIn2For11& m) { out = of_properties(m.properties, version); }));
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
