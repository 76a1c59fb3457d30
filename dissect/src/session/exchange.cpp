#include <oflens/session/exchange.hpp>

#include <algorithm>
#include <array>
#include <deque>
#include <unordered_map>
#include <utility>

#include <oflens/ext/onf.hpp>
#include <oflens/flow/flow.hpp>
#include <oflens/network/packet.hpp>

#include "exchange_parts.hpp"
#include "number_index.hpp"

namespace oflens {
namespace {

using Kind = Exchange::Kind;
using ExchangeState = Exchange::State;

constexpr std::uint64_t nothing = NumberIndex::nothing;

std::size_t hash_of(Bytes bytes) {
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}
std::uint64_t xid_key(std::uint32_t channel, Xid xid, bool from_switch) {
  return std::uint64_t{channel} << 33 | std::uint64_t{from_switch} << 32 | static_cast<std::uint32_t>(xid);
}
std::uint64_t buffer_key(std::uint32_t channel, BufferId buffer) {
  return std::uint64_t{channel} << 32 | static_cast<std::uint32_t>(buffer);
}
std::uint64_t frame_key(std::uint32_t channel, Bytes packet) {
  return hash_of(packet) ^ channel * 0x9e3779b97f4a7c15u;
}

KeptMessage keep(const SessionMessage& m) {
  const Bytes bytes = m.frame().bytes();
  return {{bytes.begin(), bytes.end()},  m.message.number, m.message.time, m.message.from, m.from_switch,
          std::string(m.message.comment)};
}

bool begins_with(Bytes whole, Bytes prefix) {
  return prefix.size() <= whole.size() && std::equal(prefix.begin(), prefix.end(), whole.begin());
}

void cover(Exchange::Covered& covered, Xid xid) {
  if (covered.messages++ == 0) covered.first = xid;
  covered.last = xid;
}

}  // namespace

struct ExchangeTracker::State {
  // An exchange under way. Numbered as they begin; queue.front() is number `first`.
  struct Open {
    Exchange exchange;
    bool closed = false;
    Timestamp begun{};
    std::uint64_t same_xid = nothing;  // the one before it of this transaction id and side
    std::uint64_t earlier = nothing;   // the one before it on this channel
    // Of a packet-in:
    PacketPart packet;                   // borrows the request's bytes
    std::uint64_t frame = 0;             // frame_key
    std::uint64_t same_frame = nothing;  // the one before it with the same packet
  };
  // A request that was handed on, for what comes after its end.
  struct Past {
    std::uint64_t key = nothing;
    Kind kind{};
    bool answered = false;
    KeptMessage request;
  };
  // A packet-in of late, for joins by match and time.
  struct Candidate {
    std::uint64_t number = nothing;
    Timestamp time{};
    bool parsed = false;  // what follows is that of the packet
    PortNo in_port{};
    Packet packet;
  };
  // What is known of one channel.
  struct Waiting {
    Waiting() { early.fill(nothing); }
    std::vector<Candidate> candidates;  // a ring, once there was a packet-in
    std::size_t next_candidate = 0;
    std::deque<std::uint64_t> unconfirmed;  // the controller's messages that a barrier may close
    std::uint64_t latest = nothing;         // begun
    std::uint64_t setup = nothing;
    bool begun = false;  // a message was seen
    Exchange::Covered since_barrier;
    std::unordered_map<std::uint32_t, Exchange::Covered> bundles;  // by id
    std::array<std::uint64_t, 8> early;                            // replies without request, of late
    std::size_t next_early = 0;
    std::array<Past, 8> past;
    std::size_t next_past = 0;
  };
  static constexpr std::size_t match_candidates = 16, xid_candidates = 64, frame_candidates = 64,
                               most_bundles = 64;

  State(ExchangeSink& s, ExchangeLimits l) : sink(s), limits(l) {}

  ExchangeSink& sink;
  ExchangeLimits limits;
  std::deque<Open> queue;
  std::uint64_t first = 0;
  std::size_t kept = 0;  // bytes of messages in the queue
  std::uint64_t cut_short = 0;
  std::unordered_map<std::uint32_t, Waiting> waiting;  // by Channel::id
  NumberIndex by_xid, by_buffer, by_frame;             // the latest of each key

