// One message on one line, for people.
#pragma once

#include <oflens/message/tape.hpp>
#include <oflens/session/session.hpp>
#include <oflens/text_buffer.hpp>

#include "input.hpp"

namespace oflens::cli {

// Where a message stood in a capture.
struct Place {
  std::uint64_t number = 0;
  Timestamp time{};
  std::uint32_t channel = 0;
  Endpoint source, destination;
  std::optional<DatapathId> datapath_id;
  std::string comment;  // on the frame
};
Place place_of(const SessionMessage&);
Place place_of(const ChannelCut&, const Datapath&);

// "127.0.0.1", "::1".
void put_address(TextBuffer&, const Endpoint&);
// "127.0.0.1:6653", "[::1]:6653".
void put_endpoint(TextBuffer&, const Endpoint&);
// A controller by its address: with the port at which it listens; without one when it is who connects, each
// time from another.
void put_controller(TextBuffer&, const Endpoint& a, const Endpoint& b, Side controller);
// "0x0000000000000001"
void put_datapath_id(TextBuffer&, DatapathId);

// A set of versions, a bit each: "1.0", "1.0,1.3..1.5".
void put_versions(TextBuffer&, std::uint32_t versions);

// What the message says, in a few words: flows in ovs-ofctl's syntax, packets as tcpdump begins, fields
// otherwise.
void put_summary(TextBuffer&, const Tape&, Bytes message);

// The message's line: version, type, xid, summary, and its first problem; or, `brief`, without version and
// xid. No newline.
enum class Detail : std::uint8_t { full, brief };
void put_line(TextBuffer&, const Tape&, Bytes message, const Colours&, Detail = Detail::full);

// A JSON record as documented; place is null for messages that come from no capture. No newline.
void put_record(TextBuffer&, const Clock&, const Place* place, const Tape&, Bytes message);
// The same without the braces, to stand among other members.
void put_record_members(TextBuffer&, const Clock&, const Place* place, const Tape&, Bytes message);

}  // namespace oflens::cli
