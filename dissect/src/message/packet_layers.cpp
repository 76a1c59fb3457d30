#include <oflens/message/packet_layers.hpp>

#include <oflens/message/value.hpp>

#include "protocols.hpp"

namespace oflens {
namespace {

using namespace protocols;
using wire::FieldDesc;
using wire::Format;
using wire::Kind;

constexpr std::uint32_t no_index = wire::no_index;
constexpr int max_tunnels = 8, max_headers = 16;

// ---- fields that are not described in a struct

// How many bytes are missing, at least: the frame, or what was captured of it, ends here.
constexpr FieldDesc cut_field{.name = "cut", .kind = Kind::number};
constexpr FieldDesc payload_field{.name = "payload", .kind = Kind::payload};
// What Ethernet adds to short packets.
constexpr FieldDesc trailer_field{.name = "trailer", .kind = Kind::opaque};
// What follows the last option.
constexpr FieldDesc padding_field{.name = "padding", .kind = Kind::opaque};
// What a tunnel carries.
constexpr FieldDesc inner_field{.name = "inner", .kind = Kind::structure};
constexpr FieldDesc value_field{.name = "value", .kind = Kind::opaque};
constexpr FieldDesc text_field{.name = "value", .kind = Kind::text};

// How the options of a protocol say their type and their length.
struct OptionFormat {
  std::uint8_t before;   // bytes of type and length
  bool counted;          // the length counts these, too
  std::uint8_t unit;     // bytes that one of the length stands for
  std::uint16_t single;  // types below this have neither length nor value
  std::uint16_t end;     // this type has neither, and is the last one
};
constexpr OptionFormat tcp_format{2, true, 1, 2, 0}, nd_format{2, true, 8, 0, 0xffff},
    ipv6_format{2, false, 1, 1, 0xffff}, dhcp_format{2, false, 1, 1, 255};

constexpr FieldDesc length_leaf(std::uint16_t width) {
  return {.name = "length", .kind = Kind::length, .width = width};
}
constexpr FieldDesc type_leaf(wire::Labels labels = {}) {
  return {.name = "type", .kind = Kind::number, .width = 1, .labels = labels};
}
constexpr FieldDesc unknown_option{.name = "option", .kind = Kind::element};

// An option whose value is one field, not a struct.
constexpr FieldDesc plain_option(const char* name, std::uint64_t type) {
  return {.name = name, .kind = Kind::element, .constant = type};
}

constexpr wire::Label tcp_types[] = {
    {0u, "end"},  {1u, "nop"},       {2u, "mss"}, {3u, "window_scale"}, {4u, "sack_permitted"},
    {5u, "sack"}, {8u, "timestamps"}};
constexpr FieldDesc tcp_alternatives[] = {
    plain_option("end", 0),
    plain_option("nop", 1),
    wire::alternative("mss", 2, wire::struct_desc<TcpMss>),
    wire::alternative("window_scale", 3, wire::struct_desc<TcpWindowScale>),
    plain_option("sack_permitted", 4),
    plain_option("sack", 5),
    wire::alternative("timestamps", 8, wire::struct_desc<TcpTimestamps>)};
constexpr wire::FamilyDesc tcp_family{.name = "option",
                                      .type = type_leaf({tcp_types}),
                                      .length = length_leaf(1),
                                      .unknown = unknown_option,
                                      .alternatives = tcp_alternatives};

constexpr wire::Label ip_types[] = {
    {0u, "end"}, {1u, "nop"}, {7u, "record_route"}, {68u, "timestamp"}, {148u, "router_alert"}};
constexpr FieldDesc ip_alternatives[] = {plain_option("end", 0), plain_option("nop", 1),
                                         plain_option("record_route", 7), plain_option("timestamp", 68),
                                         plain_option("router_alert", 148)};
constexpr wire::FamilyDesc ip_family{.name = "option",
                                     .type = type_leaf({ip_types}),
                                     .length = length_leaf(1),
                                     .unknown = unknown_option,
                                     .alternatives = ip_alternatives};

constexpr wire::Label ipv6_types[] = {{0u, "pad1"}, {1u, "padn"}, {5u, "router_alert"}};
constexpr FieldDesc ipv6_alternatives[] = {plain_option("pad1", 0), plain_option("padn", 1),
                                           plain_option("router_alert", 5)};
constexpr wire::FamilyDesc ipv6_family{.name = "option",
                                       .type = type_leaf({ipv6_types}),
                                       .length = length_leaf(1),
                                       .unknown = unknown_option,
                                       .alternatives = ipv6_alternatives};

constexpr wire::Label nd_types[] = {
    {1u, "source_address"}, {2u, "target_address"}, {3u, "prefix"}, {5u, "mtu"}};
constexpr FieldDesc nd_alternatives[] = {wire::alternative("source_address", 1, wire::struct_desc<NdAddress>),
                                         wire::alternative("target_address", 2, wire::struct_desc<NdAddress>),
                                         wire::alternative("prefix", 3, wire::struct_desc<NdPrefix>),
                                         wire::alternative("mtu", 5, wire::struct_desc<NdMtu>)};
constexpr wire::FamilyDesc nd_family{.name = "option",
                                     .type = type_leaf({nd_types}),
                                     .length = length_leaf(1),
                                     .unknown = unknown_option,
                                     .alternatives = nd_alternatives};

constexpr wire::Label dhcp_types[] = {{0u, "pad"},
                                      {1u, "subnet_mask"},
                                      {3u, "router"},
                                      {6u, "dns"},
                                      {12u, "host_name"},
                                      {15u, "domain"},
                                      {50u, "requested_address"},
                                      {51u, "lease_time"},
                                      {53u, "message_type"},
                                      {54u, "server"},
                                      {55u, "parameters"},
                                      {58u, "renewal_time"},
                                      {59u, "rebinding_time"},
                                      {60u, "vendor_class"},
                                      {61u, "client_id"},
                                      {255u, "end"}};
constexpr FieldDesc dhcp_alternatives[] = {
    plain_option("pad", 0),
    wire::alternative("subnet_mask", 1, wire::struct_desc<DhcpAddress>),
    wire::alternative("router", 3, wire::struct_desc<DhcpAddress>),
    wire::alternative("dns", 6, wire::struct_desc<DhcpAddress>),
    plain_option("host_name", 12),
    plain_option("domain", 15),
    wire::alternative("requested_address", 50, wire::struct_desc<DhcpAddress>),
    wire::alternative("lease_time", 51, wire::struct_desc<DhcpSeconds>),
    wire::alternative("message_type", 53, wire::struct_desc<DhcpMessageType>),
    wire::alternative("server", 54, wire::struct_desc<DhcpAddress>),
    plain_option("parameters", 55),
    wire::alternative("renewal_time", 58, wire::struct_desc<DhcpSeconds>),
    wire::alternative("rebinding_time", 59, wire::struct_desc<DhcpSeconds>),
    plain_option("vendor_class", 60),
    plain_option("client_id", 61),
    plain_option("end", 255)};
constexpr wire::FamilyDesc dhcp_family{.name = "option",
                                       .type = type_leaf({dhcp_types}),
                                       .length = length_leaf(1),
                                       .unknown = unknown_option,
                                       .alternatives = dhcp_alternatives};

constexpr FieldDesc options_of(const wire::FamilyDesc& family) {
  return {.name = "options", .kind = Kind::list, .family = &family};
}
constexpr FieldDesc tcp_options = options_of(tcp_family), ip_options = options_of(ip_family),
                    ipv6_options = options_of(ipv6_family), nd_options = options_of(nd_family),
                    dhcp_options = options_of(dhcp_family);

// IEEE 802.1AB §8: type in 7 bits, length in 9. An id is a MAC address, an IP address or text, as its subtype
// says.
constexpr wire::Label lldp_types[] = {{0u, "end"},
                                      {1u, "chassis_id"},
                                      {2u, "port_id"},
                                      {3u, "ttl"},
                                      {4u, "port_description"},
                                      {5u, "system_name"},
                                      {6u, "system_description"},
                                      {7u, "capabilities"},
                                      {8u, "management_address"},
                                      {127u, "organization"}};
constexpr FieldDesc lldp_type = wire::bit_field("type", 7, 9, Format::decimal, {lldp_types}),
                    lldp_length{.name = "length", .kind = Kind::length, .width = 2, .bits = 9};
constexpr wire::Label chassis_subtypes[] = {
    {1u, "chassis_component"}, {2u, "interface_alias"}, {3u, "port_component"}, {4u, "mac_address"},
    {5u, "network_address"},   {6u, "interface_name"},  {7u, "local"}};
constexpr wire::Label port_subtypes[] = {
    {1u, "interface_alias"}, {2u, "port_component"},   {3u, "mac_address"}, {4u, "network_address"},
    {5u, "interface_name"},  {6u, "agent_circuit_id"}, {7u, "local"}};
constexpr FieldDesc subtype_leaf(wire::Labels labels = {}) {
  return {.name = "subtype", .kind = Kind::number, .width = 1, .labels = labels};
}
constexpr FieldDesc id_mac{.name = "id", .kind = Kind::mac, .width = 6},
    id_text{.name = "id", .kind = Kind::text}, id_ipv4{.name = "id", .kind = Kind::ipv4, .width = 4},
    id_bytes{.name = "id", .kind = Kind::opaque};
constexpr FieldDesc chassis_fields[] = {subtype_leaf({chassis_subtypes}), id_mac, id_text, id_ipv4, id_bytes};
constexpr FieldDesc port_fields[] = {subtype_leaf({port_subtypes}), id_mac, id_text, id_ipv4, id_bytes};
constexpr FieldDesc seconds_fields[] = {{.name = "value", .kind = Kind::number, .width = 2}};
constexpr FieldDesc text_fields[] = {text_field};
constexpr wire::Label capability_bits[] = {{1u, "other"},   {2u, "repeater"}, {4u, "bridge"},
                                           {8u, "wlan"},    {16u, "router"},  {32u, "telephone"},
                                           {64u, "docsis"}, {128u, "station"}};
constexpr FieldDesc capability_fields[] = {{.name = "system",
                                            .kind = Kind::number,
                                            .format = Format::hex,
                                            .width = 2,
                                            .labels = {capability_bits, true}},
                                           {.name = "enabled",
                                            .kind = Kind::number,
                                            .format = Format::hex,
                                            .width = 2,
                                            .labels = {capability_bits, true}}};
// Controllers put their own into these: 0x0026e1 is OpenFlow's, 0xa42305 ONOS's.
constexpr FieldDesc organization_fields[] = {
    {.name = "oui", .kind = Kind::octets, .width = 3}, subtype_leaf(), text_field, value_field};
constexpr wire::StructDesc chassis_desc{.name = "chassis_id", .fields = chassis_fields},
    port_desc{.name = "port_id", .fields = port_fields}, ttl_desc{.name = "ttl", .fields = seconds_fields},
    text_desc{.name = "text", .fields = text_fields},
    capability_desc{.name = "capabilities", .fields = capability_fields},
    organization_desc{.name = "organization", .fields = organization_fields};
constexpr FieldDesc lldp_alternatives[] = {plain_option("end", 0),
                                           wire::alternative("chassis_id", 1, chassis_desc),
                                           wire::alternative("port_id", 2, port_desc),
                                           wire::alternative("ttl", 3, ttl_desc),
                                           wire::alternative("port_description", 4, text_desc),
                                           wire::alternative("system_name", 5, text_desc),
                                           wire::alternative("system_description", 6, text_desc),
                                           wire::alternative("capabilities", 7, capability_desc),
                                           plain_option("management_address", 8),
                                           wire::alternative("organization", 127, organization_desc)};
constexpr wire::FamilyDesc lldp_family{.name = "tlv",
                                       .type = lldp_type,
                                       .length = lldp_length,
                                       .unknown = {.name = "tlv", .kind = Kind::element},
                                       .alternatives = lldp_alternatives};
constexpr FieldDesc lldp_tlvs{.name = "tlvs", .kind = Kind::list, .family = &lldp_family};
constexpr wire::StructDesc lldp_desc{.name = "lldp", .root = {.name = "lldp", .kind = Kind::structure}};

// RFC 8926 §3.5
constexpr FieldDesc geneve_class{.name = "class", .kind = Kind::number, .format = Format::hex, .width = 2},
    geneve_type{.name = "type", .kind = Kind::number, .format = Format::hex, .width = 1},
    geneve_length{.name = "length", .kind = Kind::length, .width = 1, .bits = 5};
constexpr FieldDesc geneve_fields[] = {geneve_class, geneve_type, value_field};
constexpr wire::StructDesc geneve_desc{.name = "option", .fields = geneve_fields};
constexpr wire::FamilyDesc geneve_family{
    .name = "option", .unknown = {.name = "option", .kind = Kind::element, .structure = &geneve_desc}};
constexpr FieldDesc geneve_options = options_of(geneve_family);

constexpr wire::StructDesc mpls_desc{.name = "mpls", .root = {.name = "mpls", .kind = Kind::structure}};
constexpr FieldDesc mpls_entries{
    .name = "entries", .kind = Kind::list, .family = &wire::family_desc<MplsEntry>};

constexpr FieldDesc dns_name{.name = "name", .kind = Kind::domain_name};
constexpr FieldDesc dns_question_fields[] = {dns_name, wire::struct_desc<DnsQuestion>.fields[0],
                                             wire::struct_desc<DnsQuestion>.fields[1]};
constexpr wire::StructDesc dns_question_desc{.name = "question", .fields = dns_question_fields};
constexpr wire::FamilyDesc dns_family{
    .name = "question",
    .unknown = {.name = "question", .kind = Kind::element, .structure = &dns_question_desc}};
constexpr FieldDesc dns_questions{.name = "question", .kind = Kind::list, .family = &dns_family};

template <class T>
constexpr wire::StructDesc renamed(const char* name) {
  wire::StructDesc d = wire::struct_desc<T>;
  d.name = name;
  d.root = {.name = name, .kind = Kind::structure};
  return d;
}
constexpr wire::StructDesc hop_by_hop = renamed<ExtensionHeader>("hop_by_hop"),
                           routing = renamed<ExtensionHeader>("routing"),
                           destination_options = renamed<ExtensionHeader>("destination_options");

// ---- the dissector

// What a reading of a header finds, as parts of a packet: a header that does not fit is cut, which no message
// is to blame for.
struct LayerSink {
  Tape& tape;
  std::uint32_t open(const FieldDesc& d, std::uint32_t offset, std::uint32_t length, std::uint32_t index) {
    return tape.open(d, offset, length, index);
  }
  void close(std::uint32_t node, std::uint32_t length) { tape.close(node, length); }
  void leaf(const FieldDesc& d, std::uint32_t offset, std::uint32_t length, std::uint64_t value) {
    tape.leaf(d, offset, length, value);
  }
  void problem(const FieldDesc& d, Errc code, Domain domain, std::uint32_t offset, std::uint32_t actual,
               std::uint32_t limit) {
    if (code == Errc::truncated)
      tape.leaf(cut_field, offset, 0, limit - actual);
    else
      tape.problem(d, code, domain, offset, actual, limit);
  }
};

bool is_fixed(const wire::StructDesc& d) {
  return !d.fields.empty() && d.fields.back().offset + d.fields.back().width == d.fixed;
}

// What an element of that type is.
const FieldDesc& alternative_of(const wire::FamilyDesc& family, std::uint64_t type) {
  const auto found = std::find_if(family.alternatives.begin(), family.alternatives.end(),
                                  [&](const FieldDesc& a) { return a.constant == type; });
  return found != family.alternatives.end() ? *found : family.unknown;
}

class PacketDissector {
 public:
  PacketDissector(Bytes message, Tape& tape, const WantedFields* only)
      : bytes_(message), sink_{tape}, tape_(tape), reader_(nullptr, message, sink_), only_(only) {}

