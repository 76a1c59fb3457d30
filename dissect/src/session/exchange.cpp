#include <oflens/session/exchange.hpp>

#include <deque>
#include <unordered_map>

#include <oflens/ext/nicira.hpp>
#include <oflens/ext/nxm.hpp>
#include <oflens/ext/onf.hpp>
#include <oflens/flow/flow.hpp>
#include <oflens/network/packet.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

namespace oflens {

const char* name_of(Join join) {
  switch (join) {
    case Join::xid: return "xid";
    case Join::buffer: return "buffer";
    case Join::frame: return "frame";
    case Join::match: return "match";
  }
  return "unknown";
}

namespace {

constexpr std::uint8_t vendor_type = v10::Vendor::id.type;

// Vendors' messages to which an answer is due.
bool is_vendor_request(const Frame& frame) {
  if (frame.is<nicira::RoleRequest>() || frame.is<nicira::TlvTableRequest>()) return true;
  const auto control = View<onf::BundleControl>::of(frame);
  return control && static_cast<std::uint16_t>(control->get<&onf::BundleControl::type>()) % 2 == 0;
}

// Those that a switch sends unasked, whatever their transaction id.
bool is_vendor_event(const Frame& frame) {
  const auto any_of = [&]<class... M>(const M*...) { return (frame.is<M>() || ...); };
  return any_of(
      static_cast<const nicira::PacketIn*>(nullptr), static_cast<const nicira::PacketIn2*>(nullptr),
      static_cast<const nicira::PacketIn2For11*>(nullptr), static_cast<const nicira::FlowRemoved*>(nullptr),
      static_cast<const nicira::RequestForward*>(nullptr), static_cast<const onf::RoleStatus*>(nullptr),
      static_cast<const onf::RequestForward*>(nullptr));
}

// Is an answer due to it? In all versions a reply has the type after its request's.
bool is_request(const Frame& frame) {
  switch (frame.type()) {
    case v10::EchoRequest::id.type:
    case v10::FeaturesRequest::id.type:
    case v10::GetConfigRequest::id.type: return true;
    case 16: return frame.version() == Version::v10;  // stats
    case 18:                                          // barrier; stats, multipart
    case 20: return true;                             // queue_get_config; barrier
    case 22:                                          // queue_get_config
    case 24:                                          // role
    case 26: return frame.version() != Version::v10;  // get_async
    case vendor_type: return is_vendor_request(frame);
    default: return false;
  }
}

bool answers(const Frame& answer, const Frame& request) {
  if (answer.type() == v10::ErrorMessage::id.type) return true;
  if (answer.type() == vendor_type) return request.type() == vendor_type;
  return is_request(request) && answer.type() == request.type() + 1;
}

bool may_answer(const Frame& frame) {
  const std::uint8_t type = frame.type();
  if (type == v10::ErrorMessage::id.type) return true;
  if (type == vendor_type) return !is_vendor_event(frame);
  switch (type) {
    case v10::EchoReply::id.type:
    case v10::FeaturesReply::id.type:
    case v10::GetConfigReply::id.type: return true;
    case 17: return frame.version() == Version::v10;
    case 19:
    case 21: return true;
    case 23:
    case 25:
    case 27: return frame.version() != Version::v10;
    default: return false;
  }
}

// Do more parts of this reply follow?
bool has_more(const Frame& reply) {
  const std::uint8_t type =
      reply.version() == Version::v10 ? v10::StatsReply::id.type : v13::MultipartReply::id.type;
  return reply.type() == type && reply.body().size() >= 4 &&
         (load_be<std::uint16_t>(reply.body().data() + 2) & 1) != 0;
}

// The port that a packet came in by, from the fields that tell about it.
PortNo in_port_of(const Seq<Oxm>& fields) {
  for (const Oxm field : fields) {
    if (const auto port = field.get(oxm::in_port)) return *port;
    if (const auto port = field.get(nicira::nxm_of_in_port)) return port_of(*port);
  }
  return {};
}

// What the joins need of a packet-in or a packet-out, in whatever version and form.
struct PacketIn {
  BufferId buffer = BufferId::no_buffer;
  PortNo in_port{};
  Bytes data;
};
using PacketOut = PacketIn;

template <class Property>
PacketIn packet_of(const Seq<Property>& properties) {
  PacketIn out;
  for (const Property p : properties) {
    if (const auto packet = p.template get<nicira::packet_in::Packet>()) out.data = packet->packet.bytes();
    if (const auto buffer = p.template get<nicira::packet_in::Buffer>()) out.buffer = buffer->buffer_id;
    if (const auto fields = p.template get<nicira::packet_in::Metadata>())
      out.in_port = in_port_of(fields->metadata);
  }
  return out;
}

std::optional<PacketIn> read_packet_in(const Frame& frame) {
  std::optional<PacketIn> out;
  static_cast<void>(dispatch(
      frame,
      [&](const v10::PacketIn& m) {
        out = {m.buffer_id, port_of(m.in_port), m.data.bytes()};
      },
      [&](const v13::PacketIn& m) {
        out = {m.buffer_id, in_port_of(m.match.oxm), m.data.bytes()};
      },
      [&](const nicira::PacketIn& m) {
        out = {m.buffer_id, in_port_of(m.match), m.data.bytes()};
      },
      [&](const nicira::PacketIn2& m) { out = packet_of(m.properties); },
      [&](const nicira::PacketIn2For11& m) { out = packet_of(m.properties); }));
  return out;
}
std::optional<PacketOut> read_packet_out(const Frame& frame) {
  std::optional<PacketOut> out;
  static_cast<void>(dispatch(
      frame,
      [&](const v10::PacketOut& m) {
        out = {m.buffer_id, port_of(m.in_port), m.data.bytes()};
      },
      [&](const v13::PacketOut& m) {
        out = {m.buffer_id, m.in_port, m.data.bytes()};
      },
      [&](const nicira::Resume& m) { out = packet_of(m.properties); },
      [&](const nicira::ResumeFor11& m) { out = packet_of(m.properties); }));
  return out;
}

BufferId buffer_of_flow_mod(const Frame& frame) {
  if (const auto mod = View<v10::FlowMod>::of(frame)) return mod->get<&v10::FlowMod::buffer_id>();
  if (const auto mod = View<v13::FlowMod>::of(frame)) return mod->get<&v13::FlowMod::buffer_id>();
  if (const auto mod = View<nicira::FlowMod>::of(frame)) return mod->get<&nicira::FlowMod::buffer_id>();
  return BufferId::no_buffer;
}

// A packet may come in by several ports: its port tells those packet-ins apart, when the packet-out names it.
constexpr auto any_port = PortNo::any;
std::size_t hash_of(Bytes bytes, PortNo port) {
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(bytes.data()), bytes.size()}) ^
         std::hash<std::uint32_t>{}(static_cast<std::uint32_t>(port)) * 0x9e3779b97f4a7c15u;
}

}  // namespace

