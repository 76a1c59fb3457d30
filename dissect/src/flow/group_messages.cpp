// Messages about groups and meters, as Open vSwitch prints them.
#include <oflens/ext/nicira.hpp>

#include "group_text.hpp"
#include "message_parts.hpp"
#include "ovs_words.hpp"

namespace oflens::flow {
namespace {

class GroupMessage : MessageParts {
 public:
  using MessageParts::MessageParts;
  bool write() {
    return one_of<
        v13::GroupMod, nicira::GroupMod, v13::GroupStatsRequest, nicira::GroupStatsRequest,
        v13::GroupStatsReply, nicira::GroupStatsReply, v13::GroupDescRequest, nicira::GroupDescRequest,
        v13::GroupDescReply, nicira::GroupDescReply, v13::GroupFeaturesRequest, nicira::GroupFeaturesRequest,
        v13::GroupFeaturesReply, nicira::GroupFeaturesReply, nicira::GroupFeaturesRequestFor11,
        nicira::GroupFeaturesReplyFor11, v13::MeterMod, v13::MeterStatsRequest, v13::MeterStatsReply,
        v13::MeterConfigRequest, v13::MeterConfigReply, v13::MeterFeaturesRequest, v13::MeterFeaturesReply>(
        *this);
  }

 private:
  friend MessageParts;

  // ---- groups

  template <class Action>
  void bucket(const BucketLine& b, std::uint8_t type, const Seq<Action>& list) {
    out_.put(',');
    put_bucket(out_, b, type);
    actions(list);
  }
  void buckets(const Seq<v13::Bucket>& list, std::uint8_t type) {
    for (const v13::Bucket b : list) bucket({{}, b.weight, b.watch_port, b.watch_group}, type, b.actions);
  }
  void buckets(const Seq<nicira::Bucket>& list, std::uint8_t type) {
    for (const nicira::Bucket b : list) {
      BucketLine line{
          .id = static_cast<std::uint32_t>(b.bucket_id),
          .weight = static_cast<std::uint16_t>(v13::GroupType{type} == v13::GroupType::select ? 1 : 0)};
      for (const nicira::BucketProperty p : b.properties) {
        if (const auto v = p.get<nicira::BucketWeight>()) line.weight = v->weight;
        if (const auto v = p.get<nicira::BucketWatchPort>()) line.watch_port = v->watch;
        if (const auto v = p.get<nicira::BucketWatchGroup>()) line.watch_group = v->watch;
      }
      bucket(line, type, b.actions);
    }
  }
  template <ExperimenterId Vendor>
  void selection(const nicira::GroupProperty& property) {
    const auto p = property.get<nicira::SelectionMethod<Vendor>>();
    if (!p || p->selection_method.view().empty()) return;
    put_selection(out_, p->selection_method.view(), p->selection_method_param, FlowMatch::of(p->fields),
                  version_);
  }
  void selections(const Seq<nicira::GroupProperty>& properties) {
    for (const nicira::GroupProperty p : properties) {
      selection<ExperimenterId::netronome>(p);
      selection<ExperimenterId::netronome_compat>(p);
    }
  }
  void group(v13::GroupId id) { number("group_id=", static_cast<std::uint32_t>(id)); }
  void type(std::uint8_t type) {
    out_.put(",type=");
    out_.put(group_type_name(type));
  }

  // 1.5's commands to insert and to remove buckets: the type of the group does not matter.
  static constexpr bool about_buckets(unsigned command) { return command == 3 || command == 5; }
  void command(unsigned command) {
    static constexpr const char* names[] = {"ADD", "MOD", "DEL", "INSERT_BUCKET", "4", "REMOVE_BUCKET"};
    out_.put("\n ");
    choice(names, command);
    out_.put(' ');
  }
  void body(const v13::GroupMod& m) {
    const auto number_of_command = static_cast<unsigned>(m.command);
    command(number_of_command);
    group(m.group_id);
    if (!about_buckets(number_of_command)) type(static_cast<std::uint8_t>(m.type));
    buckets(m.buckets, static_cast<std::uint8_t>(m.type));
  }
  void body(const nicira::GroupMod& m) {
    const auto number_of_command = static_cast<unsigned>(m.command);
    command(number_of_command);
    if (about_buckets(number_of_command)) {
      out_.put("command_bucket_id:");
      switch (m.command_bucket_id) {
        case nicira::BucketId::first: out_.put("first"); break;
        case nicira::BucketId::last: out_.put("last"); break;
        case nicira::BucketId::all: out_.put("all"); break;
        default: out_.put_decimal(static_cast<std::uint32_t>(m.command_bucket_id));
      }
      out_.put(',');
    }
    group(m.group_id);
    if (!about_buckets(number_of_command)) type(static_cast<std::uint8_t>(m.type));
    selections(m.properties);
    buckets(m.buckets, static_cast<std::uint8_t>(m.type));
  }

