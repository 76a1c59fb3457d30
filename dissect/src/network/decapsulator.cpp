#include <oflens/network/decapsulator.hpp>

#include <algorithm>

#include "ip.hpp"

namespace oflens {
namespace {

using network::IpPayload;
using network::is_vlan;
using network::read_extensions;
using network::read_ipv4;
using network::read_ipv6;
using network::size_of;
using network::take;
using wire::peek;

constexpr int most_layers = 8;  // inside each other, that need no more than a few bytes each
constexpr std::size_t longest_datagram = 0xffff, datagram_overhead = 256;
constexpr std::size_t most_datapaths = 65'536;  // of DLT_OPENFLOW

Endpoint endpoint(const Ipv4Address& a) {
  Endpoint e;
  e.address[10] = e.address[11] = 0xff;
  std::copy(a.octets.begin(), a.octets.end(), e.address.begin() + 12);
  return e;
}
Endpoint endpoint(const Ipv6Address& a) {
  Endpoint e;
  e.address = a.octets;
  return e;
}

bool read_tcp(const IpPayload& ip, TcpSegment& out) {
  if (ip.bytes.size() < size_of<TcpHeader>) return false;
  const std::byte* p = ip.bytes.data();
  const std::uint16_t offset_flags = peek<&TcpHeader::offset_flags>(p);
  const std::size_t header = (offset_flags >> 12) * std::size_t{4};
  if (header < size_of<TcpHeader> || header > ip.length) return false;
  out.source.port = peek<&TcpHeader::src>(p);
  out.destination.port = peek<&TcpHeader::dst>(p);
  out.sequence = peek<&TcpHeader::sequence>(p);
  out.acknowledgement = peek<&TcpHeader::acknowledgement>(p);
  out.fin = (offset_flags & 0x01) != 0;
  out.syn = (offset_flags & 0x02) != 0;
  out.rst = (offset_flags & 0x04) != 0;
  out.ack = (offset_flags & 0x10) != 0;
  out.payload = ip.bytes.subspan(std::min(header, ip.bytes.size()));
  out.cut = static_cast<std::uint32_t>(ip.length - header - out.payload.size());
  return true;
}

unsigned nibble(Bytes b) { return b.empty() ? 0 : std::to_integer<unsigned>(b[0]) >> 4; }
// Passes over n bytes; false when there are not so many.
bool skip(Bytes& left, std::size_t n) {
  if (left.size() < n) return false;
  left = left.subspan(n);
  return true;
}

}  // namespace

struct Decapsulator::Fragment {
  std::size_t offset;  // in the datagram
  Bytes bytes;
  std::size_t length;  // on the wire
  bool more;
};

// The way into one frame. Each function takes what stands at the front of `left`; all say whether a segment
// was found.
class Decapsulator::Walk {
 public:
  Walk(Decapsulator& of, Timestamp time, TcpSegment& out) : of_(of), time_(time), out_(out) {}

  bool ethernet(Bytes left) {
    const std::byte* p = take<EthernetHeader>(left);
    return p != nullptr && ethertype(peek<&EthernetHeader::type>(p), left);
  }

  // What follows a header that ends with an EtherType.
  bool ethertype(EtherType type, Bytes left) {
    while (is_vlan(type)) {
      const std::byte* tag = take<VlanTag>(left);
      if (tag == nullptr) return false;
      type = peek<&VlanTag::type>(tag);
    }
    switch (type) {
      case EtherType::ipv4:
      case EtherType::ipv6: return ip(left);
      case EtherType::mpls:
      case EtherType::mpls_multicast: return mpls(left);
      case EtherType::teb: return deeper() && ethernet(left);
      case EtherType::pppoe_session: return skip(left, 6) && ppp(left);        // RFC 2516 §4
      default: return static_cast<std::uint16_t>(type) < 0x0600 && llc(left);  // a length (IEEE 802.3 §3.2.6)
    }
  }

  bool ip(Bytes left) {
    IpPayload ip;
    if (nibble(left) == 4) {
      if (!read_ipv4(left, ip)) return false;
      const std::byte* p = left.data();
      out_.source = endpoint(peek<&Ipv4Header::src>(p));
      out_.destination = endpoint(peek<&Ipv4Header::dst>(p));
      if (ip.fragment) return ipv4_fragment(p, ip);
      // AH (RFC 4302), which IPv6 counts among its extension headers, may stand here too.
      if (ip.protocol == IpProtocol::ah && !read_extensions(p, ip)) return false;
    } else {
      if (!read_ipv6(left, ip)) return false;
      out_.source = endpoint(peek<&Ipv6Header::src>(left.data()));
      out_.destination = endpoint(peek<&Ipv6Header::dst>(left.data()));
      if (ip.fragment) return ipv6_fragment(left, ip);
    }
    return payload(ip);
  }

