// Who said what to whom: channels to sessions between a controller and a datapath.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include <oflens/network/channel.hpp>

namespace oflens {

// A switch, over all its connections. Datapaths with a known id are one; of others, the connections made to
// one listening address are.
struct Datapath {
  std::uint32_t index = 0;         // from 0, in the order in which they were met
  std::optional<DatapathId> id;    // once a features_reply told it
  Endpoint switch_end;             // of its first connection
  std::optional<Version> version;  // of its latest message that is not a hello
  std::uint32_t channels = 0;
};

// A message in its context. References are valid during the call; the datapath as long as the Sessions.
struct SessionMessage {
  const ChannelMessage& message;
  Datapath& datapath;
  bool from_switch;

  const Frame& frame() const { return message.frame; }
};

// Receives what Sessions finds.
class SessionSink {
 public:
  virtual void on_message(const SessionMessage&) = 0;
  virtual void on_loss(const ChannelLoss&, Datapath&) {}
  virtual void on_cut(const ChannelCut&, Datapath&, bool /*from_switch*/) {}
  virtual void on_tls(const TlsConnection&) {}
  virtual void on_close(Channel&, Datapath&) {}

 protected:
  ~SessionSink() = default;
};

// Follows all channels of a capture. The switch is the end that sends what only switches send (packet_in,
// features_reply ...) or does not send what only controllers do; before such a message was seen, the end that
// a switch is known to listen at, or else the one that opened the connection. Memory: about 100 bytes a
// datapath and a channel.
class Sessions final : public ChannelSink {
 public:
  // Sinks must outlive the sessions; each gets every event, in the order given.
  explicit Sessions(std::vector<SessionSink*> sinks) : sinks_(std::move(sinks)) {}

  void on_open(Channel&) override;
  void on_message(const ChannelMessage&) override;
  void on_loss(const ChannelLoss&) override;
  void on_cut(const ChannelCut&) override;
  void on_tls(const TlsConnection&) override;
  void on_close(Channel&) override;

  const std::deque<Datapath>& datapaths() const { return datapaths_; }

 private:
  friend struct Saved<Sessions>;

  struct Session {
    Datapath* datapath = nullptr;
    Side switch_side = Side::a;
    bool side_known = false;
    bool from_start = false;  // its first message is a hello
    std::optional<Endpoint> switch_end{};  // under which it is in by_open_end_
  };
  struct OpenEnd {
    Datapath* datapath = nullptr;
    std::size_t sessions = 0;
  };
  void settle_side(Session&, const ChannelMessage&);
  void settle_datapath(Session&, const Channel&);
  void identify(Session&, DatapathId);
  void enter_end(Session&, const Endpoint&);
  void leave_end(Session&);
  Datapath& new_datapath(const Endpoint& switch_end);

  std::vector<SessionSink*> sinks_;
  std::vector<Session> sessions_;  // by Channel::user
  std::vector<std::uint32_t> free_;
  std::deque<Datapath> datapaths_;  // never moved
  std::unordered_map<std::uint64_t, Datapath*> by_id_;
  std::map<Endpoint, OpenEnd> by_open_end_;         // of switches, while they are connected
  std::map<Endpoint, Datapath*> by_listening_end_;  // of switches that are the TCP server
};

}  // namespace oflens
