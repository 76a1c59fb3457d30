#include <oflens/session/tables.hpp>

#include <algorithm>
#include <array>

#include <oflens/ext/nicira.hpp>
#include <oflens/ext/onf.hpp>
#include <oflens/flow/error_label.hpp>
#include <oflens/session/history.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

#include "../team.hpp"

namespace oflens {
namespace {

bool is_barrier_request(const Frame& f) { return f.is<v10::BarrierRequest>() || f.is<v13::BarrierRequest>(); }
bool is_barrier_reply(const Frame& f) { return f.is<v10::BarrierReply>() || f.is<v13::BarrierReply>(); }

// Errors of the ONF's that say that the bundle is no more, or never was: unknown, there already, closed, too
// many, with other flags, failed, too old. The others refuse one message.
DatapathState::Refusal refusal_of(const Frame& error) {
  using enum onf::ErrorType;
  static constexpr onf::ErrorType ends[] = {bad_id,    bundle_exist, bundle_closed, out_of_bundles,
                                            bad_flags, failed,       timeout};
  const auto e = View<onf::ErrorMessage>::of(error);
  const bool ended = e && std::ranges::find(ends, e->get<&onf::ErrorMessage::exp_type>()) != std::end(ends);
  return ended ? DatapathState::Refusal::bundle : DatapathState::Refusal::message;
}

// The role that the switch says a controller has.
std::optional<v13::ControllerRole> read_role(const Frame& f) {
  using Role = v13::ControllerRole;
  if (const auto m = View<v13::RoleReply>::of(f)) return m->get<&v13::RoleReply::role>();
  if (const auto m = View<nicira::RoleReply>::of(f)) {
    switch (m->get<&nicira::RoleReply::role>()) {
      case nicira::Role::other: return Role::equal;
      case nicira::Role::master: return Role::master;
      case nicira::Role::slave: return Role::slave;
    }
  }
  return std::nullopt;
}

// Why a flow_removed may be sent: to a primary or equal, to a secondary.
using RemovalMasks = std::array<std::uint32_t, 2>;
std::optional<RemovalMasks> read_removal_masks(const Frame& f) {
  if (const auto m = View<v13::SetAsync>::of(f)) {
    const auto masks = m->get<&v13::SetAsync::flow_removed_mask>();
    return RemovalMasks{static_cast<std::uint32_t>(masks.master), static_cast<std::uint32_t>(masks.slave)};
  }
  if (const auto m = View<nicira::SetAsyncConfig>::of(f))
    return RemovalMasks{
        static_cast<std::uint32_t>(m->get<&nicira::SetAsyncConfig::flow_removed_mask>()),
        static_cast<std::uint32_t>(m->get<&nicira::SetAsyncConfig::flow_removed_mask_slave>())};
  return std::nullopt;
}
constexpr bool tells_timeouts(std::uint32_t mask) {
  constexpr auto both = 1u << static_cast<unsigned>(v13::FlowRemovedReason::idle_timeout) |
                        1u << static_cast<unsigned>(v13::FlowRemovedReason::hard_timeout);
  return (mask & both) == both;
}

}  // namespace

// What was said and not yet read, by datapath. While one batch is read by the team, the next one gathers.
class TableTracker::Waiting {
 public:
  Waiting(const TableTracker& tracker, unsigned threads) : tracker_(tracker), threads_(threads) {}
  ~Waiting() {
    if (under_way_) team_->end();
  }

  void add(const Frame& frame, bool from_switch, State& channel, Tables& tables, const Origin& origin) {
    Batch& batch = *gathers_;
    Row& row = batch.row_of(tables);
    const Bytes bytes = frame.bytes();
    row.messages.push_back({&channel, origin, row.bytes.size(), bytes.size(), from_switch});
    row.bytes.insert(row.bytes.end(), bytes.begin(), bytes.end());
    batch.size += bytes.size();
    if (batch.size >= most) begin_reading();
  }
  // Returns when all is read.
  void read_all() {
    end_reading();
    for (std::size_t i = 0; i < gathers_->in_use.size(); ++i) gathers_->read(i, tracker_);
    gathers_->begin_anew();
  }

 private:
  static constexpr std::size_t most = std::size_t{1} << 20;
  struct Message {
    State* channel;
    Origin origin;
    std::size_t offset, size;  // of its bytes
    bool from_switch;
  };
  struct Row {
    std::vector<Message> messages;
    std::vector<std::byte> bytes;
  };
  struct Batch {
    std::unordered_map<const Tables*, Row> rows;
    std::vector<std::pair<Tables*, Row*>> in_use;
    std::size_t size = 0;

