#include <algorithm>

#include <oflens/v13/hello.hpp>

#include "channel_state.hpp"
#include "tls.hpp"

namespace oflens {

// Passes on what the framer of one direction finds.
struct ChannelReader::Found {
  ChannelReader& reader;
  State& state;
  Side from;
  std::uint64_t number = state.half(from).number;
  Timestamp time = state.half(from).time, since = state.half(from).since;

  void operator()(const Frame& frame) {
    if (!state.recognised) reader.recognise(state, from);
    if (frame.type() != 0)
      state.version = static_cast<std::uint8_t>(frame.version());
    else  // a hello has the sender's highest version, not that of the messages to come
      state.half(from).framer->expect(state.version);
    reader.sink_->on_message({state.channel, from, frame, number, time, comment()});
  }
  void operator()(CutMessage cut) {
    if (!state.recognised) return;
    if (cut.bytes[1] != std::byte{v13::Hello::id.type})
      state.version = std::to_integer<std::uint8_t>(cut.bytes[0]);
    else
      state.half(from).framer->expect(state.version);
    ++reader.counters_.cut_messages;
    reader.sink_->on_cut({state.channel, from, cut.bytes, number, time, comment()});
  }
  void operator()(Skipped skipped) { lose(ChannelLoss::Kind::skipped, skipped.offset, skipped.bytes); }

  std::string_view comment() const {
    return reader.frame_ != nullptr && reader.frame_->number == number ? reader.frame_->comment
                                                                       : std::string_view();
  }

