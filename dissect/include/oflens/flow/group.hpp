// Groups and meters without regard to the version that they were sent in.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <oflens/ext/nicira/group.hpp>
#include <oflens/flow/flow.hpp>
#include <oflens/v13/messages.hpp>

namespace oflens {

// What a group may do with a packet (1.3.5 §5.6.1). Ids are 1.5's; buckets of 1.3 are counted from 0.
struct Bucket {
  std::uint32_t id = 0;
  std::uint16_t weight = 0;
  PortNo watch_port = PortNo::any;
  v13::GroupId watch_group = v13::GroupId::any;
  SharedBytes actions;  // a list, encoded in the group's version. Well-formed.

  friend bool operator==(const Bucket&, const Bucket&) = default;
};

// How a group of type select chooses (Netronome's property of 1.5's groups).
struct GroupSelection {
  std::string method;
  std::uint64_t param = 0;
  FlowMatch fields;  // values are masks
};

struct Group {
  v13::GroupId id{};
  v13::GroupType type{};
  Version version = Version::v13;  // of its buckets' actions: 1.0, or 1.3 for all later ones
  std::vector<Bucket> buckets;
  std::shared_ptr<const GroupSelection> selection;  // null: the switch's own way
};

// A group_mod of 1.3 or Nicira's for 1.0, whose commands are those of 1.5 (§7.3.4.3), and Open vSwitch's.
struct GroupMod {
  enum class Command : std::uint16_t {
    add = 0,
    modify = 1,
    delete_ = 2,
    insert_bucket = 3,  // the group keeps its type and selection
    remove_bucket = 5,
    add_or_modify = 0x8000
  };
  Command command{};
  nicira::BucketId bucket = nicira::BucketId::all;  // behind which to insert, or which to remove
  Group group;                                      // delete_: its id may be all
};

// 1.3.5 §5.7.
struct Meter {
  v13::MeterId id{};
  v13::MeterFlags flags{};
  SharedBytes bands;  // a list of v13::MeterBand. Well-formed.
};

struct MeterMod {
  v13::MeterModCommand command{};
  Meter meter;  // delete_: its id may be all
};

// The group_mod or meter_mod in a frame. Empty for another message, another version, a malformed one, or one
// with a command that there is not. The result owns its bytes. Costs a validation and an allocation a bucket.
std::optional<GroupMod> read_group_mod(const Frame&);
std::optional<MeterMod> read_meter_mod(const Frame&);

}  // namespace oflens
