// Packets as PDML: what decode -T pdml writes.
#pragma once

#include "summary.hpp"

namespace oflens::cli {

// Writes a document: a packet element for each captured frame that completed messages, with all of them; for
// messages that come from no capture, one each.
class PdmlDocument {
 public:
  // place is null for messages that come from no capture.
  void message(TextBuffer&, const Place* place, const Tape&, Bytes message);
  // Ends the document; there need not have been any message.
  void finish(TextBuffer&);

 private:
  void begin(TextBuffer&);
  void end_packet(TextBuffer&);

  bool begun_ = false, in_packet_ = false;
  std::uint64_t frame_ = 0, count_ = 0;
  std::uint32_t channel_ = 0;
};

}  // namespace oflens::cli
