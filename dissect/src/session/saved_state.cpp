#include <oflens/session/saved_state.hpp>

#include "../flow/saved.hpp"
#include "../network/saved.hpp"

namespace oflens {

static_assert(saved_state_magic == archive_magic);

template <>
struct Saved<ReadingPoint> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [frames, bytes, first, last, latest, resolution] = x;
    a(frames, bytes, first, last, latest);
    a.up_to(TimeResolution::nanoseconds, resolution);
  }
};

template <>
struct Saved<Datapath> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [index, id, switch_end, version, channels] = x;
    not_saved(index);
    a(id, switch_end, channels);
    bool known = version.has_value();
    a(known);
    if constexpr (A::reading)
      if (known) version.emplace();
    if (known) a.up_to(Version{0x7f}, *version);  // a channel may say any
  }
};

template <>
struct Saved<Sessions> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [sinks, sessions, free, datapaths, by_id, by_open_end, by_listening_end] = x;
    not_saved(sinks);
    a.each(datapaths, [&](auto& datapath) { a(datapath); });
    if constexpr (A::reading)
      for (std::size_t i = 0; i < datapaths.size(); ++i) datapaths[i].index = static_cast<std::uint32_t>(i);
    map_of_datapaths(a, x, by_id);
    map_of_datapaths(a, x, by_listening_end);
    a.each(sessions, [&](auto& session) {
      auto& [datapath, switch_side, side_known, from_start, switch_end] = session;
      bool settled = datapath != nullptr;
      a(settled, side_known, from_start, switch_end);
      a.up_to(Side::b, switch_side);
      if (settled) refer(a, x, datapath);
    });
    const std::uint32_t ends = a.count(by_open_end.size());
    if constexpr (A::reading) {
      for (std::uint32_t i = 0; i < ends; ++i) {
        Endpoint end;
        a(end);
        open_end(a, x, by_open_end[end]);
      }
    } else {
      for (const auto& [end, open] : by_open_end) {
        a(end);
        open_end(a, x, open);
      }
    }
    if constexpr (A::reading)
      for (const auto& session : sessions) {
        if (!session.switch_end) continue;
        const auto open = by_open_end.find(*session.switch_end);
        a.check(open != by_open_end.end(), "an end that is not open");
        ++open->second.sessions;
      }
    a(free);
    for (const std::uint32_t unused : free) a.check(unused < sessions.size(), "a session that is not there");
  }

  // A datapath is written as its index.
  static void refer(ArchiveWriter& a, const Sessions&, const Datapath* to) { a(to->index); }
  template <class Pointer>
  static void refer(ArchiveReader& a, Sessions& x, Pointer& to) {
    std::uint32_t index = 0;
    a(index);
    a.check(index < x.datapaths_.size(), "a datapath that is not there");
    to = &x.datapaths_[index];
  }

  // Every channel must have a session, and none that another has.
  static void check(ArchiveReader& a, const Sessions& x, const std::vector<const Channel*>& channels) {
    std::vector<bool> taken(x.sessions_.size());
    for (const std::uint32_t unused : x.free_) taken[unused] = true;
    for (const Channel* c : channels) {
      a.check(c->user < taken.size() && !taken[c->user], "a channel without a session");
      taken[c->user] = true;
    }
  }

 private:
  template <class A>
  static void open_end(A& a, auto& sessions, auto& x) {
    auto& [datapath, count] = x;
    not_saved(count);  // of the sessions that have this end
    refer(a, sessions, datapath);
  }
  template <class A>
  static void map_of_datapaths(A& a, auto& sessions, auto& map) {
    using Key = typename std::remove_cvref_t<decltype(map)>::key_type;
    if constexpr (A::reading) {
      for (std::uint32_t left = a.count(0); left > 0; --left) {
        Key key{};
        a(key);
        refer(a, sessions, map[key]);
      }
    } else {
      const std::map<Key, const Datapath*> in_order(map.begin(), map.end());
      a.count(in_order.size());
      for (const auto& [key, datapath] : in_order) {
        a(key);
        refer(a, sessions, datapath);
      }
    }
  }
};

template <>
struct Saved<TableTracker> {
  template <class A>
  static void members(A& a, auto& x, auto& sessions) {
    auto& [tables, watchers, channels, history, now, frozen, waiting] = x;
    not_saved(history, frozen, waiting);
    const std::uint32_t n = a.count(tables.size());
    if constexpr (A::reading) {
      for (std::uint32_t i = 0; i < n; ++i) {
        const Datapath* datapath = nullptr;
        Saved<Sessions>::refer(a, sessions, datapath);
        of_datapath(a, tables[datapath->index]);
        tables[datapath->index].datapath = datapath;
      }
    } else {
      for (const auto& [index, t] : tables) {
        a(index);
        of_datapath(a, t);
      }
    }
    a(watchers, now);
    a.part("channels", channels);
  }

 private:
  template <class A>
  static void of_datapath(A& a, auto& x) {
    auto& [datapath, state, ports, all_ports, lost_bytes, partial] = x;
    not_saved(datapath);
    a(state);
    a.part("ports", ports);
    a(all_ports, lost_bytes, partial);
  }
};
template <>
struct Saved<PortCondition> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [name, hw_addr, config, state] = x;
    a(name, hw_addr.octets, config, state);
  }
};
template <>
struct Saved<TableTracker::Barrier> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [xid, mark] = x;
    a(xid, mark);
  }
};
template <>
struct Saved<TableTracker::State> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [barriers, datapath, met, from_start, called, asks, role, told_of_timeouts, watching,
           table_in_command, tables] = x;
    not_saved(tables);
    a(barriers, datapath, met, from_start, called, asks, role, told_of_timeouts[0], told_of_timeouts[1],
      watching, table_in_command);
  }
};

bool save_state(const ReadingPoint& point, const ChannelReader& reader, const Sessions& sessions,
                const TableTracker& tables, const std::function<bool(Bytes)>& write) {
  ArchiveWriter a(write);
  a(point, sessions, reader);
  Saved<TableTracker>::members(a, tables, sessions);
  return a.finish();
}

std::string load_state(Bytes file, ReadingPoint& point, ChannelReader& reader, Sessions& sessions,
                       std::span<TableTracker* const> tables) try {
  ArchiveReader a(file);
  a(point);
  a.part("sessions", sessions);
  a.part("channels", reader);
  Saved<Sessions>::check(a, sessions, Saved<ChannelReader>::channels(reader));
  const ArchiveReader before_tables = a;
  for (TableTracker* t : tables) {
    a = before_tables;
    a.within("tables", [&] { Saved<TableTracker>::members(a, *t, sessions); });
  }
  if (!tables.empty()) a.finish();
  return {};
} catch (const ArchiveError& error) {
  return error.text;
}

}  // namespace oflens