  Open* find(std::uint64_t number) {
    return number == nothing || number < first ? nullptr : &queue[number - first];
  }

  Open& begin(Waiting& w, const SessionMessage& m, Kind kind, ExchangeState state) {
    Open& open = queue.emplace_back();
    open.begun = m.message.time;
    open.earlier = w.latest;
    w.latest = first + queue.size() - 1;
    Exchange& e = open.exchange;
    e.channel = m.message.channel.id;
    e.a = m.message.channel.a;
    e.b = m.message.channel.b;
    e.datapath = &m.datapath;
    e.kind = kind;
    e.state = state;
    return open;
  }
  Open& ask(Waiting& w, const SessionMessage& m, Kind kind, ExchangeState state) {
    Open& open = begin(w, m, kind, state);
    open.exchange.request = keep(m);
    kept += open.exchange.request.bytes.size();
    return open;
  }
  void index_xid(Waiting& w, Open& open, const SessionMessage& m) {
    open.same_xid = by_xid.set(xid_key(m.message.channel.id, m.frame().xid(), m.from_switch), w.latest);
  }

  void answer(Exchange& e, const SessionMessage& m, Join join, Certainty certainty) {
    if (e.answers.size() >= limits.parts) {  // only replies in parts have so many
      kept -= e.answers.back().message.bytes.size();
      e.answers.pop_back();
    }
    e.answers.push_back({keep(m), join, certainty});
    kept += m.frame().bytes().size();
    sink.on_answer(e, e.answers.back());
  }

  // Hands on what is complete at the front.
  void advance(Timestamp now) {
    while (!queue.empty()) {
      Open& front = queue.front();
      const bool due = front.exchange.state == ExchangeState::unanswered;
      if (!front.closed) {
        const Duration window = front.exchange.kind == Kind::setup               ? limits.setup_window
                                : front.exchange.state == ExchangeState::unasked ? limits.early_window
                                                                                 : limits.answer_window;
        const bool crowded = queue.size() > limits.open || kept > limits.bytes;
        if (now - front.begun < window && !crowded) return;
        if (crowded && due) ++cut_short;
      }
      hand_on(front, first);
      queue.pop_front();
      ++first;
    }
  }
  void hand_on(Open& open, std::uint64_t number) {
    Exchange& e = open.exchange;
    const bool of_command =
        e.state == ExchangeState::unconfirmed || e.state == ExchangeState::closed_by_barrier;
    if (!of_command || (limits.commands && !e.request.from_switch)) sink.on_exchange(e);
    kept -= e.request.bytes.size();
    for (const Exchange::Answer& a : e.answers) kept -= a.message.bytes.size();
    forget(open, number);
  }

  // The indexes must not grow with the capture.
  void forget(Open& open, std::uint64_t number) {
    Exchange& e = open.exchange;
    if (!e.asked() || e.state == ExchangeState::duplicate) return;
    if (e.kind == Kind::packet_in) {
      by_buffer.drop(buffer_key(e.channel, open.packet.buffer), number);
      by_frame.drop(open.frame, number);
      return;
    }
    const auto channel = waiting.find(e.channel);
    Waiting* w = channel == waiting.end() ? nullptr : &channel->second;
    if (e.kind == Kind::setup) {
      if (w != nullptr && w->setup == number) w->setup = nothing;
      return;
    }
    const std::uint64_t key = xid_key(e.channel, e.request.frame().xid(), e.request.from_switch);
    by_xid.drop(key, number);
    if (w == nullptr) return;
    while (!w->unconfirmed.empty() && w->unconfirmed.front() <= number) w->unconfirmed.pop_front();
    if (e.kind == Kind::command) return;
    w->past[w->next_past] = {key, e.kind, e.state != ExchangeState::unanswered, std::move(e.request)};
    w->next_past = (w->next_past + 1) % w->past.size();
  }

