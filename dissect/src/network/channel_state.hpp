// What a ChannelReader has of a connection. Private to channel.cpp, and to what saves it.
#pragma once

#include <optional>

#include <oflens/network/channel.hpp>

namespace oflens {

// A connection of which it is not known yet whether it speaks OpenFlow, or that does.
struct ChannelReader::State {
  // Bytes that came to nothing before it was known that this is a channel.
  struct Loss {
    ChannelLoss::Kind kind;
    std::uint64_t offset, bytes, number;
    Timestamp time, since;
  };
  // One direction.
  struct Half {
    std::optional<Framer>
        framer;  // once it is known where the bytes stand: at a message's beginning or anywhere
    std::vector<std::byte> prefix;  // before that: the beginning of the stream, too short to tell
    std::vector<Loss> losses;       // to be told when the channel is recognised
    std::uint64_t searched = 0;     // bytes looked at without finding a message
    std::uint64_t number = 0;       // captured frame of the last bytes, and its time
    Timestamp time{}, since{};      // since: of those before

    void arrive(std::uint64_t frame, Timestamp at, const Connection& c) {
      since = std::min(number != 0 ? time : c.first, at);
      number = frame;
      time = at;
    }
  };

  explicit State(Connection& c) : connection(c) {}
  Half& half(Side side) { return halves[static_cast<std::size_t>(side)]; }

  Connection& connection;
  Channel channel;
  bool recognised = false;
  bool expected = false;     // at a port of OpenFlow's
  std::uint8_t version = 0;  // of the last message that is not a hello
  std::array<Half, 2> halves;
};

}  // namespace oflens