struct ExchangeTracker::State {
  // An exchange under way. Numbered as they begin; queue.front() is number `first`.
  struct Open {
    Exchange exchange;
    bool closed = false;
  };
  // Where the messages of one channel that wait are found.
  struct Waiting {
    std::unordered_map<std::uint64_t, std::uint64_t> by_xid;     // xid, and the sender in bit 32
    std::unordered_map<std::uint32_t, std::uint64_t> by_buffer;  // packet-ins
    std::unordered_map<std::size_t, std::uint64_t>
        by_frame;                          // packet-ins, by the hash of their data and port
    std::deque<std::uint64_t> packet_ins;  // the latest, for joins by match
  };
  static constexpr std::size_t match_candidates = 64;

  State(ExchangeSink& s, ExchangeLimits l) : sink(s), limits(l) {}

  ExchangeSink& sink;
  ExchangeLimits limits;
  std::deque<Open> queue;
  std::uint64_t first = 0;
  std::unordered_map<std::uint32_t, Waiting> waiting;  // by Channel::id

  Open* find(std::uint64_t number) { return number < first ? nullptr : &queue[number - first]; }

  std::uint64_t begin(const SessionMessage& m, Exchange::Outcome outcome) {
    Exchange e;
    e.channel = m.message.channel.id;
    e.a = m.message.channel.a;
    e.b = m.message.channel.b;
    e.datapath = &m.datapath;
    e.request = keep(m);
    e.outcome = outcome;
    queue.push_back({std::move(e), false});
    return first + queue.size() - 1;
  }