  void ethernet(std::uint32_t at, std::uint32_t end);

 private:
  using Position = std::uint32_t;
  static constexpr Position cut = wire::Interpreter<LayerSink>::broken;

  template <class T>
  T number(Position at) const {
    return load_be<T>(bytes_.data() + at);
  }
  std::uint8_t octet(Position at) const { return std::to_integer<std::uint8_t>(bytes_[at]); }

  // The fields of a header. Returns where it ends, or `cut`.
  Position fields(const wire::StructDesc& d, Position at, Position end) {
    const bool some = only_ != nullptr && tunnels_ == 0 && is_fixed(d) && end - at >= d.fixed;
    if (!some) return reader_.structure(d, at, end, Domain::request);
    for (const WantedFields::Field& w : only_->fields) {
      if (w.header != &d) continue;
      const Position start = at + w.field->offset;
      std::uint64_t value = w.field->width <= 8 ? load_be(bytes_.data() + start, w.field->width) : 0;
      if (w.shown != w.field) value = value >> w.shown->shift & ((std::uint64_t{1} << w.shown->bits) - 1);
      tape_.leaf(*w.shown, start, w.field->width, value);
    }
    return at + d.fixed;
  }

  // Opens a layer and reads its header. `next`: where what follows the header begins, or `cut`.
  struct Layer {
    std::uint32_t node;
    Position start, next;
  };
  Layer open(const wire::StructDesc& d, Position at, Position end) {
    const std::uint32_t node = tape_.open(d.root, at, 0, no_index);
    return {node, at, fields(d, at, end)};
  }
  void close(const Layer& layer, Position at) { tape_.close(layer.node, at - layer.start); }
  // A layer that is no more than its header. Returns where the next begins, or `cut`.
  template <class T>
  Position header(Position at, Position end) {
    const Layer layer = open(wire::struct_desc<T>, at, end);
    close(layer, layer.next == cut ? end : layer.next);
    return layer.next;
  }

