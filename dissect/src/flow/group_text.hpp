// Groups and meters as ovs-ofctl prints them: the parts that listings and messages have in common.
#pragma once

#include <optional>
#include <string_view>

#include <oflens/flow/group.hpp>
#include <oflens/text_buffer.hpp>

namespace oflens::flow {

// "select"; "unknown" for what is none.
const char* group_type_name(std::uint8_t type);

// What a bucket says beside its actions. Open vSwitch does not show a weight that is the default.
struct BucketLine {
  std::optional<std::uint32_t> id;  // 1.0's, which are 1.5's
  std::uint16_t weight = 0;
  PortNo watch_port = PortNo::any;
  v13::GroupId watch_group = v13::GroupId::any;
};
// "bucket=bucket_id:1,weight:2,watch_port:3,"; the actions follow.
void put_bucket(TextBuffer&, const BucketLine&, std::uint8_t type);
// ",selection_method=hash,fields(ip_src)"
void put_selection(TextBuffer&, std::string_view method, std::uint64_t param, const FlowMatch& fields,
                   Version dialect);

// Of the flags 1, 2, 4 and 8.
inline constexpr const char* meter_flag_names[] = {"kbps", "pktps", "burst", "stats"};
// "7", "controller"
void put_meter_id(TextBuffer&, v13::MeterId);
// "meter=1 kbps bands=\ntype=drop rate=1000\n"
void put_meter_config(TextBuffer&, v13::MeterId, v13::MeterFlags, const Seq<v13::MeterBand>&);

}  // namespace oflens::flow
