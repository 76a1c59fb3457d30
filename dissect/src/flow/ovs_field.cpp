#include "ovs_field.hpp"

#include <algorithm>

#include <oflens/ext/nxm.hpp>

namespace oflens::flow {
namespace {

using S = Shape;
using P = Prerequisite;
using namespace nicira;

constexpr bool writable = true, read_only = false, masked = true, exact = false;

// Since when Open vSwitch sends it.
constexpr Version since_of(OxmClass oxm_class, std::uint8_t number, ExperimenterId experimenter) {
  if (oxm_class == OxmClass::openflow_basic) return number < 40 ? Version::v12 : Version::v15;
  if (oxm_class == OxmClass::packet_regs || experimenter == ExperimenterId::onf) return Version::v13;
  if (experimenter == ExperimenterId::nicira && number == nxoxm_et_dp_hash.number) return Version::v15;
  return Version{};
}

template <const auto& F>
constexpr OvsFieldId id() {
  return {wire::OxmName<F>::chars.data(), F.oxm_class, F.number, F.experimenter,
          since_of(F.oxm_class, F.number, F.experimenter)};
}

// A row: how wide it is follows from its numbers.
template <const auto&... F>
constexpr OvsField row(const char* name, const char* extra, Shape shape, Prerequisite prerequisite,
                       bool maskable, bool is_writable, std::uint16_t bits = 0) {
  OvsField f{.name = name,
             .extra = extra,
             .bytes = 0,
             .bits = bits,
             .shape = shape,
             .prerequisite = prerequisite,
             .maskable = maskable,
             .writable = is_writable,
             .any_width = false,
             .id_count = sizeof...(F),
             .ids = {id<F>()...}};
  [[maybe_unused]] const auto width = [&f, bits](const auto& field) {
    f.any_width = field.any_width;
    f.bytes = static_cast<std::uint8_t>(field.any_width ? 124 : field.width);
    if (bits == 0) f.bits = field.bits;
  };
  (width(F), ...);
  return f;
}
// One that has no number.
constexpr OvsField local(const char* name, std::uint8_t bytes, std::uint16_t bits, Shape shape,
                         Prerequisite prerequisite, bool is_writable) {
  OvsField f = row<>(name, nullptr, shape, prerequisite, exact, is_writable, bits);
  f.bytes = bytes;
  return f;
}
// The names of these are those of their constants, but for "nxm_nx_".
template <const auto& F>
constexpr OvsField nx_row() {
  return row<F>(id<F>().name + 7, nullptr, S::hex, P::none, masked, writable);
}

// clang-format off
constexpr OvsField before_metadata[] = {
    row<nxoxm_et_dp_hash, nxm_nx_dp_hash>("dp_hash", nullptr, S::hex, P::none, masked, read_only),
    row<nxm_nx_recirc_id>("recirc_id", nullptr, S::decimal, P::none, exact, read_only),
    row<oxm::packet_type>("packet_type", nullptr, S::packet_type, P::none, exact, read_only),
    row<nxm_nx_conj_id>("conj_id", nullptr, S::decimal, P::none, exact, read_only),
    row<nxm_nx_tun_id, oxm::tunnel_id>("tun_id", "tunnel_id", S::hex, P::none, masked, writable),
    row<nxm_nx_tun_ipv4_src>("tun_src", nullptr, S::ipv4, P::none, masked, writable),
    row<nxm_nx_tun_ipv4_dst>("tun_dst", nullptr, S::ipv4, P::none, masked, writable),
    row<nxm_nx_tun_ipv6_src>("tun_ipv6_src", nullptr, S::ipv6, P::none, masked, writable),
    row<nxm_nx_tun_ipv6_dst>("tun_ipv6_dst", nullptr, S::ipv6, P::none, masked, writable),
    row<nxm_nx_tun_flags>("tun_flags", nullptr, S::tunnel_flags, P::none, masked, writable),
    local("tun_ttl", 1, 8, S::decimal, P::none, read_only),
    local("tun_tos", 1, 8, S::decimal, P::none, read_only),
    row<nxm_nx_tun_gbp_id>("tun_gbp_id", nullptr, S::decimal, P::none, masked, writable),
    row<nxm_nx_tun_gbp_flags>("tun_gbp_flags", nullptr, S::hex, P::none, masked, writable),
    row<nxoxm_et_erspan_idx>("tun_erspan_idx", nullptr, S::hex, P::none, masked, writable),
    row<nxoxm_et_erspan_ver>("tun_erspan_ver", nullptr, S::decimal, P::none, masked, writable),
    row<nxoxm_et_erspan_dir>("tun_erspan_dir", nullptr, S::decimal, P::none, masked, writable),
    row<nxoxm_et_erspan_hwid>("tun_erspan_hwid", nullptr, S::hex, P::none, masked, writable),
    row<nxoxm_et_gtpu_flags>("tun_gtpu_flags", nullptr, S::hex, P::none, masked, read_only),
    row<nxoxm_et_gtpu_msgtype>("tun_gtpu_msgtype", nullptr, S::decimal, P::none, masked, read_only),
};
constexpr OvsField metadata[] = {
    row<oxm::metadata>("metadata", nullptr, S::hex, P::none, masked, writable),
    row<nxm_of_in_port>("in_port", nullptr, S::port, P::none, exact, writable),
    row<oxm::in_port>("in_port_oxm", nullptr, S::port, P::none, exact, writable),
    row<onfoxm_et_actset_output, oxm::actset_output>("actset_output", nullptr, S::port, P::none, exact, read_only),
    local("skb_priority", 4, 32, S::hex, P::none, read_only),
    row<nxm_nx_pkt_mark>("pkt_mark", nullptr, S::hex, P::none, masked, writable),
    row<nxm_nx_ct_state>("ct_state", nullptr, S::ct_state, P::none, masked, read_only),
    row<nxm_nx_ct_zone>("ct_zone", nullptr, S::hex, P::none, exact, read_only),
    row<nxm_nx_ct_mark>("ct_mark", nullptr, S::hex, P::none, masked, writable),
    row<nxm_nx_ct_label>("ct_label", nullptr, S::hex, P::none, masked, writable),
    row<nxm_nx_ct_nw_proto>("ct_nw_proto", nullptr, S::decimal, P::ct, exact, read_only),
    row<nxm_nx_ct_nw_src>("ct_nw_src", nullptr, S::ipv4, P::ct, masked, read_only),
    row<nxm_nx_ct_nw_dst>("ct_nw_dst", nullptr, S::ipv4, P::ct, masked, read_only),
    row<nxm_nx_ct_ipv6_src>("ct_ipv6_src", nullptr, S::ipv6, P::ct, masked, read_only),
    row<nxm_nx_ct_ipv6_dst>("ct_ipv6_dst", nullptr, S::ipv6, P::ct, masked, read_only),
    row<nxm_nx_ct_tp_src>("ct_tp_src", nullptr, S::decimal, P::ct, masked, read_only),
    row<nxm_nx_ct_tp_dst>("ct_tp_dst", nullptr, S::decimal, P::ct, masked, read_only),
    row<oxm::pkt_reg<0>>("xreg0", nullptr, S::hex, P::none, masked, writable),
    row<oxm::pkt_reg<1>>("xreg1", nullptr, S::hex, P::none, masked, writable),
    row<oxm::pkt_reg<2>>("xreg2", nullptr, S::hex, P::none, masked, writable),
    row<oxm::pkt_reg<3>>("xreg3", nullptr, S::hex, P::none, masked, writable),
    row<oxm::pkt_reg<4>>("xreg4", nullptr, S::hex, P::none, masked, writable),
    row<oxm::pkt_reg<5>>("xreg5", nullptr, S::hex, P::none, masked, writable),
    row<oxm::pkt_reg<6>>("xreg6", nullptr, S::hex, P::none, masked, writable),
    row<oxm::pkt_reg<7>>("xreg7", nullptr, S::hex, P::none, masked, writable),
};
constexpr OvsField packet[] = {
    row<nxm_of_eth_src, oxm::eth_src>("eth_src", "dl_src", S::mac, P::ethernet, masked, writable),
    row<nxm_of_eth_dst, oxm::eth_dst>("eth_dst", "dl_dst", S::mac, P::ethernet, masked, writable),
    row<nxm_of_eth_type, oxm::eth_type>("eth_type", "dl_type", S::hex, P::ethernet, exact, read_only),
    row<nxm_of_vlan_tci>("vlan_tci", nullptr, S::hex, P::ethernet, masked, writable),
    local("dl_vlan", 2, 12, S::decimal, P::ethernet, writable),
    row<oxm::vlan_vid>("vlan_vid", nullptr, S::decimal, P::ethernet, masked, writable, 12),
    local("dl_vlan_pcp", 1, 3, S::decimal, P::ethernet, writable),
    row<oxm::vlan_pcp>("vlan_pcp", nullptr, S::decimal, P::vlan, exact, writable),
    row<oxm::mpls_label>("mpls_label", nullptr, S::decimal, P::mpls, exact, writable),
    row<oxm::mpls_tc>("mpls_tc", nullptr, S::decimal, P::mpls, exact, writable),
    row<oxm::mpls_bos>("mpls_bos", nullptr, S::decimal, P::mpls, exact, read_only),
    row<nxm_nx_mpls_ttl>("mpls_ttl", nullptr, S::decimal, P::mpls, exact, writable),
    row<nxm_of_ip_src, oxm::ipv4_src>("ip_src", "nw_src", S::ipv4, P::ipv4, masked, writable),
    row<nxm_of_ip_dst, oxm::ipv4_dst>("ip_dst", "nw_dst", S::ipv4, P::ipv4, masked, writable),
    row<nxm_nx_ipv6_src, oxm::ipv6_src>("ipv6_src", nullptr, S::ipv6, P::ipv6, masked, writable),
    row<nxm_nx_ipv6_dst, oxm::ipv6_dst>("ipv6_dst", nullptr, S::ipv6, P::ipv6, masked, writable),
    row<nxm_nx_ipv6_label, oxm::ipv6_flabel>("ipv6_label", nullptr, S::hex, P::ipv6, masked, writable),
    row<nxm_of_ip_proto, oxm::ip_proto>("nw_proto", "ip_proto", S::decimal, P::ip, exact, read_only),
    row<nxm_of_ip_tos>("nw_tos", nullptr, S::decimal, P::ip, exact, writable),
    row<oxm::ip_dscp>("ip_dscp", nullptr, S::decimal, P::ip, exact, writable),
    row<nxm_nx_ip_ecn, oxm::ip_ecn>("nw_ecn", "ip_ecn", S::decimal, P::ip, exact, writable),
    row<nxm_nx_ip_ttl>("nw_ttl", nullptr, S::decimal, P::ip, exact, writable),
    row<nxm_nx_ip_frag>("ip_frag", "nw_frag", S::frag, P::ip, masked, read_only),
    row<nxm_of_arp_op, oxm::arp_op>("arp_op", nullptr, S::decimal, P::arp, exact, writable),
    row<nxm_of_arp_spa, oxm::arp_spa>("arp_spa", nullptr, S::ipv4, P::arp, masked, writable),
    row<nxm_of_arp_tpa, oxm::arp_tpa>("arp_tpa", nullptr, S::ipv4, P::arp, masked, writable),
    row<nxm_nx_arp_sha, oxm::arp_sha>("arp_sha", nullptr, S::mac, P::arp, masked, writable),
    row<nxm_nx_arp_tha, oxm::arp_tha>("arp_tha", nullptr, S::mac, P::arp, masked, writable),
    row<nxm_of_tcp_src, oxm::tcp_src>("tcp_src", "tp_src", S::decimal, P::tcp, masked, writable),
    row<nxm_of_tcp_dst, oxm::tcp_dst>("tcp_dst", "tp_dst", S::decimal, P::tcp, masked, writable),
    row<nxm_nx_tcp_flags, onfoxm_et_tcp_flags, oxm::tcp_flags>("tcp_flags", nullptr, S::tcp_flags, P::tcp, masked, read_only),
    row<nxm_of_udp_src, oxm::udp_src>("udp_src", nullptr, S::decimal, P::udp, masked, writable),
    row<nxm_of_udp_dst, oxm::udp_dst>("udp_dst", nullptr, S::decimal, P::udp, masked, writable),
    row<oxm::sctp_src>("sctp_src", nullptr, S::decimal, P::sctp, masked, writable),
    row<oxm::sctp_dst>("sctp_dst", nullptr, S::decimal, P::sctp, masked, writable),
    row<nxm_of_icmp_type, oxm::icmpv4_type>("icmp_type", nullptr, S::decimal, P::icmp, exact, writable),
    row<nxm_of_icmp_code, oxm::icmpv4_code>("icmp_code", nullptr, S::decimal, P::icmp, exact, writable),
    row<nxm_nx_icmpv6_type, oxm::icmpv6_type>("icmpv6_type", nullptr, S::decimal, P::icmp6, exact, writable),
    row<nxm_nx_icmpv6_code, oxm::icmpv6_code>("icmpv6_code", nullptr, S::decimal, P::icmp6, exact, writable),
    row<nxm_nx_nd_target, oxm::ipv6_nd_target>("nd_target", nullptr, S::ipv6, P::nd, masked, writable),
    row<nxm_nx_nd_sll, oxm::ipv6_nd_sll>("nd_sll", nullptr, S::mac, P::nd_solicit, masked, writable),
    row<nxm_nx_nd_tll, oxm::ipv6_nd_tll>("nd_tll", nullptr, S::mac, P::nd_advert, masked, writable),
    row<ericoxm_of_icmpv6_nd_reserved>("nd_reserved", nullptr, S::decimal, P::nd, exact, writable),
    row<ericoxm_of_icmpv6_nd_options_type>("nd_options_type", nullptr, S::decimal, P::nd, exact, writable),
    row<nxoxm_nsh_flags>("nsh_flags", nullptr, S::decimal, P::nsh, masked, writable),
    row<nxoxm_nsh_ttl>("nsh_ttl", nullptr, S::decimal, P::nsh, exact, writable),
    row<nxoxm_nsh_mdtype>("nsh_mdtype", nullptr, S::decimal, P::nsh, exact, read_only),
    row<nxoxm_nsh_np>("nsh_np", nullptr, S::decimal, P::nsh, exact, read_only),
    row<nxoxm_nsh_spi>("nsh_spi", "nsp", S::hex, P::nsh, exact, writable),
    row<nxoxm_nsh_si>("nsh_si", "nsi", S::decimal, P::nsh, exact, writable),
    row<nxoxm_nsh_c<1>>("nsh_c1", "nshc1", S::hex, P::nsh, masked, writable),
    row<nxoxm_nsh_c<2>>("nsh_c2", "nshc2", S::hex, P::nsh, masked, writable),
    row<nxoxm_nsh_c<3>>("nsh_c3", "nshc3", S::hex, P::nsh, masked, writable),
    row<nxoxm_nsh_c<4>>("nsh_c4", "nshc4", S::hex, P::nsh, masked, writable),
};
// clang-format on

template <int... N>
constexpr std::array<OvsField, sizeof...(N)> regs(std::integer_sequence<int, N...>) {
  return {nx_row<nxm_nx_reg<N>>()...};
}
template <int... N>
constexpr std::array<OvsField, sizeof...(N)> xxregs(std::integer_sequence<int, N...>) {
  return {nx_row<nxm_nx_xxreg<N>>()...};
}
template <int... N>
constexpr std::array<OvsField, sizeof...(N)> options(std::integer_sequence<int, N...>) {
  return {nx_row<nxm_nx_tun_metadata<N>>()...};
}

constexpr auto all = [] {
  constexpr auto r = regs(std::make_integer_sequence<int, 16>{});
  constexpr auto x = xxregs(std::make_integer_sequence<int, 4>{});
  constexpr auto o = options(std::make_integer_sequence<int, 64>{});
  std::array<OvsField, std::size(before_metadata) + std::size(metadata) + std::size(packet) + std::size(r) +
                           std::size(x) + std::size(o)>
      fields{};
  auto* at = fields.data();
  const auto add = [&at](const auto& rows) {
    for (const OvsField& f : rows) *at++ = f;
  };
  add(before_metadata);
  add(o);
  add(metadata);
  add(r);
  add(x);
  add(packet);
  return fields;
}();

// By class and number, index + 1: what is looked up most.
constexpr auto by_number = [] {
  std::array<std::array<std::uint8_t, 128>, 3> index{};
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t k = 0; k < all[i].id_count; ++k) {
      const OvsFieldId& id = all[i].ids[k];
      if (id.oxm_class == OxmClass::nxm_0) index[0][id.number] = static_cast<std::uint8_t>(i + 1);
      if (id.oxm_class == OxmClass::nxm_1) index[1][id.number] = static_cast<std::uint8_t>(i + 1);
      if (id.oxm_class == OxmClass::openflow_basic) index[2][id.number] = static_cast<std::uint8_t>(i + 1);
    }
  return index;
}();
static_assert(all.size() < 255);

constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// What the specification's fields are called has no class in front.
constexpr std::string_view prefix_of_name(const OvsFieldId& id) {
  return id.oxm_class == OxmClass::openflow_basic || id.oxm_class == OxmClass::packet_regs ? "OXM_OF_" : "";
}
bool is_constant(std::string_view text, const OvsFieldId& id) {
  const std::string_view prefix = prefix_of_name(id), name = id.name;
  if (text.size() != prefix.size() + name.size() || text.substr(0, prefix.size()) != prefix) return false;
  return std::equal(name.begin(), name.end(), text.begin() + static_cast<std::ptrdiff_t>(prefix.size()),
                    [](char a, char b) { return upper(a) == b; });
}

// ---- flags

using Names = std::span<const char* const>;
constexpr const char* tcp_names[] = {"fin", "syn", "rst", "psh",   "ack",   "urg",
                                     "ece", "cwr", "ns",  "[200]", "[400]", "[800]"};
constexpr const char* ct_names[] = {"new", "est", "rel", "rpl", "inv", "trk", "snat", "dnat"};
constexpr const char* tunnel_names[] = {"oam"};

struct Flags {
  Names names;
  const char* what;
  std::uint64_t exact;  // this mask is as good as none
};
Flags flags_of(Shape shape) {
  switch (shape) {
    case Shape::tcp_flags: return {tcp_names, "TCP flag", 0x0fff};
    case Shape::ct_state: return {ct_names, "ct_state flag", 0xffffffff};
    default: return {tunnel_names, "tunnel flag", 0xffff};
  }
}

void put_flags(TextBuffer& out, const Flags& flags, std::uint64_t value, std::uint64_t mask) {
  const auto each = [](std::uint64_t bits, auto&& f) {
    for (unsigned i = 0; i < 64; ++i)
      if ((bits >> i & 1) != 0) f(i);
  };
  if ((mask & flags.exact) == flags.exact) {
    if (value == 0) return out.put('0');
    std::uint64_t unnamed = 0;
    bool separate = false;
    each(value, [&](unsigned i) {
      if (i >= flags.names.size()) {
        unnamed |= std::uint64_t{1} << i;
        return;
      }
      if (separate) out.put('|');
      out.put(flags.names[i]);
      separate = true;
    });
    if (unnamed != 0) {
      if (separate) out.put('|');
      out.put_hex(unnamed);
    }
  } else if (mask == 0) {
    out.put("0/0");
  } else {
    each(mask, [&](unsigned i) {
      out.put((value >> i & 1) != 0 ? '+' : '-');
      out.put(i < flags.names.size() ? flags.names[i] : "[Unknown]");
    });
  }
}

bool fail(SyntaxError& error, std::string_view part, std::string reason) {
  error = {part, std::move(reason)};
  return false;
}

std::optional<unsigned> flag_named(Names names, std::string_view word) {
  for (unsigned i = 0; i < names.size(); ++i)
    if (word == names[i]) return i;
  return std::nullopt;
}

bool read_flags(std::string_view text, const Flags& flags, std::uint64_t& value, std::uint64_t& mask,
                SyntaxError& error) {
  const std::uint64_t allowed = (std::uint64_t{1} << flags.names.size()) - 1;
  const auto unknown = [&](std::string_view part) {
    return fail(error, part, std::string("there is no such ") + flags.what);
  };
  value = mask = 0;
  std::string_view rest = text;
  std::uint64_t number = 0, number_mask = 0;
  if (take_number(rest, number) == NumberError::none && !rest.empty() && rest[0] == '/') {
    rest.remove_prefix(1);
    if (take_number(rest, number_mask) != NumberError::none || !rest.empty())
      return fail(error, text, "is not flags and a mask");
    if (((number | number_mask) & ~allowed) != 0) return unknown(text);
    value = number;
    mask = number_mask;
    return true;
  }
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    for (rest = text; !rest.empty();) {
      if (rest[0] != '+' && rest[0] != '-') return fail(error, rest, "needs '+' or '-' in front");
      const std::string_view word = rest.substr(1, rest.find_first_of("+-", 1) - 1);
      const auto flag = flag_named(flags.names, word);
      if (!flag) return unknown(word.empty() ? rest : word);
      const std::uint64_t bit = std::uint64_t{1} << *flag;
      if ((mask & bit) != 0) return fail(error, word, "is said twice");
      mask |= bit;
      if (rest[0] == '+') value |= bit;
      rest.remove_prefix(1 + word.size());
    }
    return true;
  }
  mask = ~std::uint64_t{0};
  for (rest = text; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find('|'));
    if (const auto bits = read_number(word)) {
      if ((*bits & ~allowed) != 0) return unknown(word);
      value |= *bits;
    } else if (const auto flag = flag_named(flags.names, word)) {
      value |= std::uint64_t{1} << *flag;
    } else {
      return unknown(word.empty() ? rest : word);
    }
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
  return true;
}