  void lose(ChannelLoss::Kind kind, std::uint64_t offset, std::uint64_t bytes) {
    if (state.recognised) return tell({kind, offset, bytes, number, time, since});
    // Many in one direction become one, so that they need no memory.
    constexpr std::size_t most = 16;
    auto& losses = state.half(from).losses;
    if (!losses.empty() && (losses.back().kind == kind || losses.size() == most))
      losses.back().bytes += bytes;
    else
      losses.push_back({kind, offset, bytes, number, time, since});
  }
  void tell(const State::Loss& l) {
    (l.kind == ChannelLoss::Kind::missing ? reader.counters_.missing_bytes
                                          : reader.counters_.skipped_bytes) += l.bytes;
    reader.sink_->on_loss({state.channel, from, l.kind, l.offset, l.bytes, l.number, l.time, l.since});
  }
};

namespace {

// What the beginning of a stream says.
enum class Opinion : std::uint8_t { no, perhaps, yes };

// A stream of OpenFlow begins with a hello. Some begin with something else: then it takes two messages, since
// other protocols have bytes that could be one. All must be complete, of a known version and type, and
// well-formed; nobody begins with long ones.
constexpr std::size_t longest_first = 4096;

Opinion opinion_of(const Catalog& catalog, Bytes bytes) {
  for (int messages = 0; messages < 2; ++messages) {
    if (!bytes.empty() && (bytes[0] < std::byte{1} || bytes[0] > std::byte{6})) return Opinion::no;
    if (bytes.size() < Header::size) return Opinion::perhaps;
    const auto version = static_cast<Version>(bytes[0]);
    const auto type = std::to_integer<std::uint8_t>(bytes[1]);
    const std::size_t length = load_be<std::uint16_t>(bytes.data() + 2);
    if (message_name(version, type) == nullptr || length < Header::size || length > longest_first)
      return Opinion::no;
    if (bytes.size() < length) return Opinion::perhaps;
    const wire::StructDesc* body = catalog.find(bytes.first(length));
    const std::byte* end = bytes.data() + length;
    if (body != nullptr && body->check(bytes.data(), end, {&catalog}) != end) return Opinion::no;
    if (type == v13::Hello::id.type) return Opinion::yes;
    bytes = bytes.subspan(length);
  }
  return Opinion::yes;
}

}  // namespace

ChannelReader::ChannelReader(const Catalog& catalog, ChannelOptions options)
    : catalog_(catalog), options_(std::move(options)), reassembler_(options_.reassembly) {}
ChannelReader::~ChannelReader() = default;

void ChannelReader::push(const CapturedFrame& frame, ChannelSink& sink) {
  ++counters_.frames;
  TcpSegment segment;
  if (!decapsulator_.find_segment(frame, segment)) return;
  if (!options_.ports.empty() &&
      std::none_of(options_.ports.begin(), options_.ports.end(), [&](std::uint16_t p) {
        return p == segment.source.port || p == segment.destination.port;
      }))
    return;
  sink_ = &sink;
  frame_ = &frame;
  reassembler_.push(segment, static_cast<TcpReassembler::Sink&>(*this));
  frame_ = nullptr;
}

void ChannelReader::finish(ChannelSink& sink) {
  sink_ = &sink;
  reassembler_.finish(static_cast<TcpReassembler::Sink&>(*this));
}

void ChannelReader::on_open(Connection& c) {
  if (free_.empty()) {
    c.user = static_cast<std::uint32_t>(states_.size());
    states_.emplace_back();
  } else {
    c.user = free_.back();
    free_.pop_back();
  }
  states_[c.user] = std::make_unique<State>(c);
  const auto expected = [&](std::uint16_t port) {
    return port == 6653 || port == 6633 ||
           std::find(options_.ports.begin(), options_.ports.end(), port) != options_.ports.end();
  };
  state(c).expected = expected(c.a.port) || expected(c.b.port);
}

void ChannelReader::recognise(State& s, Side from) {
  s.recognised = true;
  s.channel.id = static_cast<std::uint32_t>(++counters_.channels);
  s.channel.a = s.connection.a;
  s.channel.b = s.connection.b;
  sink_->on_open(s.channel);
  for (const Side side : {Side::a, Side::b}) {
    Found found{*this, s, side};
    State::Half& half = s.half(side);
    for (const State::Loss& loss : half.losses) found.tell(loss);
    half.losses = {};
    // What this side began with, which told nothing by itself.
    if (half.framer || half.prefix.empty() || side == from) continue;
    half.framer.emplace(catalog_, true, 0);
    half.framer->push(half.prefix, found);
    half.prefix = {};
  }
}

void ChannelReader::on_data(const StreamData& data) {
  State& s = state(data.connection);
  State::Half& half = s.half(data.from);
  half.arrive(data.frame, data.time, s.connection);
  Found found{*this, s, data.from};
  if (half.framer) {
    half.framer->push(data.bytes, found);
  } else if (!s.recognised && read_tls(s, data, half.prefix.empty() ? data.bytes : Bytes(half.prefix))) {
    return;
  } else if (!s.connection.start_seen[static_cast<std::size_t>(data.from)]) {
    // The beginning was not captured: messages are looked for, in the version of the other direction if it
    // has one.
    half.framer.emplace(catalog_, false, data.offset);
    half.framer->expect(s.version);
    half.framer->push(data.bytes, found);
  } else {
    Bytes bytes = data.bytes;
    if (!half.prefix.empty()) {
      half.prefix.insert(half.prefix.end(), bytes.begin(), bytes.end());
      bytes = half.prefix;
    }
    switch (s.recognised ? Opinion::yes : opinion_of(catalog_, bytes)) {
      case Opinion::no:
        // OpenFlow begins with a message on both sides; one that does not is enough. At a port of OpenFlow's
        // the other side may still tell: somebody may be testing with malformed messages.
        if (!s.expected || bytes.size() > longest_first) {
          s.connection.ignore = true;
          half.prefix = {};
          break;
        }
        [[fallthrough]];
      case Opinion::perhaps:
        if (half.prefix.empty()) half.prefix.assign(bytes.begin(), bytes.end());
        break;
      case Opinion::yes:
        half.framer.emplace(catalog_, true, data.offset + data.bytes.size() - bytes.size());
        half.framer->push(bytes, found);
        half.prefix = {};
        break;
    }
  }
  if (!s.recognised && !s.expected && (half.searched += data.bytes.size()) > options_.patience)
    s.connection.ignore = true;
}

// Whether a connection that may yet be OpenFlow begins as TLS does. It is then told, and not looked at any
// more.
bool ChannelReader::read_tls(State& s, const StreamData& data, Bytes beginning) {
  network::TlsHello hello;
  if (!network::begins_tls(beginning)) return false;
  std::vector<std::byte>& prefix = s.half(data.from).prefix;
  if (!prefix.empty()) {
    prefix.insert(prefix.end(), data.bytes.begin(), data.bytes.end());
    beginning = prefix;
  }
  if (!network::read_tls_hello(beginning, hello)) {
    if (prefix.empty()) prefix.assign(data.bytes.begin(), data.bytes.end());
    return true;
  }
  ++counters_.tls_connections;
  s.connection.ignore = true;
  sink_->on_tls({s.connection.a, s.connection.b, s.expected, hello.version, std::move(hello.server_name),
                 data.frame, data.time});
  prefix = {};
  return true;
}

void ChannelReader::on_gap(const StreamGap& gap) {
  State& s = state(gap.connection);
  State::Half& half = s.half(gap.from);
  half.arrive(gap.frame, gap.time, s.connection);
  Found found{*this, s, gap.from};
  if (!half.framer) {
    // The beginning was lost. What there is of it is gone over once more, now that it must be a beginning or
    // nothing.
    half.framer.emplace(catalog_, true, gap.offset - half.prefix.size());
    half.framer->push(half.prefix, found);
    half.prefix = {};
  }
  half.framer->gap(gap.bytes, found, gap.cause == GapCause::cut);
  found.lose(ChannelLoss::Kind::missing, gap.offset, gap.bytes);
}

void ChannelReader::on_close(Connection& c) {
  State& s = state(c);
  // The end of one side may show that this is a channel; then the beginning of the other is read only now.
  for (const Side side : {Side::a, Side::b, Side::a}) {
    State::Half& half = s.half(side);
    Found found{*this, s, side};
    if (half.framer) half.framer->finish(found);
  }
  s.channel.ending = c.ending;
  s.channel.last = c.last;
  if (s.recognised)
    sink_->on_close(s.channel);
  else
    ++counters_.other_connections;
  free_.push_back(c.user);
  states_[c.user].reset();
}

}  // namespace oflens
