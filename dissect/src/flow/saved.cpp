#include "saved.hpp"

#include "state.hpp"

namespace oflens {
namespace {

// Whether the bytes are well-formed elements, one after the other.
template <class E>
bool is_list_of(Bytes bytes) {
  const std::byte *p = bytes.data(), *const end = p + bytes.size();
  while (p != end) {
    p = wire::Element<E>::check(p, end, {});
    if (p == nullptr) return false;
  }
  return true;
}

bool is_known(Version version) { return version == Version::v10 || version == Version::v13; }

}  // namespace

// ---- bytes, matches, actions

// Those that only one holds are written where they stand, the others where they are met first.
template <>
struct Saved<SharedBytes> {
  static void members(ArchiveWriter& a, const SharedBytes& x) {
    a(x.is_shared());
    if (!x.is_shared() || a.first_of(x.bytes().data())) contents(a, x);
  }
  static void members(ArchiveReader& a, SharedBytes& x) {
    bool shared = false;
    std::uint32_t place = 0;
    a(shared);
    const SharedBytes* known = shared ? a.known<SharedBytes>(place) : nullptr;
    if (known != nullptr) {
      x = *known;
      return;
    }
    x = SharedBytes(a.bytes(a.count(0)));
    if (shared) a.keep(place, x);
  }

 private:
  static void contents(ArchiveWriter& a, const SharedBytes& x) {
    a.count(x.bytes().size());
    a.bytes(x.bytes());
  }
};

template <>
struct Saved<FlowMatch> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [bytes] = x;
    a(bytes);
    if constexpr (A::reading)
      a.check(is_list_of<Oxm>(x.bytes()) && FlowMatch::of(x.fields()) == x, "a match that is not canonical");
  }
};

template <>
struct Saved<FlowActions> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [encoded, version, after_tag, after_ip_proto] = x;
    a(encoded, after_tag, after_ip_proto);
    a.up_to(Version::v15, version);
    if constexpr (A::reading)
      a.check(is_known(version) && (version == Version::v10 ? is_list_of<v10::Action>(encoded.bytes())
                                                            : is_list_of<v13::Instruction>(encoded.bytes())),
              "malformed actions");
  }
};

template <>
struct Saved<Flow> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [table_id, priority, idle_timeout, hard_timeout, flags, cookie, match, actions] = x;
    a(table_id, priority, idle_timeout, hard_timeout, flags, cookie, match, actions);
  }
};

// ---- messages

template <>
struct Saved<FlowMod> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [version, command, emergency, buffer_id, flow, cookie_wanted, cookie_mask, modifies_cookie,
           out_port, out_group] = x;
    a.up_to(Version::v15, version);
    a.up_to(v13::FlowModCommand::delete_strict, command);
    a(emergency, buffer_id, flow, cookie_wanted, cookie_mask, modifies_cookie, out_port, out_group);
  }
};

template <>
struct Saved<FlowRemoved> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [version, reason, table_id, priority, cookie, lifetime, packets, bytes, match] = x;
    a.up_to(Version::v15, version);
    a.up_to(v13::FlowRemovedReason{0xff}, reason);
    a(table_id, priority, cookie, lifetime, packets, bytes, match);
    // 32 bits of seconds, and of nanoseconds.
    a.check(lifetime >= Duration{} && lifetime <= std::chrono::seconds((std::int64_t{1} << 32) + 4),
            "a lifetime that cannot be");
  }
};

template <>
struct Saved<Bucket> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [id, weight, watch_port, watch_group, actions] = x;
    a(id, weight, watch_port, watch_group, actions);
  }
};

template <>
struct Saved<GroupSelection> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [method, param, fields] = x;
    a(method, param, fields);
  }
};

template <>
struct Saved<Group> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [id, type, version, buckets, selection] = x;
    a.up_to(v13::GroupType{0xff}, type);
    a.up_to(Version::v15, version);
    a(id, buckets, selection);
    if constexpr (A::reading)
      for (const Bucket& b : buckets)
        a.check(version == Version::v10 ? is_list_of<v10::Action>(b.actions.bytes())
                                        : is_list_of<v13::Action>(b.actions.bytes()),
                "malformed actions");
  }
};

template <>
struct Saved<GroupMod> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [command, bucket, group] = x;
    a(command, bucket, group);
  }
};

template <>
struct Saved<Meter> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [id, flags, bands] = x;
    a(id, flags, bands);
    if constexpr (A::reading) a.check(is_list_of<v13::MeterBand>(bands.bytes()), "malformed bands");
  }
};

