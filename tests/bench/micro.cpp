// What single messages cost, as ratios to hand-written code in the same process:
//
//   oflens_bench             a self-check, then tables
//   oflens_bench --quick     the self-check alone, on fewer messages, and that parsing allocates nothing
//   oflens_bench --rounds N  more rounds for steadier numbers (31)
//   oflens_bench --messages N  fewer messages (20000): 1000 fit the caches, and branches repeat
//
// Operations are timed in turn, round by round, each over all messages of a kind; a ratio is the median of
// the rounds' ratios, so that a change of the machine's pace meets both sides.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

#include <oflens/message/dissect.hpp>
#include <oflens/message/generate.hpp>
#include <oflens/message/json.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

#include "heap.hpp"
#include "reference.hpp"
#include "sample.hpp"

namespace bench {
namespace {

using namespace oflens;

// The compiler must take it that somebody reads and changes v.
template <class T>
[[gnu::always_inline]] inline void keep(T& v) {
  asm volatile("" : : "g"(&v) : "memory");
}

// ---- the kinds of messages: their types here and in the reference, and what a program would read of them

struct FlowMod13 {
  static constexpr const char* name = "flow_mod 1.3";
  using Message = v13::FlowMod;
  using Parsed = reference::v13::FlowMod;
  static auto random(Sample& sample) { return sample.flow_mod13(); }

  // Cookie and priority, two fields of the match, the ports that packets go to.
  static std::uint64_t read(const Message& m) {
    std::uint64_t sum = m.cookie + m.priority;
    for (const Oxm field : m.match.oxm) {
      if (const auto type = field.get(oxm::eth_type))
        sum += *type;
      else if (const auto address = field.get(oxm::ipv4_dst))
        sum += address->octets[0];
    }
    for (const auto instruction : m.instructions)
      if (const auto apply = instruction.get<v13::ApplyActions>())
        for (const auto action : apply->actions)
          if (const auto out = action.get<v13::Output>()) sum += static_cast<std::uint32_t>(out->port);
    return sum;
  }
  static std::uint64_t read(const Parsed& m) {
    using namespace reference;
    std::uint64_t sum = m.cookie + m.priority;
    const std::byte* end = m.match.data() + m.match.size();
    for (const std::byte* p = m.match.data(); p != end; p += 4 + get8(p + 3)) {
      const std::uint32_t header = get32(p), id = header >> 9, length = header & 0xff;
      const std::uint32_t width = (header & 0x100) != 0 ? length / 2 : length;
      if (id == (0x80000000 >> 9 | 5) && width == 2)
        sum += get16(p + 4);
      else if (id == (0x80000000 >> 9 | 12) && width == 4)
        sum += get8(p + 4);
    }
    end = m.instructions.data() + m.instructions.size();
    for (const std::byte* p = m.instructions.data(); p != end; p += get16(p + 2)) {
      if (get16(p) != reference::v13::apply_actions) continue;
      const std::byte* stop = p + get16(p + 2);
      for (const std::byte* a = p + 8; a != stop; a += get16(a + 2))
        if (get16(a) == reference::v13::output) sum += get32(a + 4);
    }
    return sum;
  }
  static std::uint64_t peek(const View<Message>& v) {
    return v.get<&Message::cookie>() + v.get<&Message::priority>() +
           static_cast<std::uint64_t>(v.get<&Message::table_id>());
  }
};

struct FlowMod10 {
  static constexpr const char* name = "flow_mod 1.0";
  using Message = v10::FlowMod;
  using Parsed = reference::v10::FlowMod;
  static auto random(Sample& sample) { return sample.flow_mod10(); }