// ---- fragments: bit 0 says that it is one, bit 1 that it is not the first

struct Frag {
  std::string_view name;
  std::uint8_t value, mask;
};
constexpr Frag frags[] = {{"no", 0, 3}, {"yes", 1, 1}, {"first", 1, 3}, {"later", 3, 3}, {"not_later", 0, 2}};

void put_frag(TextBuffer& out, std::uint64_t value, std::uint64_t mask) {
  value &= 3;
  mask &= 3;
  if (mask == 3) return out.put(value == 0 ? "no" : value == 1 ? "first" : value == 3 ? "later" : "<error>");
  if (mask == 1) return out.put((value & 1) != 0 ? "yes" : "no");
  if (mask == 2) return out.put((value & 2) != 0 ? "later" : "not_later");
  out.put("<error>");
}

// ---- values

template <class Address>
void put_address(TextBuffer& out, Bytes bytes) {
  Address a;
  wire::load(a, bytes.data());
  out.put(a);
}

bool all_are(Bytes bytes, std::byte b) {
  return std::all_of(bytes.begin(), bytes.end(), [b](std::byte x) { return x == b; });
}

void put_prefixed(TextBuffer& out, Bytes mask, void (*put)(TextBuffer&, Bytes)) {
  out.put('/');
  if (const auto length = prefix_of(mask))
    out.put_decimal(*length);
  else
    put(out, mask);
}