  static KeptMessage keep(const SessionMessage& m) {
    const Bytes bytes = m.frame().bytes();
    return {{bytes.begin(), bytes.end()}, m.message.number, m.message.time, m.message.from, m.from_switch};
  }

  void answer(Open& open, const SessionMessage& m, Join join) {
    Exchange& e = open.exchange;
    e.answers.push_back({keep(m), join});
    e.outcome = m.frame().type() == v10::ErrorMessage::id.type ? Exchange::Outcome::failed
                                                               : Exchange::Outcome::answered;
  }

  static std::uint64_t xid_key(Xid xid, bool from_switch) {
    return static_cast<std::uint64_t>(xid) | (from_switch ? std::uint64_t{1} << 32 : 0);
  }

  // Hands on what is complete at the front.
  void advance(Timestamp now) {
    while (!queue.empty()) {
      Open& front = queue.front();
      if (!front.closed && now - front.exchange.request.time < limits.answer_window &&
          queue.size() <= limits.open)
        return;
      emit(front.exchange);
      forget(front.exchange, first);
      queue.pop_front();
      ++first;
    }
  }
  void emit(const Exchange& e) {
    if (e.outcome != Exchange::Outcome::one_way) sink.on_exchange(e);
  }

  // The indexes must not grow with the capture.
  void forget(const Exchange& e, std::uint64_t number) {
    const auto channel = waiting.find(e.channel);
    if (channel == waiting.end()) return;
    Waiting& w = channel->second;
    const auto drop = [number](auto& map, auto key) {
      const auto it = map.find(key);
      if (it != map.end() && it->second == number) map.erase(it);
    };
    const Frame frame = e.request.frame();
    drop(w.by_xid, xid_key(frame.xid(), e.request.from_switch));
    if (e.request.from_switch) {
      if (const auto in = read_packet_in(frame)) {
        drop(w.by_buffer, static_cast<std::uint32_t>(in->buffer));
        for (const PortNo port : {in->in_port, any_port}) drop(w.by_frame, hash_of(in->data, port));
      }
    }
    while (!w.packet_ins.empty() && w.packet_ins.front() <= number) w.packet_ins.pop_front();
  }

  void on_packet_in(Waiting& w, const SessionMessage& m) {
    const auto in = read_packet_in(m.frame());
    if (!in) return;
    const std::uint64_t number = begin(m, Exchange::Outcome::unanswered);
    if (in->buffer != BufferId::no_buffer) w.by_buffer[static_cast<std::uint32_t>(in->buffer)] = number;
    if (!in->data.empty())
      for (const PortNo port : {in->in_port, any_port}) w.by_frame[hash_of(in->data, port)] = number;
    w.packet_ins.push_back(number);
    if (w.packet_ins.size() > match_candidates) w.packet_ins.pop_front();
  }

  Open* by_buffer(Waiting& w, BufferId buffer) {
    const auto it = w.by_buffer.find(static_cast<std::uint32_t>(buffer));
    return it == w.by_buffer.end() ? nullptr : find(it->second);
  }

