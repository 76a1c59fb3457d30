// What is wrong with packets on their way to the controller and back: buffers, storms. And with roles.
#pragma once

#include <deque>

#include <oflens/flow/flow.hpp>

#include "exchange_parts.hpp"
#include "lint_channels.hpp"

namespace oflens::session {

// Buffers that a switch gave in packet_ins, and what became of them.
class Buffers {
 public:
  Buffers(const LintLimits& limits, FindingSink& sink) : limits_(limits), sink_(sink) {}

  void on_packet_in(const SessionMessage&, BufferId);
  // complete: all that the switch said was captured.
  void on_use(const SessionMessage&, BufferId, bool complete, std::string entry);
  // The switch does not have the buffer that the message of that frame names: what is known of it.
  std::string refused(std::uint32_t channel, std::uint64_t frame, BufferId);
  // Reports what the switch did not refuse.
  void finish();

 private:
  struct Given {
    std::uint64_t frame = 0, used = 0;  // 0: not yet
    Timestamp time{};
  };
  using Key = std::uint64_t;  // channel and buffer
  static Key key(std::uint32_t channel, BufferId id) {
    return std::uint64_t{channel} << 32 | static_cast<std::uint32_t>(id);
  }
  // A use that is wrong, kept until it is known whether the switch refuses it.
  struct Misuse {
    Finding finding;
    std::string why;
  };
  static constexpr std::size_t most_misuses = 4096;

  const LintLimits& limits_;
  FindingSink& sink_;
  std::unordered_map<Key, Given> given_;
  std::unordered_set<Key> given_by_;                                   // the same by Datapath::index
  bool forgotten_ = false;                                             // there were too many once
  std::map<std::pair<std::uint32_t, std::uint64_t>, Misuse> misuses_;  // by channel and frame
};

// Packet_ins of the same packets, and flows for them.
class Storms {
 public:
  Storms(const LintLimits& limits, FindingSink& sink) : limits_(limits), sink_(sink) {}

  void on_packet_in(const SessionMessage&, const PacketPart&);
  void on_flow_mod(const SessionMessage&, const FlowMod&);

 private:
  struct Count {
    Timestamp since{};
    std::uint32_t packets = 0;
  };
  struct Added {
    FlowMatch match;
    Timestamp time;
  };
  static constexpr std::size_t most_added = 64;

  const LintLimits& limits_;
  FindingSink& sink_;
  std::unordered_map<std::string, Count> counts_;     // by what the packets have in common
  std::map<std::uint32_t, std::deque<Added>> added_;  // flows of late, by Datapath::index
};

// Who is primary, as the switch confirms it.
class Roles {
 public:
  Roles(const LintLimits& limits, FindingSink& sink) : limits_(limits), sink_(sink) {}

  void on_message(const SessionMessage&);

 private:
  struct Primary {
    std::uint32_t channel = 0;
    std::deque<Timestamp> changes;  // of late
  };
  const LintLimits& limits_;
  FindingSink& sink_;
  std::map<std::uint32_t, Primary> primaries_;  // by Datapath::index
};

}  // namespace oflens::session
