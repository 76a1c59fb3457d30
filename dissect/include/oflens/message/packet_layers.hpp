// The layers of a packet inside an OpenFlow message, as part of its field tree: Ethernet, 802.1Q, MPLS, ARP,
// LLDP, IP with options and extension headers, ICMP, neighbour discovery, IGMP, TCP, UDP, SCTP, GRE, VXLAN,
// Geneve, NSH, ESP, AH, DHCP, DNS, sFlow and NetFlow.
#pragma once

#include <vector>

#include <oflens/message/tape.hpp>

namespace oflens {

// Fields of packets that somebody asks about.
struct WantedFields {
  struct Field {
    const wire::StructDesc* header;
    const wire::FieldDesc* field;  // of the header
    const wire::FieldDesc* shown;  // the same, or some of its bits
    bool operator==(const Field&) const = default;
  };
  std::vector<Field> fields{};
  std::vector<const wire::FieldDesc*> options{};  // lists of them
};

// Puts the layers of the Ethernet frame that is at [start, end) of `message` onto the tape, one structure
// after the other, each under its protocol's name ("ethernet", "ip"); what a tunnel carries is inside the
// tunnel's. Bytes that no layer takes are a field "payload". Takes any bytes: a frame may be cut anywhere,
// and then the layer has a field "cut" that says how many bytes are missing at least; a length that cannot be
// is a problem. Linear in the bytes, at most eight tunnels deep.
//
// only: outside tunnels, whole headers of a fixed size and lists of options have no other fields than these;
// null: all have theirs.
void dissect_packet(Bytes message, std::uint32_t start, std::uint32_t end, Tape& tape,
                    const WantedFields* only = nullptr);

// What may stand in a packet: the fields of a header, or what follows it there, in the structure `name`, and
// a list of options after them. Several may be in a structure of one name.
struct PacketLayer {
  const char* name;
  const wire::StructDesc* header;
  const wire::FieldDesc* options;  // or null
};
std::span<const PacketLayer> packet_layers();
// Fields that may stand anywhere in a packet: "payload", "trailer", "cut"; and "inner", with layers in it.
std::span<const wire::FieldDesc> packet_fields();

}  // namespace oflens
