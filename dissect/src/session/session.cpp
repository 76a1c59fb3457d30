#include <oflens/session/session.hpp>

#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

namespace oflens {
namespace {

enum class Sender : std::uint8_t { either, controller, datapath };

// Who sends messages of a type. Types 0 to 14 are alike in all versions; later ones are not.
Sender sender_of(Version version, std::uint8_t type) {
  switch (type) {
    case v10::FeaturesRequest::id.type:
    case v10::GetConfigRequest::id.type:
    case v10::SetConfig::id.type:
    case v10::PacketOut::id.type:
    case v10::FlowMod::id.type: return Sender::controller;
    case v10::FeaturesReply::id.type:
    case v10::GetConfigReply::id.type:
    case v10::PacketIn::id.type:
    case v10::FlowRemoved::id.type:
    case v10::PortStatus::id.type: return Sender::datapath;
    default: break;
  }
  if (version == Version::v10) {
    switch (type) {
      case 15:  // port_mod
      case v10::StatsRequest::id.type:
      case v10::BarrierRequest::id.type:
      case 20: return Sender::controller;  // queue_get_config_request
      case v10::StatsReply::id.type:
      case v10::BarrierReply::id.type:
      case 21: return Sender::datapath;  // queue_get_config_reply
      default: return Sender::either;
    }
  }
  switch (type) {
    case 15:  // group_mod
    case 16:  // port_mod
    case 17:  // table_mod
    case v13::MultipartRequest::id.type:
    case v13::BarrierRequest::id.type:
    case 22:  // queue_get_config_request
    case v13::RoleRequest::id.type:
    case 26:                             // get_async_request
    case 28:                             // set_async
    case 29:                             // meter_mod
    case 34: return Sender::controller;  // bundle_add_message
    case v13::MultipartReply::id.type:
    case v13::BarrierReply::id.type:
    case 23:  // queue_get_config_reply
    case v13::RoleReply::id.type:
    case 27:                           // get_async_reply
    case 30:                           // role_status
    case 31:                           // table_status
    case 32:                           // requestforward
    case 35: return Sender::datapath;  // controller_status
    default: return Sender::either;
  }
}

Side other(Side side) { return side == Side::a ? Side::b : Side::a; }

}  // namespace

Datapath& Sessions::new_datapath(const Endpoint& switch_end) {
  Datapath& d = datapaths_.emplace_back();
  d.index = static_cast<std::uint32_t>(datapaths_.size() - 1);
  d.switch_end = switch_end;
  return d;
}

void Sessions::on_open(Channel& channel) {
  if (free_.empty()) {
    channel.user = static_cast<std::uint32_t>(sessions_.size());
    sessions_.emplace_back();
  } else {
    channel.user = free_.back();
    free_.pop_back();
  }
  sessions_[channel.user] = {};
}

void Sessions::settle_side(Session& s, const ChannelMessage& m) {
  const Sender sender = sender_of(m.frame.version(), m.frame.type());
  if (sender == Sender::either) return;
  const Side side = sender == Sender::datapath ? m.from : other(m.from);
  s.side_known = true;
  s.switch_side = side;
  settle_datapath(s, m.channel);
}

// The datapath of a session that has not told its id. A switch that listens is known by its address; one that
// calls its controllers does so from a new port each time. Where the beginning was not captured, it is not
// known who called; but whoever has two connections at one port listens there.
void Sessions::settle_datapath(Session& s, const Channel& channel) {
  Datapath* before = s.datapath;
  const auto listening = by_listening_end_.find(channel.b);
  if (!s.side_known && listening != by_listening_end_.end()) s.switch_side = Side::b;
  const Endpoint& end = s.switch_side == Side::b ? channel.b : channel.a;
  leave_end(s);
  const auto shared = by_open_end_.find(end);
  if (shared != by_open_end_.end()) {
    s.datapath = shared->second.datapath;
    by_listening_end_.try_emplace(end, s.datapath);
  } else if (s.switch_side == Side::b) {
    Datapath*& known = by_listening_end_[channel.b];
    if (known == nullptr) known = before != nullptr ? before : &new_datapath(channel.b);
    s.datapath = known;
    s.datapath->switch_end = channel.b;
  } else if (before == nullptr || (listening != by_listening_end_.end() && listening->second == before)) {
    s.datapath = &new_datapath(channel.a);
  }
  if (s.side_known) enter_end(s, end);
  // Whether it listens there will turn out when somebody calls.
  if (s.side_known && !s.from_start) by_listening_end_.try_emplace(end, s.datapath);
  if (s.datapath != before) {
    ++s.datapath->channels;
    if (before != nullptr) --before->channels;
  }
}

void Sessions::enter_end(Session& s, const Endpoint& end) {
  OpenEnd& open = by_open_end_[end];
  open.datapath = s.datapath;
  ++open.sessions;
  s.switch_end = end;
}
void Sessions::leave_end(Session& s) {
  if (!s.switch_end) return;
  const auto it = by_open_end_.find(*s.switch_end);
  if (--it->second.sessions == 0) by_open_end_.erase(it);
  s.switch_end.reset();
}

void Sessions::identify(Session& s, DatapathId id) {
  Datapath*& known = by_id_[static_cast<std::uint64_t>(id)];
  if (known == nullptr && !s.datapath->id) known = s.datapath;
  if (known == nullptr) known = &new_datapath(s.datapath->switch_end);
  known->id = id;
  if (known == s.datapath) return;
  --s.datapath->channels;
  ++known->channels;
  if (s.switch_side == Side::b) by_listening_end_[s.datapath->switch_end] = known;
  if (s.switch_end) {
    by_open_end_[*s.switch_end].datapath = known;
    const auto listening = by_listening_end_.find(*s.switch_end);
    if (listening != by_listening_end_.end()) listening->second = known;
  }
  s.datapath = known;
}

void Sessions::on_message(const ChannelMessage& m) {
  Session& s = sessions_[m.channel.user];
  if (s.datapath == nullptr) s.from_start = m.frame.type() == v10::Hello::id.type;
  if (!s.side_known) settle_side(s, m);
  if (s.datapath == nullptr) settle_datapath(s, m.channel);

  const bool from_switch = m.from == s.switch_side;
  // The datapath id is what a features_reply begins with, in all versions.
  if (from_switch && m.frame.type() == v10::FeaturesReply::id.type && m.frame.body().size() >= 8)
    identify(s, DatapathId{load_be<std::uint64_t>(m.frame.body().data())});
  if (m.frame.type() != v10::Hello::id.type) s.datapath->version = m.frame.version();
  const SessionMessage event{m, *s.datapath, from_switch};
  for (SessionSink* sink : sinks_) sink->on_message(event);
}

void Sessions::on_loss(const ChannelLoss& loss) {
  Session& s = sessions_[loss.channel.user];
  if (s.datapath == nullptr) settle_datapath(s, loss.channel);
  for (SessionSink* sink : sinks_) sink->on_loss(loss, *s.datapath);
}

void Sessions::on_cut(const ChannelCut& cut) {
  Session& s = sessions_[cut.channel.user];
  if (s.datapath == nullptr) settle_datapath(s, cut.channel);
  for (SessionSink* sink : sinks_) sink->on_cut(cut, *s.datapath, cut.from == s.switch_side);
}

void Sessions::on_tls(const TlsConnection& tls) {
  for (SessionSink* sink : sinks_) sink->on_tls(tls);
}

void Sessions::on_close(Channel& channel) {
  Session& s = sessions_[channel.user];
  if (s.datapath == nullptr) settle_datapath(s, channel);
  for (SessionSink* sink : sinks_) sink->on_close(channel, *s.datapath);
  leave_end(s);
  free_.push_back(channel.user);
}

}  // namespace oflens
