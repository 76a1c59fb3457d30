// From captured frames to TCP segments, whatever is around them.
#pragma once

#include <list>
#include <map>
#include <vector>

#include <oflens/network/capture.hpp>
#include <oflens/network/segment.hpp>

namespace oflens {

template <class T>
struct Saved;  // writes and reads what a T has of the past (dissect/src/archive.hpp)

// What fragments that wait for others may take. Beyond it the datagrams that have waited longest are given
// up.
struct FragmentLimits {
  std::size_t bytes = std::size_t{2} << 20;  // each datagram is charged 256 on top
  Duration patience = std::chrono::seconds{30};
};

struct FragmentCounters {
  std::uint64_t fragments = 0;
  std::uint64_t reassembled = 0;            // datagrams
  std::uint64_t incomplete = 0;             // datagrams given up
  std::uint64_t overlapping_fragments = 0;  // brought something that was known; the first copy wins
};

// Finds the TCP segment in a captured frame: through every link layer, VLAN tags (802.1Q, 802.1ad), MPLS,
// PPPoE; IPv4 and IPv6 with extension headers and fragments; GRE, VXLAN, Geneve, IP in IP, MPLS over GRE, IP
// and UDP; up to eight of these in each other. A message of DLT_OPENFLOW becomes a segment between [::]:6653
// and a port 0 whose address is the datapath id. Cost: constant time; a copy where there are fragments, of
// which memory is bounded.
class Decapsulator {
 public:
  explicit Decapsulator(FragmentLimits limits = {}) : limits_(limits) {}

  // False when there is no segment that can be read: another protocol, a fragment of a datagram that is not
  // all there yet, a header that is cut. The payload borrows the frame, or what it completes here; until the
  // next call.
  bool find_segment(const CapturedFrame&, TcpSegment&);

  const FragmentCounters& fragments() const { return counters_; }

 private:
  friend struct Saved<Decapsulator>;

  struct Fragment;
  // A part of a datagram [begin, end) that was seen.
  struct Range {
    std::uint32_t begin, end;
  };
  struct Key {
    Endpoint source, destination;  // the ports are the protocol and the version of IP
    std::uint32_t identification = 0;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Datagram {
    Key key;
    Timestamp first{};
    std::vector<std::byte> bytes;
    std::vector<Range> seen;              // in order, none touches another
    std::uint32_t captured = 0xffffffff;  // bytes from here on may be missing: a fragment was cut
    std::uint32_t length = 0xffffffff;    // once the last fragment is known
    std::size_t charged = 0;
  };
  class Walk;

  bool openflow(const CapturedFrame&, TcpSegment&);
  const Datagram* add(const Key&, const Fragment&, Timestamp);
  void forget(std::list<Datagram>::iterator);

  FragmentLimits limits_;
  FragmentCounters counters_;
  std::list<Datagram> waiting_;  // in the order of their first fragments
  std::list<Datagram> done_;     // of the frame at hand
  std::map<Key, std::list<Datagram>::iterator> index_;
  std::size_t charged_ = 0;
  // DLT_OPENFLOW: the sequence number of the next byte, by datapath and direction.
  std::map<std::pair<std::uint64_t, bool>, std::uint32_t> sequences_;
};

}  // namespace oflens