  // The latest open exchange of this transaction id that `fits`.
  template <class F>
  Open* find_by_xid(std::uint64_t key, F&& fits) {
    std::size_t looked_at = 0;
    for (Open* open = find(by_xid.find(key)); open != nullptr && looked_at < xid_candidates;
         open = find(open->same_xid), ++looked_at)
      if (fits(*open)) return open;
    return nullptr;
  }

  // ---- replies

  void on_reply(Waiting& w, const SessionMessage& m, const Role& role) {
    const Frame& frame = m.frame();
    const std::uint64_t key = xid_key(m.message.channel.id, frame.xid(), !m.from_switch);
    Open* past = nullptr;
    Open* open = find_by_xid(key, [&](Open& o) {
      if (!replies_to(frame, o.exchange.request.frame())) return false;
      if (o.closed && past == nullptr) past = &o;
      return !o.closed;
    });
    if (open != nullptr) return reply(w, *open, m);
    if (role.part == Part::maybe) return on_command(w, m);
    if (past != nullptr)
      return after_the_end(w, m, past->exchange.kind, KeptMessage(past->exchange.request),
                           past->exchange.state != ExchangeState::unanswered);
    for (const Past& p : w.past)
      if (p.key == key && replies_to(frame, p.request.frame()))
        return after_the_end(w, m, p.kind, KeptMessage(p.request), p.answered);
    Open& unasked = begin(w, m, role.kind, ExchangeState::unasked);
    answer(unasked.exchange, m, Join::xid, Certainty::certain);
    w.early[w.next_early++ % w.early.size()] = w.latest;
  }
  // A reply may come to us before its request, when that stands behind a gap in its stream. Numbers of the
  // captured frames tell.
  bool came_early(Waiting& w, const SessionMessage& m, Kind kind) {
    for (const std::uint64_t number : w.early) {
      Open* open = find(number);
      if (open == nullptr || open->closed || open->exchange.kind != kind) continue;
      Exchange& e = open->exchange;
      const KeptMessage& reply = e.answers.front().message;
      const Frame frame = reply.frame();
      if (e.state != ExchangeState::unasked || reply.from_switch == m.from_switch ||
          reply.number <= m.message.number || frame.xid() != m.frame().xid() || has_more(frame) ||
          !replies_to(frame, m.frame()))
        continue;
      e.request = keep(m);
      kept += e.request.bytes.size();
      e.state = ExchangeState::answered;
      open->closed = true;
      if (kind == Kind::multipart) {
        e.parts = 1;
        e.elements = count_elements(frame);
      } else if (kind == Kind::barrier) {
        e.covered = std::exchange(w.since_barrier, {});
        confirm(w, e);
      }
      return true;
    }
    return false;
  }
  void after_the_end(Waiting& w, const SessionMessage& m, Kind kind, KeptMessage request, bool answered) {
    Exchange& e = begin(w, m, kind, answered ? ExchangeState::duplicate : ExchangeState::late).exchange;
    e.request = std::move(request);
    kept += e.request.bytes.size();
    answer(e, m, Join::xid, Certainty::certain);
    queue.back().closed = true;
  }
  void reply(Waiting& w, Open& open, const SessionMessage& m) {
    Exchange& e = open.exchange;
    if (e.kind == Kind::command) e.kind = Kind::experimenter;  // as it now turns out
    answer(e, m, Join::xid, Certainty::certain);
    if (e.kind == Kind::multipart) {
      ++e.parts;
      e.elements += count_elements(m.frame());
    }
    if (has_more(m.frame())) return;  // unanswered until the last part
    e.state = ExchangeState::answered;
    open.closed = true;
    if (e.kind == Kind::barrier) confirm(w, e);
  }
  // The switch has dealt with all that the controller said before the barrier.
  void confirm(Waiting& w, const Exchange& barrier) {
    const Exchange::Answer& done = barrier.answers.back();
    while (!w.unconfirmed.empty()) {
      Open* open = find(w.unconfirmed.front());
      if (open != nullptr) {
        if (&open->exchange == &barrier) break;
        if (!open->closed) {
          open->closed = true;
          Exchange& e = open->exchange;
          if (e.state == ExchangeState::unconfirmed) {
            e.state = ExchangeState::closed_by_barrier;
            e.answers.push_back({done.message, Join::barrier, Certainty::certain});
            kept += done.message.bytes.size();
          }
        }
      }
      w.unconfirmed.pop_front();
    }
  }