  // RFC 1661 §2, with or without the address and control of RFC 1662 §3.1.
  bool ppp(Bytes left) {
    if (left.size() >= 2 && load_be<std::uint16_t>(left.data()) == 0xff03) left = left.subspan(2);
    if (left.empty()) return false;
    // The first byte of a protocol number is even and the second odd; so it shows when the first is left out.
    const bool compressed = (left[0] & std::byte{1}) != std::byte{0};
    if (left.size() < 2) return false;
    const unsigned protocol =
        compressed ? std::to_integer<unsigned>(left[0]) : load_be<std::uint16_t>(left.data());
    left = left.subspan(compressed ? 1 : 2);
    switch (protocol) {
      case 0x0021:
      case 0x0057: return ip(left);
      case 0x0281: return mpls(left);
      default: return false;
    }
  }

  // IEEE 802.11 §9.2.4.1: data frames that are not encrypted.
  bool ieee802_11(Bytes left) {
    if (left.size() < 2) return false;
    const auto kind = std::to_integer<unsigned>(left[0]), flags = std::to_integer<unsigned>(left[1]);
    const bool data = (kind & 0x0c) == 0x08, empty = (kind & 0x40) != 0, encrypted = (flags & 0x40) != 0;
    if (!data || empty || encrypted) return false;
    const bool qos = (kind & 0x80) != 0, four_addresses = (flags & 3) == 3, ht = qos && (flags & 0x80) != 0;
    return skip(left, 24u + (four_addresses ? 6 : 0) + (qos ? 2 : 0) + (ht ? 4 : 0)) && llc(left);
  }
  // The capturing machine's own header, with its length, in little-endian, in the third and fourth byte.
  bool radiotap(Bytes left) {
    if (left.size() < 4) return false;
    const std::size_t length = std::to_integer<std::size_t>(left[2]) | std::to_integer<std::size_t>(left[3])
                                                                           << 8;
    return skip(left, length) && ieee802_11(left);
  }

 private:
  bool deeper() { return ++layers_ <= most_layers; }

  // IEEE 802.2 with SNAP and a zero OUI: an EtherType follows.
  bool llc(Bytes left) {
    if (left.size() < 8 || load_be<std::uint64_t>(left.data()) >> 16 != 0xaaaa03000000) return false;
    const EtherType type{load_be<std::uint16_t>(left.data() + 6)};
    return deeper() && ethertype(type, left.subspan(8));
  }

  // The label stack; nothing says what is below its bottom, so that is recognised (RFC 4928 §3).
  bool mpls(Bytes left) {
    for (bool bottom = false; !bottom;) {
      if (left.size() < 4) return false;
      bottom = (left[2] & std::byte{1}) != std::byte{0};
      left = left.subspan(4);
    }
    if (!deeper()) return false;
    switch (nibble(left)) {
      case 4:
      case 6: return ip(left);
      case 0: return skip(left, 4) && ethernet(left);  // a pseudowire's control word (RFC 4385 §3)
      default: return ethernet(left);
    }
  }

  bool payload(const IpPayload& ip) {
    switch (ip.protocol) {
      case IpProtocol::tcp: return read_tcp(ip, out_);
      case IpProtocol::udp: return udp(ip.bytes);
      case IpProtocol::gre: return gre(ip.bytes);
      case IpProtocol::ipv4:
      case IpProtocol::ipv6: return deeper() && this->ip(ip.bytes);
      case IpProtocol::mpls: return mpls(ip.bytes);
      default: return false;
    }
  }

  bool udp(Bytes left) {
    const std::byte* p = take<UdpHeader>(left);
    if (p == nullptr || !deeper()) return false;
    switch (peek<&UdpHeader::dst>(p)) {
      case 4789:  // VXLAN (RFC 7348 §5); 8472 is Linux's older number
      case 8472:
        return left.size() >= 8 && (left[0] & std::byte{8}) != std::byte{0} && ethernet(left.subspan(8));
      case 6081: {  // Geneve (RFC 8926 §3.4), version 0, options counted in words
        if (left.size() < 8 || (left[0] >> 6) != std::byte{0}) return false;
        const EtherType type{load_be<std::uint16_t>(left.data() + 2)};
        return skip(left, 8 + std::to_integer<std::size_t>(left[0] & std::byte{0x3f}) * 4) &&
               ethertype(type, left);
      }
      case 6635: return mpls(left);  // RFC 7510 §3
      default: return false;
    }
  }

