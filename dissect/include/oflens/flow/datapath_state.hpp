// The flows, groups and meters of one datapath, rebuilt from what was said about them.
#pragma once

#include <bitset>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include <oflens/flow/bundle.hpp>
#include <oflens/flow/report.hpp>

namespace oflens {

class FlowEventSink;  // flow_event.hpp
struct SwitchError;

// Where a change was asked for. `frame` is for the reader; the state does not depend on it.
struct Origin {
  std::uint64_t connection = 0;
  Xid xid{};
  std::uint32_t cause = 0;  // for the reader, too: what led to it (History::cause()); 0: not known
  std::uint64_t frame = 0;
  Timestamp time{};
};

// What is known of an entry's timeouts at some time.
struct Expiry {
  enum class State : std::uint8_t { present, doubtful, gone };
  enum class Cause : std::uint8_t { idle, hard };

  State state = State::present;
  Cause cause = Cause::idle;  // of the doubt
  std::uint16_t seconds = 0;  // the timeout that causes it
  Timestamp since{};          // it may have expired since then
};

struct FlowEntry {
  Flow flow;
  Timestamp created{};   // the last add of this match and priority
  Timestamp modified{};  // that, or a modification since
  // The switch counts idleness from the last packet. That is not in the capture, but it was not before this:
  // the first add since the flow was last known to be away. To add it again does not make it less idle.
  Timestamp used{};
  // When it was modified last, it was doubtful whether it was there, and still is, for this reason.
  Expiry doubt;
  Origin origin;          // of that add
  bool reported = false;  // no message added it: the switch told of it, there
};

// How many flows an operation touched. One that is added in place of another counts as removed, too.
struct Change {
  std::uint32_t added = 0, modified = 0, removed = 0;
  friend bool operator==(const Change&, const Change&) = default;
};

struct GroupEntry {
  Group group;
  Timestamp created{}, modified{};
  Origin origin;          // of its last add
  bool reported = false;  // as of a flow
};

struct MeterEntry {
  Meter meter;
  Timestamp created{}, modified{};
  Origin origin;
  bool reported = false;
};

// What a switch says that it holds, and what it had been told to hold. Empty: nothing.
template <class Entry>
struct Difference {
  std::optional<Entry> told, held;
};
struct Disagreement {
  Origin origin;  // of what the switch said
  std::variant<Difference<FlowEntry>, Difference<GroupEntry>, Difference<MeterEntry>> what;
};

// What a datapath has been told to hold. Times must not run backwards by much: they are compared with
// timeouts.
//
// What the messages mean is as in 1.0 §4.6 and 1.3.5 §6.4 to §6.7; where these leave it open, as in Open
// vSwitch 3.1 (docs/flow-tables.md has the rules). Every message is taken to be accepted. It is remembered
// until it is confirmed, so that an error that arrives late can undo it: then all is as if it had never been
// sent, flows that fell with a group, and what a bundle did, too.
//
// Move only; not thread-safe.
class DatapathState {
 public:
  struct Limits {
    // Operations that an error may still undo; older ones are taken for confirmed. A few hundred bytes each.
    std::size_t journal = 16'384;
    Duration journal_age = std::chrono::seconds(60);
    // Flows; groups; meters; messages in bundles that are not committed. What is added beyond is left out,
    // and refused() says how often.
    std::size_t entries = 16'777'216;
    std::size_t groups = 1'048'576, meters = 1'048'576;
    std::size_t bundled = 65'536;
    // Replies that are awaited or come in parts. Disagreements that are kept.
    std::size_t listings = 64, disagreements = 10'000;
    // How much later than what one controller says a switch may heed what another one said.
    Duration racing = std::chrono::seconds(1);
    // How late a switch may expire an entry.
    Duration slack = std::chrono::milliseconds(500);
    std::uint64_t hash_seed = 0x9e3779b97f4a7c15;
  };
  explicit DatapathState(const Limits&);
  DatapathState() : DatapathState(Limits{}) {}
  DatapathState(DatapathState&&) noexcept;
  DatapathState& operator=(DatapathState&&) noexcept;
  ~DatapathState();

  // Does what the flow_mod asks for. Strict operations are O(1). The others touch only flows whose fields and
  // masks are at least the flow_mod's; which of these also have its values is looked up from the second time
  // on that it is asked for.
  Change apply(FlowMod, const Origin&);
  // The same with all of them in turn; there must be as many origins. Faster where tables are larger than the
  // processor's caches, because what the next ones need is fetched early.
  void apply(std::span<FlowMod>, std::span<const Origin>);
  // Deleting also removes the flows whose actions refer to the group or meter: O(these), not O(all flows).
  Change apply(GroupMod, const Origin&);
  Change apply(MeterMod, const Origin&);
  // What a bundle holds is done when it is committed. O(1) but for that.
  Change apply(BundleMessage, const Origin&);
  // Removes the flow that it names: by match, priority and cookie, of 1.3 also table. Not one that was added
  // since the one that was meant, as its lifetime or a deletion tells; nor for what is a copy of what another
  // connection told. O(1).
  Change removed(FlowRemoved, const Origin&);

