// What is wrong with a connection as such: versions, lengths, lost bytes; and what is known of it that judges
// other things.
#pragma once

#include <oflens/message/tape.hpp>
#include <oflens/session/lint.hpp>

namespace oflens::session {

class ChannelNotes {
 public:
  struct Skipped {
    std::uint64_t offset, bytes, frame;
    Timestamp time;
  };
  struct Notes {
    bool begun = false;                   // its beginning was captured: it begins with a hello
    std::array<std::uint64_t, 2> said{};  // messages, of the controller and the switch
    std::array<Timestamp, 2> last_said{};
    std::optional<Timestamp> lost;         // bytes, then
    std::optional<Timestamp> closed;       // then; not for the end of the capture
    std::uint64_t confirmed = 0;           // what came before that frame: a barrier behind it was answered
    std::array<std::uint32_t, 2> hello{};  // the versions that each offers
    std::optional<Version> version;        // agreed on
    bool failed = false;                   // there is none; it was said
    std::array<bool, 2> missing{};         // by Side: lost bytes
    std::uint64_t missing_bytes = 0;
    std::uint64_t lost_frame = 0;  // where the first of them became known
    std::optional<Timestamp> lost_first;
    std::array<std::optional<Skipped>, 2> skipped{};  // by Side: not yet judged
  };

  explicit ChannelNotes(FindingSink& sink) : sink_(sink) {}

  const Notes& on_message(const SessionMessage&);
  void on_loss(const ChannelLoss&, const Datapath&);
  void on_close(const Channel&, const Datapath&);

  // What was confirmed by barriers is told from outside.
  Notes& of(std::uint32_t channel) { return channels_[channel]; }

 private:
  void versions(Notes&, const SessionMessage&);
  void judge_skipped(Notes&, const Channel&, Side, const Datapath&, bool goes_on);

  FindingSink& sink_;
  std::map<std::uint32_t, Notes> channels_;  // by Channel::id
  Tape tape_;
};

// "flow_mod", or "message of type 99".
std::string name_of_message(const Frame&);
// "OFPBAC_BAD_OUT_GROUP"; type and code as numbers where they have no name.
std::string name_of_error(const Frame& error);
// A finding about a message.
Finding finding_at(FindingKind, const SessionMessage&, std::string reason);

}  // namespace oflens::session