    Row& row_of(Tables& tables) {
      // Messages of a datapath come several at a time.
      if (!in_use.empty() && in_use.back().first == &tables) return *in_use.back().second;
      Row& row = rows[&tables];
      if (row.messages.empty()) in_use.emplace_back(&tables, &row);
      return row;
    }
    void read(std::size_t i, const TableTracker& tracker) {
      auto& [tables, row] = in_use[i];
      DatapathState& state = tables->state;
      state.freeze(tracker.frozen_);
      // Mostly they are flow_mods: many at a time.
      constexpr std::size_t many = 64;
      std::vector<FlowMod> mods;
      std::vector<Origin> origins;
      const auto apply = [&] {
        state.apply(mods, origins);
        mods.clear();
        origins.clear();
      };
      for (const Message& m : row->messages) {
        const auto frame = Frame::at(Bytes(row->bytes).subspan(m.offset, m.size));
        if (!frame) continue;
        if (!m.from_switch)
          if (auto mod = read_flow_mod(*frame, m.channel->table_in_command)) {
            if (mods.size() == many) apply();
            mods.push_back(*std::move(mod));
            origins.push_back(m.origin);
            continue;
          }
        apply();
        tracker.read(*frame, m.from_switch, *m.channel, *tables, m.origin);
      }
      apply();
      row->messages.clear();
      row->bytes.clear();
    }
    void begin_anew() {
      in_use.clear();
      size = 0;
      // Rows keep their memory; those of many datapaths together would have much.
      constexpr std::size_t enough = 16;
      if (rows.size() > enough) rows.clear();
    }
  };

  void begin_reading() {
    end_reading();
    if (!team_) team_.emplace(threads_);
    under_way_ = true;
    std::swap(gathers_, is_read_);
    team_->begin(is_read_->in_use.size(), [this](std::size_t i) { is_read_->read(i, tracker_); });
  }
  void end_reading() {
    if (!std::exchange(under_way_, false)) return;
    team_->end();
    is_read_->begin_anew();
  }