  // What an error says about the bundle that the refused message is about, if it is about one.
  enum class Refusal : std::uint8_t { message, bundle };
  // The switch answered the operation of that xid on that connection with an error (the latest, if there are
  // several): all becomes what it would be without it. Where the bundle is refused, or a commit, the bundle
  // is gone as well. False when there is no such operation, or it is confirmed. O(1) for most; at worst
  // undoes and repeats what came since.
  bool reject(std::uint64_t connection, Xid, Refusal = Refusal::message);
  // The same, for who reports: with the error.
  bool reject(std::uint64_t connection, Xid, Refusal, const SwitchError&);
  // The position after all operations so far: take it when a barrier_request is seen.
  std::uint64_t mark() const;
  // No error can come any more for the operations of that connection before that position: call it when the
  // barrier_reply is seen. Without position: all so far.
  void confirm(std::uint64_t connection, std::uint64_t mark);
  void confirm(std::uint64_t connection) { confirm(connection, mark()); }
  // The connection is no more: nothing of it will be answered, and its open bundles are gone.
  void close(const Origin&);

  // What the switch itself says is true, where no change was under way. It fills, confirms and corrects:
  // what is not as it was told to be is a disagreement, except what can have been there before the capture
  // began, what the switch learnt, and what a timeout may have ended.
  //
  // A controller asked for a listing; what the switch tells in answer to it; updates of a flow monitor.
  // O(what is told); the last part of a reply, O(what was asked for).
  void asked(StateQuery, const Origin&);
  void told(const StateReport&, const Origin&);
  void told(const std::vector<FlowUpdate>&, const Origin&);
  // A controller asked for such updates. Without that, the first of them are not heeded.
  void monitored(const Origin&);
  // Bytes of the connection are lost: what it lists does not tell what is not there.
  void lost(std::uint64_t connection);
  // Nothing of the datapath was seen before that time.
  void begins(Timestamp);

  // In the order in which they were found, as many as Limits::disagreements.
  const std::vector<Disagreement>& disagreements() const;
  struct Verified {
    std::uint64_t disagreed = 0;  // disagreements in all
    std::uint64_t agreed = 0;     // flows, groups and meters that were told of as they were known
    std::uint64_t found = 0;      // that had been there before the capture began, or were learnt
    std::uint64_t listings = 0;   // that were compared, updates of monitors not counted
  };
  const Verified& verified() const;
  // Is all known that the table holds? From when it was emptied, or all of it was listed.
  bool complete(std::uint8_t table_id) const;
  // The same of all groups, and of all meters.
  bool groups_complete() const;
  bool meters_complete() const;

  // From now on what happens to flows is told to that sink, which must outlive this: when no error can undo
  // it any more. Costs an event a flow that is touched, and nothing when it is not asked for.
  void report_to(FlowEventSink&);
  // Nothing more will be said: all operations are final.
  void finish();

  // While it is frozen nothing that is asked for is done, and flow_removeds are not heeded. But errors,
  // barriers and the ends of connections still say what became of what was asked for before: so the state
  // becomes, later, what it was at that moment.
  void freeze(bool);

  // Whether the datapath's flow_removeds reach the capture from that time on; at first they do. They do not
  // while no controller is connected, or what it is told is not captured. An entry with the flag
  // send_flow_rem is taken to be there until its flow_removed says otherwise, except when they did not reach
  // us at some time of its life.
  void set_watched(bool, Timestamp);

  // All flows, also those that are gone by the clock but that nothing has touched since.
  std::size_t size() const;
  // Neither flows nor groups nor meters.
  bool empty() const { return size() == 0 && groups().empty() && meters().empty(); }
  // How many additions found a limit.
  std::uint64_t refused() const;
  // Null when there is none. Valid until the next change.
  const FlowEntry* find(std::uint8_t table_id, std::uint16_t priority, const FlowMatch&) const;
  // A flow that is not gone, and what its timeouts say. Valid until the next change.
  struct Present {
    const FlowEntry* entry;
    Expiry expiry;
  };
  // All that are there at that time, in no particular order. O(n).
  std::vector<Present> present(Timestamp at) const;
  // The flows of a table that a packet with exactly these fields meets at that time: those whose match covers
  // it, from the highest priority downwards. O(kinds of matches in the table), from the second time on that a
  // kind is asked for.
  std::vector<Present> meeting(std::uint8_t table_id, const FlowMatch& packet, Timestamp at) const;
  // What the timeouts say about a flow. A hard timeout of which no flow_removed is expected is certain once
  // the switch had Limits::slack to see to it; the rest is doubt.
  Expiry expiry(const FlowEntry&, Timestamp at) const;
  // Is it certain that this modification or deletion would find no flow at that time, and do nothing? It is
  // where all is known that its tables hold (complete()). False for what empties tables, or would add.
  bool does_nothing(const FlowMod&, Timestamp at) const;
  // Tables that a flow or group has learnt into since they were last emptied (Nicira's action learn): they
  // may hold flows that no message tells of.
  const std::bitset<256>& learnt_tables() const;

  const std::map<v13::GroupId, GroupEntry>& groups() const;
  const std::map<v13::MeterId, MeterEntry>& meters() const;

 private:
  friend struct Saved<DatapathState>;

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace oflens
