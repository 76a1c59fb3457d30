// Messages of a fuzz input as what is said on a few channels of one datapath, from both sides, with
// transaction ids that collide, and now and then as what may be a reply to themselves.
#pragma once

#include <cstdint>
#include <vector>

#include <oflens/session/session.hpp>

#include "require.hpp"

namespace oflens::fuzz {

class Conversation {
 public:
  Conversation() : channels_(3) {
    for (std::uint32_t i = 0; i < channels_.size(); ++i) channels_[i].id = i + 1;
  }

  Datapath datapath;
  Timestamp now{};
  std::uint64_t messages = 0;  // said so far: the number of the latest

  // Calls hear(SessionMessage) for what is said, and between(byte, a channel) for bytes that begin no
  // message.
  template <class Hear, class Between>
  void play(Bytes input, Hear&& hear, Between&& between) {
    const auto say = [&](std::size_t channel, bool from_switch) {
      const auto frame = Frame::at(message_);
      require(static_cast<bool>(frame), "the copy of a message is a message");
      datapath.version = frame->version();
      const ChannelMessage m{channels_[channel], from_switch ? Side::a : Side::b, *frame, ++messages, now};
      hear(SessionMessage{m, datapath, from_switch});
    };
    while (!input.empty()) {
      const auto frame = Frame::at(input);
      if (!frame) {
        const auto step = std::to_integer<unsigned>(input[0]);
        input = input.subspan(1);
        between(step, channels_[step % channels_.size()]);
        continue;
      }
      message_.assign(frame->bytes().begin(), frame->bytes().end());
      input = input.subspan(message_.size());
      const auto xid = static_cast<std::uint32_t>(frame->xid());
      const std::size_t channel = xid % channels_.size();
      store_be(message_.data() + 4, xid & 3);
      say(channel, (xid & 16) != 0);
      if ((xid & 32) == 0) continue;
      message_[1] = static_cast<std::byte>(std::to_integer<unsigned>(message_[1]) + 1);
      say(channel, (xid & 16) == 0);
    }
  }

 private:
  std::vector<Channel> channels_;
  std::vector<std::byte> message_;
};

}  // namespace oflens::fuzz