  bool wants(const FieldDesc& list) const {
    return only_ == nullptr || tunnels_ != 0 ||
           std::find(only_->options.begin(), only_->options.end(), &list) != only_->options.end();
  }
  void payload(Position at, Position end) {
    if (at < end) tape_.leaf(payload_field, at, end - at, 0);
  }
  void missing(Position at, std::uint32_t bytes) { tape_.leaf(cut_field, at, 0, bytes); }

  void options(const FieldDesc& list, const OptionFormat& format, Position at, Position end);
  void llc(Position at, Position end);
  EtherType tags(EtherType type, Position& at, Position end, int depth);
  void by_ethertype(EtherType type, Position at, Position end);
  void mpls(Position at, Position end);
  void lldp(Position at, Position end);
  void lldp_value(unsigned type, Position at, Position end);
  void lldp_id(const FieldDesc& subtype, unsigned mac, unsigned address, Position at, Position end);
  void ipv4(Position at, Position end);
  void ipv6(Position at, Position end);
  void after_ipv6(IpProtocol protocol, Position at, Position end);
  void by_protocol(IpProtocol protocol, Position at, Position end);
  void icmpv6(Position at, Position end);
  void tcp(Position at, Position end);
  void udp(Position at, Position end);
  void gre(Position at, Position end);
  void vxlan(Position at, Position end);
  void geneve(Position at, Position end);
  void nsh(Position at, Position end);
  void dhcp(Position at, Position end);
  void dns(Position at, Position end);
  void flow_export(Position at, Position end);

