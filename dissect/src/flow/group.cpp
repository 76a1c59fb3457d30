#include <oflens/flow/group.hpp>

#include "mod_parts.hpp"

namespace oflens {
namespace {

bool known(GroupMod::Command command) {
  using Command = GroupMod::Command;
  switch (command) {
    case Command::add:
    case Command::modify:
    case Command::delete_:
    case Command::insert_bucket:
    case Command::remove_bucket:
    case Command::add_or_modify: return true;
  }
  return false;
}

template <class M>
std::optional<GroupMod> begin(const M& m, Version version) {
  std::optional<GroupMod> result(std::in_place);
  result->command = static_cast<GroupMod::Command>(m.command);
  result->group.id = m.group_id;
  result->group.type = m.type;
  result->group.version = version;
  if (!known(result->command)) result.reset();
  return result;
}

std::optional<GroupMod> read(const v13::GroupMod& m) {
  auto result = begin(m, Version::v13);
  if (result) flow::take_buckets(result->group, m.buckets);
  return result;
}
std::optional<GroupMod> read(const nicira::GroupMod& m) {
  auto result = begin(m, Version::v10);
  if (!result) return result;
  result->bucket = m.command_bucket_id;
  flow::take_buckets(result->group, m.buckets, m.properties);
  return result;
}

template <ExperimenterId Vendor>
void read_selection(Group& to, const nicira::GroupProperty& property) {
  const auto p = property.get<nicira::SelectionMethod<Vendor>>();
  if (!p || p->selection_method.view().empty()) return;
  to.selection = std::make_shared<const GroupSelection>(GroupSelection{
      std::string(p->selection_method.view()), p->selection_method_param, FlowMatch::of(p->fields)});
}

}  // namespace

void flow::take_buckets(Group& to, const Seq<v13::Bucket>& buckets) {
  std::uint32_t id = 0;
  for (const v13::Bucket b : buckets)
    to.buckets.push_back({id++, b.weight, b.watch_port, b.watch_group, SharedBytes(b.actions.bytes())});
}

void flow::take_buckets(Group& to, const Seq<nicira::Bucket>& buckets,
                        const Seq<nicira::GroupProperty>& properties) {
  for (const nicira::Bucket b : buckets) {
    Bucket bucket;
    bucket.id = static_cast<std::uint32_t>(b.bucket_id);
    bucket.weight = to.type == v13::GroupType::select ? 1 : 0;
    for (const nicira::BucketProperty p : b.properties) {
      if (const auto v = p.get<nicira::BucketWeight>()) bucket.weight = v->weight;
      if (const auto v = p.get<nicira::BucketWatchPort>()) bucket.watch_port = v->watch;
      if (const auto v = p.get<nicira::BucketWatchGroup>()) bucket.watch_group = v->watch;
    }
    bucket.actions = SharedBytes(b.actions.bytes());
    to.buckets.push_back(std::move(bucket));
  }
  for (const nicira::GroupProperty p : properties) {
    read_selection<ExperimenterId::netronome>(to, p);
    read_selection<ExperimenterId::netronome_compat>(to, p);
  }
}

std::optional<GroupMod> read_group_mod(const Frame& frame) {
  if (frame.is<v13::GroupMod>()) {
    const auto m = frame.decode<v13::GroupMod>();
    return m ? read(*m) : std::nullopt;
  }
  if (frame.is<nicira::GroupMod>()) {
    const auto m = frame.decode<nicira::GroupMod>(&Catalog::standard());
    return m ? read(*m) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<MeterMod> read_meter_mod(const Frame& frame) {
  if (!frame.is<v13::MeterMod>()) return std::nullopt;
  const auto m = frame.decode<v13::MeterMod>();
  if (!m || static_cast<std::uint16_t>(m->command) > 2) return std::nullopt;
  return MeterMod{m->command, {m->meter_id, m->flags, SharedBytes(m->bands.bytes())}};
}

}  // namespace oflens