  void request(v13::GroupId id) {
    out_.put(" group_id=");
    switch (id) {
      case v13::GroupId::all: return out_.put("ALL");
      case v13::GroupId::any: return out_.put("ANY");
      default: out_.put_decimal(static_cast<std::uint32_t>(id));
    }
  }
  template <class M>
  void request_of(const M& m) {
    stats_flags(m);
    request(m.group_id);
  }
  void body(const v13::GroupStatsRequest& m) { request_of(m); }
  void body(const nicira::GroupStatsRequest& m) { request_of(m); }
  void body(const nicira::GroupDescRequest& m) { request_of(m); }
  void body(const v13::GroupDescRequest& m) {
    stats_flags(m);
    request(v13::GroupId::all);
  }

  // A counter of all ones is not supported, nor is a duration.
  template <class M>
  void counters(const M& m) {
    stats_flags(m);
    for (const auto entry : m.groups) {
      out_.put("\n ");
      group(entry.group_id);
      out_.put(',');
      if (entry.duration_sec != ~std::uint32_t{0}) {
        out_.put("duration=");
        put_duration(out_, entry.duration_sec, entry.duration_nsec);
        out_.put(',');
      }
      number("ref_count=", entry.ref_count);
      number(",packet_count=", entry.packet_count);
      number(",byte_count=", entry.byte_count);
      std::size_t n = 0;
      for (const auto counter : entry.bucket_stats) {
        if (counter.packet_count != ~std::uint64_t{0}) {
          number(",bucket", n);
          number(":packet_count=", counter.packet_count);
          number(",byte_count=", counter.byte_count);
        }
        ++n;
      }
    }
  }
  void body(const v13::GroupStatsReply& m) { counters(m); }
  void body(const nicira::GroupStatsReply& m) { counters(m); }

  void body(const v13::GroupDescReply& m) {
    stats_flags(m);
    for (const v13::GroupDesc entry : m.groups) {
      out_.put("\n ");
      group(entry.group_id);
      type(static_cast<std::uint8_t>(entry.type));
      buckets(entry.buckets, static_cast<std::uint8_t>(entry.type));
    }
  }
  void body(const nicira::GroupDescReply& m) {
    stats_flags(m);
    for (const nicira::GroupDesc entry : m.groups) {
      out_.put("\n ");
      group(entry.group_id);
      type(static_cast<std::uint8_t>(entry.type));
      selections(entry.properties);
      buckets(entry.buckets, static_cast<std::uint8_t>(entry.type));
    }
  }

  void body(const v13::GroupFeaturesRequest& m) { stats_flags(m); }
  void body(const nicira::GroupFeaturesRequest& m) { stats_flags(m); }
  void body(const nicira::GroupFeaturesRequestFor11& m) { stats_flags(m); }