  void on_packet_out(Waiting& w, const SessionMessage& m) {
    const auto out = read_packet_out(m.frame());
    if (!out) return;
    if (out->buffer != BufferId::no_buffer) {
      if (Open* open = by_buffer(w, out->buffer)) answer(*open, m, Join::buffer);
      return;
    }
    auto it = w.by_frame.find(hash_of(out->data, out->in_port));
    if (it == w.by_frame.end()) it = w.by_frame.find(hash_of(out->data, any_port));
    Open* open = it == w.by_frame.end() ? nullptr : find(it->second);
    if (open == nullptr) return;
    const auto in = read_packet_in(open->exchange.request.frame());
    if (std::equal(in->data.begin(), in->data.end(), out->data.begin(), out->data.end()))
      answer(*open, m, Join::frame);
  }

  void on_flow_mod(Waiting& w, const SessionMessage& m) {
    if (const BufferId buffer = buffer_of_flow_mod(m.frame()); buffer != BufferId::no_buffer)
      if (Open* open = by_buffer(w, buffer)) return answer(*open, m, Join::buffer);
    const auto mod = read_flow_mod(m.frame());
    // A flow for everything is no answer to a packet, and neither is a delete.
    if (!mod || mod->flow.match.empty() || mod->command >= v13::FlowModCommand::delete_) return;
    for (auto it = w.packet_ins.rbegin(); it != w.packet_ins.rend(); ++it) {
      Open* open = find(*it);
      if (open == nullptr || m.message.time - open->exchange.request.time > limits.match_window) return;
      const auto in = read_packet_in(open->exchange.request.frame());
      if (mod->flow.match.covers(parse_packet(in->data), in->in_port)) return answer(*open, m, Join::match);
    }
  }
};

ExchangeTracker::ExchangeTracker(ExchangeSink& sink, ExchangeLimits limits)
    : state_(std::make_unique<State>(sink, limits)) {}
ExchangeTracker::~ExchangeTracker() = default;

void ExchangeTracker::on_message(const SessionMessage& m) {
  State& s = *state_;
  State::Waiting& w = s.waiting[m.message.channel.id];
  const Frame& frame = m.frame();
  if (may_answer(frame)) {
    const auto it = w.by_xid.find(State::xid_key(frame.xid(), !m.from_switch));
    State::Open* open = it == w.by_xid.end() ? nullptr : s.find(it->second);
    if (open != nullptr && answers(frame, open->exchange.request.frame())) {
      s.answer(*open, m, Join::xid);
      if (has_more(frame)) {
        open->exchange.outcome = Exchange::Outcome::unanswered;  // until the last part
      } else {
        open->closed = true;
        w.by_xid.erase(it);
      }
      return s.advance(m.message.time);
    }
  }
  if (is_request(frame)) {
    w.by_xid[State::xid_key(frame.xid(), m.from_switch)] = s.begin(m, Exchange::Outcome::unanswered);
  } else if (m.from_switch) {
    s.on_packet_in(w, m);
  } else if (frame.type() != v10::Hello::id.type && !may_answer(frame)) {
    if (frame.type() == v10::PacketOut::id.type)
      s.on_packet_out(w, m);
    else if (frame.type() == v10::FlowMod::id.type)
      s.on_flow_mod(w, m);
    w.by_xid[State::xid_key(frame.xid(), false)] = s.begin(m, Exchange::Outcome::one_way);
  } else if (frame.type() == vendor_type) {
    if (frame.is<nicira::FlowMod>())
      s.on_flow_mod(w, m);
    else
      s.on_packet_out(w, m);
    w.by_xid[State::xid_key(frame.xid(), m.from_switch)] = s.begin(m, Exchange::Outcome::one_way);
  }
  s.advance(m.message.time);
}

void ExchangeTracker::on_close(Channel& channel, Datapath&) {
  State& s = *state_;
  for (State::Open& open : s.queue)
    if (open.exchange.channel == channel.id) open.closed = true;
  s.advance({});
  s.waiting.erase(channel.id);
}

void ExchangeTracker::finish() {
  State& s = *state_;
  for (State::Open& open : s.queue) open.closed = true;
  s.advance({});
}

}  // namespace oflens
