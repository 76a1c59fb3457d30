// Nicira's actions to where a packet goes: ports, tables, queues, the controller.
#pragma once

#include <oflens/ext/nicira/actions/header.hpp>

namespace oflens::nicira {

// ---- ports, tables, queues

struct Resubmit {  // NXAST_RESUBMIT: looks the packet up again, as if it had come in by this port
  v10::PortNo in_port = v10::PortNo::in_port;
  static constexpr auto wire =
      action<ActionSubtype::resubmit>("nx_resubmit", field<&Resubmit::in_port>, pad<4>);
};

struct ResubmitTable {  // nx_action_resubmit. table 255: the table that the packet is in
  v10::PortNo in_port = v10::PortNo::in_port;
  std::uint8_t table = 0xff;
  static constexpr auto wire = action<ActionSubtype::resubmit_table>(
      "nx_resubmit_table", field<&ResubmitTable::in_port>, field<&ResubmitTable::table>, pad<3>);
};

struct ResubmitTableCt {  // the same, matching the connection's original tuple
  v10::PortNo in_port = v10::PortNo::in_port;
  std::uint8_t table = 0xff;
  static constexpr auto wire = action<ActionSubtype::resubmit_table_ct>(
      "nx_resubmit_table_ct", field<&ResubmitTableCt::in_port>, field<&ResubmitTableCt::table>, pad<3>);
};

struct OutputTrunc {  // nx_action_output_trunc: at most that many bytes of the packet
  v10::PortNo port{};
  std::uint32_t max_len = 0;
  static constexpr auto wire = action<ActionSubtype::output_trunc>(
      "nx_output_trunc", field<&OutputTrunc::port>, field<&OutputTrunc::max_len>);
};

struct OutputReg {  // nx_action_output_reg: the port is in a field
  std::uint16_t ofs_nbits = 0;
  One<OxmId> src{};
  std::uint16_t max_len = 0;
  static constexpr auto wire =
      action<ActionSubtype::output_reg>("nx_output_reg", field<&OutputReg::ofs_nbits>.hex(),
                                        field<&OutputReg::src>, field<&OutputReg::max_len>, pad<6>, align<8>);
};

struct OutputReg2 {  // nx_action_output_reg2: the same for fields whose header has 8 bytes
  std::uint16_t ofs_nbits = 0, max_len = 0;
  One<OxmId> src{};
  static constexpr auto wire =
      action<ActionSubtype::output_reg2>("nx_output_reg2", field<&OutputReg2::ofs_nbits>.hex(),
                                         field<&OutputReg2::max_len>, field<&OutputReg2::src>, align<8>);
};

struct Group {
  std::uint32_t group_id = 0;
  static constexpr auto wire = action<ActionSubtype::group>("nx_group", pad<2>, field<&Group::group_id>);
};

struct SetQueue {
  std::uint32_t queue_id = 0;
  static constexpr auto wire =
      action<ActionSubtype::set_queue>("nx_set_queue", pad<2>, field<&SetQueue::queue_id>);
};

struct PopQueue {
  static constexpr auto wire = action<ActionSubtype::pop_queue>("nx_pop_queue", pad<6>);
};

struct Exit {
  static constexpr auto wire = action<ActionSubtype::exit>("nx_exit", pad<6>);
};

// ---- to the controller

// 1.0's reasons and those that came later (OFPR_*).
enum class ControllerReason : std::uint8_t {
  no_match = 0,
  action = 1,
  invalid_ttl = 2,
  action_set = 3,
  group = 4,
  packet_out = 5
};
constexpr auto labels_of(ControllerReason) {
  return enumeration({{ControllerReason::no_match, "OFPR_NO_MATCH"},
                      {ControllerReason::action, "OFPR_ACTION"},
                      {ControllerReason::invalid_ttl, "OFPR_INVALID_TTL"},
                      {ControllerReason::action_set, "OFPR_ACTION_SET"},
                      {ControllerReason::group, "OFPR_GROUP"},
                      {ControllerReason::packet_out, "OFPR_PACKET_OUT"}});
}

struct Controller {  // nx_action_controller
  std::uint16_t max_len = 0xffff, controller_id = 0;
  ControllerReason reason = ControllerReason::action;
  static constexpr auto wire = action<ActionSubtype::controller>("nx_controller", field<&Controller::max_len>,
                                                                 field<&Controller::controller_id>,
                                                                 field<&Controller::reason>, pad<1>);
};

// NXAC2PT_*
enum class Controller2Type : std::uint16_t {
  max_len = 0,
  controller_id = 1,
  reason = 2,
  userdata = 3,
  pause = 4,
  meter_id = 5
};
constexpr auto labels_of(Controller2Type) {
  using T = Controller2Type;
  return enumeration({{T::max_len, "NXAC2PT_MAX_LEN"},
                      {T::controller_id, "NXAC2PT_CONTROLLER_ID"},
                      {T::reason, "NXAC2PT_REASON"},
                      {T::userdata, "NXAC2PT_USERDATA"},
                      {T::pause, "NXAC2PT_PAUSE"},
                      {T::meter_id, "NXAC2PT_METER_ID"}});
}
template <Controller2Type T, class... Items>
constexpr auto controller2_property(const char* name, Items... items) {
  return describe(name, tag<T>, length.named("len").without_padding(), items..., align<8>);
}
struct Controller2MaxLen {
  std::uint16_t max_len = 0xffff;
  static constexpr auto wire =
      controller2_property<Controller2Type::max_len>("max_len", field<&Controller2MaxLen::max_len>, pad<2>);
};
struct Controller2Id {
  std::uint16_t controller_id = 0;
  static constexpr auto wire = controller2_property<Controller2Type::controller_id>(
      "controller_id", field<&Controller2Id::controller_id>, pad<2>);
};
struct Controller2Reason {
  ControllerReason reason = ControllerReason::action;
  static constexpr auto wire =
      controller2_property<Controller2Type::reason>("reason", field<&Controller2Reason::reason>);
};
struct Controller2Userdata {
  Payload userdata{};
  static constexpr auto wire =
      controller2_property<Controller2Type::userdata>("userdata", rest<&Controller2Userdata::userdata>);
};
struct Controller2Pause {
  static constexpr auto wire = controller2_property<Controller2Type::pause>("pause");
};
struct Controller2MeterId {
  std::uint32_t meter_id = 0;
  static constexpr auto wire =
      controller2_property<Controller2Type::meter_id>("meter_id", field<&Controller2MeterId::meter_id>);
};
struct Controller2Rules {
  using Type = Controller2Type;
  static constexpr const char *name = "property", *length_name = "len";
  static constexpr std::size_t minimum = 4, multiple = 1;
  static constexpr bool padded = true;
  static constexpr Domain domain = Domain::action;
};
using Controller2Property = OneOf<Controller2Rules, Controller2MaxLen, Controller2Id, Controller2Reason,
                                  Controller2Userdata, Controller2Pause, Controller2MeterId>;

struct Controller2 {  // what is not given is as in Controller
  Seq<Controller2Property> properties{};
  static constexpr auto wire =
      action<ActionSubtype::controller2>("nx_controller2", pad<6>, field<&Controller2::properties>);
};

}  // namespace oflens::nicira
