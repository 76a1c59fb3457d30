#include <oflens/session/history.hpp>

#include <algorithm>
#include <bitset>
#include <cstring>
#include <span>

#include "exchange_parts.hpp"

namespace oflens {
namespace {

using What = FlowEvent::What;

constexpr auto unknown_table = static_cast<std::uint8_t>(v13::TableId::all);
constexpr std::uint64_t hash_seed = 0x9e3779b97f4a7c15;

std::uint64_t hash_of(const Flow& f) { return f.match.hash(hash_seed + f.priority); }
bool same_name(const Flow& a, const Flow& b) { return a.priority == b.priority && a.match == b.match; }

bool ends(What what) {
  switch (what) {
    case What::deleted:
    case What::fell_with_group:
    case What::fell_with_meter:
    case What::reported_gone:
    case What::removed:
    case What::expired: return true;
    default: return false;
  }
}

}  // namespace

// ---- events of one datapath

class History::Events final : public FlowEventSink {
 public:
  explicit Events(History& history) : history_(history) {}

  void on_event(FlowEvent event) override {
    if (history_.only_ && !history_.only_(event.flow)) return;
    all.push_back(std::move(event));
    ++history_.kept_;
    if (history_.keep_ == Keep::present && all.size() >= worth_it && all.size() >= 2 * left_) tidy();
    if (history_.kept_ <= history_.limits_.events) return;
    if (history_.keep_ == Keep::present) tidy();
    if (history_.kept_ <= history_.limits_.events) return;
    all.pop_front();
    --history_.kept_;
    ++history_.forgotten_;
  }

  std::deque<FlowEvent> all;

 private:
  static constexpr std::size_t worth_it = 65'536;

  // Forgets all but how the flows that are there were made, and changed last.
  void tidy() {
    std::vector<const FlowEvent*> needed;
    FlowLives(all).each([&](const FlowLives::Life& life) {
      const PresentLife present = present_life(life);
      for (const FlowEvent* event : {present.made, present.changed})
        if (event != nullptr) needed.push_back(event);
    });
    std::ranges::sort(needed);
    history_.kept_ -= all.size() - needed.size();
    std::erase_if(all, [&](const FlowEvent& e) { return !std::ranges::binary_search(needed, &e); });
    left_ = all.size();
  }

  History& history_;
  std::size_t left_ = 0;  // when it was tidied last
};

History::History(Keep keep, std::function<bool(const Flow&)> only, HistoryLimits limits)
    : keep_(keep), only_(std::move(only)), limits_(limits), exchanges_(*this) {}
History::~History() = default;

void History::on_message(const SessionMessage& m) {
  cause_ = 0;
  exchanges_.on_message(m);
  if (m.from_switch) return;
  const Channel& channel = m.message.channel;
  controllers_.insert_or_assign(channel.id, ControllerEnd{channel.a, channel.b, m.message.from});
}
void History::on_close(Channel& channel, Datapath& datapath) { exchanges_.on_close(channel, datapath); }

void History::on_answer(const Exchange& e, const Exchange::Answer& answer) {
  if (e.kind != Exchange::Kind::packet_in || !is_flow_mod(answer.message.frame())) return;
  const auto in = read_packet_in(e.request.frame());
  if (!in) return;
  if (causes_.size() == limits_.causes) {
    causes_.pop_front();
    ++first_cause_;
  }
  causes_.push_back({e.request.number, e.request.time, in->in_port, summary_of_packet(in->data), answer.join,
                     answer.certainty});
  cause_ = static_cast<std::uint32_t>(first_cause_ + causes_.size() - 1);
}

FlowEventSink& History::events_of(const Datapath& datapath) {
  std::unique_ptr<Events>& events = events_[datapath.index];
  if (events == nullptr) events = std::make_unique<Events>(*this);
  return *events;
}

const std::deque<FlowEvent>& History::events(const Datapath& datapath) const {
  static const std::deque<FlowEvent> none;
  const auto it = events_.find(datapath.index);
  return it == events_.end() ? none : it->second->all;
}

const Cause* History::cause(const Origin& origin) const {
  return origin.cause < first_cause_ || origin.cause - first_cause_ >= causes_.size()
             ? nullptr
             : &causes_[origin.cause - first_cause_];
}
const ControllerEnd* History::controller(const Origin& origin) const {
  const auto it = controllers_.find(origin.connection);
  return it == controllers_.end() ? nullptr : &it->second;
}

// ---- lives

FlowLives::FlowLives(const std::deque<FlowEvent>& events) : events_(events) {
  order_.reserve(events.size());
  for (const FlowEvent& e : events)
    order_.push_back({hash_of(e.flow), static_cast<std::uint32_t>(order_.size())});
  std::ranges::sort(order_, [&](const Place& a, const Place& b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    const Flow &x = events_[a.event].flow, &y = events_[b.event].flow;
    if (same_name(x, y)) return a.event < b.event;
    if (x.priority != y.priority) return x.priority < y.priority;
    const Bytes p = x.match.bytes(), q = y.match.bytes();
    return p.size() != q.size() ? p.size() < q.size() : std::memcmp(p.data(), q.data(), p.size()) < 0;
  });
}

bool FlowLives::alike(const Place& place, const Flow& flow) const {
  return same_name(events_[place.event].flow, flow);
}

FlowLives::Life FlowLives::of_table(Run run, std::uint8_t table) const {
  Life life;
  for (const Place& place : run) {
    const FlowEvent& e = events_[place.event];
    if (e.flow.table_id == table || e.flow.table_id == unknown_table) life.push_back(&e);
  }
  return life;
}

FlowLives::Life FlowLives::of(const Flow& flow) const {
  const auto first = std::ranges::lower_bound(order_, hash_of(flow), {}, &Place::hash);
  const auto last = std::ranges::upper_bound(order_, hash_of(flow), {}, &Place::hash);
  std::vector<Place> run;
  std::copy_if(first, last, std::back_inserter(run), [&](const Place& p) { return alike(p, flow); });
  return of_table(run, flow.table_id);
}

void FlowLives::each(const std::function<void(const Life&)>& f) const {
  for (auto begin = order_.begin(); begin != order_.end();) {
    const Flow& first = events_[begin->event].flow;
    const auto end = std::find_if(begin, order_.end(), [&](const Place& p) { return !alike(p, first); });
    std::bitset<256> tables;
    for (const Place& place : Run(begin, end)) tables.set(events_[place.event].flow.table_id);
    if (tables.count() > 1) tables.reset(unknown_table);  // it is one of the others
    for (unsigned table = 0; table < tables.size(); ++table)
      if (tables.test(table)) f(of_table(Run(begin, end), static_cast<std::uint8_t>(table)));
    begin = end;
  }
}

PresentLife present_life(const FlowLives::Life& life) {
  PresentLife present;
  for (const FlowEvent* e : life) {
    if (ends(e->what))
      present = {};
    else if (e->what == What::added || e->what == What::replaced)
      present = {e, nullptr};
    else if (e->what == What::reported && present.made == nullptr)
      present.made = e;
    else if (e->what == What::modified || e->what == What::reported)
      present.changed = e;
  }
  return present;
}

}  // namespace oflens