  // ---- errors

  void on_error(Waiting& w, const SessionMessage& m) {
    const Frame& frame = m.frame();
    const Bytes quoted = quoted_by(frame);
    Join join = Join::quote;
    Certainty certainty = Certainty::certain;
    const auto open_only = [](const Open& o) { return !o.closed; };
    const Xid named = quoted.size() >= Header::size
                          ? static_cast<Xid>(load_be<std::uint32_t>(quoted.data() + 4))
                          : frame.xid();
    const std::uint64_t key = xid_key(m.message.channel.id, named, !m.from_switch);
    Open* open = quoted.empty() ? nullptr : find_by_xid(key, [&](Open& o) {
      return open_only(o) && begins_with(o.exchange.request.bytes, quoted);
    });
    if (open == nullptr && quoted.size() >= Header::size) {  // quoted otherwise than it was sent
      certainty = Certainty::likely;
      open = find_by_xid(key, [&](Open& o) {
        return open_only(o) && o.exchange.request.frame().type() == std::to_integer<std::uint8_t>(quoted[1]);
      });
    }
    if (open == nullptr) {
      join = Join::xid;
      certainty = quoted.empty() ? Certainty::likely : Certainty::possible;
      open = find_by_xid(xid_key(m.message.channel.id, frame.xid(), !m.from_switch), open_only);
    }
    if (open == nullptr) {
      Open& unasked = begin(w, m, Kind::error, ExchangeState::unasked);
      answer(unasked.exchange, m, Join::quote, Certainty::certain);
      unasked.closed = true;
      return;
    }
    answer(open->exchange, m, join, certainty);
    open->exchange.state = ExchangeState::error;
    open->closed = true;
  }

  // ---- packet-ins and what answers them

  void on_packet_in(Waiting& w, const SessionMessage& m) {
    const auto in = read_packet_in(m.frame());
    if (!in) return;
    Open& open = ask(w, m, Kind::packet_in, ExchangeState::unanswered);
    const std::byte* kept_bytes = open.exchange.request.bytes.data();
    open.packet = *in;
    if (!in->data.empty()) {
      open.packet.data = {kept_bytes + (in->data.data() - m.frame().bytes().data()), in->data.size()};
      open.frame = frame_key(m.message.channel.id, in->data);
      open.same_frame = by_frame.set(open.frame, w.latest);
    }
    if (in->buffer != BufferId::no_buffer)
      by_buffer.set(buffer_key(m.message.channel.id, in->buffer), w.latest);
    if (w.candidates.empty()) w.candidates.resize(match_candidates);
    Candidate& candidate = w.candidates[w.next_candidate++ % match_candidates];
    candidate.number = w.latest;
    candidate.time = m.message.time;
    candidate.parsed = false;
  }
  // The latest but `back` packet-ins of the channel; null when there were not so many, or it is too long ago.
  static Candidate* candidate(Waiting& w, std::size_t back, Timestamp now, Duration window) {
    if (back >= std::min(w.next_candidate, match_candidates)) return nullptr;
    Candidate& c = w.candidates[(w.next_candidate - 1 - back) % match_candidates];
    return now - c.time <= window ? &c : nullptr;
  }

  void answer_packet_in(Open& open, const SessionMessage& m, Join join, Certainty certainty) {
    answer(open.exchange, m, join, certainty);
    open.exchange.state = ExchangeState::answered;
  }
  bool answers_buffer(const SessionMessage& m, BufferId buffer) {
    Open* open = buffer == BufferId::no_buffer
                     ? nullptr
                     : find(by_buffer.find(buffer_key(m.message.channel.id, buffer)));
    if (open != nullptr) answer_packet_in(*open, m, Join::buffer, Certainty::certain);
    return open != nullptr;
  }

