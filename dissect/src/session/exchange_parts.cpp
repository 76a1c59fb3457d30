#include "exchange_parts.hpp"

#include <oflens/ext/nicira.hpp>
#include <oflens/ext/onf.hpp>
#include <oflens/flow/packet_message.hpp>
#include <oflens/message/dissect.hpp>

namespace oflens {

const char* name_of(Join join) {
  constexpr const char* names[] = {"xid", "quote", "buffer", "frame", "match", "time", "barrier", "setup"};
  return names[static_cast<std::size_t>(join)];
}
const char* name_of(Certainty certainty) {
  constexpr const char* names[] = {"certain", "likely", "possible"};
  return names[static_cast<std::size_t>(certainty)];
}
const char* name_of(Exchange::Kind kind) {
  constexpr const char* names[] = {"setup",      "packet_in", "echo",    "features",
                                   "get_config", "multipart", "barrier", "queue_get_config",
                                   "role",       "get_async", "bundle",  "experimenter",
                                   "command",    "error"};
  return names[static_cast<std::size_t>(kind)];
}
const char* name_of(Exchange::State state) {
  constexpr const char* names[] = {"answered",    "error",     "unanswered", "closed_by_barrier",
                                   "unconfirmed", "duplicate", "late",       "unasked"};
  return names[static_cast<std::size_t>(state)];
}

namespace {

using Kind = Exchange::Kind;
constexpr std::uint8_t vendor_type = v10::Vendor::id.type;

// Numbers of types that 1.0 and later versions give to different messages.
struct Types {
  std::uint8_t multipart, barrier, queue_get_config;
};
Types types_of(Version version) {
  if (version == Version::v10) return {v10::StatsRequest::id.type, v10::BarrierRequest::id.type, 20};
  return {v13::MultipartRequest::id.type, v13::BarrierRequest::id.type, 22};
}

Role vendor_role(const Frame& frame, bool from_switch) {
  const auto any_of = [&]<class... M>(const M*...) { return (frame.is<M>() || ...); };
  if (any_of(static_cast<const nicira::PacketIn*>(nullptr), static_cast<const nicira::PacketIn2*>(nullptr),
             static_cast<const nicira::PacketIn2For11*>(nullptr)))
    return {Part::packet_in, Kind::packet_in};
  if (any_of(static_cast<const nicira::FlowRemoved*>(nullptr),
             static_cast<const nicira::RequestForward*>(nullptr),
             static_cast<const onf::RoleStatus*>(nullptr), static_cast<const onf::RequestForward*>(nullptr)))
    return {Part::event, {}};
  if (frame.is<nicira::RoleRequest>()) return {Part::request, Kind::role};
  if (frame.is<nicira::RoleReply>()) return {Part::reply, Kind::role};
  if (frame.is<nicira::TlvTableRequest>()) return {Part::request, Kind::experimenter};
  if (frame.is<nicira::TlvTableReply>()) return {Part::reply, Kind::experimenter};
  if (const auto control = View<onf::BundleControl>::of(frame)) {
    const bool asks = static_cast<std::uint16_t>(control->get<&onf::BundleControl::type>()) % 2 == 0;
    return {asks ? Part::request : Part::reply, Kind::bundle};
  }
  return {from_switch ? Part::maybe : Part::command, from_switch ? Kind::experimenter : Kind::command};
}

PacketPart part_of(const PacketInView& in) { return {in.buffer_id, in.in_port, in.data}; }

std::optional<std::uint16_t> multipart_type(const Frame& frame) {
  const Types types = types_of(frame.version());
  if ((frame.type() != types.multipart && frame.type() != types.multipart + 1) || frame.body().size() < 2)
    return std::nullopt;
  return load_be<std::uint16_t>(frame.body().data());
}

}  // namespace

Role role_of(const Frame& frame, bool from_switch) {
  const std::uint8_t type = frame.type();
  switch (type) {
    case v10::Hello::id.type: return {Part::event, {}};
    case v10::ErrorMessage::id.type: return {Part::error, Kind::error};
    case v10::EchoRequest::id.type: return {Part::request, Kind::echo};
    case v10::EchoReply::id.type: return {Part::reply, Kind::echo};
    case vendor_type: return vendor_role(frame, from_switch);
    case v10::FeaturesRequest::id.type: return {Part::request, Kind::features};
    case v10::FeaturesReply::id.type: return {Part::reply, Kind::features};
    case v10::GetConfigRequest::id.type: return {Part::request, Kind::get_config};
    case v10::GetConfigReply::id.type: return {Part::reply, Kind::get_config};
    case v10::PacketIn::id.type:
      return from_switch ? Role{Part::packet_in, Kind::packet_in} : Role{Part::command, Kind::command};
    default: break;
  }
  // In all versions a reply has the type after its request's.
  const Types types = types_of(frame.version());
  const auto of = [&](std::uint8_t request, Kind kind) {
    return Role{type == request ? Part::request : Part::reply, kind};
  };
  if (type == types.multipart + 1 && multipart_type(frame) == std::uint16_t{0xffff})
    return {Part::maybe, Kind::multipart};  // vendors' monitors go on telling what nobody asked for again
  if (type == types.multipart || type == types.multipart + 1) return of(types.multipart, Kind::multipart);
  if (type == types.barrier || type == types.barrier + 1) return of(types.barrier, Kind::barrier);
  if (type == types.queue_get_config || type == types.queue_get_config + 1)
    return of(types.queue_get_config, Kind::queue_get_config);
  if (frame.version() != Version::v10) {
    if (type == 24 || type == 25) return of(24, Kind::role);
    if (type == 26 || type == 27) return of(26, Kind::get_async);
  }
  return from_switch ? Role{Part::event, {}} : Role{Part::command, Kind::command};
}

bool replies_to(const Frame& reply, const Frame& request) {
  if (reply.type() == vendor_type || request.type() == vendor_type) return reply.type() == request.type();
  return reply.type() == request.type() + 1 && multipart_type(reply) == multipart_type(request);
}

bool has_more(const Frame& reply) {
  return multipart_type(reply) && reply.body().size() >= 4 &&
         (load_be<std::uint16_t>(reply.body().data() + 2) & 1) != 0;
}

std::string_view multipart_name(const Frame& frame) {
  const auto type = multipart_type(frame);
  return type ? wire::labels<v13::MultipartType>().find(*type) : std::string_view();
}

std::uint64_t count_elements(const Frame& reply) {
  thread_local Tape tape;  // keeps its memory
  dissect(Catalog::standard(), reply.bytes(), tape);
  std::uint64_t elements = 0;
  const std::uint32_t body = body_of(tape);
  const std::uint32_t end = body < tape.size() ? body + tape[body].subtree : body;
  for (std::uint32_t at = body + 1; at < end; at += tape[at].subtree) {
    if (tape[at].desc->kind != wire::Kind::list) continue;
    for (std::uint32_t i = at + 1; i < at + tape[at].subtree; i += tape[i].subtree)
      elements += tape[i].is_problem() ? 0 : 1;
  }
  return elements;
}

Bytes quoted_by(const Frame& error) {
  const wire::StructDesc* body = Catalog::standard().find(error.bytes());
  if (body == nullptr) return {};
  for (const wire::FieldDesc& item : body->fields)
    if (item.content == wire::Content::message && body->fixed < error.bytes().size())
      return error.bytes().subspan(body->fixed);  // it is the first item of unknown size
  return {};
}

bool is_hello_failed(const Frame& error) {
  return error.type() == v10::ErrorMessage::id.type && error.body().size() >= 4 &&
         load_be<std::uint16_t>(error.body().data()) == 0;
}

std::optional<PacketPart> read_packet_in(const Frame& frame) {
  const auto in = view_packet_in(frame);
  return in ? std::optional(part_of(*in)) : std::nullopt;
}

std::optional<PacketPart> read_packet_out(const Frame& frame) {
  if (const auto in = view_resume(frame)) return part_of(*in);
  std::optional<PacketPart> out;
  static_cast<void>(dispatch(
      frame,
      [&](const v10::PacketOut& m) {
        out = {m.buffer_id, port_of(m.in_port), m.data.bytes()};
      },
      [&](const v13::PacketOut& m) {
        out = {m.buffer_id, m.in_port, m.data.bytes()};
      }));
  return out;
}

BufferId buffer_of_flow_mod(const Frame& frame) {
  if (const auto mod = View<v10::FlowMod>::of(frame)) return mod->get<&v10::FlowMod::buffer_id>();
  if (const auto mod = View<v13::FlowMod>::of(frame)) return mod->get<&v13::FlowMod::buffer_id>();
  if (const auto mod = View<nicira::FlowMod>::of(frame)) return mod->get<&nicira::FlowMod::buffer_id>();
  return BufferId::no_buffer;
}

bool is_flow_mod(const Frame& frame) {
  return frame.type() == v10::FlowMod::id.type || frame.is<nicira::FlowMod>();
}

bool is_packet_out(const Frame& frame) {
  return frame.type() == v10::PacketOut::id.type || frame.is<nicira::Resume>() ||
         frame.is<nicira::ResumeFor11>();
}

bool is_discovery(Bytes packet) {
  if (packet.size() < 14) return false;
  const auto type = load_be<std::uint16_t>(packet.data() + 12);
  return type == 0x88cc || type == 0x8942;  // LLDP; BDDP, its form that crosses other bridges
}

std::uint32_t setup_step(const Frame& frame, bool from_switch) {
  const std::uint32_t side = from_switch ? 0x02000000 : 0x01000000;
  if (is_flow_mod(frame)) return side | v10::FlowMod::id.type;
  if (const auto type = multipart_type(frame)) {
    const bool descriptive = *type == static_cast<std::uint16_t>(v13::MultipartType::desc) ||
                             *type == static_cast<std::uint16_t>(v13::MultipartType::port_desc) ||
                             *type == static_cast<std::uint16_t>(v13::MultipartType::table_features);
    return descriptive ? side | 0x100u << 8 | *type : 0;
  }
  const Role role = role_of(frame, from_switch);
  const bool step = frame.type() == v10::Hello::id.type || frame.type() == v10::SetConfig::id.type ||
                    is_hello_failed(frame) ||
                    (role.kind == Kind::features || role.kind == Kind::get_config || role.kind == Kind::role);
  return step ? side | frame.type() : 0;
}

std::uint32_t offered_versions(const Frame& hello) {
  if (hello.type() != v10::Hello::id.type) return 0;
  if (const auto decoded = hello.decode<v13::Hello>())
    for (const v13::HelloElement element : decoded->elements)
      if (const auto bitmap = element.get<v13::VersionBitmap>())
        for (const std::uint32_t word : bitmap->bitmaps) return word;  // the others are for versions above 31
  return (std::uint32_t{2} << (static_cast<std::uint32_t>(hello.version()) & 0x1f)) - 2;
}

}  // namespace oflens