  const TableTracker& tracker_;
  unsigned threads_;
  std::array<Batch, 2> batches_;
  Batch *gathers_ = &batches_[0], *is_read_ = &batches_[1];
  bool under_way_ = false;
  std::optional<Team> team_;
};

TableTracker::TableTracker(unsigned threads)
    : waiting_(threads > 1 ? std::make_unique<Waiting>(*this, threads) : nullptr) {}
TableTracker::~TableTracker() = default;

void TableTracker::catch_up() {
  if (waiting_ != nullptr) waiting_->read_all();
}

void TableTracker::read_at_once() {
  catch_up();
  waiting_.reset();
}

TableTracker::Tables& TableTracker::tables_of(Datapath& datapath, Timestamp now) {
  const auto [it, fresh] = tables_.try_emplace(datapath.index);
  Tables& t = it->second;
  if (!fresh) return t;
  t.datapath = &datapath;
  t.state.begins(now);
  if (history_ != nullptr) t.state.report_to(history_->events_of(datapath));
  return t;
}

void TableTracker::finish() {
  catch_up();
  for (auto& [index, tables] : tables_) tables.state.finish();
}

// A switch sends flow_removeds to the controllers it connects to. To who connects to it, it sends them (Open
// vSwitch does) while packets are asked for by set_config. 1.3.5 §6.3.4: not to secondaries, by default.
void TableTracker::watch(State& s, Datapath& datapath) {
  catch_up();
  const bool watching = s.asks && s.told_of_timeouts[s.role == v13::ControllerRole::slave ? 1 : 0];
  std::uint32_t& watchers = watchers_[datapath.index];
  if (s.watching != watching) watching ? ++watchers : --watchers;
  s.watching = watching;
  DatapathState& state = tables_of(datapath, now_).state;
  state.freeze(frozen_);
  state.set_watched(watchers != 0, now_);
}

// There is one primary at most: who was it before is a secondary now.
void TableTracker::take_role(State& s, Datapath& datapath, v13::ControllerRole role) {
  if (role == v13::ControllerRole::master)
    for (auto& [id, other] : channels_)
      if (other.datapath == datapath.index && other.role == role) {
        other.role = v13::ControllerRole::slave;
        watch(other, datapath);
      }
  s.role = role;
  watch(s, datapath);
}

// Is it about which controllers are told what the switch tells unasked?
bool TableTracker::hear_who_is_told(const SessionMessage& m, State& s) {
  const Frame& frame = m.frame();
  if (m.from_switch) {
    const auto role = read_role(frame);
    if (role) take_role(s, m.datapath, *role);
    return role.has_value();
  }
  if (const auto config = View<v10::SetConfig>::of(frame))
    s.asks = s.called || config->get<&v10::SetConfig::miss_send_len>() != 0;
  else if (const auto masks = read_removal_masks(frame))
    std::ranges::transform(*masks, s.told_of_timeouts, tells_timeouts);
  else
    return false;
  watch(s, m.datapath);
  return true;
}

void TableTracker::on_message(const SessionMessage& m) {
  const Frame& frame = m.frame();
  now_ = m.message.time;
  const bool hello = frame.type() == v10::Hello::id.type;
  if (frozen_ && !tables_.contains(m.datapath.index)) return;
  State& s = channels_[m.message.channel.id];
  if (hello) {
    s.from_start = s.from_start || !s.met;
    return;
  }
  Tables& t = tables_of(m.datapath, now_);
  s.datapath = m.datapath.index;
  if (!std::exchange(s.met, true)) {
    const Side switch_side = m.from_switch ? m.message.from : m.message.from == Side::a ? Side::b : Side::a;
    s.asks = s.called = switch_side == Side::a;
    watch(s, m.datapath);
    t.partial = t.partial || !s.from_start;
  }
  const std::uint32_t cause = history_ != nullptr ? history_->cause_of_latest() : 0;
  const Origin origin{m.message.channel.id, frame.xid(), cause, m.message.number, now_};
  if (hear_who_is_told(m, s)) return;
  if (waiting_ == nullptr) return read(frame, m.from_switch, s, t, origin);
  // If it turned out whose channel it is, others may be reading what it said before.
  if (const Tables* before = std::exchange(s.tables, &t); before != nullptr && before != &t) catch_up();
  waiting_->add(frame, m.from_switch, s, t, origin);
}

// Touches nothing but this datapath's tables and this channel.
void TableTracker::read(const Frame& frame, bool of_switch, State& s, Tables& t, const Origin& origin) const {
  t.state.freeze(frozen_);
  of_switch ? from_switch(frame, s, t, origin) : from_controller(frame, s, t, origin);
}

void TableTracker::from_switch(const Frame& frame, State& s, Tables& t, const Origin& origin) const {
  if (const auto removed = read_flow_removed(frame)) {
    t.state.removed(*removed, origin);
  } else if (frame.type() == v10::ErrorMessage::id.type) {
    const auto error = history_ != nullptr ? read_error(frame) : std::nullopt;
    if (error)
      t.state.reject(origin.connection, frame.xid(), refusal_of(frame),
                     SwitchError{error->label, error->type, error->code, origin});
    else
      t.state.reject(origin.connection, frame.xid(), refusal_of(frame));
  } else if (is_barrier_reply(frame)) {
    const auto asked = std::find_if(s.barriers.begin(), s.barriers.end(),
                                    [&](const Barrier& b) { return b.xid == frame.xid(); });
    if (asked == s.barriers.end()) return;
    t.state.confirm(origin.connection, asked->mark);
    s.barriers.erase(s.barriers.begin(), asked + 1);
  } else if (const auto report = read_state_report(frame)) {
    t.state.told(*report, origin);
  } else if (const auto updates = read_flow_updates(frame)) {
    t.state.told(*updates, origin);
  } else if (!frozen_) {
    t.all_ports = learn_ports(t.ports, frame) || t.all_ports;
  }
}

void TableTracker::from_controller(const Frame& frame, State& s, Tables& t, const Origin& origin) {
  if (auto mod = read_flow_mod(frame, s.table_in_command)) {
    t.state.apply(*std::move(mod), origin);
  } else if (auto group = read_group_mod(frame)) {
    t.state.apply(*std::move(group), origin);
  } else if (auto meter = read_meter_mod(frame)) {
    t.state.apply(*std::move(meter), origin);
  } else if (auto bundle = read_bundle_message(frame, s.table_in_command)) {
    t.state.apply(*std::move(bundle), origin);
  } else if (is_barrier_request(frame)) {
    constexpr std::size_t most = 1024;  // a switch that never answers
    if (s.barriers.size() == most) s.barriers.erase(s.barriers.begin());
    s.barriers.push_back({frame.xid(), t.state.mark()});
  } else if (auto query = read_state_query(frame)) {
    t.state.asked(*std::move(query), origin);
  } else if (is_flow_monitor_request(frame)) {
    t.state.monitored(origin);
  } else if (const auto agreed = read_flow_mod_table_id(frame)) {
    s.table_in_command = *agreed;
  }
}

void TableTracker::on_loss(const ChannelLoss& loss, Datapath& datapath) {
  if (frozen_) return;
  catch_up();
  Tables& t = tables_of(datapath, loss.time);
  t.lost_bytes += loss.bytes;
  t.state.lost(loss.channel.id);
}

void TableTracker::on_close(Channel& channel, Datapath& datapath) {
  catch_up();
  const auto state = channels_.find(channel.id);
  if (state == channels_.end()) return;
  const auto known = tables_.find(datapath.index);  // not if it said hello and nothing more
  // Where only the capture ended, the switch goes on telling its controller.
  if (known != tables_.end() && channel.ending != Ending::capture_ended) {
    DatapathState& tables = known->second.state;
    tables.freeze(frozen_);
    tables.close({.connection = channel.id, .time = now_});
    tables.lost(channel.id);
    state->second.asks = false;
    watch(state->second, datapath);
  }
  channels_.erase(state);
}

}  // namespace oflens