  // A packet within a packet; deeper than anyone builds them, it is bytes.
  template <class F>
  void tunnel(Position at, Position end, F&& inside) {
    if (tunnels_ == max_tunnels) return payload(at, end);
    ++tunnels_;
    inside();
    --tunnels_;
  }
  void inner(EtherType type, Position at, Position end) {
    tunnel(at, end, [&] {
      if (type == EtherType::teb)
        ethernet(at, end);
      else
        by_ethertype(type, at, end);
    });
  }

  // The same where no header of a tunnel is around it: in a structure of its own.
  void encapsulated(EtherType type, Position at, Position end) {
    const std::uint32_t node = tape_.open(inner_field, at, end - at, no_index);
    inner(type, at, end);
    tape_.close(node, end - at);
  }

  Bytes bytes_;
  LayerSink sink_;
  Tape& tape_;
  wire::Interpreter<LayerSink> reader_;
  int tunnels_ = 0;
  const WantedFields* only_;
};

void PacketDissector::options(const FieldDesc& list, const OptionFormat& format, Position at, Position end) {
  if (at >= end || !wants(list)) return;
  const wire::FamilyDesc& family = *list.family;
  const std::uint32_t node = tape_.open(list, at, end - at, no_index);
  bool sound = true, last = false;
  for (std::uint32_t index = 0; at < end && sound && !last; ++index) {
    const std::uint8_t type = octet(at);
    const FieldDesc& what = alternative_of(family, type);
    last = type == format.end;
    if (type < format.single || last) {
      const std::uint32_t element = tape_.open(what, at, 1, index);
      tape_.leaf(family.type, at, 1, type);
      tape_.close(element, 1);
      ++at;
      continue;
    }
    const std::uint32_t left = end - at;
    if (left < format.before) {
      missing(at, format.before - left);
      sound = false;
      break;
    }
    const std::uint32_t size =
        std::uint32_t{octet(at + 1)} * format.unit + (format.counted ? 0u : format.before);
    sound = size >= format.before && size <= left;
    const std::uint32_t here = sound ? size : left;
    const Position value = at + format.before, stop = at + here;
    const std::uint32_t element = tape_.open(what, at, here, index);
    tape_.leaf(family.type, at, 1, type);
    tape_.leaf(family.length, at + 1, 1, octet(at + 1));
    if (!sound) {
      const bool small = size < format.before;
      tape_.problem(family.length, small ? Errc::bad_length : Errc::too_long, Domain::request, at + 1, size,
                    small ? format.before : left);
      if (value < stop) tape_.leaf(wire::broken_field, value, stop - value, 0);
    } else if (what.structure != nullptr) {
      const Position next = reader_.structure(*what.structure, value, stop, Domain::request);
      if (next < stop) tape_.leaf(value_field, next, stop - next, 0);
    } else if (value < stop) {
      tape_.leaf(is_text(bytes_.subspan(value, stop - value)) ? text_field : value_field, value, stop - value,
                 0);
    }
    tape_.close(element, here);
    at = stop;
  }
  if (at < end) tape_.leaf(sound ? padding_field : wire::broken_field, at, end - at, 0);
  tape_.close(node, end - tape_[node].offset);
}

void PacketDissector::ethernet(Position at, Position end) {
  const Position next = header<EthernetHeader>(at, end);
  if (next == cut) return;
  const auto type = number<std::uint16_t>(next - 2);
  if (type < 0x0600)
    llc(next, end);
  else
    by_ethertype(static_cast<EtherType>(type), next, end);
}

void PacketDissector::llc(Position at, Position end) {
  const Position next = header<LlcHeader>(at, end);
  if (next == cut) return;
  if (octet(at) != 0xaa || octet(at + 1) != 0xaa) return payload(next, end);
  const Position snap = header<SnapHeader>(next, end);
  if (snap == cut) return;
  if (octet(next) == 0 && octet(next + 1) == 0 && octet(next + 2) == 0)
    by_ethertype(static_cast<EtherType>(number<std::uint16_t>(snap - 2)), snap, end);
  else
    payload(snap, end);
}

// A tag, with the tags after it inside it. Returns the type after the last, and moves on; no type when it is
// cut.
EtherType PacketDissector::tags(EtherType type, Position& at, Position end, int depth) {
  const Layer tag = open(wire::struct_desc<VlanTag>, at, end);
  at = tag.next;
  if (at != cut) {
    type = static_cast<EtherType>(number<std::uint16_t>(at - 2));
    const bool another = type == EtherType::vlan || type == EtherType::qinq;
    if (another && depth < max_headers) type = tags(type, at, end, depth + 1);
  }
  close(tag, at == cut ? end : at);
  return type;
}

void PacketDissector::by_ethertype(EtherType type, Position at, Position end) {
  if (type == EtherType::vlan || type == EtherType::qinq || type == EtherType{0x9100}) {
    type = tags(type, at, end, 1);
    if (at == cut) return;
    if (static_cast<std::uint16_t>(type) < 0x0600) return llc(at, end);
  }
  switch (type) {
    case EtherType::arp:
    case EtherType::rarp:
      at = header<ArpHeader>(at, end);
      if (at != cut && at < end) tape_.leaf(trailer_field, at, end - at, 0);
      break;
    case EtherType::ipv4: ipv4(at, end); break;
    case EtherType::ipv6: ipv6(at, end); break;
    case EtherType::mpls:
    case EtherType::mpls_multicast: mpls(at, end); break;
    case EtherType::lldp: lldp(at, end); break;
    case EtherType::nsh: nsh(at, end); break;
    default: payload(at, end);
  }
}

// What the stack carries is not said; the first four bits of IP say which.
void PacketDissector::mpls(Position at, Position end) {
  const Layer layer = open(mpls_desc, at, end);
  const std::uint32_t list = tape_.open(mpls_entries, at, 0, no_index);
  const Position start = at;
  bool bottom = false;
  for (std::uint32_t i = 0; !bottom && at != end; ++i) {
    const std::uint32_t node = tape_.open(mpls_entries.family->unknown, at, std::min(4u, end - at), i);
    const Position next = reader_.structure(wire::struct_desc<MplsEntry>, at, end, Domain::request);
    bottom = next == cut || (octet(next - 2) & 1) != 0;
    at = next == cut ? end : next;
    tape_.close(node, at - tape_[node].offset);
  }
  tape_.close(list, at - start);
  close(layer, at);
  if (at >= end) return;
  switch (octet(at) >> 4) {
    case 4: inner(EtherType::ipv4, at, end); break;
    case 6: inner(EtherType::ipv6, at, end); break;
    default: payload(at, end);
  }
}

void PacketDissector::lldp(Position at, Position end) {
  const Layer layer = open(lldp_desc, at, end);
  const std::uint32_t list = tape_.open(lldp_tlvs, at, 0, no_index);
  bool last = false;
  for (std::uint32_t i = 0; !last && at < end; ++i) {
    if (end - at < 2) {
      missing(at, 1);
      tape_.leaf(wire::broken_field, at, 1, 0);
      at = end;
      break;
    }
    const unsigned head = number<std::uint16_t>(at), type = head >> 9;
    const std::uint32_t length = head & 0x1ff, here = std::min(length, end - at - 2);
    const std::uint32_t node = tape_.open(alternative_of(lldp_family, type), at, here + 2, i);
    tape_.leaf(lldp_type, at, 2, type);
    tape_.leaf(lldp_length, at, 2, length);
    lldp_value(type, at + 2, at + 2 + here);
    if (here < length) missing(at + 2 + here, length - here);
    tape_.close(node, here + 2);
    at += 2 + here;
    last = type == 0;
  }
  tape_.close(list, at - layer.start);
  close(layer, at);
  if (at < end) tape_.leaf(trailer_field, at, end - at, 0);
}

void PacketDissector::lldp_value(unsigned type, Position at, Position end) {
  if (at == end) return;
  const std::uint32_t size = end - at;
  if (type == 1) return lldp_id(chassis_fields[0], 4, 5, at, end);
  if (type == 2) return lldp_id(port_fields[0], 3, 4, at, end);
  if (type == 3 && size == 2) return tape_.leaf(seconds_fields[0], at, 2, number<std::uint16_t>(at));
  if (type == 7 && size == 4) {
    tape_.leaf(capability_fields[0], at, 2, number<std::uint16_t>(at));
    return tape_.leaf(capability_fields[1], at + 2, 2, number<std::uint16_t>(at + 2));
  }
  if (type == 127 && size >= 4) {
    tape_.leaf(organization_fields[0], at, 3, 0);
    tape_.leaf(organization_fields[1], at + 3, 1, octet(at + 3));
    at += 4;
  }
  if (at < end) tape_.leaf(is_text(bytes_.subspan(at, end - at)) ? text_field : value_field, at, end - at, 0);
}

void PacketDissector::lldp_id(const FieldDesc& subtype, unsigned mac, unsigned address, Position at,
                              Position end) {
  const std::uint8_t kind = octet(at++);
  tape_.leaf(subtype, at - 1, 1, kind);
  if (at == end) return;
  const Bytes id = bytes_.subspan(at, end - at);
  if (kind == mac && id.size() == 6)
    tape_.leaf(id_mac, at, 6, load_be(id.data(), 6));
  else if (kind == address && id.size() == 5 && octet(at) == 1)
    tape_.leaf(id_ipv4, at + 1, 4, number<std::uint32_t>(at + 1));
  else
    tape_.leaf(kind != mac && is_text(id) ? id_text : id_bytes, at, end - at, 0);
}

void PacketDissector::ipv4(Position at, Position end) {
  const Layer layer = open(wire::struct_desc<Ipv4Header>, at, end);
  if (layer.next == cut) return close(layer, end);
  const std::uint32_t said = (octet(at) & 0x0fu) * 4, header = std::max(said, 20u),
                      total = number<std::uint16_t>(at + 2);
  const std::uint16_t fragment = number<std::uint16_t>(at + 6);
  const auto protocol = static_cast<IpProtocol>(octet(at + 9));
  const Position frame_end = end;
  if (total >= header && total < end - at) end = at + total;
  const Position body = std::min(at + header, end);
  if (said < 20)
    tape_.problem(wire::struct_desc<Ipv4Header>.fields[0], Errc::bad_length, Domain::request, at, said, 20);
  options(ip_options, tcp_format, layer.next, body);
  if (total > end - at) missing(body, total - (end - at));
  close(layer, body);
  if ((fragment & 0x1fff) != 0)
    payload(body, end);
  else
    by_protocol(protocol, body, end);
  if (end < frame_end) tape_.leaf(trailer_field, end, frame_end - end, 0);
}

void PacketDissector::ipv6(Position at, Position end) {
  const Layer layer = open(wire::struct_desc<Ipv6Header>, at, end);
  if (layer.next == cut) return close(layer, end);
  const std::uint32_t length = number<std::uint16_t>(at + 4);
  const auto protocol = static_cast<IpProtocol>(octet(at + 6));
  const Position frame_end = end;
  at = layer.next;
  // A length of 0: a jumbogram, or segmentation left to the network card.
  if (length != 0 && length < end - at) end = at + length;
  if (length > end - at) missing(at, length - (end - at));
  close(layer, at);
  after_ipv6(protocol, at, end);
  if (end < frame_end) tape_.leaf(trailer_field, end, frame_end - end, 0);
}

// Extension headers, and what they lead to.
void PacketDissector::after_ipv6(IpProtocol protocol, Position at, Position end) {
  bool whole = true;
  for (int i = 0; whole && i < max_headers; ++i) {
    if (protocol == IpProtocol::fragment) {
      const Position next = header<FragmentHeader>(at, end);
      if (next == cut) return;
      protocol = static_cast<IpProtocol>(octet(at));
      whole = (number<std::uint16_t>(at + 2) >> 3) == 0;
      at = next;
      continue;
    }
    const wire::StructDesc* desc = protocol == IpProtocol::hop_by_hop            ? &hop_by_hop
                                   : protocol == IpProtocol::routing             ? &routing
                                   : protocol == IpProtocol::destination_options ? &destination_options
                                                                                 : nullptr;
    if (desc == nullptr) break;
    const Layer extension = open(*desc, at, end);
    if (extension.next == cut) return close(extension, end);
    const std::uint32_t size = 8 + 8 * std::uint32_t{octet(at + 1)}, here = std::min(size, end - at);
    const IpProtocol next = static_cast<IpProtocol>(octet(at));
    if (desc == &routing)
      payload(extension.next, at + here);
    else
      options(ipv6_options, ipv6_format, extension.next, at + here);
    if (here < size) missing(end, size - here);
    close(extension, at + here);
    if (here < size) return;
    protocol = next;
    at += size;
  }
  if (whole)
    by_protocol(protocol, at, end);
  else
    payload(at, end);
}

void PacketDissector::by_protocol(IpProtocol protocol, Position at, Position end) {
  switch (protocol) {
    case IpProtocol::icmp: {
      const Layer layer = open(wire::struct_desc<IcmpHeader>, at, end);
      Position next = layer.next;
      const std::uint8_t type = at < end ? octet(at) : 0xff;
      if (next != cut && (type == 0 || type == 8) && end - next >= 4)
        next = fields(wire::struct_desc<Echo>, next, end);
      close(layer, next == cut ? end : next);
      if (next != cut) payload(next, end);
      break;
    }
    case IpProtocol::icmpv6: icmpv6(at, end); break;
    case IpProtocol::igmp:
      if (const Position next = header<IgmpHeader>(at, end); next != cut) payload(next, end);
      break;
    case IpProtocol::tcp: tcp(at, end); break;
    case IpProtocol::udp: udp(at, end); break;
    case IpProtocol::sctp:
      if (const Position next = header<SctpHeader>(at, end); next != cut) payload(next, end);
      break;
    case IpProtocol::ipv4: encapsulated(EtherType::ipv4, at, end); break;
    case IpProtocol::ipv6: encapsulated(EtherType::ipv6, at, end); break;
    case IpProtocol::mpls: encapsulated(EtherType::mpls, at, end); break;
    case IpProtocol::gre: gre(at, end); break;
    case IpProtocol::esp:
      if (const Position next = header<EspHeader>(at, end); next != cut) payload(next, end);
      break;
    case IpProtocol::ah: {
      const Layer layer = open(wire::struct_desc<AhHeader>, at, end);
      if (layer.next == cut) return close(layer, end);
      const Position next = std::max(layer.next, std::min(end, at + 8 + 4 * std::uint32_t{octet(at + 1)}));
      payload(layer.next, next);
      close(layer, next);
      tunnel(next, end, [&] { by_protocol(static_cast<IpProtocol>(octet(at)), next, end); });
      break;
    }
    default: payload(at, end);
  }
}

void PacketDissector::icmpv6(Position at, Position end) {
  const Layer layer = open(wire::struct_desc<Icmpv6Header>, at, end);
  if (layer.next == cut) return close(layer, end);
  const wire::StructDesc* body = nullptr;
  bool neighbour = true;
  switch (static_cast<Icmpv6Type>(octet(at))) {
    case Icmpv6Type::neighbour_solicitation: body = &wire::struct_desc<Solicitation>; break;
    case Icmpv6Type::neighbour_advertisement: body = &wire::struct_desc<Advertisement>; break;
    case Icmpv6Type::router_solicitation: body = &wire::struct_desc<RouterSolicitation>; break;
    case Icmpv6Type::router_advertisement: body = &wire::struct_desc<RouterAdvertisement>; break;
    case Icmpv6Type::echo_request:
    case Icmpv6Type::echo_reply:
      body = &wire::struct_desc<Echo>;
      neighbour = false;
      break;
    default: break;
  }
  Position next = layer.next;
  if (body != nullptr) next = fields(*body, next, end);
  if (next != cut && body != nullptr && neighbour) {
    options(nd_options, nd_format, next, end);
    next = end;
  }
  close(layer, next == cut ? end : next);
  if (next != cut) payload(next, end);
}

void PacketDissector::tcp(Position at, Position end) {
  const Layer layer = open(wire::struct_desc<TcpHeader>, at, end);
  if (layer.next == cut) return close(layer, end);
  const std::uint32_t size = (octet(at + 12) >> 4) * 4u;
  if (size < 20)
    tape_.problem(wire::struct_desc<TcpHeader>.fields[4], Errc::bad_length, Domain::request, at + 12, size,
                  20);
  const Position body = std::min(at + std::max(size, 20u), end);
  options(tcp_options, tcp_format, layer.next, body);
  if (size > end - at) missing(body, size - (end - at));
  close(layer, body);
  payload(body, end);
}

void PacketDissector::udp(Position at, Position end) {
  const Position next = header<UdpHeader>(at, end);
  if (next == cut) return;
  const auto source = number<std::uint16_t>(at), destination = number<std::uint16_t>(at + 2);
  const auto is = [&](std::uint16_t port) { return source == port || destination == port; };
  if (next == end) return;
  // Tunnels choose their source port, so only the destination tells them.
  if (destination == 4789 || destination == 8472 || destination == 4790) return vxlan(next, end);
  if (destination == 6081) return geneve(next, end);
  if (destination == 6635) return encapsulated(EtherType::mpls, next, end);
  if (is(67) || is(68)) return dhcp(next, end);
  if (is(53) || is(5353)) return dns(next, end);
  if (destination == 6343) {
    const Position samples = header<SflowHeader>(next, end);
    return samples == cut ? void() : payload(samples, end);
  }
  if (destination == 2055 || destination == 4739 || destination == 9995) return flow_export(next, end);
  payload(next, end);
}

void PacketDissector::flow_export(Position at, Position end) {
  const unsigned version = end - at >= 2 ? number<std::uint16_t>(at) : 0;
  if (version != 5 && version != 9 && version != 10) return payload(at, end);
  const Position next = version == 10 ? header<IpfixHeader>(at, end) : header<NetflowHeader>(at, end);
  if (next != cut) payload(next, end);
}

void PacketDissector::gre(Position at, Position end) {
  const Layer layer = open(wire::struct_desc<GreHeader>, at, end);
  if (layer.next != cut) inner(static_cast<EtherType>(number<std::uint16_t>(at + 2)), layer.next, end);
  close(layer, end);
}

void PacketDissector::vxlan(Position at, Position end) {
  const Layer layer = open(wire::struct_desc<VxlanHeader>, at, end);
  if (layer.next != cut) {
    // VXLAN-GPE says what is inside when this bit is set; VXLAN itself carries Ethernet.
    const bool says = (octet(at) & 0x04) != 0;
    switch (says ? octet(at + 3) : 3) {
      case 1: inner(EtherType::ipv4, layer.next, end); break;
      case 2: inner(EtherType::ipv6, layer.next, end); break;
      case 3: inner(EtherType::teb, layer.next, end); break;
      case 4: inner(EtherType::nsh, layer.next, end); break;
      default: payload(layer.next, end);
    }
  }
  close(layer, end);
}

void PacketDissector::geneve(Position at, Position end) {
  const Layer layer = open(wire::struct_desc<GeneveHeader>, at, end);
  if (layer.next == cut) return close(layer, end);
  const std::uint32_t size = (octet(at) & 0x3fu) * 4;
  const Position body = std::min(layer.next + size, end);
  Position option = layer.next;
  if (option < body) {
    const std::uint32_t list = tape_.open(geneve_options, option, body - option, no_index);
    for (std::uint32_t i = 0; option < body; ++i) {
      if (body - option < 4) {
        tape_.leaf(wire::broken_field, option, body - option, 0);
        missing(body, 4 - (body - option));
        break;
      }
      const std::uint32_t length = 4 + (octet(option + 3) & 0x1fu) * 4,
                          here = std::min(length, body - option);
      const std::uint32_t node = tape_.open(geneve_family.unknown, option, here, i);
      tape_.leaf(geneve_class, option, 2, number<std::uint16_t>(option));
      tape_.leaf(geneve_type, option + 2, 1, octet(option + 2));
      tape_.leaf(geneve_length, option + 3, 1, octet(option + 3) & 0x1f);
      if (here > 4) tape_.leaf(value_field, option + 4, here - 4, 0);
      if (here < length) missing(body, length - here);
      tape_.close(node, here);
      option += here;
    }
    tape_.close(list, body - layer.next);
  }
  if (size > end - layer.next)
    missing(end, size - (end - layer.next));
  else
    inner(static_cast<EtherType>(number<std::uint16_t>(at + 2)), body, end);
  close(layer, end);
}

void PacketDissector::nsh(Position at, Position end) {
  const Layer layer = open(wire::struct_desc<NshHeader>, at, end);
  if (layer.next == cut) return close(layer, end);
  const std::uint32_t size = std::max((number<std::uint16_t>(at) & 0x3fu) * 4, 8u);
  const Position body = std::min(at + size, end);
  if (layer.next < body) tape_.leaf(value_field, layer.next, body - layer.next, 0);
  if (at + size > end) {
    missing(end, at + size - end);
  } else {
    switch (octet(at + 3)) {
      case 1: inner(EtherType::ipv4, body, end); break;
      case 2: inner(EtherType::ipv6, body, end); break;
      case 3: inner(EtherType::teb, body, end); break;
      case 4: inner(EtherType::nsh, body, end); break;
      case 5: inner(EtherType::mpls, body, end); break;
      default: payload(body, end);
    }
  }
  close(layer, end);
}

void PacketDissector::dhcp(Position at, Position end) {
  const Layer layer = open(wire::struct_desc<DhcpHeader>, at, end);
  if (layer.next == cut) return close(layer, end);
  const bool has_options = number<std::uint32_t>(layer.next - 4) == 0x63825363;
  if (has_options) options(dhcp_options, dhcp_format, layer.next, end);
  close(layer, has_options ? end : layer.next);
  if (!has_options) payload(layer.next, end);
}

// The questions; answers stay bytes.
void PacketDissector::dns(Position at, Position end) {
  const Layer layer = open(wire::struct_desc<DnsHeader>, at, end);
  if (layer.next == cut) return close(layer, end);
  const std::uint16_t questions = number<std::uint16_t>(at + 4);
  Position next = layer.next;
  if (questions != 0 && next < end) {
    const std::uint32_t list = tape_.open(dns_questions, next, 0, no_index);
    for (std::uint32_t i = 0; i < questions && next < end; ++i) {
      const std::uint32_t node = tape_.open(dns_family.unknown, next, 0, i);
      Position name = next;
      while (name < end && octet(name) != 0 && octet(name) < 0xc0) name += 1 + octet(name);
      const std::uint32_t tail = name < end ? (octet(name) == 0 ? 1 : 2) : 0;
      const bool whole = tail != 0 && tail <= end - name;
      const Position after = whole ? name + tail : end;
      tape_.leaf(dns_name, next, after - next, at);
      const Position stop =
          whole ? reader_.structure(wire::struct_desc<DnsQuestion>, after, end, Domain::request) : cut;
      if (!whole) missing(end, 1);
      const Position question = next;
      next = stop == cut ? end : stop;
      tape_.close(node, next - question);
    }
    tape_.close(list, next - layer.next);
  }
  close(layer, next);
  payload(next, end);
}

template <class T>
constexpr PacketLayer layer(const FieldDesc* options = nullptr) {
  return {T::wire.name, &wire::struct_desc<T>, options};
}
constexpr PacketLayer layers[] = {
    layer<EthernetHeader>(),
    layer<LlcHeader>(),
    layer<SnapHeader>(),
    layer<VlanTag>(),
    {"mpls", &mpls_desc, &mpls_entries},
    layer<ArpHeader>(),
    {"lldp", &lldp_desc, &lldp_tlvs},
    layer<Ipv4Header>(&ip_options),
    layer<Ipv6Header>(),
    {"hop_by_hop", &hop_by_hop, &ipv6_options},
    {"routing", &routing, nullptr},
    {"destination_options", &destination_options, &ipv6_options},
    layer<FragmentHeader>(),
    layer<IcmpHeader>(),
    {"icmp", &wire::struct_desc<Echo>, nullptr},
    layer<Icmpv6Header>(&nd_options),
    {"icmpv6", &wire::struct_desc<Echo>, nullptr},
    {"icmpv6", &wire::struct_desc<Solicitation>, nullptr},
    {"icmpv6", &wire::struct_desc<Advertisement>, nullptr},
    {"icmpv6", &wire::struct_desc<RouterAdvertisement>, nullptr},
    layer<IgmpHeader>(),
    layer<TcpHeader>(&tcp_options),
    layer<UdpHeader>(),
    layer<SctpHeader>(),
    layer<GreHeader>(),
    layer<VxlanHeader>(),
    layer<GeneveHeader>(&geneve_options),
    layer<NshHeader>(),
    layer<EspHeader>(),
    layer<AhHeader>(),
    layer<DhcpHeader>(&dhcp_options),
    layer<DnsHeader>(&dns_questions),
    layer<SflowHeader>(),
    layer<NetflowHeader>(),
    layer<IpfixHeader>(),
};
constexpr FieldDesc anywhere[] = {payload_field, trailer_field, padding_field, cut_field, inner_field};

}  // namespace

void dissect_packet(Bytes message, std::uint32_t start, std::uint32_t end, Tape& tape,
                    const WantedFields* only) {
  if (start < end) PacketDissector(message, tape, only).ethernet(start, end);
}

std::span<const PacketLayer> packet_layers() { return layers; }

std::span<const wire::FieldDesc> packet_fields() { return anywhere; }

}  // namespace oflens