std::string too_large(const OvsField& field) {
  return "does not fit into the " + std::to_string(8 * field.bytes) + " bits of " + field.name;
}

}  // namespace

std::span<const OvsField> ovs_fields() { return all; }

const OvsFieldId& OvsField::id_for(Version version) const {
  const OvsFieldId* found = &ids[0];
  for (std::size_t i = 1; i < id_count; ++i)
    if (ids[i].since <= version) found = &ids[i];
  return *found;
}

const OvsField* find_field(std::string_view name) {
  for (const OvsField& f : all)
    if (name == f.name || (f.extra != nullptr && name == f.extra)) return &f;
  for (const OvsField& f : all)
    for (std::size_t i = 0; i < f.id_count; ++i)
      if (is_constant(name, f.ids[i])) return &f;
  return nullptr;
}

const OvsField* find_field(OxmClass oxm_class, std::uint8_t number, ExperimenterId experimenter) {
  std::size_t i = 0;
  switch (oxm_class) {
    case OxmClass::nxm_0: i = by_number[0][number & 0x7f]; break;
    case OxmClass::nxm_1: i = by_number[1][number & 0x7f]; break;
    case OxmClass::openflow_basic: i = by_number[2][number & 0x7f]; break;
    default:
      for (const OvsField& f : all)
        for (std::size_t k = 0; k < f.id_count; ++k)
          if (f.ids[k].oxm_class == oxm_class && f.ids[k].number == number &&
              f.ids[k].experimenter == experimenter)
            return &f;
  }
  return i == 0 ? nullptr : &all[i - 1];
}