template <>
struct Saved<MeterMod> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [command, meter] = x;
    a(command, meter);
  }
};

template <>
struct Saved<BundleMessage> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [what, bundle, mod] = x;
    a.up_to(BundleMessage::What::discard, what);
    a(bundle, mod);
    a.check(what != BundleMessage::What::add || mod != nullptr, "a bundle's message that is not there");
  }
};

// ---- entries

template <>
struct Saved<Origin> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [connection, xid, cause, frame, time] = x;
    not_saved(cause);  // a history's, which is not saved
    a(connection, xid, frame, time);
  }
};

template <>
struct Saved<Expiry> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [state, cause, seconds, since] = x;
    a.up_to(Expiry::State::gone, state);
    a.up_to(Expiry::Cause::hard, cause);
    a(seconds, since);
  }
};

template <>
struct Saved<FlowEntry> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [flow, created, modified, used, doubt, origin, reported] = x;
    a(flow, created, modified, used, doubt, origin, reported);
  }
};

template <>
struct Saved<GroupEntry> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [group, created, modified, origin, reported] = x;
    a(group, created, modified, origin, reported);
  }
};

template <>
struct Saved<MeterEntry> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [meter, created, modified, origin, reported] = x;
    a(meter, created, modified, origin, reported);
  }
};

template <>
struct Saved<flow::Record> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [entry, changed_by] = x;
    a(entry, changed_by);
  }
};

template <>
struct Saved<flow::RecentChanges::Change> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [position, time] = x;
    a(position, time);
  }
};
template <>
struct Saved<flow::RecentChanges> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [kept, now, latest] = x;
    a(kept, now, latest);
  }
  static void check(ArchiveReader& a, const flow::RecentChanges& x, std::uint64_t end) {
    a.check(x.now.position == 0 || x.now.position < end, "a change that is still to come");
    for (const auto& [key, change] : x.latest_)
      a.check(change.position < end, "a change that is still to come");
  }
};

// With their ids, by which others know them.
template <>
struct Saved<flow::FlowTable> {
  static void members(ArchiveWriter& a, const flow::FlowTable& x) {
    a(x.free_ids());
    a.count(x.size());
    x.each([&](std::uint32_t id) { a(x[id]); });
    a(x.recent);
  }
  static void members(ArchiveReader& a, flow::FlowTable& x) {
    std::vector<std::uint32_t> free;
    a(free);
    const std::size_t end = a.count(0) + free.size();
    a.check(end < flow::nobody, "too many flows");
    std::vector<bool> is_free(end);
    for (const std::uint32_t id : free) {
      a.check(id < end && !is_free[id], "an id that cannot be free");
      is_free[id] = true;
    }
    x.lay_out(static_cast<std::uint32_t>(end), std::move(free));
    for (std::uint32_t id = 0; id < end; ++id) {
      if (is_free[id]) continue;
      flow::Record record;
      a(record);
      const Flow& f = record.entry.flow;
      const std::uint32_t hash = x.key_hash(f.table_id, f.priority, f.match);
      a.check(x.find(hash, f.table_id, f.priority, f.match) == flow::nobody, "a flow twice");
      x.insert_at(id, std::move(record), hash);
    }
    a(x.recent);
  }
};

// ---- the journal

template <>
struct Saved<flow::FlowWas> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [record, announced, expired] = x;
    a(record, announced, expired);
  }
};
template <>
struct Saved<flow::NoFlow> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [table, priority, match] = x;
    a(table, priority, match);
  }
};
template <>
struct Saved<flow::Announced> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [key] = x;
    a(key);
  }
};
template <class Id, class Entry>
struct Saved<flow::Was<Id, Entry>> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [id, entry] = x;
    a(id, entry);
  }
};
template <>
struct Saved<flow::Bundled> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [mod, origin] = x;
    a(mod, origin);
    a.check(mod != nullptr, "a bundle's message that is not there");
  }
};
template <>
struct Saved<flow::BundleWas> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [key, bundle] = x;
    a(key, bundle);
  }
};
template <>
struct Saved<flow::BundledBegins> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [bundled] = x;
    a(bundled);
  }
};
template <>
struct Saved<flow::BundleGrew> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [key] = x;
    a(key);
  }
};
template <>
struct Saved<flow::ExpectedRemovals> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [count, last] = x;
    a(count, last);
  }
};
template <>
struct Saved<flow::Sweep> {
  template <class A>
  static void members(A&, auto&) {}
};
template <>
struct Saved<flow::ConnectionEnd> {
  template <class A>
  static void members(A&, auto&) {}
};
template <>
struct Saved<flow::Correction> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [is] = x;
    a(is);
  }
};
template <>
struct Saved<flow::TableFacts> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [learnt, complete, all_groups, all_meters] = x;
    a(learnt, complete, all_groups, all_meters);
  }
};

