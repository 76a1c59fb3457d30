// Groups of OpenFlow 1.3 (§7.3.4.2).
#pragma once

#include <oflens/message.hpp>
#include <oflens/v13/actions.hpp>

namespace oflens::v13 {

// ofp_bucket. weight is for groups that select, the watched port and group for those that fail over.
struct Bucket {
  std::uint16_t weight = 0;
  PortNo watch_port = PortNo::any;
  GroupId watch_group = GroupId::any;
  Seq<Action> actions{};
  static constexpr auto wire =
      describe("bucket", length.named("len"), field<&Bucket::weight>, field<&Bucket::watch_port>,
               field<&Bucket::watch_group>, pad<4>, field<&Bucket::actions>);
};

// ofp_group_mod
struct GroupMod {
  static constexpr MessageId id{Version::v11, Version::v14, 15};
  GroupModCommand command{};
  GroupType type{};
  GroupId group_id{};
  Seq<Bucket> buckets{};
  static constexpr auto wire = describe("group_mod", field<&GroupMod::command>, field<&GroupMod::type>,
                                        pad<1>, field<&GroupMod::group_id>, field<&GroupMod::buckets>);
};

}  // namespace oflens::v13