  // In Open vSwitch's order.
  struct ActionBit {
    unsigned bit;
    const char* name;
  };
  static constexpr ActionBit v10_actions[] = {{0, "output"},       {11, "enqueue"},   {1, "set_vlan_vid"},
                                              {2, "set_vlan_pcp"}, {3, "strip_vlan"}, {4, "mod_dl_src"},
                                              {5, "mod_dl_dst"},   {6, "mod_nw_src"}, {7, "mod_nw_dst"},
                                              {8, "mod_nw_tos"},   {9, "mod_tp_src"}, {10, "mod_tp_dst"}};
  static constexpr ActionBit later_actions[] = {
      {0, "output"},        {22, "group"},          {25, "set_field"},   {1, "set_vlan_vid"},
      {2, "set_vlan_pcp"},  {18, "strip_vlan"},     {17, "push_vlan"},   {3, "mod_dl_src"},
      {4, "mod_dl_dst"},    {5, "mod_nw_src"},      {6, "mod_nw_dst"},   {7, "mod_nw_tos"},
      {8, "mod_nw_ecn"},    {23, "mod_nw_ttl"},     {9, "mod_tp_src"},   {10, "mod_tp_dst"},
      {24, "dec_ttl"},      {13, "set_mpls_label"}, {14, "set_mpls_tc"}, {15, "set_mpls_ttl"},
      {16, "dec_mpls_ttl"}, {19, "push_mpls"},      {20, "pop_mpls"},    {21, "set_queue"}};
  // 1.1 sets each field by an action of its own; later versions all by one.
  static constexpr std::uint32_t all_actions = ~0u, not_in_11 = 1u << 25, only_in_11 = 0x67fe;
  template <class M>
  void features(const M& m, std::span<const ActionBit> names, std::uint32_t known) {
    stats_flags(m);
    const auto set = static_cast<std::uint32_t>(m.types);
    hex("\n Group table:\n    Types:  ", set);
    hex("\n    Capabilities:  ", static_cast<std::uint32_t>(m.capabilities));
    static constexpr const char* long_types[] = {"all", "select", "indirect", "fast failover"};
    const auto of_type = [&](unsigned type, std::uint32_t most, auto actions) {
      if ((set >> type & 1) == 0) return;
      out_.put("\n    ");
      out_.put(long_types[type]);
      out_.put(" group:\n       max_groups=");
      put_hex_or_0(out_, most);
      out_.put("\n       actions:");
      const std::size_t before = out_.size();
      for (const ActionBit& a : names) {
        if (((static_cast<std::uint32_t>(actions) & known) >> a.bit & 1) == 0) continue;
        out_.put(' ');
        out_.put(a.name);
      }
      if (out_.size() == before) out_.put(" <none>");
    };
    of_type(0, m.max_groups.all, m.actions.all);
    of_type(1, m.max_groups.select, m.actions.select);
    of_type(2, m.max_groups.indirect, m.actions.indirect);
    of_type(3, m.max_groups.ff, m.actions.ff);
  }
  void body(const v13::GroupFeaturesReply& m) { features(m, later_actions, ~only_in_11); }
  void body(const nicira::GroupFeaturesReply& m) { features(m, v10_actions, all_actions); }
  void body(const nicira::GroupFeaturesReplyFor11& m) { features(m, later_actions, ~not_in_11); }

  // ---- meters

  void meter(const char* name, v13::MeterId id) {
    out_.put(name);
    put_meter_id(out_, id);
  }
  void config(v13::MeterId id, v13::MeterFlags flags, const Seq<v13::MeterBand>& bands) {
    put_meter_config(out_, id, flags, bands);
  }
  void body(const v13::MeterMod& m) {
    static constexpr const char* commands[] = {"ADD", "MOD", "DEL"};
    out_.put(' ');
    choice(commands, static_cast<unsigned>(m.command));
    out_.put(' ');
    // What is deleted is not described.
    if (m.command == v13::MeterModCommand::delete_)
      config(m.meter_id, {}, {});
    else
      config(m.meter_id, m.flags, m.bands);
  }

  void body(const v13::MeterStatsRequest& m) {
    stats_flags(m);
    meter(" meter=", m.meter_id);
  }
  void body(const v13::MeterConfigRequest& m) {
    stats_flags(m);
    meter(" meter=", m.meter_id);
  }
  void body(const v13::MeterStatsReply& m) {
    stats_flags(m);
    out_.put('\n');
    bool separate = false;
    for (const v13::MeterStats entry : m.meters) {
      if (separate) out_.put('\n');
      separate = true;
      meter("meter:", entry.meter_id);
      number(" flow_count:", entry.flow_count);
      number(" packet_in_count:", entry.packet_in_count);
      number(" byte_in_count:", entry.byte_in_count);
      out_.put(" duration:");
      put_duration(out_, entry.duration_sec, entry.duration_nsec);
      out_.put(" bands:\n");
      std::size_t n = 0;
      for (const v13::MeterBandStats band : entry.band_stats) {
        out_.put_decimal(n++);
        number(": packet_count:", band.packet_band_count);
        number(" byte_count:", band.byte_band_count);
        out_.put('\n');
      }
    }
  }
  void body(const v13::MeterConfigReply& m) {
    stats_flags(m);
    out_.put('\n');
    bool separate = false;
    for (const v13::MeterConfig entry : m.meters) {
      if (separate) out_.put('\n');
      separate = true;
      config(entry.meter_id, entry.flags, entry.bands);
    }
  }
  void body(const v13::MeterFeaturesRequest& m) { stats_flags(m); }
  void body(const v13::MeterFeaturesReply& m) {
    static constexpr const char* band_types[] = {"", "drop", "dscp_remark"};
    stats_flags(m);
    number("\nmax_meter:", m.max_meter);
    number(" max_bands:", m.max_bands);
    number(" max_color:", m.max_color);
    out_.put("\nband_types: ");
    bits(band_types, static_cast<std::uint32_t>(m.band_types));
    out_.put("\ncapabilities: ");
    bits(meter_flag_names, static_cast<std::uint32_t>(m.capabilities));
  }
};

}  // namespace

bool put_group_message(const MessagePlace& place, const Frame& frame) {
  return GroupMessage(place, frame).write();
}

}  // namespace oflens::flow