template <>
struct Saved<DatapathState::State::Told> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [time, removals, by] = x;
    a(time, removals, by);
  }
};
// The end of time: of what is open.
template <>
struct Saved<DatapathState::State::Interval> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [from, to] = x;
    a(from);
    a.unless(Timestamp::max(), to);
  }
};

// ---- what the switch says

template <>
struct Saved<DatapathState::State::Listing> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [query, asked, mark, whole, flows, ids, unfit, searched] = x;
    a(query, asked, mark, whole, flows, ids, unfit);
    a.size(searched);
  }
};
template <>
struct Saved<DatapathState::State::Counted> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [created, time, packets] = x;
    a(created, time, packets);
  }
};
template <class Entry>
struct Saved<Difference<Entry>> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [told, held] = x;
    a(told, held);
    a.check(told || held, "a disagreement about nothing");
  }
};
template <>
struct Saved<Disagreement> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [origin, what] = x;
    a(origin, what);
  }
};
template <>
struct Saved<DatapathState::Verified> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [disagreed, agreed, found, listings] = x;
    a(disagreed, agreed, found, listings);
  }
};

template <>
struct Saved<flow::Operation> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [what, origin, before, added, answered, later, hash, refused, previous_of_hash] = x;
    not_saved(refused, previous_of_hash);  // who is told what happened is not saved
    a(what, origin, before, added, answered, later, hash);
    a.check(!added || std::holds_alternative<FlowMod>(what), "a flow that no flow_mod added");
  }
};

template <>
struct Saved<flow::Journal> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [on_final, operations, begin, by_xid, confirmed] = x;
    not_saved(on_final, by_xid);
    a(begin, confirmed);
    a.check(begin < std::uint64_t{1} << 62, "a position that cannot be");
    const std::uint32_t n = a.count(operations.size());
    if constexpr (A::reading) {
      for (std::uint32_t i = 0; i < n; ++i) {
        a(operations.emplace_back());
        if (operations.back().asked()) x.remember(x.end() - 1);
      }
    } else {
      for (const auto& op : operations) a(op);
    }
  }
};

// ---- all of it

template <class A>
void Saved<DatapathState>::all(A& a, auto& datapath) {
  auto& x = *datapath.state_;
  auto& [limits, flows, groups, meters, bundles, tables, journal, expected, told, told_before, refused,
         size_after_sweep, bundled, frozen, listings, beyond_v10, monitored, disagreements, verified, begins,
         counted, blind] = x;
  not_saved(frozen);
  auto& [most_journal, journal_age, entries, most_groups, most_meters, most_bundled, most_listings,
         most_disagreements, racing, slack, hash_seed] = limits;
  not_saved(most_journal, journal_age, entries, most_groups, most_meters, most_bundled, most_listings,
            most_disagreements, racing, slack);
  a(hash_seed);  // keys of what is expected and told are hashes
  if constexpr (A::reading) flows = flow::FlowTable(hash_seed);
  a.part("flows", flows);
  a.part("groups", groups);
  a.part("meters", meters);
  a.part("bundles", bundles);
  a(tables);
  a.part("journal", journal);
  a.part("expected flow_removeds", expected);
  a.part("flow_removeds", told);
  a.part("flow_removeds", told_before);
  a(refused);
  a.size(size_after_sweep);
  not_saved(bundled);
  a.part("intervals", blind);
  a.part("listings", listings);
  a(beyond_v10, monitored);
  a.part("disagreements", disagreements);
  a(verified, counted);
  a.unless(Timestamp::min(), begins);
  if constexpr (A::reading) {
    for (const auto& [key, bundle] : bundles) bundled += bundle.size();
    Saved<flow::RecentChanges>::check(a, flows.recent, journal.end());
    for (const auto& [key, listing] : listings)
      if (listing.unfit)
        for (const std::uint32_t id : *listing.unfit)
          a.check(id < flows.ids_end(), "a flow that is not there");
    a.check(std::ranges::is_sorted(blind, {}, [](const auto& i) { return i.to; }), "intervals that overlap");
  }
}

void Saved<DatapathState>::members(ArchiveWriter& a, const DatapathState& x) { all(a, x); }
void Saved<DatapathState>::members(ArchiveReader& a, DatapathState& x) { all(a, x); }

}  // namespace oflens
