// What single messages mean for exchanges: which ask, which answer, what packets they carry.
#pragma once

#include <optional>

#include <oflens/session/exchange.hpp>

namespace oflens {

// What a message is to exchanges.
enum class Part : std::uint8_t {
  request,  // an answer is due to it
  reply,    // to a request
  maybe,    // a vendor's message that may be a reply
  error,
  packet_in,
  command,  // asks for no answer
  event,    // hello, and what a switch tells unasked
};
struct Role {
  Part part{};
  Exchange::Kind kind{};
};
Role role_of(const Frame&, bool from_switch);

// Is this reply one to that request, by their types? The transaction id is the caller's business.
bool replies_to(const Frame& reply, const Frame& request);

// Do more parts of this reply follow?
bool has_more(const Frame& reply);
// The elements of a multipart reply's lists.
std::uint64_t count_elements(const Frame& reply);

// The beginning of a message that an error quotes; may be empty, or text.
Bytes quoted_by(const Frame& error);
bool is_hello_failed(const Frame& error);

// What the joins need of a packet-in or a packet-out, in whatever version and form. Borrows the frame.
struct PacketPart {
  BufferId buffer = BufferId::no_buffer;
  PortNo in_port{};
  Bytes data;
};
std::optional<PacketPart> read_packet_in(const Frame&);
std::optional<PacketPart> read_packet_out(const Frame&);
BufferId buffer_of_flow_mod(const Frame&);
bool is_flow_mod(const Frame&);
bool is_packet_out(const Frame&);  // or what Nicira resumes with

// Is it one of the packets by which controllers and switches find each other (LLDP, BDDP)?
bool is_discovery(Bytes packet);

// The first occurrence of which messages is a step of a connection's set-up; 0: it is none. Others are equal
// when they are the same step.
std::uint32_t setup_step(const Frame&, bool from_switch);

}  // namespace oflens
