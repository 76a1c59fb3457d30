// Packet-ins and packet-outs without regard to the version that they were sent in.
#pragma once

#include <optional>

#include <oflens/ext/nicira/actions/output.hpp>
#include <oflens/flow/flow.hpp>

namespace oflens {

struct PacketInFacts {
  Version version{};  // 1.0, or 1.3 for all later ones
  BufferId buffer_id = BufferId::no_buffer;
  std::size_t total_len = 0;  // of the packet, of which data may be a part
  nicira::ControllerReason reason{};
  std::optional<std::uint8_t> table_id{};
  std::optional<std::uint64_t> cookie{};  // of the flow that sent it; all ones without one
};
// Borrows the message.
struct PacketInView : PacketInFacts {
  PortNo in_port{};
  Seq<Oxm> fields{};  // beside the packet: port, registers, metadata, tunnel. 1.0 has none
  Bytes data{};
};
struct PacketInMessage : PacketInFacts {
  FlowMatch fields{};  // the port of 1.0, too
  SharedBytes data{};
};

struct PacketOutMessage {
  Version version{};  // of its actions: 1.0, or 1.3 for all later ones
  BufferId buffer_id = BufferId::no_buffer;
  PortNo in_port = PortNo::any;
  SharedBytes actions{};  // well-formed
  SharedBytes data{};     // empty where the switch has the packet
};

// The packet-in in a frame of 1.0 or 1.3, or one of Nicira's. Empty for other messages and malformed ones.
std::optional<PacketInView> view_packet_in(const Frame&);
// A packet-in that Nicira's resume gives back to the switch.
std::optional<PacketInView> view_resume(const Frame&);
// The same as one that owns its bytes. So does a packet-out.
std::optional<PacketInMessage> packet_in_of(const Frame&);
std::optional<PacketOutMessage> packet_out_of(const Frame&);

}  // namespace oflens
