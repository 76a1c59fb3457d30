// The input is a script of segments of a few connections: a byte that says which, from whom, how much of it
// was captured, then a length and the payload. Recognition of OpenFlow and of TLS, framing, losses: what is
// told lies in the streams, nothing is told twice, and every channel ends.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <vector>

#include <oflens/network/channel.hpp>

#include "require.hpp"

using namespace oflens;
using fuzz::require;

namespace {

class Checker final : public ChannelSink {
 public:
  void on_open(Channel& c) override { positions_[c.id] = {}; }
  void on_message(const ChannelMessage& m) override { advance(m.channel, m.from, m.frame.bytes().size()); }
  void on_loss(const ChannelLoss& l) override {
    require(l.offset == position(l.channel, l.from), "losses continue what was told");
    advance(l.channel, l.from, l.bytes);
  }
  void on_cut(const ChannelCut& c) override {
    require(c.bytes.size() >= Header::size && c.bytes.size() < load_be<std::uint16_t>(c.bytes.data() + 2),
            "what is cut has a header, and is not whole");
  }
  void on_tls(const TlsConnection& t) override {
    require(t.server_name.size() <= 255, "a name is not longer than the longest");
  }
  void on_close(Channel& c) override { positions_.erase(c.id); }
  bool done() const { return positions_.empty(); }

 private:
  std::uint64_t& position(const Channel& c, Side from) {
    return positions_.at(c.id)[static_cast<std::size_t>(from)];
  }
  void advance(const Channel& c, Side from, std::uint64_t n) { position(c, from) += n; }
  std::map<std::uint32_t, std::array<std::uint64_t, 2>> positions_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ChannelReader reader(Catalog::standard());
  Checker checker;
  std::array<std::array<std::uint32_t, 2>, 4> sequence{};
  std::array<std::array<bool, 2>, 4> begun{};
  std::uint64_t number = 0;
  while (size >= 2) {
    const unsigned what = data[0];
    const std::size_t n = std::min<std::size_t>(data[1], size - 2), which = what & 3, side = what >> 2 & 1;
    const std::uint8_t* payload = data + 2;
    data += 2 + n;
    size -= 2 + n;
    const bool lost = (what & 0x70) == 0x70, cut = (what & 0x70) == 0x60, last = (what & 0xf0) == 0xd0;
    const bool syn = !begun[which][side] && (what & 8) == 0;
    begun[which][side] = true;
    const auto at = sequence[which][side];
    sequence[which][side] += static_cast<std::uint32_t>(n) + (syn ? 1 : 0);
    if (lost) continue;
    // IPv4 and TCP without checksums.
    std::array<std::byte, 40 + 256> frame{};
    frame[0] = std::byte{0x45};
    store_be(frame.data() + 2, static_cast<std::uint16_t>(40 + n));
    frame[9] = std::byte{6};
    frame[15] = static_cast<std::byte>(1 + side);
    frame[19] = static_cast<std::byte>(2 - side);
    const std::uint16_t client = static_cast<std::uint16_t>(40'000 + which), server = which < 2 ? 6653 : 80;
    store_be(frame.data() + 20, side == 0 ? client : server);
    store_be(frame.data() + 22, side == 0 ? server : client);
    store_be(frame.data() + 24, at);
    frame[32] = std::byte{0x50};
    frame[33] = static_cast<std::byte>((syn ? 2 : 0) | (last ? 1 : 0));
    std::memcpy(frame.data() + 40, payload, n);
    reader.push({.number = ++number,
                 .time = Timestamp{std::chrono::milliseconds(number)},
                 .link = LinkType::raw,
                 .bytes = Bytes(frame).first(40 + (cut ? n / 2 : n)),
                 .original_length = static_cast<std::uint32_t>(40 + n)},
                checker);
  }
  reader.finish(checker);
  require(checker.done(), "every channel is closed");
  return 0;
}