  static std::uint64_t read(const Message& m) {
    std::uint64_t sum = m.cookie + m.priority + m.match.dl_type + m.match.nw_dst.octets[0];
    for (const auto action : m.actions)
      if (const auto out = action.get<v10::Output>()) sum += static_cast<std::uint16_t>(out->port);
    return sum;
  }
  static std::uint64_t read(const Parsed& m) {
    using namespace reference;
    std::uint64_t sum = m.cookie + m.priority + m.match.dl_type + m.match.nw_dst[0];
    const std::byte* end = m.actions.data() + m.actions.size();
    for (const std::byte* p = m.actions.data(); p != end; p += get16(p + 2))
      if (get16(p) == reference::v10::output) sum += get16(p + 4);
    return sum;
  }
  static std::uint64_t peek(const View<Message>& v) {
    return v.get<&Message::cookie>() + v.get<&Message::priority>() +
           static_cast<std::uint64_t>(v.get<&Message::command>());
  }
};

struct PacketIn13 {
  static constexpr const char* name = "packet_in 1.3";
  using Message = v13::PacketIn;
  using Parsed = reference::v13::PacketIn;
  static auto random(Sample& sample) { return sample.packet_in13(); }

  static std::uint64_t read(const Message& m) {
    std::uint64_t sum = m.cookie + m.total_len + m.data.size();
    for (const Oxm field : m.match.oxm)
      if (const auto port = field.get(oxm::in_port)) sum += static_cast<std::uint32_t>(*port);
    return sum;
  }
  static std::uint64_t read(const Parsed& m) {
    using namespace reference;
    std::uint64_t sum = m.cookie + m.total_len + m.data.size();
    const std::byte* end = m.match.data() + m.match.size();
    for (const std::byte* p = m.match.data(); p != end; p += 4 + get8(p + 3)) {
      const std::uint32_t header = get32(p), length = header & 0xff;
      const std::uint32_t width = (header & 0x100) != 0 ? length / 2 : length;
      if (header >> 9 == 0x80000000 >> 9 && width == 4) sum += get32(p + 4);
    }
    return sum;
  }
  static std::uint64_t peek(const View<Message>& v) {
    return v.get<&Message::cookie>() + v.get<&Message::total_len>() +
           static_cast<std::uint64_t>(v.get<&Message::buffer_id>());
  }
};

struct PacketIn10 {
  static constexpr const char* name = "packet_in 1.0";
  using Message = v10::PacketIn;
  using Parsed = reference::v10::PacketIn;
  static auto random(Sample& sample) { return sample.packet_in10(); }

  static std::uint64_t read(const Message& m) {
    return m.total_len + static_cast<std::uint16_t>(m.in_port) + m.data.size();
  }
  static std::uint64_t read(const Parsed& m) { return m.total_len + m.in_port + m.data.size(); }
  static std::uint64_t peek(const View<Message>& v) {
    return v.get<&Message::total_len>() + static_cast<std::uint64_t>(v.get<&Message::in_port>()) +
           static_cast<std::uint64_t>(v.get<&Message::buffer_id>());
  }
};

// ---- what is measured

template <class Kind>
struct Messages {
  using Message = typename Kind::Message;
  using Value = decltype(Kind::random(std::declval<Sample&>()));

  std::vector<Value> values;
  std::vector<std::byte> buffer;  // all messages, one after another
  std::vector<Bytes> bytes;
  std::vector<Frame> frames;
  std::vector<Message> decoded;  // borrow the buffer