  // RFC 2784 §2.1 with the key and sequence number of RFC 2890; not PPTP's version 1, nor source routes.
  bool gre(Bytes left) {
    if (left.size() < 4 || !deeper()) return false;
    const auto flags = load_be<std::uint16_t>(left.data());
    const EtherType type{load_be<std::uint16_t>(left.data() + 2)};
    if ((flags & 0x4007) != 0) return false;
    const std::size_t options = ((flags >> 15) & 1u) + ((flags >> 13) & 1u) + ((flags >> 12) & 1u);
    return skip(left, 4 + options * 4) && ethertype(type, left);
  }

  bool ipv4_fragment(const std::byte* p, const IpPayload& ip) {
    const std::uint16_t fragment = peek<&Ipv4Header::fragment>(p);
    return gather(4, ip.protocol, peek<&Ipv4Header::identification>(p),
                  {(fragment & 0x1fffu) * std::size_t{8}, ip.bytes, ip.length, (fragment & 0x2000) != 0});
  }

  bool ipv6_fragment(Bytes packet, const IpPayload& ip) {
    // What is after the fragment header, extension headers too, is what was divided (RFC 8200 §4.5).
    const std::byte* p = packet.data() + ip.fragment_header;
    const auto before = static_cast<std::size_t>(ip.bytes.data() - (p + 8));
    const auto fragment = load_be<std::uint16_t>(p + 2);
    return gather(6, static_cast<IpProtocol>(p[0]), load_be<std::uint32_t>(p + 4),
                  {fragment & 0xfff8u, Bytes(p + 8, ip.bytes.size() + before), ip.length + before,
                   (fragment & 1) != 0});
  }

  bool gather(std::uint16_t version, IpProtocol protocol, std::uint32_t identification,
              const Fragment& fragment) {
    Key key{out_.source, out_.destination, identification};
    key.source.port = version;
    key.destination.port = static_cast<std::uint16_t>(protocol);
    const Datagram* all = of_.add(key, fragment, time_);
    if (all == nullptr || !deeper()) return false;
    IpPayload ip{.protocol = protocol, .bytes = all->bytes, .length = all->length};
    ip.bytes = ip.bytes.first(std::min<std::size_t>(all->captured, all->length));
    return (version == 4 || read_extensions(ip.bytes.data(), ip)) && !ip.fragment && payload(ip);
  }