  // The latest packet-in, when it is the only one that the controller can have in mind now.
  Open* only_packet_in(Waiting& w, Timestamp now) {
    const Candidate* latest = candidate(w, 0, now, limits.time_window);
    Open* open = latest == nullptr ? nullptr : find(latest->number);
    if (open == nullptr || is_discovery(open->packet.data)) return nullptr;
    const Candidate* before = candidate(w, 1, now, limits.time_window);
    const Open* other = before == nullptr ? nullptr : find(before->number);
    return other != nullptr && other->exchange.answers.empty() ? nullptr : open;
  }

  // The packet-in of this packet: the latest that came in by the port, or the latest.
  Open* find_by_frame(std::uint32_t channel, const PacketPart& out) {
    if (out.data.empty()) return nullptr;
    Open* any = nullptr;
    std::size_t looked_at = 0;
    for (Open* open = find(by_frame.find(frame_key(channel, out.data)));
         open != nullptr && looked_at < frame_candidates; open = find(open->same_frame), ++looked_at) {
      if (open->exchange.channel != channel || open->packet.data.size() != out.data.size() ||
          !begins_with(open->packet.data, out.data))
        continue;
      if (open->packet.in_port == out.in_port) return open;
      if (any == nullptr) any = open;
    }
    return any;
  }

  void on_packet_out(Waiting& w, const SessionMessage& m) {
    const auto out = read_packet_out(m.frame());
    if (!out) return;
    if (out->buffer != BufferId::no_buffer) {
      answers_buffer(m, out->buffer);
      return;
    }
    if (Open* open = find_by_frame(m.message.channel.id, *out))
      return answer_packet_in(*open, m, Join::frame,
                              open->packet.in_port == out->in_port ? Certainty::certain : Certainty::likely);
    if (out->data.empty() || is_discovery(out->data)) return;
    if (Open* only = only_packet_in(w, m.message.time))
      answer_packet_in(*only, m, Join::time, Certainty::possible);
  }

  void on_flow_mod(Waiting& w, const SessionMessage& m) {
    if (answers_buffer(m, buffer_of_flow_mod(m.frame()))) return;
    const Timestamp now = m.message.time;
    if (candidate(w, 0, now, limits.match_window) == nullptr) return;
    const auto mod = read_flow_mod(m.frame());
    // A flow for everything is no answer to a packet, and neither is a delete.
    if (!mod || mod->flow.match.empty() || mod->command >= v13::FlowModCommand::delete_) return;
    std::size_t back = 0;
    while (Candidate* c = candidate(w, back, now, limits.match_window)) {
      Open* open = c->parsed ? nullptr : find(c->number);
      if (open != nullptr) {
        c->packet = parse_packet(open->packet.data);
        c->in_port = open->packet.in_port;
        c->parsed = true;
      }
      if (c->parsed && mod->flow.match.covers(c->packet, c->in_port) && (open = find(c->number)) != nullptr)
        return answer_packet_in(*open, m, Join::match, back == 0 ? Certainty::likely : Certainty::possible);
      ++back;
    }
    if (Open* only = only_packet_in(w, now)) answer_packet_in(*only, m, Join::time, Certainty::possible);
  }

  // ---- what the controller asks and tells

  // False when its answer is there already.
  bool on_request(Waiting& w, const SessionMessage& m, Kind kind) {
    if (came_early(w, m, kind)) return false;
    Open& open = ask(w, m, kind, ExchangeState::unanswered);
    index_xid(w, open, m);
    if (kind == Kind::barrier && !m.from_switch)
      open.exchange.covered = std::exchange(w.since_barrier, {});
    else if (kind == Kind::bundle && !m.from_switch)
      bundle(w, open.exchange);
    return true;
  }
  void on_command(Waiting& w, const SessionMessage& m) {
    const Frame& frame = m.frame();
    if (is_packet_out(frame))
      on_packet_out(w, m);
    else if (is_flow_mod(frame))
      on_flow_mod(w, m);
    else if (const auto added = View<onf::BundleAddMessage>::of(frame))
      add_to_bundle(w, added->get<&onf::BundleAddMessage::bundle_id>(), frame.xid());
    index_xid(w, ask(w, m, Kind::command, ExchangeState::unconfirmed), m);
  }
  static void add_to_bundle(Waiting& w, std::uint32_t id, Xid xid) {
    if (w.bundles.size() >= most_bundles && w.bundles.find(id) == w.bundles.end()) w.bundles.clear();
    cover(w.bundles[id], xid);
  }
  static void bundle(Waiting& w, Exchange& e) {
    const auto control = View<onf::BundleControl>::of(e.request.frame());
    const auto known = w.bundles.find(control->get<&onf::BundleControl::bundle_id>());
    if (known == w.bundles.end()) return;
    const auto type = control->get<&onf::BundleControl::type>();
    if (type != onf::BundleControlType::open_request) e.covered = known->second;
    if (type != onf::BundleControlType::close_request) w.bundles.erase(known);
  }

