// Match fields that are not the specification's: Nicira's NXM, as Open vSwitch 3.1 has it, and those of
// experimenters. Names are the constants of Open vSwitch's headers, in small letters.
#pragma once

#include <oflens/oxm.hpp>
#include <oflens/v10/enums.hpp>

namespace oflens::nicira {

namespace detail {
using oxm::detail::dec, oxm::detail::exact, oxm::detail::hex, oxm::detail::masked;
constexpr auto of = OxmClass::nxm_0, nx = OxmClass::nxm_1, eric = OxmClass::ericsson;

// A field of the class of experimenters.
template <class T>
constexpr OxmField<T> field_of(ExperimenterId whose, std::uint8_t number, std::uint16_t bits, bool maskable,
                               wire::Format format) {
  return {OxmClass::experimenter, number, bits, maskable, format, {}, whose};
}
constexpr auto nicira = ExperimenterId::nicira, onf = ExperimenterId::onf, nsh = ExperimenterId::nsh;
}  // namespace detail

// Maskable is what Open vSwitch masks. Prerequisites are not given: NXM's may be met by fields of OXM.
// clang-format off

// Class 0, what 1.0 has.
inline constexpr OxmField<v10::PortNo>   nxm_of_in_port       {detail::of,  0, 16, detail::exact};
inline constexpr OxmField<MacAddress>    nxm_of_eth_dst       {detail::of,  1, 48, detail::masked};
inline constexpr OxmField<MacAddress>    nxm_of_eth_src       {detail::of,  2, 48, detail::masked};
inline constexpr OxmField<std::uint16_t> nxm_of_eth_type      {detail::of,  3, 16, detail::exact,  detail::hex};
inline constexpr OxmField<std::uint16_t> nxm_of_vlan_tci      {detail::of,  4, 16, detail::masked, detail::hex};  // bit 12: there is a tag
inline constexpr OxmField<std::uint8_t>  nxm_of_ip_tos        {detail::of,  5,  8, detail::exact};  // DSCP in the upper 6 bits
inline constexpr OxmField<std::uint8_t>  nxm_of_ip_proto      {detail::of,  6,  8, detail::exact};
inline constexpr OxmField<Ipv4Address>   nxm_of_ip_src        {detail::of,  7, 32, detail::masked};
inline constexpr OxmField<Ipv4Address>   nxm_of_ip_dst        {detail::of,  8, 32, detail::masked};
inline constexpr OxmField<std::uint16_t> nxm_of_tcp_src       {detail::of,  9, 16, detail::masked};
inline constexpr OxmField<std::uint16_t> nxm_of_tcp_dst       {detail::of, 10, 16, detail::masked};
inline constexpr OxmField<std::uint16_t> nxm_of_udp_src       {detail::of, 11, 16, detail::masked};
inline constexpr OxmField<std::uint16_t> nxm_of_udp_dst       {detail::of, 12, 16, detail::masked};
inline constexpr OxmField<std::uint8_t>  nxm_of_icmp_type     {detail::of, 13,  8, detail::exact};
inline constexpr OxmField<std::uint8_t>  nxm_of_icmp_code     {detail::of, 14,  8, detail::exact};
inline constexpr OxmField<std::uint16_t> nxm_of_arp_op        {detail::of, 15, 16, detail::exact};
inline constexpr OxmField<Ipv4Address>   nxm_of_arp_spa       {detail::of, 16, 32, detail::masked};
inline constexpr OxmField<Ipv4Address>   nxm_of_arp_tpa       {detail::of, 17, 32, detail::masked};

// Class 1. Registers 0 to 15.
template <int N>
inline constexpr auto nxm_nx_reg = OxmField<std::uint32_t>{detail::nx,  N, 32, detail::masked, detail::hex}.nth(N);
inline constexpr OxmField<std::uint64_t> nxm_nx_tun_id        {detail::nx, 16, 64, detail::masked, detail::hex};
inline constexpr OxmField<MacAddress>    nxm_nx_arp_sha       {detail::nx, 17, 48, detail::masked};
inline constexpr OxmField<MacAddress>    nxm_nx_arp_tha       {detail::nx, 18, 48, detail::masked};
inline constexpr OxmField<Ipv6Address>   nxm_nx_ipv6_src      {detail::nx, 19, 128, detail::masked};
inline constexpr OxmField<Ipv6Address>   nxm_nx_ipv6_dst      {detail::nx, 20, 128, detail::masked};
inline constexpr OxmField<std::uint8_t>  nxm_nx_icmpv6_type   {detail::nx, 21,  8, detail::exact};
inline constexpr OxmField<std::uint8_t>  nxm_nx_icmpv6_code   {detail::nx, 22,  8, detail::exact};
inline constexpr OxmField<Ipv6Address>   nxm_nx_nd_target     {detail::nx, 23, 128, detail::masked};
inline constexpr OxmField<MacAddress>    nxm_nx_nd_sll        {detail::nx, 24, 48, detail::masked};
inline constexpr OxmField<MacAddress>    nxm_nx_nd_tll        {detail::nx, 25, 48, detail::masked};
inline constexpr OxmField<std::uint8_t>  nxm_nx_ip_frag       {detail::nx, 26,  2, detail::masked};  // 1: a fragment, 2: not the first
inline constexpr OxmField<std::uint32_t> nxm_nx_ipv6_label    {detail::nx, 27, 20, detail::masked, detail::hex};
inline constexpr OxmField<std::uint8_t>  nxm_nx_ip_ecn        {detail::nx, 28,  2, detail::exact};
inline constexpr OxmField<std::uint8_t>  nxm_nx_ip_ttl        {detail::nx, 29,  8, detail::exact};
// Two have the number 30, and the length tells them apart. The cookie is not of packets: it chooses flows.
inline constexpr OxmField<std::uint8_t>  nxm_nx_mpls_ttl      {detail::nx, 30,  8, detail::exact};
inline constexpr OxmField<std::uint64_t> nxm_nx_cookie        {detail::nx, 30, 64, detail::masked, detail::hex};
inline constexpr OxmField<Ipv4Address>   nxm_nx_tun_ipv4_src  {detail::nx, 31, 32, detail::masked};
inline constexpr OxmField<Ipv4Address>   nxm_nx_tun_ipv4_dst  {detail::nx, 32, 32, detail::masked};
inline constexpr OxmField<std::uint32_t> nxm_nx_pkt_mark      {detail::nx, 33, 32, detail::masked, detail::hex};
inline constexpr OxmField<std::uint16_t> nxm_nx_tcp_flags     {detail::nx, 34, 12, detail::masked, detail::hex};
inline constexpr OxmField<std::uint32_t> nxm_nx_dp_hash       {detail::nx, 35, 32, detail::masked, detail::hex};
inline constexpr OxmField<std::uint32_t> nxm_nx_recirc_id     {detail::nx, 36, 32, detail::exact};
inline constexpr OxmField<std::uint32_t> nxm_nx_conj_id       {detail::nx, 37, 32, detail::exact};
inline constexpr OxmField<std::uint16_t> nxm_nx_tun_gbp_id    {detail::nx, 38, 16, detail::masked};
inline constexpr OxmField<std::uint8_t>  nxm_nx_tun_gbp_flags {detail::nx, 39,  8, detail::masked, detail::hex};
// Options of Geneve 0 to 63, as the switch's table of TLVs maps them, which also says how wide they are.
template <int N>
inline constexpr auto nxm_nx_tun_metadata = OxmField<Bytes>{detail::nx, 40 + N, 992, detail::masked, detail::hex}.nth(N);
inline constexpr OxmField<std::uint16_t> nxm_nx_tun_flags     {detail::nx, 104,  1, detail::masked, detail::hex};
inline constexpr OxmField<std::uint32_t> nxm_nx_ct_state      {detail::nx, 105, 32, detail::masked, detail::hex};
inline constexpr OxmField<std::uint16_t> nxm_nx_ct_zone       {detail::nx, 106, 16, detail::exact};
inline constexpr OxmField<std::uint32_t> nxm_nx_ct_mark       {detail::nx, 107, 32, detail::masked, detail::hex};
inline constexpr OxmField<Uint128>       nxm_nx_ct_label      {detail::nx, 108, 128, detail::masked, detail::hex};
inline constexpr OxmField<Ipv6Address>   nxm_nx_tun_ipv6_src  {detail::nx, 109, 128, detail::masked};
inline constexpr OxmField<Ipv6Address>   nxm_nx_tun_ipv6_dst  {detail::nx, 110, 128, detail::masked};
// Registers of 128 bits, 0 to 3: each the same bits as four of 32.
template <int N>
inline constexpr auto nxm_nx_xxreg = OxmField<Uint128>{detail::nx, 111 + N, 128, detail::masked, detail::hex}.nth(N);
inline constexpr OxmField<std::uint8_t>  nxm_nx_ct_nw_proto   {detail::nx, 119,  8, detail::exact};
inline constexpr OxmField<Ipv4Address>   nxm_nx_ct_nw_src     {detail::nx, 120, 32, detail::masked};
inline constexpr OxmField<Ipv4Address>   nxm_nx_ct_nw_dst     {detail::nx, 121, 32, detail::masked};
inline constexpr OxmField<Ipv6Address>   nxm_nx_ct_ipv6_src   {detail::nx, 122, 128, detail::masked};
inline constexpr OxmField<Ipv6Address>   nxm_nx_ct_ipv6_dst   {detail::nx, 123, 128, detail::masked};
inline constexpr OxmField<std::uint16_t> nxm_nx_ct_tp_src     {detail::nx, 124, 16, detail::masked};
inline constexpr OxmField<std::uint16_t> nxm_nx_ct_tp_dst     {detail::nx, 125, 16, detail::masked};

// Nicira's in the class of experimenters.
inline constexpr auto nxoxm_et_dp_hash      = detail::field_of<std::uint32_t>(detail::nicira,  0, 32, detail::masked, detail::hex);
inline constexpr auto nxoxm_et_erspan_idx   = detail::field_of<std::uint32_t>(detail::nicira, 11, 20, detail::masked, detail::hex);
inline constexpr auto nxoxm_et_erspan_ver   = detail::field_of<std::uint8_t> (detail::nicira, 12,  4, detail::masked, detail::dec);
inline constexpr auto nxoxm_et_erspan_dir   = detail::field_of<std::uint8_t> (detail::nicira, 13,  1, detail::masked, detail::dec);
inline constexpr auto nxoxm_et_erspan_hwid  = detail::field_of<std::uint8_t> (detail::nicira, 14,  6, detail::masked, detail::hex);
inline constexpr auto nxoxm_et_gtpu_flags   = detail::field_of<std::uint8_t> (detail::nicira, 15,  8, detail::masked, detail::hex);
inline constexpr auto nxoxm_et_gtpu_msgtype = detail::field_of<std::uint8_t> (detail::nicira, 16,  8, detail::masked, detail::dec);

// The ONF's for 1.3 (EXT-109, EXT-233).
inline constexpr auto onfoxm_et_tcp_flags     = detail::field_of<std::uint16_t>(detail::onf, 42, 12, detail::masked, detail::hex);
inline constexpr auto onfoxm_et_actset_output = detail::field_of<PortNo>       (detail::onf, 43, 32, detail::exact,  detail::dec);

// The network service header's (RFC 8300).
inline constexpr auto nxoxm_nsh_flags  = detail::field_of<std::uint8_t> (detail::nsh,  1,  8, detail::masked, detail::dec);
inline constexpr auto nxoxm_nsh_mdtype = detail::field_of<std::uint8_t> (detail::nsh,  2,  8, detail::exact,  detail::dec);
inline constexpr auto nxoxm_nsh_np     = detail::field_of<std::uint8_t> (detail::nsh,  3,  8, detail::exact,  detail::dec);
inline constexpr auto nxoxm_nsh_spi    = detail::field_of<std::uint32_t>(detail::nsh,  4, 24, detail::exact,  detail::hex);
inline constexpr auto nxoxm_nsh_si     = detail::field_of<std::uint8_t> (detail::nsh,  5,  8, detail::exact,  detail::dec);
template <int N>  // 1 to 4
inline constexpr auto nxoxm_nsh_c      = detail::field_of<std::uint32_t>(detail::nsh, 5 + N, 32, detail::masked, detail::hex).nth(N);
inline constexpr auto nxoxm_nsh_ttl    = detail::field_of<std::uint8_t> (detail::nsh, 10,  8, detail::exact,  detail::dec);

// Ericsson's.
inline constexpr OxmField<std::uint32_t> ericoxm_of_icmpv6_nd_reserved     {detail::eric, 1, 32, detail::exact};
inline constexpr OxmField<std::uint8_t>  ericoxm_of_icmpv6_nd_options_type {detail::eric, 2,  8, detail::exact};
// clang-format on

inline constexpr auto add_fields = [](auto& catalog) {
  const auto numbered = [&catalog]<int... N>(std::integer_sequence<int, N...>) {
    return catalog.template add_oxm<nxm_nx_tun_metadata<N>...>();
  };
  return catalog.template add_oxm<nxm_of_in_port, nxm_of_eth_dst, nxm_of_eth_src, nxm_of_eth_type,
                                  nxm_of_vlan_tci, nxm_of_ip_tos, nxm_of_ip_proto, nxm_of_ip_src,
                                  nxm_of_ip_dst, nxm_of_tcp_src, nxm_of_tcp_dst, nxm_of_udp_src,
                                  nxm_of_udp_dst, nxm_of_icmp_type, nxm_of_icmp_code, nxm_of_arp_op,
                                  nxm_of_arp_spa, nxm_of_arp_tpa>() &&
         catalog.template add_oxm<
             nxm_nx_reg<0>, nxm_nx_reg<1>, nxm_nx_reg<2>, nxm_nx_reg<3>, nxm_nx_reg<4>, nxm_nx_reg<5>,
             nxm_nx_reg<6>, nxm_nx_reg<7>, nxm_nx_reg<8>, nxm_nx_reg<9>, nxm_nx_reg<10>, nxm_nx_reg<11>,
             nxm_nx_reg<12>, nxm_nx_reg<13>, nxm_nx_reg<14>, nxm_nx_reg<15>, nxm_nx_tun_id, nxm_nx_arp_sha,
             nxm_nx_arp_tha, nxm_nx_ipv6_src, nxm_nx_ipv6_dst, nxm_nx_icmpv6_type, nxm_nx_icmpv6_code,
             nxm_nx_nd_target, nxm_nx_nd_sll, nxm_nx_nd_tll, nxm_nx_ip_frag, nxm_nx_ipv6_label, nxm_nx_ip_ecn,
             nxm_nx_ip_ttl, nxm_nx_mpls_ttl, nxm_nx_cookie, nxm_nx_tun_ipv4_src, nxm_nx_tun_ipv4_dst,
             nxm_nx_pkt_mark, nxm_nx_tcp_flags, nxm_nx_dp_hash, nxm_nx_recirc_id, nxm_nx_conj_id,
             nxm_nx_tun_gbp_id, nxm_nx_tun_gbp_flags, nxm_nx_tun_flags, nxm_nx_ct_state, nxm_nx_ct_zone,
             nxm_nx_ct_mark, nxm_nx_ct_label, nxm_nx_tun_ipv6_src, nxm_nx_tun_ipv6_dst, nxm_nx_xxreg<0>,
             nxm_nx_xxreg<1>, nxm_nx_xxreg<2>, nxm_nx_xxreg<3>, nxm_nx_ct_nw_proto, nxm_nx_ct_nw_src,
             nxm_nx_ct_nw_dst, nxm_nx_ct_ipv6_src, nxm_nx_ct_ipv6_dst, nxm_nx_ct_tp_src,
             nxm_nx_ct_tp_dst>() &&
         numbered(std::make_integer_sequence<int, 64>{}) &&
         catalog.template add_oxm<
             nxoxm_et_dp_hash, nxoxm_et_erspan_idx, nxoxm_et_erspan_ver, nxoxm_et_erspan_dir,
             nxoxm_et_erspan_hwid, nxoxm_et_gtpu_flags, nxoxm_et_gtpu_msgtype, onfoxm_et_tcp_flags,
             onfoxm_et_actset_output, nxoxm_nsh_flags, nxoxm_nsh_mdtype, nxoxm_nsh_np, nxoxm_nsh_spi,
             nxoxm_nsh_si, nxoxm_nsh_c<1>, nxoxm_nsh_c<2>, nxoxm_nsh_c<3>, nxoxm_nsh_c<4>, nxoxm_nsh_ttl,
             ericoxm_of_icmpv6_nd_reserved, ericoxm_of_icmpv6_nd_options_type>();
};

}  // namespace oflens::nicira