const OvsField* find_field(Bytes header) {
  const auto oxm_class = static_cast<OxmClass>(load_be<std::uint16_t>(header.data()));
  const bool experimenter = oxm_class == OxmClass::experimenter;
  if (experimenter && header.size() < 8) return nullptr;
  return find_field(
      oxm_class, std::to_integer<std::uint8_t>(header[2] >> 1),
      static_cast<ExperimenterId>(experimenter ? load_be<std::uint32_t>(header.data() + 4) : 0));
}

void put_constant(TextBuffer& out, const OvsFieldId& id) {
  out.put(prefix_of_name(id));
  for (const char* c = id.name; *c != '\0'; ++c) out.put(upper(*c));
}

bool FieldValue::exact() const { return all_are(mask_bytes(), std::byte{0xff}); }
bool FieldValue::wildcard() const { return all_are(mask_bytes(), std::byte{0}); }

void put_field_value(TextBuffer& out, const OvsField& field, Bytes value, Bytes mask) {
  if (!mask.empty() && all_are(mask, std::byte{0})) return out.put("ANY");
  const bool is_masked = !mask.empty() && !all_are(mask, std::byte{0xff});
  const auto number = [](Bytes b) { return b.size() <= 8 ? load_be(b.data(), b.size()) : 0; };
  const std::uint64_t mask_number = is_masked ? number(mask) : ~std::uint64_t{0};
  switch (field.shape) {
    case Shape::mac:
      if (value.size() != 6) break;
      put_address<MacAddress>(out, value);
      if (is_masked) {
        out.put('/');
        put_address<MacAddress>(out, mask);
      }
      return;
    case Shape::ipv4:
      if (value.size() != 4) break;
      put_address<Ipv4Address>(out, value);
      if (is_masked) put_prefixed(out, mask, put_address<Ipv4Address>);
      return;
    case Shape::ipv6:
      if (value.size() != 16) break;
      put_address<Ipv6Address>(out, value);
      if (is_masked) put_prefixed(out, mask, put_address<Ipv6Address>);
      return;
    case Shape::port: {
      if (is_masked || value.size() > 4) break;
      const auto port = static_cast<std::uint32_t>(number(value));
      return put_port(out,
                      static_cast<PortNo>(value.size() == 2 && port >= 0xff00 ? port | 0xffff0000 : port));
    }
    case Shape::frag: return put_frag(out, number(value), mask_number);
    case Shape::tcp_flags:
    case Shape::ct_state:
    case Shape::tunnel_flags: return put_flags(out, flags_of(field.shape), number(value), mask_number);
    case Shape::packet_type: {
      const std::uint64_t v = number(value);
      out.put('(');
      out.put_decimal(v >> 16);
      out.put(',');
      put_hex_or_0(out, v & 0xffff);
      return out.put(')');
    }
    case Shape::decimal:
    case Shape::hex: break;
  }
  if (field.shape == Shape::hex || value.size() > 8)
    put_hex_or_0(out, value);
  else
    out.put_decimal(number(value));
  if (is_masked) {
    out.put('/');
    put_hex_or_0(out, mask);
  }
}