  // ---- set-up

  void on_setup(Waiting& w, const SessionMessage& m) {
    const Frame& frame = m.frame();
    if (!w.begun && frame.type() == v10::Hello::id.type) {
      ask(w, m, Kind::setup, ExchangeState::unanswered);
      w.setup = w.latest;
      return;
    }
    Open* open = find(w.setup);
    if (open == nullptr) return;
    Exchange& e = open->exchange;
    const std::uint32_t step = setup_step(frame, m.from_switch);
    const auto same = [step](const KeptMessage& k) { return setup_step(k.frame(), k.from_switch) == step; };
    const bool too_late = m.message.time - e.request.time > limits.setup_window;
    if (!too_late &&
        (step == 0 || same(e.request) ||
         std::any_of(e.answers.begin(), e.answers.end(), [&](const auto& a) { return same(a.message); })))
      return;
    if (!too_late) {
      answer(e, m, Join::setup, Certainty::certain);
      if (frame.type() == v10::Hello::id.type && e.state == ExchangeState::unanswered)
        e.state = ExchangeState::answered;
      if (is_hello_failed(frame)) e.state = ExchangeState::error;
    }
    if (!too_late && !is_flow_mod(frame) && e.state != ExchangeState::error) return;
    open->closed = true;
    w.setup = nothing;
  }
};

ExchangeTracker::ExchangeTracker(ExchangeSink& sink, ExchangeLimits limits)
    : state_(std::make_unique<State>(sink, limits)) {}
ExchangeTracker::~ExchangeTracker() = default;

void ExchangeTracker::on_message(const SessionMessage& m) {
  State& s = *state_;
  State::Waiting& w = s.waiting[m.message.channel.id];
  const bool in_setup = w.setup != nothing;
  if (in_setup || !w.begun) s.on_setup(w, m);
  w.begun = true;
  const Role role = role_of(m.frame(), m.from_switch);
  switch (role.part) {
    case Part::request:
      if (!s.on_request(w, m, role.kind)) return s.advance(m.message.time);
      break;
    case Part::reply:
    case Part::maybe: s.on_reply(w, m, role); break;
    case Part::error:
      if (!in_setup || !is_hello_failed(m.frame())) s.on_error(w, m);
      break;
    case Part::packet_in: s.on_packet_in(w, m); break;
    case Part::command: s.on_command(w, m); break;
    case Part::event: break;
  }
  if (!m.from_switch && (role.part == Part::request || role.part == Part::command)) {
    w.unconfirmed.push_back(w.latest);
    if (role.kind != Exchange::Kind::barrier) cover(w.since_barrier, m.frame().xid());
  }
  s.advance(m.message.time);
}

void ExchangeTracker::on_close(Channel& channel, Datapath&) {
  State& s = *state_;
  const auto w = s.waiting.find(channel.id);
  if (w == s.waiting.end()) return;
  for (State::Open* open = s.find(w->second.latest); open != nullptr; open = s.find(open->earlier))
    open->closed = true;
  s.waiting.erase(w);
  s.advance({});
}

void ExchangeTracker::finish() {
  State& s = *state_;
  for (State::Open& open : s.queue) open.closed = true;
  s.advance({});
}

std::uint64_t ExchangeTracker::cut_short() const { return state_->cut_short; }

}  // namespace oflens
