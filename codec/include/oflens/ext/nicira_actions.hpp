// Nicira's actions (NXAST_*), as Open vSwitch has them for all versions. Names are those of Open vSwitch's
// headers. Two of them hold actions, of the version that they are in: templates over the family.
#pragma once

#include <oflens/ext/nicira/actions/choices.hpp>
#include <oflens/ext/nicira/actions/connections.hpp>
#include <oflens/ext/nicira/actions/fields.hpp>
#include <oflens/ext/nicira/actions/learning.hpp>
#include <oflens/ext/nicira/actions/others.hpp>
#include <oflens/ext/nicira/actions/output.hpp>

namespace oflens::nicira {

// All of them, for the actions of one version.
template <class Action>
inline constexpr auto add_actions = [](auto& catalog) {
  const auto add = [&catalog]<Described... A>() {
    return (catalog.template add_element<Action, A>() && ...);
  };
  return add.template
  operator()<Resubmit, SetTunnel, SetQueue, PopQueue, RegMove, RegLoad, Note, SetTunnel64, Multipath, Bundle,
             BundleLoad, ResubmitTable, OutputReg, Learn, Exit, DecTtl, FinTimeout, Controller, DecTtlCntIds,
             WriteMetadata, PushMpls, PopMpls, SetMplsTtl, DecMplsTtl, StackPush, StackPop, Sample,
             SetMplsLabel, SetMplsTc, OutputReg2, RegLoad2, Conjunction, Ct<Action>, Nat, Controller2,
             Sample2, OutputTrunc, Group, Sample3, Clone<Action>, CtClear, ResubmitTableCt, Learn2, Encap,
             Decap, DecNshTtl, CheckPktLarger, DeleteField, Sample4, DebugSlow, DebugRecirc>();
};

}  // namespace oflens::nicira