  Decapsulator& of_;
  Timestamp time_;
  TcpSegment& out_;
  int layers_ = 0;
};

bool Decapsulator::find_segment(const CapturedFrame& frame, TcpSegment& out) {
  if (!done_.empty()) done_.clear();
  out.frame = frame.number;
  out.time = frame.time;
  Walk walk(*this, frame.time, out);
  Bytes left = frame.bytes;
  switch (frame.link) {
    case LinkType::ethernet: return walk.ethernet(left);
    case LinkType::linux_sll: {
      const std::byte* p = take<SllHeader>(left);
      return p != nullptr && walk.ethertype(peek<&SllHeader::protocol>(p), left);
    }
    case LinkType::linux_sll2: {
      const std::byte* p = take<Sll2Header>(left);
      return p != nullptr && walk.ethertype(peek<&Sll2Header::protocol>(p), left);
    }
    case LinkType::raw: return walk.ip(left);
    case LinkType::null:
    case LinkType::loop:
      // Four bytes say which protocol, in numbers that differ between systems; IP says so itself.
      return skip(left, 4) && walk.ip(left);
    case LinkType::ppp: return walk.ppp(left);
    case LinkType::pppoe: return skip(left, 6) && walk.ppp(left);
    case LinkType::ieee802_11: return walk.ieee802_11(left);
    case LinkType::radiotap: return walk.radiotap(left);
    case LinkType::openflow: return openflow(frame, out);
  }
  return false;
}

// OpenBSD's switch(4) puts the direction and the datapath id, 12 bytes, before each message.
bool Decapsulator::openflow(const CapturedFrame& frame, TcpSegment& out) {
  constexpr std::size_t header = 12;
  if (frame.bytes.size() < header) return false;
  const auto direction = load_be<std::uint32_t>(frame.bytes.data());
  const auto datapath = load_be<std::uint64_t>(frame.bytes.data() + 4);
  constexpr std::uint32_t to_switch = 1, to_controller = 2;
  if (direction != to_switch && direction != to_controller) return false;
  if (sequences_.size() >= 2 * most_datapaths && !sequences_.contains({datapath, direction == to_switch}))
    return false;
  const auto [place, first] = sequences_.try_emplace({datapath, direction == to_switch});
  std::uint32_t& sequence = place->second;
  Endpoint controller, datapath_end;
  controller.port = 6653;
  store_be(reinterpret_cast<std::byte*>(datapath_end.address.data() + 8), datapath);
  out = {.source = direction == to_switch ? controller : datapath_end,
         .destination = direction == to_switch ? datapath_end : controller,
         .sequence = sequence,
         .syn = first,  // so that it is known that a message begins there
         .payload = frame.bytes.subspan(header),
         .frame = frame.number,
         .time = frame.time};
  if (frame.original_length > frame.bytes.size())
    out.cut = frame.original_length - static_cast<std::uint32_t>(frame.bytes.size());
  sequence += static_cast<std::uint32_t>(out.payload.size()) + out.cut + (first ? 1 : 0);
  return true;
}

// Adds a fragment to its datagram; returns that when it has become whole.
const Decapsulator::Datagram* Decapsulator::add(const Key& key, const Fragment& fragment, Timestamp time) {
  ++counters_.fragments;
  const auto too_old = [&](const Datagram& d) {
    return time - d.first > limits_.patience || d.first - time > limits_.patience;
  };
  while (!waiting_.empty() && too_old(waiting_.front())) forget(waiting_.begin());

  const std::size_t end = fragment.offset + fragment.length;
  if (end > longest_datagram || fragment.length == 0) return nullptr;
  const auto [place, fresh] = index_.try_emplace(key);
  if (fresh) {
    Datagram& begun = waiting_.emplace_back();
    begun.key = key;
    begun.first = time;
    place->second = std::prev(waiting_.end());
  }
  Datagram& d = *place->second;

  // The bytes that were not there before.
  if (d.bytes.size() < end) d.bytes.resize(end);
  const auto until = static_cast<std::uint32_t>(end);
  const std::size_t captured_end = fragment.offset + fragment.bytes.size();
  bool overlaps = false;
  auto at = static_cast<std::uint32_t>(fragment.offset);
  auto next = std::lower_bound(d.seen.begin(), d.seen.end(), at,
                               [](const Range& r, std::uint32_t v) { return r.end < v; });
  const auto first = next;
  Range merged{at, until};
  const auto fill = [&](std::uint32_t from, std::uint32_t to) {
    const auto copied = std::min<std::size_t>(to, captured_end);
    if (copied > from)
      std::copy(fragment.bytes.begin() + static_cast<std::ptrdiff_t>(from - fragment.offset),
                fragment.bytes.begin() + static_cast<std::ptrdiff_t>(copied - fragment.offset),
                d.bytes.begin() + from);
    if (copied < to) d.captured = std::min(d.captured, std::max(from, static_cast<std::uint32_t>(copied)));
  };
  for (; next != d.seen.end() && next->begin <= until; ++next) {
    overlaps = overlaps || (next->begin < until && next->end > fragment.offset);
    if (next->begin > at) fill(at, next->begin);
    at = std::max(at, next->end);
    merged = {std::min(merged.begin, next->begin), std::max(merged.end, next->end)};
  }
  if (at < until) fill(at, until);
  d.seen.insert(d.seen.erase(first, next), merged);
  if (overlaps) ++counters_.overlapping_fragments;
  if (!fragment.more) d.length = std::min(d.length, until);

  const std::size_t charge = d.bytes.size() + d.seen.size() * sizeof(Range) + datagram_overhead;
  charged_ += charge - d.charged;
  d.charged = charge;

  if (d.seen.size() == 1 && d.seen[0].begin == 0 && d.seen[0].end >= d.length) {
    ++counters_.reassembled;
    const auto whole = place->second;
    charged_ -= whole->charged;
    index_.erase(place);
    done_.splice(done_.end(), waiting_, whole);
    return &done_.back();
  }
  while (charged_ > limits_.bytes) forget(waiting_.begin());
  return nullptr;
}

void Decapsulator::forget(std::list<Datagram>::iterator datagram) {
  ++counters_.incomplete;
  charged_ -= datagram->charged;
  index_.erase(datagram->key);
  waiting_.erase(datagram);
}

}  // namespace oflens
