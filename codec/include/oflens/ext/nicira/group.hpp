// Groups in OpenFlow 1.0: those of 1.5, as Nicira's messages.
#pragma once

#include <oflens/ext/nicira/header.hpp>

namespace oflens::nicira {

using v13::GroupType;

// OpenFlow 1.5.1 §7.3.4.3 ofp_group_mod_command
enum class GroupModCommand : std::uint16_t {
  add = 0,
  modify = 1,
  delete_ = 2,
  insert_bucket = 3,
  remove_bucket = 5,
};
constexpr auto labels_of(GroupModCommand) {
  return enumeration(labels_of(v13::GroupModCommand{}),
                     {{GroupModCommand::insert_bucket, "OFPGC_INSERT_BUCKET"},
                      {GroupModCommand::remove_bucket, "OFPGC_REMOVE_BUCKET"}});
}

// §7.3.4.3 ofp_group_bucket
enum class BucketId : std::uint32_t {
  max = 0xffffff00,
  first = 0xfffffffd,
  last = 0xfffffffe,
  all = 0xffffffff
};
constexpr auto labels_of(BucketId) {
  return enumeration({{BucketId::max, "OFPG_BUCKET_MAX"},
                      {BucketId::first, "OFPG_BUCKET_FIRST"},
                      {BucketId::last, "OFPG_BUCKET_LAST"},
                      {BucketId::all, "OFPG_BUCKET_ALL"}});
}

// §7.3.4.3.1 ofp_group_bucket_prop_type
enum class BucketPropertyType : std::uint16_t {
  weight = 0,
  watch_port = 1,
  watch_group = 2,
  experimenter = 0xffff
};
constexpr auto labels_of(BucketPropertyType) {
  return enumeration({{BucketPropertyType::weight, "OFPGBPT_WEIGHT"},
                      {BucketPropertyType::watch_port, "OFPGBPT_WATCH_PORT"},
                      {BucketPropertyType::watch_group, "OFPGBPT_WATCH_GROUP"},
                      {BucketPropertyType::experimenter, "OFPGBPT_EXPERIMENTER"}});
}

// ofp_group_bucket_prop_weight
struct BucketWeight {
  std::uint16_t weight = 0;
  static constexpr auto wire = describe("bucket_weight", tag<BucketPropertyType::weight>, length,
                                        field<&BucketWeight::weight>, pad<2>);
};
// ofp_group_bucket_prop_watch
struct BucketWatchPort {
  PortNo watch = PortNo::any;
  static constexpr auto wire = describe("bucket_watch_port", tag<BucketPropertyType::watch_port>, length,
                                        field<&BucketWatchPort::watch>);
};
struct BucketWatchGroup {
  v13::GroupId watch = v13::GroupId::any;
  static constexpr auto wire = describe("bucket_watch_group", tag<BucketPropertyType::watch_group>, length,
                                        field<&BucketWatchGroup::watch>);
};
// ofp_group_bucket_prop_experimenter
struct BucketExperimenter {
  ExperimenterId experimenter{};
  std::uint32_t exp_type = 0;
  Payload data{};
  static constexpr auto wire = property<BucketPropertyType::experimenter>(
      "bucket_experimenter", field<&BucketExperimenter::experimenter>.hex(),
      field<&BucketExperimenter::exp_type>, rest<&BucketExperimenter::data>);
};

struct BucketPropertyRules : PropertyRules {
  using Type = BucketPropertyType;
  static constexpr const char* name = "bucket_property";
};
using BucketProperty =
    OneOf<BucketPropertyRules, BucketWeight, BucketWatchPort, BucketWatchGroup, BucketExperimenter>;

// ofp_bucket of 1.5; the actions are 1.0's.
struct Bucket {
  BucketId bucket_id{};
  Seq<v10::Action> actions{};
  Seq<BucketProperty> properties{};
  static constexpr auto wire =
      describe("bucket", length.named("len"), extent<&Bucket::actions>.named("action_array_len"),
               field<&Bucket::bucket_id>, field<&Bucket::actions>, field<&Bucket::properties>);
};

// §7.3.4.3 ofp_group_prop_type
enum class GroupPropertyType : std::uint16_t { experimenter = 0xffff };
constexpr auto labels_of(GroupPropertyType) {
  return enumeration({{GroupPropertyType::experimenter, "OFPGPT_EXPERIMENTER"}});
}

// ofp_group_prop_experimenter, of which nothing more is known.
struct GroupExperimenter {
  ExperimenterId experimenter{};
  std::uint32_t exp_type = 0;
  Payload data{};
  static constexpr auto wire = property<GroupPropertyType::experimenter>(
      "group_experimenter", field<&GroupExperimenter::experimenter>.hex(),
      field<&GroupExperimenter::exp_type>, rest<&GroupExperimenter::data>);
};

// enum ntr_group_mod_prop_type
enum class NetronomeGroupProperty : std::uint32_t { selection_method = 1 };
constexpr auto labels_of(NetronomeGroupProperty) {
  return enumeration({{NetronomeGroupProperty::selection_method, "NTRT_SELECTION_METHOD"}});
}

// struct ntr_group_prop_selection_method: how a group of type select chooses a bucket. The values of the
// fields are their masks. Open vSwitch before 2.5 wrote another vendor's number (0x1540).
template <ExperimenterId Vendor>
struct SelectionMethod {
  FixedText<16> selection_method{};
  std::uint64_t selection_method_param = 0;
  Seq<Oxm> fields{};
  static constexpr auto wire = property<GroupPropertyType::experimenter>(
      "selection_method", tag<Vendor>.named("experimenter"),
      tag<NetronomeGroupProperty::selection_method>.named("exp_type"), pad<4>,
      field<&SelectionMethod::selection_method>, field<&SelectionMethod::selection_method_param>,
      field<&SelectionMethod::fields>);
};

struct GroupPropertyRules : PropertyRules {
  using Type = GroupPropertyType;
  static constexpr const char* name = "group_property";
};
using GroupProperty = OneOf<GroupPropertyRules>;

// §7.3.4.3 ofp_group_mod of 1.5
struct GroupMod {
  static constexpr MessageId id = message_id(Version::v10, Version::v10);
  GroupModCommand command{};
  GroupType type{};
  v13::GroupId group_id{};
  BucketId command_bucket_id = BucketId::all;
  Seq<Bucket> buckets{};
  Seq<GroupProperty> properties{};
  static constexpr auto wire = message<Subtype::group_mod>(
      "nx_group_mod", field<&GroupMod::command>, field<&GroupMod::type>, pad<1>, field<&GroupMod::group_id>,
      extent<&GroupMod::buckets>.named("bucket_array_len"), pad<2>, field<&GroupMod::command_bucket_id>,
      field<&GroupMod::buckets>, field<&GroupMod::properties>);
};

// 1.3.5 §7.3.5.6.1 ofp_group_stats_request
struct GroupStatsRequest {
  static constexpr MessageId id = v10::StatsRequest::id;
  v10::StatsRequestFlags flags{};
  v13::GroupId group_id = v13::GroupId::all;
  static constexpr auto wire = stats10<StatsSubtype::group, &GroupStatsRequest::flags>(
      "nx_group_stats_request", field<&GroupStatsRequest::group_id>, pad<4>);
};

struct GroupStatsReply {
  static constexpr MessageId id = v10::StatsReply::id;
  v10::StatsReplyFlags flags{};
  Seq<v13::GroupStats> groups{};
  static constexpr auto wire = stats10<StatsSubtype::group, &GroupStatsReply::flags>(
      "nx_group_stats_reply", field<&GroupStatsReply::groups>);
};

// 1.5.1 §7.3.5.9 ofp_group_desc_request
struct GroupDescRequest {
  static constexpr MessageId id = v10::StatsRequest::id;
  v10::StatsRequestFlags flags{};
  v13::GroupId group_id = v13::GroupId::all;
  static constexpr auto wire = stats10<StatsSubtype::group_desc, &GroupDescRequest::flags>(
      "nx_group_desc_request", field<&GroupDescRequest::group_id>, pad<4>);
};

// 1.5.1 §7.3.5.9 ofp_group_desc
struct GroupDesc {
  GroupType type{};
  v13::GroupId group_id{};
  Seq<Bucket> buckets{};
  Seq<GroupProperty> properties{};
  static constexpr auto wire =
      describe("group_desc", length, field<&GroupDesc::type>, pad<1>, field<&GroupDesc::group_id>,
               extent<&GroupDesc::buckets>.named("bucket_array_len"), pad<6>, field<&GroupDesc::buckets>,
               field<&GroupDesc::properties>);
};

struct GroupDescReply {
  static constexpr MessageId id = v10::StatsReply::id;
  v10::StatsReplyFlags flags{};
  Seq<GroupDesc> groups{};
  static constexpr auto wire = stats10<StatsSubtype::group_desc, &GroupDescReply::flags>(
      "nx_group_desc_reply", field<&GroupDescReply::groups>);
};

// 1.3.5 §7.3.5.8; in 1.0, and with the longer header in 1.1.
template <class Header>
struct GroupFeaturesRequestOf {
  static constexpr MessageId id = Header::request_id;
  typename Header::RequestFlags flags{};
  static constexpr auto wire =
      Header::template stats<StatsSubtype::group_features, &GroupFeaturesRequestOf::flags>(
          "nx_group_features_request");
};
using GroupFeaturesRequest = GroupFeaturesRequestOf<Stats10>;
using GroupFeaturesRequestFor11 = GroupFeaturesRequestOf<Stats11<Version::v11>>;

// 1.3.5 §7.3.5.8 ofp_group_features, with the actions of the version.
template <class Header, class Actions>
struct GroupFeaturesReplyOf {
  static constexpr MessageId id = Header::reply_id;
  typename Header::ReplyFlags flags{};
  v13::GroupTypes types{};
  v13::GroupCapabilities capabilities{};
  v13::PerGroupType<std::uint32_t> max_groups{};
  v13::PerGroupType<Actions> actions{};
  static constexpr auto wire =
      Header::template stats<StatsSubtype::group_features, &GroupFeaturesReplyOf::flags>(
          "nx_group_features_reply", field<&GroupFeaturesReplyOf::types>,
          field<&GroupFeaturesReplyOf::capabilities>, field<&GroupFeaturesReplyOf::max_groups>,
          field<&GroupFeaturesReplyOf::actions>);
};
using GroupFeaturesReply = GroupFeaturesReplyOf<Stats10, v10::SupportedActions>;
using GroupFeaturesReplyFor11 = GroupFeaturesReplyOf<Stats11<Version::v11>, v13::SupportedActions>;

// 1.4's requestforward brought to older versions: what another controller asked for.
struct RequestForward {
  static constexpr MessageId id = message_id(Version::v10, Version::v12);
  Payload request{};
  static constexpr auto wire =
      message<Subtype::requestforward>("nx_requestforward", inner<&RequestForward::request>);
};

inline constexpr auto add_group_messages = [](auto& catalog) {
  return catalog.template add<GroupMod, GroupStatsRequest, GroupStatsReply, GroupDescRequest, GroupDescReply,
                              GroupFeaturesRequest, GroupFeaturesReply, GroupFeaturesRequestFor11,
                              GroupFeaturesReplyFor11, RequestForward>() &&
         catalog.template add_element<GroupProperty, GroupExperimenter>() &&
         catalog.template add_element<GroupProperty, SelectionMethod<ExperimenterId::netronome>>() &&
         catalog.template add_element<GroupProperty, SelectionMethod<ExperimenterId::netronome_compat>>();
};

}  // namespace oflens::nicira
