// The input is a list of changes to a saved state that holds some of everything: three bytes each, of which
// two say where. The checksum is made right again. What is then taken for a state is gone on with, read, and
// saved and restored once more.
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include <oflens/flow/flow_text.hpp>
#include <oflens/message/generate.hpp>
#include <oflens/session/saved_state.hpp>

#include "archive.hpp"
#include "require.hpp"

using namespace oflens;
using fuzz::require;

namespace {

using Raw = std::vector<std::byte>;

struct Reading {
  Reading() : sessions({&tables}), reader(Catalog::standard()) {}

  Raw save() const {
    Raw file;
    require(
        save_state(point, reader, sessions, tables,
                   [&](Bytes piece) { return file.insert(file.end(), piece.begin(), piece.end()), true; }),
        "a state can be saved");
    return file;
  }
  std::string load(Bytes file) {
    TableTracker* const all[] = {&tables};
    return load_state(file, point, reader, sessions, all);
  }
  void push(const Raw& frame) {
    ++point.frames;
    // The number may be anything.
    point.last = point.latest = Timestamp{std::chrono::seconds(1'700'000'000) +
                                          std::chrono::milliseconds(50 * (point.frames & 0xffff))};
    reader.push({.number = point.frames,
                 .time = point.last,
                 .link = LinkType::raw,
                 .bytes = frame,
                 .original_length = static_cast<std::uint32_t>(frame.size())},
                sessions);
  }

  ReadingPoint point;
  TableTracker tables;
  Sessions sessions;
  ChannelReader reader;
};

// IPv4 and TCP without checksums, between a switch (side 0) and a controller.
class Connection {
 public:
  explicit Connection(std::uint16_t client) : client_(client) {}

  Raw segment(std::size_t side, Bytes payload, unsigned flags = 0x10) {
    Raw frame(40);
    frame[0] = std::byte{0x45};
    store_be(frame.data() + 2, static_cast<std::uint16_t>(40 + payload.size()));
    store_be(frame.data() + 4, ++identification_);
    frame[9] = std::byte{6};
    frame[15] = static_cast<std::byte>(1 + side);
    frame[19] = static_cast<std::byte>(2 - side);
    const std::uint16_t server = 6653;
    store_be(frame.data() + 20, side == 0 ? client_ : server);
    store_be(frame.data() + 22, side == 0 ? server : client_);
    store_be(frame.data() + 24, sequence_[side]);
    store_be(frame.data() + 28, sequence_[1 - side]);
    frame[32] = std::byte{0x50};
    frame[33] = static_cast<std::byte>(flags);
    for (const std::byte b : payload) frame.push_back(b);
    sequence_[side] += static_cast<std::uint32_t>(payload.size()) + ((flags & 3) != 0 ? 1 : 0);
    return frame;
  }
  // Half of it, or the other, as a fragment.
  static Raw fragment(Raw frame, bool first) {
    const std::size_t half = 20 + (frame.size() - 20) / 2 / 8 * 8;
    store_be(frame.data() + 6, static_cast<std::uint16_t>(first ? 0x2000 : (half - 20) / 8));
    if (first)
      frame.resize(half);
    else
      frame.erase(frame.begin() + 20, frame.begin() + static_cast<std::ptrdiff_t>(half));
    store_be(frame.data() + 2, static_cast<std::uint16_t>(frame.size()));
    return frame;
  }