namespace {

// value[/mask], each read by the same rule.
template <class Address, class Read>
bool read_address(std::string_view text, std::string_view what, Read&& read, FieldValue& out,
                  SyntaxError& error) {
  const std::size_t slash = text.find('/');
  const std::string_view value = text.substr(0, slash);
  const auto address = read(value);
  if (!address) return fail(error, value, "is not an " + std::string(what) + " address");
  wire::store(out.value.data(), *address);
  if (slash == text.npos) return true;
  const std::string_view rest = text.substr(slash + 1);
  if (const auto mask = read(rest)) {
    wire::store(out.mask.data(), *mask);
    return true;
  }
  if constexpr (!std::is_same_v<Address, MacAddress>) {
    const auto bits = read_number(rest);
    if (!bits) return fail(error, rest, "is neither a mask nor the length of a prefix");
    if (*bits > 8 * sizeof(Address))
      return fail(error, rest, "is more than the " + std::to_string(8 * sizeof(Address)) + " bits there are");
    for (unsigned i = 0; i < 8 * sizeof(Address); ++i)
      if (i >= *bits) out.mask[i / 8] &= ~(std::byte{0x80} >> (i % 8));
    return true;
  } else {
    return fail(error, rest, "is not an Ethernet address");
  }
}

bool read_packet_type(std::string_view text, FieldValue& out, SyntaxError& error) {
  const auto wrong = [&] { return fail(error, text, "is not a packet type as in (1,0x800)"); };
  if (text.size() < 5 || text.front() != '(' || text.back() != ')') return wrong();
  const std::string_view inner = text.substr(1, text.size() - 2);
  const std::size_t comma = inner.find(',');
  if (comma == inner.npos) return wrong();
  const auto space = read_number(inner.substr(0, comma), 0xffff),
             type = read_number(inner.substr(comma + 1), 0xffff);
  if (!space || !type) return wrong();
  store_be(out.value.data(), static_cast<std::uint32_t>(*space << 16 | *type));
  return true;
}

bool read_numbers(std::string_view text, const OvsField& field, FieldValue& out, SyntaxError& error) {
  std::string_view rest = text;
  const auto one = [&](std::span<std::byte> to) {
    const std::string_view part = rest.substr(0, rest.find('/'));
    switch (take_number(rest, to)) {
      case NumberError::none: return true;
      case NumberError::syntax: return fail(error, part.empty() ? text : part, "is not a number");
      case NumberError::too_large: break;
    }
    return fail(error, part, too_large(field));
  };
  if (!one({out.value.data(), out.width})) return false;
  if (!rest.empty() && rest[0] == '/') {
    rest.remove_prefix(1);
    if (!one({out.mask.data(), out.width})) return false;
  }
  if (!rest.empty()) return fail(error, text, "is not a number");
  return true;
}

}  // namespace

