// Walks the actions of a flow or of a bucket, those inside others, too, without decoding them.
#pragma once

#include <oflens/ext/nicira/actions/header.hpp>
#include <oflens/flow/group.hpp>
#include <oflens/v10/actions.hpp>

#include "tlv.hpp"

namespace oflens::flow {

// Of one of Nicira's actions; 0 for others.
inline nicira::ActionSubtype nicira_subtype(std::uint16_t type, Bytes action) {
  constexpr std::uint16_t experimenter = 0xffff;
  if (type != experimenter || action.size() < 16 ||
      load_be<std::uint32_t>(action.data() + 4) != static_cast<std::uint32_t>(ExperimenterId::nicira))
    return {};
  return static_cast<nicira::ActionSubtype>(load_be<std::uint16_t>(action.data() + 8));
}

// Calls f(type, action) for every action of a list, and of what its clones hold (nobody has checked that).
template <class F>
void each_action(Bytes list, F&& f, unsigned depth = 0) {
  constexpr unsigned deepest = 64;
  while (list.size() >= 8) {
    const auto type = load_be<std::uint16_t>(list.data()), length = load_be<std::uint16_t>(list.data() + 2);
    if (length < 8 || length > list.size()) return;
    const Bytes action = list.first(length);
    f(type, action);
    if (nicira_subtype(type, action) == nicira::ActionSubtype::clone && depth < deepest)
      each_action(action.subspan(16), f, depth + 1);
    list = list.subspan(length);
  }
}

// The same for all actions of a flow: those that it applies and those that it writes.
template <class F>
void each_action(const FlowActions& actions, F&& f) {
  if (actions.version == Version::v10) return each_action(actions.encoded.bytes(), f);
  each_element(actions.encoded.bytes(), [&](std::uint16_t type, Bytes element) {
    const auto instruction = static_cast<v13::InstructionType>(type);
    if (instruction == v13::InstructionType::apply_actions ||
        instruction == v13::InstructionType::write_actions)
      each_action(element.subspan(8), f);
  });
}

// Calls f(PortNo) if the action sends packets to a port that it names: output, 1.0's enqueue, Nicira's ways
// to the controller.
template <class F>
void output_of(std::uint16_t type, Bytes action, Version version, F&& f) {
  if (version == Version::v10) {
    const auto what = static_cast<v10::ActionType>(type);
    if (what == v10::ActionType::output || what == v10::ActionType::enqueue)
      return f(port_of(static_cast<v10::PortNo>(load_be<std::uint16_t>(action.data() + 4))));
  } else if (static_cast<v13::ActionType>(type) == v13::ActionType::output) {
    return f(static_cast<PortNo>(load_be<std::uint32_t>(action.data() + 4)));
  }
  const auto subtype = nicira_subtype(type, action);
  if (subtype == nicira::ActionSubtype::controller || subtype == nicira::ActionSubtype::controller2)
    f(PortNo::controller);
}

template <class F>
void each_output(const FlowActions& actions, F&& f) {
  each_action(actions,
              [&](std::uint16_t type, Bytes action) { output_of(type, action, actions.version, f); });
}

// What a flow needs to be there (it falls with a group or meter), or what it may fill (a table that it learns
// flows into).
struct Reference {
  enum class To : std::uint8_t { group, meter, learnt_table };
  To to;
  std::uint32_t number;
  friend bool operator==(const Reference&, const Reference&) = default;
};
inline Reference to(v13::GroupId id) { return {Reference::To::group, static_cast<std::uint32_t>(id)}; }
inline Reference to(v13::MeterId id) { return {Reference::To::meter, static_cast<std::uint32_t>(id)}; }

// Calls f(Reference) if the action is one.
template <class F>
void reference_of(std::uint16_t type, Bytes action, Version version, F&& f) {
  if (version != Version::v10 && static_cast<v13::ActionType>(type) == v13::ActionType::group)
    return f(Reference{Reference::To::group, load_be<std::uint32_t>(action.data() + 4)});
  switch (nicira_subtype(type, action)) {
    case nicira::ActionSubtype::group:
      return f(Reference{Reference::To::group, load_be<std::uint32_t>(action.data() + 12)});
    case nicira::ActionSubtype::learn:
    case nicira::ActionSubtype::learn2:
      if (action.size() > 26)
        f(Reference{Reference::To::learnt_table, std::to_integer<std::uint32_t>(action[26])});
      return;
    default: return;
  }
}

template <class F>
void each_reference(const FlowActions& actions, F&& f) {
  each_action(actions,
              [&](std::uint16_t type, Bytes action) { reference_of(type, action, actions.version, f); });
  if (actions.version == Version::v10) return;
  each_element(actions.encoded.bytes(), [&](std::uint16_t type, Bytes element) {
    if (static_cast<v13::InstructionType>(type) == v13::InstructionType::meter)
      f(Reference{Reference::To::meter, load_be<std::uint32_t>(element.data() + 4)});
  });
}

// The same for the actions of a group's buckets.
template <class F>
void each_reference(const Group& group, F&& f) {
  for (const Bucket& bucket : group.buckets)
    each_action(bucket.actions.bytes(),
                [&](std::uint16_t type, Bytes action) { reference_of(type, action, group.version, f); });
}

}  // namespace oflens::flow
