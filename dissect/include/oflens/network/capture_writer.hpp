// Messages to a capture file, as if they had been on the wire.
#pragma once

#include <memory>
#include <string>

#include <oflens/network/segment.hpp>

namespace oflens {

// Writes pcap: Ethernet, IPv4 (IPv6 where an address is), TCP, with sequence numbers and checksums that are
// right. Connections have no handshake: they begin with the first message.
class CaptureWriter {
 public:
  // digits: of the second, 6 or 9. Null, and why says the reason, when the file cannot be written.
  static std::unique_ptr<CaptureWriter> open(const std::string& file, int digits, std::string& why);
  ~CaptureWriter();
  CaptureWriter(const CaptureWriter&) = delete;
  CaptureWriter& operator=(const CaptureWriter&) = delete;

  // The next bytes of the stream from one end to the other. Long ones go in several segments.
  void write(Timestamp time, const Endpoint& from, const Endpoint& to, Bytes bytes);
  // Empty, or why not everything is in the file. Nothing can be written afterwards.
  std::string close();

 private:
  struct State;
  explicit CaptureWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace oflens
