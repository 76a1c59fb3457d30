// One packet on its way through the pipeline.
#pragma once

#include <oflens/flow/pipeline.hpp>
#include <oflens/v13/instructions.hpp>

#include "action_set.hpp"
#include "packet_fields.hpp"

namespace oflens::flow {

class Walk {
 public:
  Walk(const DatapathState& state, const Pipeline::Options& options, const Pipeline::Limits& limits,
       const PacketKey& key)
      : state_(state), options_(options), limits_(limits), key_(key) {}

  void begin(std::uint8_t table_id);
  void begin(Bytes actions, Version encoded);
  // The action set, then copies that come back.
  Trace finish() &&;

 private:
  using Kind = TraceStep::Kind;
  // Whether the list goes on with the next action: some end the list that they are in, and only that.
  enum class Next : bool { ends, goes_on };

  // ---- steps (pipeline.cpp)

  TraceStep& step(Kind, unsigned depth, std::string text = {});
  // What came of the action that was shown last.
  void say(Kind kind, std::string text) { step(kind, depth_ + 1, std::move(text)); }
  void note(std::string text) { say(Kind::note, std::move(text)); }
  void problem(std::string text) { say(Kind::problem, std::move(text)); }
  void assume(std::string text);
  void fail(std::string text);
  bool over() const { return exit_ || !trace_.failure.empty(); }
  bool within_limits();

  // ---- tables

  struct Found {
    std::optional<DatapathState::Present> flow;
    std::string remark;
  };
  Found look_up(PortNo in_port);
  const DatapathState::Present* conjunctive(const std::vector<DatapathState::Present>&, PacketKey&,
                                            std::vector<DatapathState::Present>& found, std::string& remark);
  void visit(std::uint8_t table_id, PortNo in_port, bool miss_counts, unsigned depth);
  void miss(bool miss_counts, unsigned depth);
  std::optional<std::uint8_t> carry_out(const Flow&);

  // Of the steps of a lookup in an action: as the lookup before, when that has nothing else left to do.
  unsigned inner_depth() const { return tail_ && depth_ != 0 ? depth_ - 1 : depth_ + 1; }

  // ---- where packets go

  void output(PortNo, std::uint16_t max_len, std::optional<std::uint32_t> cut = {});
  void output_to_port(PortNo, std::optional<std::uint32_t> cut);
  void flood(bool all, std::optional<std::uint32_t> cut);
  Delivery& deliver(PortNo);
  struct ToController {
    std::uint16_t max_len = 0xffff, id = 0;
    nicira::ControllerReason reason = nicira::ControllerReason::action;
  };
  void to_controller(const ToController&);
  void send_to_controller(ToController);
  Next group(std::uint32_t id);
  void bucket(const Group&, std::size_t index);
  bool is_live(PortNo) const;
  bool is_live(const Bucket&, unsigned depth) const;
  bool is_live(v13::GroupId, unsigned depth) const;
  std::optional<std::size_t> choose(const Group&);
  void carry_out_action_set(unsigned depth);

  // ---- actions (pipeline_actions.cpp)

  // tail: nothing of the table's flow is left to do behind the list.
  Next run(Bytes list, Version encoded, bool tail = false);
  Next run(const std::vector<EncodedAction>&, bool tail = false);
  Next act(const EncodedAction&);
  Next v10_action(std::uint16_t type, Bytes);
  Next v13_action(std::uint16_t type, Bytes);
  Next other_action(std::uint16_t type, Bytes);
  Next nicira_action(nicira::ActionSubtype, Bytes);
  void resubmit(v10::PortNo in_port, std::uint8_t table_id);
  void set_field(Bytes oxm);
  void load(const One<OxmId>& dst, std::uint16_t ofs_nbits, std::uint64_t value);
  void move(const One<OxmId>& src, unsigned src_ofs, const One<OxmId>& dst, unsigned dst_ofs, unsigned bits);
  // False when there is no such field, or it is not that wide.
  bool part_of(const One<OxmId>&, unsigned first, unsigned bits, Subfield&);
  void write_wide(const Subfield&, Bytes bits);
  static void shift_right(std::vector<std::byte>& value, unsigned first, unsigned bits);
  void now(const Subfield&);
  // Says so when the packet has no such field.
  bool has(const OvsField&, const char* what);
  Next dec_ttl(std::span<const std::uint16_t> controllers);
  Next dec_mpls_ttl();
  void set_mpls(const Subfield&, std::uint64_t value);
  void push_mpls(std::uint16_t type);
  void pop_mpls(std::uint16_t type);
  template <class C>
  void ct(const C&);
  void clear_connection();
  void clone(Bytes list);
  void output_from(const One<OxmId>& src, std::uint16_t ofs_nbits, std::uint16_t max_len);
  void controller2(const nicira::Controller2&);
  template <class B>
  std::optional<PortNo> choose_member(const B&);
  void write_actions(Bytes list);

  // A copy of the packet that connection tracking hands back.
  struct Resumed {
    PacketKey key;
    std::vector<std::vector<std::byte>> stack;
    std::vector<EncodedAction> action_set;
    std::uint8_t table_id;
  };

  const DatapathState& state_;
  const Pipeline::Options& options_;
  const Pipeline::Limits& limits_;
  Trace trace_;

  PacketKey key_;
  std::vector<std::vector<std::byte>> stack_;  // of values, right-aligned
  std::vector<EncodedAction> action_set_;
  std::optional<std::uint32_t> queue_;
  std::vector<Resumed> resumed_;

  std::uint8_t table_id_ = 0;
  const FlowEntry* flow_ = nullptr;  // whose actions are carried out
  Version version_ = Version::v13;   // of the list that is carried out
  bool begun_ = false, exit_ = false, in_action_set_ = false, in_packet_out_ = false, in_bucket_ = false,
       tail_ = false;
  unsigned depth_ = 0;  // of steps
  unsigned deepened_ = 0, lookups_ = 0, nesting_ = 0;
};

}  // namespace oflens::flow
