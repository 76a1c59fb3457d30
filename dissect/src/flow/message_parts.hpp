// What the texts of all kinds of messages are put together from.
#pragma once

#include <oflens/flow/flow_text.hpp>
#include <oflens/frame.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

namespace oflens::flow {

// What is known where a message is written.
struct MessagePlace {
  TextBuffer& out;
  const Catalog& catalog;
  int depth = 0;  // of messages around this one
};

// The whole message, with a newline at its end. It may be inside another.
void put_message(const MessagePlace&, Bytes message);
// The text after the heading for kinds of messages that Open vSwitch's text is known of: those about packets
// and flows; groups and meters; connections, bundles and whatever else. False, and nothing, for others.
bool put_flow_message(const MessagePlace&, const Frame&);
bool put_group_message(const MessagePlace&, const Frame&);
bool put_control_message(const MessagePlace&, const Frame&);
// Such a text without its heading, for messages that quote others.
bool put_known_message(const MessagePlace&, const Frame&);

// "00000000  61 62 63 ...-...  |abc...|", sixteen bytes a line.
void put_dump(TextBuffer&, Bytes);
// "12s"; "12.500s", three digits when they say it all; "12.0000001s".
void put_duration(TextBuffer&, std::uint32_t seconds, std::uint32_t nanoseconds);

// One message on its way to text. Those that are derived from it have a body() for each kind.
class MessageParts {
 public:
  MessageParts(const MessagePlace& place, const Frame& frame)
      : out_(place.out), place_(place), frame_(frame), version_(frame.version()) {}

 protected:
  void number(const char* name, std::uint64_t v) {
    out_.put(name);
    out_.put_decimal(v);
  }
  void hex(const char* name, std::uint64_t v) {
    out_.put(name);
    out_.put_hex(v);
  }
  void port(const char* name, PortNo);
  void match(const FlowMatch& m, std::uint16_t priority = 0x8000) { put_match(out_, m, version_, priority); }
  // "actions=output:1"
  template <class List>
  void actions(const List& list) {
    out_.put("actions=");
    action_list(list);
  }
  void action_list(const FlowActions& list) { put_actions(out_, list, version_); }
  void action_list(const Seq<v10::Action>&);
  void action_list(const Seq<v13::Action>&);
  void instructions(const Seq<v13::Instruction>&);
  // The name of a value, or its number.
  void choice(std::span<const char* const> names, std::uint64_t v) {
    if (v < names.size())
      out_.put(names[v]);
    else
      out_.put_decimal(v);
  }
  // The names of bits 0, 1 ..., with a space between; what is left over as a number.
  void bits(std::span<const char* const> names, std::uint64_t v);
  // " flags=[more]" of statistics.
  template <class M>
  void stats_flags(const M& m) {
    const bool reply = M::id.type != v10::StatsRequest::id.type || version_ != Version::v10;
    stats_flags(static_cast<std::uint16_t>(m.flags), reply);
  }
  void stats_flags(std::uint16_t flags, bool may_be_more);

  // Calls text.body() for the first M that the frame is.
  template <class... M, class Text>
  static bool one_of(Text& text) {
    const auto as = [&text]<class One>(const One*) {
      if (!text.frame_.template is<One>()) return false;
      const auto message = text.frame_.template decode<One>(&text.place_.catalog);
      if (message) text.body(*message);
      return static_cast<bool>(message);
    };
    return (as(static_cast<const M*>(nullptr)) || ...);
  }

  TextBuffer& out_;
  const MessagePlace& place_;
  const Frame& frame_;
  const Version version_;
};

}  // namespace oflens::flow