bool read_field_value(std::string_view text, const OvsField& field, FieldValue& out, SyntaxError& error) {
  out.width = field.bytes;
  out.value.fill(std::byte{0});
  if (text == "*") {
    out.mask.fill(std::byte{0});
    return true;
  }
  out.mask.fill(std::byte{0xff});
  bool ok = true;
  switch (field.shape) {
    case Shape::mac: ok = read_address<MacAddress>(text, "Ethernet", read_mac, out, error); break;
    case Shape::ipv4: ok = read_address<Ipv4Address>(text, "IPv4", read_ipv4, out, error); break;
    case Shape::ipv6: ok = read_address<Ipv6Address>(text, "IPv6", read_ipv6, out, error); break;
    case Shape::port: {
      const auto port = read_port(text);
      // A number of 32 bits is no port of 1.0, reserved or not.
      if (!port || (out.width == 2 && read_number(text).value_or(0) > 0xffff))
        return fail(error, text, "is not a port");
      store_be(out.value.data(), static_cast<std::uint32_t>(*port), out.width);
      break;
    }
    case Shape::frag: {
      const auto* frag = std::find_if(std::begin(frags), std::end(frags),
                                      [&](const Frag& f) { return same_word(f.name, text); });
      if (frag == std::end(frags)) return fail(error, text, "is none of no, yes, first, later, not_later");
      out.value[0] = static_cast<std::byte>(frag->value);
      out.mask[0] = static_cast<std::byte>(frag->mask);
      break;
    }
    case Shape::tcp_flags:
    case Shape::ct_state:
    case Shape::tunnel_flags: {
      std::uint64_t value = 0, mask = 0;
      if (!read_flags(text, flags_of(field.shape), value, mask, error)) return false;
      store_be(out.value.data(), value, out.width);
      store_be(out.mask.data(), mask, out.width);
      break;
    }
    case Shape::packet_type: ok = read_packet_type(text, out, error); break;
    case Shape::decimal:
    case Shape::hex: ok = read_numbers(text, field, out, error); break;
  }
  if (ok && !field.maskable && !out.exact() && !out.wildcard())
    return fail(error, text, std::string("has a mask, and ") + field.name + " takes none");
  return ok;
}