 private:
  std::uint16_t client_, identification_ = 0;
  std::array<std::uint32_t, 2> sequence_{1000, 2000};
};

// Messages that change tables, and answers to them, of few transaction ids.
Raw messages(Generator& generate, bool from_switch, std::uint8_t version, int count) {
  static constexpr std::uint8_t asks[] = {14, 15, 29, 4, 18, 20}, answers[] = {1, 11, 4, 19, 21};
  Raw all, m;
  while (count > 0) {
    generate.message(Catalog::standard(), m);
    const auto type = std::to_integer<std::uint8_t>(m[1]);
    const auto wanted =
        from_switch ? std::span<const std::uint8_t>(answers) : std::span<const std::uint8_t>(asks);
    if (m[0] != std::byte{version} || std::ranges::find(wanted, type) == wanted.end() || m.size() > 400)
      continue;
    store_be(m.data() + 4, static_cast<std::uint32_t>(generate.below(6)));
    all.insert(all.end(), m.begin(), m.end());
    --count;
  }
  return all;
}

// Three connections: one whole, one in the middle of a message, a hole, and a datagram; one not yet known.
Raw some_of_everything() {
  Reading reading;
  Generator generate(7);
  const Raw hello10 = {std::byte{1}, {}, {}, std::byte{8}, {}, {}, {}, {}},
            hello13 = {std::byte{4}, {}, {}, std::byte{8}, {}, {}, {}, {}};
  Connection one(1001), two(1002), three(1003);
  for (Connection* c : {&one, &two, &three}) {
    reading.push(c->segment(0, {}, 2));
    reading.push(c->segment(1, {}, 0x12));
  }
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
    reading.push(one.segment(side, hello13));
    reading.push(two.segment(side, hello10));
  }
  reading.push(three.segment(0, Bytes(hello13).first(5)));
  for (int i = 0; i < 8; ++i) {
    reading.push(one.segment(1, messages(generate, false, 4, 5)));
    reading.push(two.segment(1, messages(generate, false, 1, 3)));
    reading.push(one.segment(0, messages(generate, true, 4, 1)));
    reading.push(two.segment(0, messages(generate, true, 1, 1)));
  }
  const Raw more = messages(generate, false, 4, 3);
  reading.push(one.segment(1, Bytes(more).first(more.size() - 20)));
  two.segment(1, hello10);  // lost
  reading.push(two.segment(1, messages(generate, false, 1, 2)));
  reading.push(Connection::fragment(two.segment(0, messages(generate, true, 1, 2)), true));
  return reading.save();
}

// What comes next on the first of them.
std::vector<Raw> next_frames() {
  std::vector<Raw> frames;
  Generator generate(9);
  Connection next(1001);
  for (int i = 0; i < 3; ++i) {
    frames.push_back(next.segment(1, messages(generate, false, 4, 2)));
    frames.push_back(next.segment(0, messages(generate, true, 4, 4)));
  }
  return frames;
}

void use(Reading& reading) {
  static const std::vector<Raw> next = next_frames();
  for (const Raw& frame : next) reading.push(frame);
  Reading again;
  const std::string why = again.load(reading.save());
  require(why.empty(), ("what goes on can be saved and restored: " + why).c_str());
  reading.reader.finish(reading.sessions);
  TextBuffer text;
  for (const auto& [index, t] : reading.tables.tables()) {
    require(t.datapath != nullptr, "tables are of a datapath");
    list_flows(text, t.state, {.dialect = Version::v13, .at = reading.point.last});
    for (const auto& [id, entry] : t.state.groups()) put_group(text, entry.group, Version::v13);
    for (const auto& [id, entry] : t.state.meters()) put_meter(text, entry.meter);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Raw whole = some_of_everything();
  constexpr std::size_t header = 8 + 4 + 4, trailer = 8 + 8 + 8;
  Raw file = whole;
  const std::size_t contents = file.size() - trailer;
  std::size_t changes = 0;
  for (; size >= 3 && changes < 8; data += 3, size -= 3, ++changes) {
    const std::size_t at = static_cast<std::size_t>(data[0]) << 8 | data[1];
    file[header + at % (contents - header)] = std::byte{data[2]};
  }
  Checksum checksum;
  checksum.add(Bytes(file).first(contents));
  store_be(file.data() + contents + 8, checksum.value());
  const auto exact = std::make_unique<std::byte[]>(file.size());  // for the address sanitizer
  std::copy(file.begin(), file.end(), exact.get());
  Reading reading;
  const std::string why = reading.load({exact.get(), file.size()});
  if (why.empty()) use(reading);
  require(changes != 0 || why.empty(), "what was saved can be restored");
  return 0;
}
