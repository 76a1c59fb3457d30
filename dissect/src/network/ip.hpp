// Headers up to what IP carries: shared by what looks for segments in frames and what reads packets inside
// messages.
#pragma once

#include <oflens/network/headers.hpp>

namespace oflens::network {

template <class T>
constexpr std::size_t size_of = wire::Layout<T>::fixed;

// Takes a T off the front; null when there is not enough left.
template <class T>
const std::byte* take(Bytes& left) {
  if (left.size() < size_of<T>) return nullptr;
  const std::byte* p = left.data();
  left = left.subspan(size_of<T>);
  return p;
}

inline bool is_vlan(EtherType type) {
  return type == EtherType::vlan || type == EtherType::qinq || type == EtherType{0x9100};
}

// What IP carries, after options and extension headers.
struct IpPayload {
  IpProtocol protocol{};
  Bytes bytes;
  std::size_t length = 0;           // on the wire; more than bytes.size() when the capture cut it
  bool fragment = false;            // any part of a datagram that is not all of it
  bool first = true;                // the part that has the header of what IP carries
  std::size_t fragment_header = 0;  // IPv6: where in the packet that is, when it is a fragment
};

inline bool read_ipv4(Bytes packet, IpPayload& out) {
  if (packet.size() < size_of<Ipv4Header>) return false;
  const std::byte* p = packet.data();
  const std::size_t header = (wire::peek<&Ipv4Header::version_ihl>(p) & 0x0fu) * 4;
  std::size_t total = wire::peek<&Ipv4Header::total_length>(p);
  // Segmentation left to the network card: the capture saw the datagram before its length was known.
  if (total == 0) total = packet.size();
  if (wire::peek<&Ipv4Header::version_ihl>(p) >> 4 != 4 || header < size_of<Ipv4Header> || header > total ||
      header > packet.size())
    return false;
  const std::uint16_t fragment = wire::peek<&Ipv4Header::fragment>(p);
  out.protocol = wire::peek<&Ipv4Header::protocol>(p);
  out.length = total - header;
  out.bytes = packet.subspan(header);
  if (out.bytes.size() > out.length) out.bytes = out.bytes.first(out.length);  // Ethernet's own padding
  out.first = (fragment & 0x1fff) == 0;
  out.fragment = !out.first || (fragment & 0x2000) != 0;
  return true;
}

// Passes over IPv6's extension headers at the front of what is left of a packet. False when they do not end.
inline bool read_extensions(const std::byte* packet, IpPayload& out) {
  for (int extensions = 0; extensions < 16; ++extensions) {
    const bool is_fragment = out.protocol == IpProtocol::fragment, is_ah = out.protocol == IpProtocol::ah;
    if (!is_fragment && !is_ah && out.protocol != IpProtocol::hop_by_hop &&
        out.protocol != IpProtocol::routing && out.protocol != IpProtocol::destination_options)
      return true;
    if (!out.first || out.bytes.size() < 8) return !out.first;
    if (is_fragment) {
      const auto fragment = load_be<std::uint16_t>(out.bytes.data() + 2);
      out.first = fragment >> 3 == 0;
      out.fragment = !out.first || (fragment & 1) != 0;
      out.fragment_header = static_cast<std::size_t>(out.bytes.data() - packet);
    }
    // The length is in units of 8 bytes after the first 8; of AH (RFC 4302 §2.2), of 4.
    const auto units = std::to_integer<std::size_t>(out.bytes[1]);
    const std::size_t size = is_fragment ? 8 : 8 + units * (is_ah ? 4 : 8);
    if (size > out.bytes.size()) return false;
    out.protocol = static_cast<IpProtocol>(out.bytes[0]);
    out.bytes = out.bytes.subspan(size);
    out.length -= size;
  }
  return false;
}

inline bool read_ipv6(Bytes packet, IpPayload& out) {
  if (packet.size() < size_of<Ipv6Header>) return false;
  const std::byte* p = packet.data();
  if (wire::peek<&Ipv6Header::version_class_flow>(p) >> 28 != 6) return false;
  out.length = wire::peek<&Ipv6Header::payload_length>(p);
  out.bytes = packet.subspan(size_of<Ipv6Header>);
  if (out.length == 0) out.length = out.bytes.size();  // as above, or a jumbogram
  if (out.bytes.size() > out.length) out.bytes = out.bytes.first(out.length);
  out.protocol = wire::peek<&Ipv6Header::next_header>(p);
  return read_extensions(p, out);
}

}  // namespace oflens::network