void append_field(const OvsFieldId& id, Bytes value, Bytes mask, std::vector<std::byte>& out) {
  const bool is_masked = !mask.empty() && !all_are(mask, std::byte{0xff});
  const std::size_t at = out.size(), header = id.header_size();
  out.resize(at + header);
  store_be(out.data() + at, static_cast<std::uint16_t>(id.oxm_class));
  out[at + 2] = static_cast<std::byte>(id.number << 1 | (is_masked ? 1 : 0));
  if (header == 8) store_be(out.data() + at + 4, static_cast<std::uint32_t>(id.experimenter));
  out.insert(out.end(), value.begin(), value.end());
  if (is_masked) out.insert(out.end(), mask.begin(), mask.end());
  out[at + 3] = static_cast<std::byte>(out.size() - at - 4);
}

// ---- parts of fields

void put_range(TextBuffer& out, unsigned first, unsigned bits, unsigned of) {
  out.put('[');
  if (first != 0 || bits != of) {
    out.put_decimal(first);
    if (bits != 1) {
      out.put("..");
      out.put_decimal(first + bits - 1);
    }
  }
  out.put(']');
}

void put_subfield(TextBuffer& out, const Subfield& part) {
  put_constant(out, part.field->constant());
  put_range(out, part.first, part.bits, part.field->bits);
}

