// What flow_mods and group_mods have in common with requests for flows and replies that tell of groups.
#pragma once

#include <oflens/ext/nicira/group.hpp>
#include <oflens/flow/group.hpp>
#include <oflens/v13/group.hpp>

namespace oflens::flow {

// Nicira's match has the cookie that is wanted among its fields.
void take_cookie(FlowMod& to, const Seq<Oxm>& match);

// `to` has its type.
void take_buckets(Group& to, const Seq<v13::Bucket>&);
void take_buckets(Group& to, const Seq<nicira::Bucket>&, const Seq<nicira::GroupProperty>&);

}  // namespace oflens::flow