  Messages(std::size_t count, std::uint64_t seed) {
    Sample sample(seed);
    std::vector<std::byte> out(0xffff);
    std::vector<std::size_t> sizes;
    for (std::size_t i = 0; i < count; ++i) {
      values.push_back(Kind::random(sample));
      sizes.push_back(reference_write(values.back(), out));
      buffer.insert(buffer.end(), out.begin(), out.begin() + static_cast<std::ptrdiff_t>(sizes.back()));
    }
    std::size_t at = 0;
    for (const std::size_t n : sizes) {
      bytes.push_back(Bytes(buffer).subspan(at, n));
      frames.push_back(*Frame::at(bytes.back()));
      decoded.push_back(*frames.back().template decode<Message>());
      at += n;
    }
  }
  static std::size_t reference_write(const Value& v, std::span<std::byte> out) { return write(v, out); }
};

struct Operation {
  const char* name;
  std::function<void()> pass;  // over all messages
  int against;                 // the operation that this is a ratio to
  int repeats = 1;             // passes in a round, so that a round is long enough to be timed
  std::vector<double> ns{};    // a message, by round
  double allocations = 0;      // a message
};

double nanoseconds(const std::function<void()>& f) {
  const auto start = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> v) {
  std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
  return v[v.size() / 2];
}

template <class Kind>
std::vector<Operation> operations(Messages<Kind>& messages) {
  using Message = typename Kind::Message;
  using Parsed = typename Kind::Parsed;
  static std::vector<std::byte> out(0xffff);
  static Tape tape;
  static TextBuffer text;
  auto& m = messages;
  enum { hand_parse, hand_read, hand_write };
  return {
      {"parse, by hand",
       [&m] {
         for (const Bytes bytes : m.bytes) {
           Parsed parsed;
           bool ok = parse(bytes, &parsed);
           keep(parsed);
           keep(ok);
         }
       },
       hand_parse},
      {"parse and read, by hand",
       [&m] {
         for (const Bytes bytes : m.bytes) {
           Parsed parsed;
           std::uint64_t sum = parse(bytes, &parsed) ? Kind::read(parsed) : 0;
           keep(sum);
         }
       },
       hand_read},
      {"write from vectors, by hand",
       [&m] {
         for (const auto& value : m.values) {
           std::size_t n = write(value, std::span(out));
           keep(n);
         }
       },
       hand_write},
      {"parse",
       [&m] {
         for (const Frame& frame : m.frames) {
           auto message = frame.decode<Message>();
           keep(message);
         }
       },
       hand_parse},
      {"parse and read",
       [&m] {
         for (const Frame& frame : m.frames) {
           const auto message = frame.decode<Message>();
           std::uint64_t sum = message ? Kind::read(*message) : 0;
           keep(sum);
         }
       },
       hand_read},
      {"header and 3 fields, unchecked (View)",
       [&m] {
         for (const Frame& frame : m.frames) {
           const auto view = View<Message>::of(frame);
           std::uint64_t sum =
               static_cast<std::uint64_t>(frame.header().xid) + (view ? Kind::peek(*view) : 0);
           keep(sum);
         }
       },
       hand_parse},
      {"parse and copy",
       [&m] {
         for (const Frame& frame : m.frames) {
           const auto message = frame.decode<Message>();
           Message copy = *message;
           keep(copy);
         }
       },
       hand_parse},
      {"write",
       [&m] {
         for (const Message& message : m.decoded) {
           auto written = encode(message, Xid{1}, out);
           keep(written);
         }
       },
       hand_write},
      {"tree",
       [&m] {
         for (const Bytes bytes : m.bytes) {
           dissect(Catalog::standard(), bytes, tape);
           keep(tape);
         }
       },
       hand_parse},
      {"tree and JSON",
       [&m] {
         for (const Bytes bytes : m.bytes) {
           dissect(Catalog::standard(), bytes, tape);
           text.clear();
           put_json_members(text, tape, bytes);
           keep(text);
         }
       },
       hand_parse},
  };
}

template <class Kind>
bool parse_allocates(Messages<Kind>& messages) {
  const std::size_t before = allocations();
  for (const Frame& frame : messages.frames) {
    auto message = frame.template decode<typename Kind::Message>();
    keep(message);
  }
  const std::size_t n = allocations() - before;
  if (n != 0)
    std::printf("%s: parsing %zu messages allocated %zu times\n", Kind::name, messages.frames.size(), n);
  return n != 0;
}

template <class Kind>
void measure(std::size_t count, int rounds) {
  Messages<Kind> messages(count, 1);
  auto all = operations(messages);
  const auto n = static_cast<double>(count);
  for (Operation& o : all) {
    o.pass();  // warm: memory that is kept is there
    const std::size_t before = allocations();
    o.pass();
    o.allocations = static_cast<double>(allocations() - before) / n;
    o.repeats = std::max(1, static_cast<int>(4e6 / nanoseconds(o.pass)));
  }
  for (int round = 0; round < rounds; ++round)
    for (Operation& o : all)
      o.ns.push_back(nanoseconds([&] {
                       for (int i = 0; i < o.repeats; ++i) o.pass();
                     }) /
                     (n * o.repeats));

  const double size = static_cast<double>(messages.buffer.size()) / n;
  std::printf("\n%s: %zu messages of %.0f bytes on average, %d rounds\n\n", Kind::name, count, size, rounds);
  std::printf("| | ns a message | GB/s | ratio | to | allocations |\n|---|--:|--:|--:|---|--:|\n");
  for (const Operation& o : all) {
    std::vector<double> ratios;
    const Operation& reference = all[static_cast<std::size_t>(o.against)];
    for (std::size_t i = 0; i < o.ns.size(); ++i) ratios.push_back(o.ns[i] / reference.ns[i]);
    const double ns = median(o.ns);
    std::printf("| %s | %.1f | %.2f | %.2f | %s | %.1f |\n", o.name, ns, size / ns, median(ratios),
                &o == &reference ? "" : reference.name, o.allocations);
  }
}

// ---- the reference is worth comparing with only if it does the same

template <class Kind>
bool agrees(std::size_t count) {
  using Message = typename Kind::Message;
  const Catalog& catalog = Catalog::standard();
  std::size_t kind = 0;
  while (catalog[kind].body != &wire::struct_desc<Message>) ++kind;

  Sample sample(2);
  Generator generate(3);
  std::vector<std::byte> message, out(0xffff);
  std::size_t accepted = 0, refused = 0, disagreed = 0;
  const auto complain = [&](const char* what) {
    if (++disagreed > 5) return;
    TextBuffer hex;
    hex.put_bytes(message);
    std::printf("%s: %s: %.*s\n", Kind::name, what, static_cast<int>(hex.size()), hex.view().data());
  };
  // By both: do they accept it, read the same, and write it back as it was?
  const auto compare = [&](bool whole) {
    const auto frame = Frame::at(message);
    typename Kind::Parsed parsed;
    const bool hand = parse(reference::message_at(message), &parsed);
    const auto typed = frame ? frame->decode<Message>() : Result<Message>(frame.error());
    if (hand != static_cast<bool>(typed))
      complain(hand ? "only the reference accepts" : "only the library accepts");
    else if (hand && Kind::read(parsed) != Kind::read(*typed))
      complain("read differently");
    ++(typed ? accepted : refused);
    if (!whole) return;
    const auto written = encode(*typed, frame->xid(), out);
    if (!written || !std::ranges::equal(*written, message)) complain("written differently");
  };
  for (std::size_t i = 0; i < count; ++i) {
    // As the benchmark has it, and of anything that the description allows.
    const auto value = Kind::random(sample);
    message.resize(0xffff);
    message.resize(write(value, std::span(message)));
    compare(true);
    generate.mutate(message);
    compare(false);
    generate.message(catalog, kind, message);
    compare(false);
    generate.mutate(message);
    compare(false);
  }
  std::printf(
      "%s: library and reference agree on %zu of %zu messages and mutants, %zu accepted, %zu refused\n",
      Kind::name, 4 * count - disagreed, 4 * count, accepted, refused);
  return disagreed == 0 && refused != 0;
}

template <class... Kinds>
int run(bool quick, std::size_t count, int rounds) {
  if (!(agrees<Kinds>(quick ? 5000 : 100'000) && ...)) return 1;
  const auto allocates = [&]<class Kind>(const Kind&) {
    Messages<Kind> messages(count, 1);
    return parse_allocates(messages);
  };
  if ((allocates(Kinds{}) || ...)) return 1;
  if (!quick) (measure<Kinds>(count, rounds), ...);
  return 0;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  bool quick = false;
  int rounds = 31, messages = 20'000;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--quick") {
      quick = true;
    } else if ((argument == "--rounds" || argument == "--messages") && i + 1 < argc &&
               std::atoi(argv[i + 1]) > 0) {
      (argument == "--rounds" ? rounds : messages) = std::atoi(argv[++i]);
    } else {
      std::fprintf(stderr, "usage: oflens_bench [--quick] [--rounds N] [--messages N]\n");
      return 2;
    }
  }
  return bench::run<bench::FlowMod13, bench::FlowMod10, bench::PacketIn13, bench::PacketIn10>(
      quick, static_cast<std::size_t>(quick ? 1000 : messages), rounds);
}