bool take_subfield(std::string_view& text, Subfield& out, SyntaxError& error) {
  const std::string_view name = text.substr(0, text.find_first_of("[-,)(:"));
  const OvsField* field = find_field(name);
  if (field == nullptr) return fail(error, name.empty() ? text : name, "is not a field");
  std::string_view rest = text.substr(name.size());
  std::uint64_t first = 0, last = field->bits - 1u;
  if (!rest.empty() && rest[0] == '[') {
    const std::size_t end = rest.find(']');
    const std::string_view range = rest.substr(0, end == rest.npos ? end : end + 1);
    std::string_view inner = range.substr(1);
    if (inner != "]") {
      if (take_number(inner, first) != NumberError::none)
        return fail(error, range, "is neither [], [BIT] nor [FIRST..LAST]");
      last = first;
      if (inner.substr(0, 2) == "..") {
        inner.remove_prefix(2);
        if (take_number(inner, last) != NumberError::none) inner = {};
      }
      if (inner != "]") return fail(error, range, "is neither [], [BIT] nor [FIRST..LAST]");
    }
    const std::string wide = " is " + std::to_string(field->bits) + " bits wide";
    if (first > last) return fail(error, range, "ends before it begins");
    if (last >= field->bits) return fail(error, range, std::string("reaches too far: ") + field->name + wide);
    rest.remove_prefix(range.size());
  }
  out = {field, static_cast<unsigned>(first), static_cast<unsigned>(last - first + 1)};
  text = rest;
  return true;
}

bool read_subfield(std::string_view text, Subfield& out, SyntaxError& error) {
  std::string_view rest = text;
  if (!take_subfield(rest, out, error)) return false;
  return rest.empty() || fail(error, rest, "is too much after a field");
}

}  // namespace oflens::flow
