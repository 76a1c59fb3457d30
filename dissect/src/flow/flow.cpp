#include <oflens/flow/flow.hpp>

#include <algorithm>
#include <vector>

#include <oflens/ext/nicira.hpp>
#include <oflens/ext/nxm.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

#include "action_walk.hpp"
#include "mod_parts.hpp"

namespace oflens {
namespace {

using namespace flow;

constexpr std::uint16_t has_tag = 0x1000;  // of VLAN_TCI and VLAN_VID

// ---- building the canonical form

// Bytes under construction, mostly on the stack.
class Builder {
 public:
  explicit Builder(std::size_t most) {
    if (most > few_.size() - in_front) {
      many_.resize(in_front + most);
      begin_ = end_ = many_.data() + in_front;
    }
  }
  Bytes bytes() const { return {begin_, end_}; }

  void raw(Bytes bytes) {
    if (!bytes.empty()) std::memcpy(end_, bytes.data(), bytes.size());
    end_ += bytes.size();
  }
  template <class T>
  void exact(const OxmField<T>& field, const T& value) {
    const auto encoded = field(value);
    raw({encoded.bytes.data(), encoded.size});
  }
  // A field of which only the bits of `full` count. All of them count in most.
  void field(std::uint32_t id, std::uint32_t experimenter, const std::byte* value, const std::byte* mask,
             std::size_t width, std::uint64_t full) {
    std::byte* const header = end_;
    end_ += 4;
    if (id >> 7 == 0xffff) {
      store_be(end_, experimenter);
      end_ += 4;
    }
    bool none = false, all = mask == nullptr || width != 0;
    if (mask == nullptr && full == ~std::uint64_t{0}) {
      std::memcpy(end_, value, width);
    } else if (width - 1 < 8) {
      const std::uint64_t used = full & ~std::uint64_t{0} >> (64 - 8 * width),
                          m = mask != nullptr ? load_be(mask, width) & used : used;
      none = m == 0;
      all = m == used;
      store_be(end_, load_be(value, width) & m, width);
      store_be(end_ + width, m, width);
    } else {  // all bits count
      none = mask != nullptr && width != 0;
      for (std::size_t i = 0; i < width; ++i) {
        const std::byte m = mask != nullptr ? mask[i] : std::byte{0xff};
        end_[i] = value[i] & m;
        end_[i + width] = m;
        if (m != std::byte{0}) none = false;
        if (m != std::byte{0xff}) all = false;
      }
    }
    if (none) {
      end_ = header;
      return;
    }
    end_ += all ? width : 2 * width;
    store_be(header, id << 9 | (all ? 0u : 0x100u) | static_cast<std::uint32_t>(end_ - header - 4));
  }
  void vlan(std::uint16_t tci, std::uint16_t mask) {
    if (mask != 0) end_ = put_vlan(end_, tci, mask);
  }
  // Its number is below all of OPENFLOW_BASIC. Once, and only before what began here.
  void vlan_in_front(std::uint16_t tci, std::uint16_t mask) {
    if (mask == 0) return;
    begin_ -= mask == 0xffff ? 6 : 8;
    put_vlan(begin_, tci, mask);
  }
  void begin_anew() { end_ = begin_; }

 private:
  static std::byte* put_vlan(std::byte* p, std::uint16_t tci, std::uint16_t mask) {
    const bool all = mask == 0xffff;
    store_be(p, id_of(nicira::nxm_of_vlan_tci) << 9 | (all ? 2u : 0x104u));
    store_be(p + 4, static_cast<std::uint16_t>(tci & mask));
    if (all) return p + 6;
    store_be(p + 6, mask);
    return p + 8;
  }

  static constexpr std::size_t in_front = 8;  // room for the VLAN tag
  std::array<std::byte, in_front + 768> few_;
  std::vector<std::byte> many_;
  std::byte *begin_ = few_.data() + in_front, *end_ = begin_;
};

// What the fields of a match say of the VLAN tag, as one NXM_OF_VLAN_TCI. Of what is said twice the first
// counts.
struct Tag {
  std::uint16_t tci = 0, mask = 0;
  bool vid_seen = false, pcp_seen = false;

  // Is it one of these fields? All of them are of two bytes, but the priority.
  bool take(const Tlv& f) {
    switch (f.id()) {
      case id_of(oxm::vlan_vid):
        if (!std::exchange(vid_seen, true)) add(load_be<std::uint16_t>(f.value()), mask16(f) & 0x1fff);
        return true;
      case id_of(oxm::vlan_pcp): {
        const unsigned m = f.masked() ? std::to_integer<unsigned>(*f.mask()) & 7 : 7;
        if (!std::exchange(pcp_seen, true) && m != 0)  // who matches the priority matches that there is a tag
          add(std::to_integer<unsigned>(*f.value()) << 13 | has_tag, m << 13 | has_tag);
        return true;
      }
      case id_of(nicira::nxm_of_vlan_tci):
        if (!vid_seen && !pcp_seen) {
          mask = mask16(f);
          tci = load_be<std::uint16_t>(f.value());
        }
        vid_seen = pcp_seen = true;
        return true;
      default: return false;
    }
  }

 private:
  static std::uint16_t mask16(const Tlv& f) {
    return f.masked() ? load_be<std::uint16_t>(f.mask()) : std::uint16_t{0xffff};
  }
  void add(unsigned value, unsigned m) {
    mask = static_cast<std::uint16_t>(mask | m);
    tci = static_cast<std::uint16_t>(tci | (value & m));
  }
};

// A field on its way into the canonical form.
struct Field {
  std::uint32_t id, experimenter;
  const std::byte *value, *mask;
  std::uint32_t width;
  std::uint32_t opaque;  // not 0: its size with header; kept as it is, because nothing is known of it
  Bytes bytes() const { return {value, opaque}; }
  friend bool operator<(const Field& a, const Field& b) {
    return a.id != b.id ? a.id < b.id : a.experimenter < b.experimenter;
  }
};

// The field of OPENFLOW_BASIC that one of NXM is the same as, 0xff when there is none.
constexpr std::uint8_t no_field = 0xff;
constexpr std::array<std::uint8_t, 18> nxm_of{0,  3,  4,  5,  no_field, 8,  10, 11, 12,
                                              13, 14, 15, 16, 19,       20, 21, 22, 23};
constexpr std::array<std::uint8_t, 13> nxm_nx_from_16{38, 24, 25, 26,       27, 29, 30,
                                                      31, 32, 33, no_field, 28, 9};
std::uint8_t same_as(OxmClass oxm_class, std::uint8_t number) {
  if (oxm_class == OxmClass::nxm_0 && number < nxm_of.size()) return nxm_of[number];
  if (oxm_class == OxmClass::nxm_1 && number >= 16 && number - 16u < nxm_nx_from_16.size())
    return nxm_nx_from_16[number - 16u];
  return no_field;
}

// A field of several that mean the same, by the number under which the canonical form has it.
struct Same {
  std::uint32_t id;
  std::uint32_t experimenter;
};
Same canonical(std::uint32_t id, std::uint32_t experimenter) {
  if (id == id_of(nicira::nxm_nx_tcp_flags)) return {id_of(oxm::tcp_flags), 0};
  if (id >> 7 != static_cast<std::uint32_t>(OxmClass::experimenter)) return {id, 0};
  const auto is = [&](const auto& field) {
    return id == id_of(field) && experimenter == static_cast<std::uint32_t>(field.experimenter);
  };
  if (is(nicira::onfoxm_et_tcp_flags)) return {id_of(oxm::tcp_flags), 0};
  if (is(nicira::onfoxm_et_actset_output)) return {id_of(oxm::actset_output), 0};
  if (is(nicira::nxoxm_et_dp_hash)) return {id_of(nicira::nxm_nx_dp_hash), 0};
  return {id, experimenter};
}

// How many registers of 32 bits a wider register is, and the first of them; 0 for other fields.
struct Registers {
  std::uint32_t count, first;
};
Registers registers_of(std::uint32_t id, std::size_t width) {
  const auto xreg = id_of(oxm::pkt_reg<0>), xxreg = id_of(nicira::nxm_nx_xxreg<0>);
  if (id - xreg < 8 && width == 8) return {2, id_of(nicira::nxm_nx_reg<0>) + 2 * (id - xreg)};
  if (id - xxreg < 4 && width == 16) return {4, id_of(nicira::nxm_nx_reg<0>) + 4 * (id - xxreg)};
  return {0, 0};
}

// The options of a tunnel are as long as their sender likes, and mean the same without the zeros they begin
// with.
bool is_tunnel_option(std::uint32_t id) { return id - id_of(nicira::nxm_nx_tun_metadata<0>) < 64; }
void trim(Field& field) {
  const std::byte* const decisive = field.mask != nullptr ? field.mask : field.value;
  std::uint32_t zeros = 0;
  while (zeros + 1 < field.width && decisive[zeros] == std::byte{0}) ++zeros;
  field.value += zeros;
  if (field.mask != nullptr) field.mask += zeros;
  field.width -= zeros;
}

// The bits in use of a field; all ones when that is all of them.
constexpr std::array<std::uint64_t, 128> basic_bits = [] {
  std::array<std::uint64_t, 128> bits;
  bits.fill(~std::uint64_t{0});
  for (const auto& row : oxm_basic)
    if (row.packed.bits < 8 * row.packed.width)
      bits[row.packed.id_field] = (std::uint64_t{1} << row.packed.bits) - 1;
  bits[oxm::tcp_flags.number] = 0x0fff;
  return bits;
}();
std::uint64_t used_bits(std::uint32_t id) {
  if (id == id_of(nicira::nxm_nx_ct_state)) return 0xff;  // what Open vSwitch keeps of 32
  return id >> 7 == 0x8000 ? basic_bits[id & 0x7f] : ~std::uint64_t{0};
}

// Of a field of OPENFLOW_BASIC: is it in canonical form? It has no bit that does not count, and no mask that
// leaves out everything or nothing. Wide masks are not looked at.
bool is_canonical(const Tlv& f) {
  const std::uint64_t bits = basic_bits[f.id() & 0x7f];
  if (!f.masked() && bits == ~std::uint64_t{0}) return true;
  if (f.width() - 1 >= 8) return false;
  const std::uint64_t value = load_be(f.value(), f.width());
  if (!f.masked()) return (value & ~bits) == 0;
  const std::uint64_t used = bits & ~std::uint64_t{0} >> (64 - 8 * f.width()),
                      mask = load_be(f.mask(), f.width());
  return mask != 0 && mask != used && (mask & ~used) == 0 && (value & ~mask) == 0;
}

// A list of OPENFLOW_BASIC alone, ascending, each field once: what most messages have. False for another.
bool build_in_order(Builder& builder, Bytes list) {
  Tag tag;
  std::uint32_t last = 0;
  bool in_order = true;
  const std::byte* from = list.data();  // of fields that need no change
  each_field(list, [&](const Tlv& f) {
    const std::uint32_t id = f.id();
    in_order = in_order && f.header >> 16 == 0x8000 && id > last && !f.opaque();
    if (!in_order) return;
    last = id;
    const bool of_tag = id == id_of(oxm::vlan_vid) || id == id_of(oxm::vlan_pcp);
    if (!of_tag && is_canonical(f)) return;
    builder.raw({from, f.at});
    from = f.end();
    if (of_tag)
      tag.take(f);
    else
      builder.field(id, 0, f.value(), f.mask(), f.width(), used_bits(id));
  });
  if (!in_order) {
    builder.begin_anew();
    return false;
  }
  builder.raw({from, list.data() + list.size()});
  builder.vlan_in_front(tag.tci, tag.mask);
  return true;
}

}  // namespace

FlowMatch FlowMatch::of(const Seq<Oxm>& oxm) {
  const Bytes list = oxm.bytes();
  // A field needs at most the room of one with a mask, whatever it came as: it is written before it is known
  // whether the mask is needed. NXM's port is 2 bytes longer.
  Builder builder(2 * list.size() + 32);
  if (build_in_order(builder, list)) return FlowMatch(builder.bytes());
  std::array<Field, 48> few;
  std::vector<Field> many;
  std::size_t count = 0;
  Tag tag;
  bool in_port_seen = false, tos_seen = false;
  std::array<std::byte, 8> in_port{};  // NXM's, as wide as the others
  std::array<std::byte, 2> tos{};

  const auto add = [&](const Field& field) {
    if (count < few.size()) {
      // Mostly they come sorted.
      std::size_t at = count;
      while (at > 0 && field < few[at - 1]) {
        few[at] = few[at - 1];
        --at;
      }
      few[at] = field;
    } else {
      if (count == few.size()) many.assign(few.begin(), few.end());
      many.push_back(field);
    }
    ++count;
  };
  each_field(list, [&](const Tlv& from) {
    if (from.id() == id_of(nicira::nxm_of_vlan_tci) && (from.opaque() || from.width() != 2))
      return;  // no switch takes it
    Field field{from.id(), from.experimenter(), from.at, nullptr, 0, 0};
    if (from.opaque()) {
      field.opaque = static_cast<std::uint32_t>(from.end() - from.at);
    } else {
      field.value = from.value();
      field.mask = from.mask();
      field.width = static_cast<std::uint32_t>(from.width());
      const auto oxm_class = static_cast<OxmClass>(from.header >> 16);
      const auto number = static_cast<std::uint8_t>(from.id() & 0x7f);

      if (tag.take(from)) return;
      const std::uint8_t same = same_as(oxm_class, number);
      if (same != no_field) {
        const auto id = basic_id(same);
        const std::size_t width = oxm_basic[same].packed.width;
        if (width == field.width && same != oxm::ip_dscp.number) {
          field.id = id;
        } else if (same == oxm::in_port.number && field.width == 2) {
          if (in_port_seen) return;
          in_port_seen = true;
          const auto port = port_of(static_cast<v10::PortNo>(load_be<std::uint16_t>(field.value)));
          store_be(in_port.data(), static_cast<std::uint32_t>(port));
          store_be(in_port.data() + 4,
                   0xffff0000u | (field.mask != nullptr ? load_be<std::uint16_t>(field.mask) : 0xffffu));
          field.id = id;
          field.value = in_port.data();
          if (field.mask != nullptr) field.mask = in_port.data() + 4;
          field.width = 4;
        } else if (same == oxm::ip_dscp.number && field.width == 1) {
          if (tos_seen) return;
          tos_seen = true;
          tos[0] = field.value[0] >> 2;
          if (field.mask != nullptr) tos[1] = field.mask[0] >> 2;
          field.id = id;
          field.value = tos.data();
          if (field.mask != nullptr) field.mask = tos.data() + 1;
        }
      } else if (const Registers wide = registers_of(field.id, field.width); wide.count != 0) {
        for (std::uint32_t i = 0; i < wide.count; ++i)
          add({wide.first + i, 0, field.value + 4 * i, field.mask != nullptr ? field.mask + 4 * i : nullptr,
               4, 0});
        return;
      } else {
        if (is_tunnel_option(field.id)) trim(field);
        const Same same_field = canonical(field.id, field.experimenter);
        field.id = same_field.id;
        field.experimenter = same_field.experimenter;
      }
    }
    add(field);
  });
  Field* const fields = count <= few.size() ? few.data() : many.data();
  if (count > few.size()) std::stable_sort(many.begin(), many.end());

  bool vlan_written = false;
  for (std::size_t i = 0; i < count; ++i) {
    const Field& field = fields[i];
    if (!vlan_written && field.id > id_of(nicira::nxm_of_vlan_tci)) {
      builder.vlan(tag.tci, tag.mask);
      vlan_written = true;
    }
    if (i > 0 && !(fields[i - 1] < field)) continue;
    if (field.opaque != 0) {
      builder.raw(field.bytes());
    } else {
      builder.field(field.id, field.experimenter, field.value, field.mask, field.width, used_bits(field.id));
    }
  }
  if (!vlan_written) builder.vlan(tag.tci, tag.mask);
  return FlowMatch(builder.bytes());
}

namespace {

// The fields of 1.0's match; without `all`, only those whose prerequisite is matched, too.
void add_fields(Builder& builder, const v10::Match& m, bool all) {
  using v10::Wildcards;
  const auto matches = [&](Wildcards bit) { return !has(m.wildcards, bit); };

  if (matches(Wildcards::dl_vlan) && m.dl_vlan == 0xffff) {
    builder.vlan(0, 0xffff);  // whatever is said of the priority: without a tag there is none
  } else {
    std::uint16_t mask = 0, tci = has_tag;
    if (matches(Wildcards::dl_vlan)) {
      mask = 0x1fff;
      tci = static_cast<std::uint16_t>(tci | (m.dl_vlan & 0x0fff));
    }
    if (matches(Wildcards::dl_vlan_pcp)) {
      mask |= 0xf000;
      tci = static_cast<std::uint16_t>(tci | (m.dl_vlan_pcp & 7) << 13);
    }
    builder.vlan(tci, mask);
  }
  if (matches(Wildcards::in_port)) builder.exact(oxm::in_port, port_of(m.in_port));
  if (matches(Wildcards::dl_dst)) builder.exact(oxm::eth_dst, m.dl_dst);
  if (matches(Wildcards::dl_src)) builder.exact(oxm::eth_src, m.dl_src);
  const bool typed = matches(Wildcards::dl_type);
  if (typed) builder.exact(oxm::eth_type, m.dl_type);

  const bool ipv4 = typed && m.dl_type == 0x0800, ipv6 = typed && m.dl_type == 0x86dd,
             arp = typed && (m.dl_type == 0x0806 || m.dl_type == 0x8035),
             proto = matches(Wildcards::nw_proto);
  const auto addresses = [&](const OxmField<Ipv4Address>& src, const OxmField<Ipv4Address>& dst) {
    const auto prefix = [&](const OxmField<Ipv4Address>& field, const Ipv4Address& address, unsigned wild) {
      if (wild == 32) return;
      std::byte mask[4];
      store_be(mask, ~std::uint32_t{0} << wild);
      builder.field(id_of(field), 0, reinterpret_cast<const std::byte*>(address.octets.data()), mask, 4,
                    ~std::uint64_t{0});
    };
    prefix(src, m.nw_src, m.nw_src_wild());
    prefix(dst, m.nw_dst, m.nw_dst_wild());
  };
  const auto ports = [&](const auto& src, const auto& dst) {
    using T = typename std::remove_cvref_t<decltype(src)>::value_type;
    if (matches(Wildcards::tp_src)) builder.exact(src, static_cast<T>(m.tp_src));
    if (matches(Wildcards::tp_dst)) builder.exact(dst, static_cast<T>(m.tp_dst));
  };

  if ((all || ipv4 || ipv6) && matches(Wildcards::nw_tos))
    builder.exact(oxm::ip_dscp, static_cast<std::uint8_t>(m.nw_tos >> 2));
  if (arp) {
    if (all) ports(oxm::tcp_src, oxm::tcp_dst);
    if (proto) builder.exact(oxm::arp_op, std::uint16_t{m.nw_proto});
    addresses(oxm::arp_spa, oxm::arp_tpa);
    return;
  }
  if (!all && !ipv4 && !ipv6) return;
  if (proto) builder.exact(oxm::ip_proto, m.nw_proto);
  if (all || ipv4) addresses(oxm::ipv4_src, oxm::ipv4_dst);
  const bool internet = ipv4 || ipv6;
  if (internet && proto && m.nw_proto == 17)
    ports(oxm::udp_src, oxm::udp_dst);
  else if (internet && proto && m.nw_proto == 132)
    ports(oxm::sctp_src, oxm::sctp_dst);
  else if (ipv4 && proto && m.nw_proto == 1)
    ports(oxm::icmpv4_type, oxm::icmpv4_code);
  else if (ipv6 && proto && m.nw_proto == 58)
    ports(oxm::icmpv6_type, oxm::icmpv6_code);
  else if (all || (proto && m.nw_proto == 6))
    ports(oxm::tcp_src, oxm::tcp_dst);
}

}  // namespace

FlowMatch FlowMatch::of(const v10::Match& m) {
  Builder builder(0);
  add_fields(builder, m, false);
  return FlowMatch(builder.bytes());
}

FlowMatch FlowMatch::as_written(const v10::Match& m) {
  Builder builder(0);
  add_fields(builder, m, true);
  return FlowMatch(builder.bytes());
}

bool FlowMatch::fits_v10() const {
  bool fits = true;
  each_field(bytes(), [&](const Tlv& field) {
    switch (field.id()) {
      case id_of(oxm::in_port):
      case id_of(oxm::eth_dst):
      case id_of(oxm::eth_src):
      case id_of(oxm::eth_type):
      case id_of(oxm::ip_dscp):
      case id_of(oxm::ip_proto):
      case id_of(oxm::arp_op):
      case id_of(oxm::tcp_src):
      case id_of(oxm::tcp_dst):
      case id_of(oxm::udp_src):
      case id_of(oxm::udp_dst):
      case id_of(oxm::sctp_src):
      case id_of(oxm::sctp_dst):
      case id_of(oxm::icmpv4_type):
      case id_of(oxm::icmpv4_code):
      case id_of(oxm::icmpv6_type):
      case id_of(oxm::icmpv6_code): fits = fits && !field.masked(); return;
      case id_of(oxm::ipv4_src):
      case id_of(oxm::ipv4_dst):
      case id_of(oxm::arp_spa):
      case id_of(oxm::arp_tpa):
        if (field.masked()) {
          const auto wild = ~load_be<std::uint32_t>(field.mask());
          fits = fits && (wild & (wild + 1)) == 0;  // a prefix
        }
        return;
      case id_of(nicira::nxm_of_vlan_tci): {
        const unsigned mask = field.masked() ? load_be<std::uint16_t>(field.mask()) : 0xffff,
                       tag = load_be<std::uint16_t>(field.value()) & has_tag;
        fits = fits && (tag != 0 ? mask == 0x1fff || mask == 0xf000 || mask == 0xffff : mask == 0xffff);
        return;
      }
      default: fits = false;
    }
  });
  return fits;
}

Seq<Oxm> FlowMatch::fields() const {
  Seq<Oxm> list;
  list.borrow(bytes());
  return list;
}

// ---- comparing

bool FlowMatch::covers(const FlowMatch& other) const {
  const Bytes ours = bytes(), theirs = other.bytes();
  const std::byte* p = theirs.data();
  const std::byte* const end = p + theirs.size();
  bool covered = true;
  each_field(ours, [&](const Tlv& a) {
    if (!covered) return;
    // Both lists are sorted.
    for (; p != end; p = Tlv(p).end()) {
      const Tlv b(p);
      if (b.id() < a.id() || (b.id() == a.id() && b.experimenter() < a.experimenter())) continue;
      if (b.id() != a.id() || b.experimenter() != a.experimenter()) break;
      if (a.opaque() || b.opaque() || a.width() != b.width()) {
        if (a.header == b.header && std::memcmp(a.at, b.at, 4 + a.length()) == 0) return;
        continue;
      }
      const std::byte *mask = a.mask(), *narrower = b.mask();
      for (std::size_t i = 0; i < a.width(); ++i) {
        const std::byte m = mask != nullptr ? mask[i] : std::byte{0xff};
        // Bits that the field does not use are 0 in both values, and not asked for by either mask.
        if (mask != nullptr && narrower != nullptr && (m & ~narrower[i]) != std::byte{0}) covered = false;
        if (((a.value()[i] ^ b.value()[i]) & m) != std::byte{0}) covered = false;
      }
      if (mask == nullptr && narrower != nullptr) covered = false;
      return;
    }
    covered = false;
  });
  return covered;
}

bool FlowMatch::overlaps(const FlowMatch& other) const {
  const Bytes theirs = other.bytes();
  const std::byte* p = theirs.data();
  const std::byte* const end = p + theirs.size();
  const auto key = [](const Tlv& field) { return std::pair(field.id(), field.experimenter()); };
  bool possible = true;
  each_field(bytes(), [&](const Tlv& a) {
    // Both lists are sorted. Only a field that both ask for can keep them apart.
    while (p != end && key(Tlv(p)) < key(a)) p = Tlv(p).end();
    if (!possible || p == end || key(Tlv(p)) != key(a)) return;
    const Tlv b(p);
    if (a.opaque() || b.opaque() || a.width() != b.width()) return;  // nobody knows what they ask for
    const std::byte *mask = a.mask(), *other_mask = b.mask();
    for (std::size_t i = 0; i < a.width(); ++i) {
      std::byte both = a.value()[i] ^ b.value()[i];
      if (mask != nullptr) both &= mask[i];
      if (other_mask != nullptr) both &= other_mask[i];
      if (both != std::byte{0}) possible = false;
    }
  });
  return possible;
}

namespace {

// What a packet has in a field of OPENFLOW_BASIC; false when it has no such field.
bool packet_field(const Packet& p, PortNo port, std::size_t number, std::byte* out) {
  const auto put = [&](const auto& value) {
    wire::store(out, value);
    return true;
  };
  const bool ipv4 = p.has_ip && p.eth_type == 0x0800, ipv6 = p.has_ip && p.eth_type == 0x86dd;
  const bool arp = p.has_ip && (p.eth_type == 0x0806 || p.eth_type == 0x8035);
  const auto ports = [&](std::uint8_t proto, std::uint16_t value) {
    if (!(ipv4 || ipv6) || p.ip_proto != proto) return false;
    if (!p.has_ports && !p.later_fragment) return false;
    return put(p.has_ports ? value : std::uint16_t{0});
  };
  const auto icmp = [&](bool of_this, std::uint8_t value) {
    if (!of_this || (!p.has_icmp && !p.later_fragment)) return false;
    return put(p.has_icmp ? value : std::uint8_t{0});
  };
  const bool icmpv4 = ipv4 && p.ip_proto == 1, icmpv6 = ipv6 && p.ip_proto == 58;
  switch (number) {
    case 0: return put(port);
    case 3: return put(p.eth_dst);
    case 4: return put(p.eth_src);
    case 5: return put(p.eth_type);
    case 8: return (ipv4 || ipv6) && put(static_cast<std::uint8_t>(p.ip_tos >> 2));
    case 9: return (ipv4 || ipv6) && put(static_cast<std::uint8_t>(p.ip_tos & 3));
    case 10: return (ipv4 || ipv6) && put(p.ip_proto);
    case 11: return ipv4 && put(p.ipv4_src);
    case 12: return ipv4 && put(p.ipv4_dst);
    case 13: return ports(6, p.src_port);
    case 14: return ports(6, p.dst_port);
    case 15: return ports(17, p.src_port);
    case 16: return ports(17, p.dst_port);
    case 17: return ports(132, p.src_port);
    case 18: return ports(132, p.dst_port);
    case 19: return icmp(icmpv4, p.icmp_type);
    case 20: return icmp(icmpv4, p.icmp_code);
    case 21: return arp && put(p.arp_op);
    case 22: return arp && put(p.ipv4_src);
    case 23: return arp && put(p.ipv4_dst);
    case 24: return arp && put(p.arp_sha);
    case 25: return arp && put(p.arp_tha);
    case 26: return ipv6 && put(p.ipv6_src);
    case 27: return ipv6 && put(p.ipv6_dst);
    case 28: return ipv6 && put(p.ipv6_flabel);
    case 29: return icmp(icmpv6, p.icmp_type);
    case 30: return icmp(icmpv6, p.icmp_code);
    case 31: return icmpv6 && p.has_nd_target && put(p.nd_target);
    default: return false;
  }
}

}  // namespace

bool FlowMatch::covers(const Packet& packet, PortNo in_port) const {
  if (!packet.whole_ethernet) return empty();
  bool covered = true;
  each_field(bytes(), [&](const Tlv& field) {
    std::byte value[16];
    if (!covered || field.opaque()) {
      covered = false;
      return;
    }
    if (field.id() == id_of(nicira::nxm_of_vlan_tci)) {
      store_be(value, static_cast<std::uint16_t>(packet.has_vlan ? packet.vlan_tci | has_tag : 0));
    } else if (field.id() >> 7 != 0x8000 || !packet_field(packet, in_port, field.id() & 0x7f, value)) {
      covered = false;
      return;
    }
    for (std::size_t i = 0; i < field.width(); ++i) {
      const std::byte m = field.masked() ? field.mask()[i] : std::byte{0xff};
      if (((field.value()[i] ^ value[i]) & m) != std::byte{0}) covered = false;
    }
  });
  return covered;
}

std::uint64_t FlowMatch::hash(std::uint64_t seed) const {
  const Bytes b = bytes();
  const auto load = [&](std::size_t at, std::size_t size) {
    std::uint64_t word = 0;
    std::memcpy(&word, b.data() + at, size);
    return word;
  };
  std::uint64_t h = mix(seed ^ mix_a, b.size() ^ mix_b);
  std::size_t i = 0;
  for (; i + 16 <= b.size(); i += 16) h = mix(h ^ load(i, 8), load(i + 8, 8) ^ mix_b);
  if (i + 8 <= b.size()) {
    h = mix(h ^ load(i, 8), mix_b);
    i += 8;
  }
  if (i < b.size()) h = mix(h ^ load(i, b.size() - i), mix_b);
  return mix(h ^ mix_a, mix_b);
}

// ---- actions

bool FlowActions::outputs_to(PortNo port) const {
  bool found = false;
  each_output(*this, [&](PortNo to) { found = found || to == port; });
  return found;
}

namespace {

bool refers(const FlowActions& actions, const Reference& to) {
  bool found = false;
  each_reference(actions, [&](const Reference& r) { found = found || r == to; });
  return found;
}

}  // namespace

bool FlowActions::uses(v13::GroupId group) const { return refers(*this, to(group)); }
bool FlowActions::uses(v13::MeterId meter) const { return refers(*this, to(meter)); }

FlowActions FlowActions::of(Bytes encoded, Version version, const FlowMatch& match) {
  FlowActions actions{.encoded = SharedBytes(encoded), .version = version};
  if (version != Version::v10) return actions;  // says all itself
  each_field(match.bytes(), [&](const Tlv& field) {
    if (field.id() == id_of(nicira::nxm_of_vlan_tci)) {
      const unsigned mask = field.masked() ? load_be<std::uint16_t>(field.mask()) : 0xffff;
      actions.after_tag = (load_be<std::uint16_t>(field.value()) & mask & has_tag) != 0;
    } else if (field.id() == id_of(oxm::ip_proto) && !field.masked()) {
      actions.after_ip_proto = std::to_integer<std::uint8_t>(*field.value());
    } else if (field.id() == id_of(oxm::arp_op) && !field.masked()) {
      // 1.0 has it in the same place, and so has Open vSwitch, which does not ask which of the two it is.
      actions.after_ip_proto = std::to_integer<std::uint8_t>(field.value()[1]);
    }
  });
  return actions;
}

// ---- reading

namespace {

// What the flow_mods of all versions have.
template <Message M>
void take(FlowMod& to, const M& m) {
  to.flow.cookie = m.cookie;
  to.flow.idle_timeout = m.idle_timeout;
  to.flow.hard_timeout = m.hard_timeout;
  to.flow.priority = m.priority;
  to.buffer_id = m.buffer_id;
}

// The same, and command, table and port as 1.0 has them. False when there is no such command.
template <Message M>
bool take_old(FlowMod& to, const M& m, bool table_in_command) {
  const auto command = static_cast<unsigned>(m.command),
             number = table_in_command ? command & 0xffu : command;
  if (number > 4) return false;
  take(to, m);
  to.command = static_cast<v13::FlowModCommand>(number);
  to.flow.table_id = static_cast<std::uint8_t>(table_in_command ? command >> 8 : 0xff);
  to.out_port = m.out_port == v10::PortNo::none ? PortNo::any : port_of(m.out_port);
  to.modifies_cookie = true;
  return true;
}
void take_flags(FlowMod& to, v13::FlowModFlags flags) {
  to.version = Version::v13;
  to.flow.flags = flags;
}
void take_flags(FlowMod& to, v10::FlowModFlags of_v10) {
  const auto flags = static_cast<unsigned>(of_v10);
  to.version = Version::v10;
  to.emergency = (flags & static_cast<unsigned>(v10::FlowModFlags::emerg)) != 0;
  // The first two flags are those of 1.3. Counters start again with every add.
  unsigned kept = flags & 3u;
  if (to.command == v13::FlowModCommand::add) kept |= static_cast<unsigned>(v13::FlowModFlags::reset_counts);
  to.flow.flags = static_cast<v13::FlowModFlags>(kept);
}

std::optional<FlowMod> read_v10(const Frame& frame, bool table_in_command) {
  const auto m = frame.decode<v10::FlowMod>();
  if (!m) return std::nullopt;
  std::optional<FlowMod> result(std::in_place);
  if (!take_old(*result, *m, table_in_command)) return std::nullopt;
  take_flags(*result, m->flags);
  Flow& f = result->flow;
  // A match without wildcards goes before all others (1.0 §3.4).
  if (!has(m->match.wildcards, v10::Wildcards::all)) f.priority = 0xffff;
  f.match = FlowMatch::of(m->match);
  f.actions = FlowActions::of(m->actions.bytes(), Version::v10, f.match);
  return result;
}

// ---- Nicira's messages: the match is a list of fields, the rest as in 1.0

bool is_cookie(const Tlv& field) {
  return field.header >> 9 == (0x0001u << 7 | 30) && !field.opaque() && field.width() == 8;
}

template <Message M>
std::optional<FlowMod> read_nicira(const Frame& frame, bool table_in_command) {
  const auto m = frame.decode<M>();
  if (!m) return std::nullopt;
  std::optional<FlowMod> result(std::in_place);
  if (!take_old(*result, *m, table_in_command)) return std::nullopt;
  take_flags(*result, m->flags);
  take_cookie(*result, m->match);
  Flow& f = result->flow;
  f.match = FlowMatch::of_nicira(m->match);
  f.actions = FlowActions::of(m->actions.bytes(), result->version, f.match);
  return result;
}

std::optional<FlowMod> read_v13(const Frame& frame) {
  const auto m = frame.decode<v13::FlowMod>();
  if (!m || static_cast<std::uint8_t>(m->command) > 4) return std::nullopt;
  std::optional<FlowMod> result(std::in_place);
  take(*result, *m);
  take_flags(*result, m->flags);
  result->command = m->command;
  result->cookie_wanted = m->cookie;
  result->cookie_mask = m->cookie_mask;
  result->out_port = m->out_port;
  result->out_group = m->out_group;
  Flow& f = result->flow;
  f.table_id = static_cast<std::uint8_t>(m->table_id);
  f.match = FlowMatch::of(m->match.oxm);
  f.actions = FlowActions::of(m->instructions.bytes(), Version::v13, f.match);
  return result;
}

template <class M>
FlowRemoved removed_of(const M& m, Version version) {
  FlowRemoved result;
  result.version = version;
  result.reason = static_cast<v13::FlowRemovedReason>(m.reason);
  result.priority = m.priority;
  result.cookie = m.cookie;
  result.lifetime = std::chrono::seconds(m.duration_sec) + std::chrono::nanoseconds(m.duration_nsec);
  result.packets = m.packet_count;
  result.bytes = m.byte_count;
  return result;
}

}  // namespace

void flow::take_cookie(FlowMod& to, const Seq<Oxm>& match) {
  each_field(match.bytes(), [&](const Tlv& field) {
    if (!is_cookie(field)) return;
    to.cookie_wanted = load_be<std::uint64_t>(field.value());
    to.cookie_mask = field.masked() ? load_be<std::uint64_t>(field.mask()) : ~std::uint64_t{0};
  });
}

FlowMatch FlowMatch::of_nicira(const Seq<Oxm>& fields) {
  Seq<Oxm> of_packet;
  each_field(fields.bytes(), [&](const Tlv& field) {
    if (is_cookie(field)) return;
    const Bytes whole{field.at, field.end()};
    std::memcpy(of_packet.append(whole.size()), whole.data(), whole.size());
  });
  return of(of_packet);
}

std::optional<FlowMod> read_flow_mod(const Frame& frame, bool table_in_command) {
  if (frame.is<v10::FlowMod>()) return read_v10(frame, table_in_command);
  if (frame.is<v13::FlowMod>()) return read_v13(frame);
  if (frame.is<nicira::FlowMod>()) return read_nicira<nicira::FlowMod>(frame, table_in_command);
  if (frame.is<nicira::FlowModFor11>()) return read_nicira<nicira::FlowModFor11>(frame, table_in_command);
  return std::nullopt;
}

std::optional<bool> read_flow_mod_table_id(const Frame& frame) {
  const auto m = View<nicira::FlowModTableId>::of(frame);
  if (!m) return std::nullopt;
  return m->get<&nicira::FlowModTableId::set>() != 0;
}

std::optional<FlowRemoved> read_flow_removed(const Frame& frame) {
  std::optional<FlowRemoved> result;
  static_cast<void>(dispatch(
      frame,
      [&](const v10::FlowRemoved& m) {
        result = removed_of(m, Version::v10);
        result->match = FlowMatch::of(m.match);
      },
      [&](const v13::FlowRemoved& m) {
        result = removed_of(m, Version::v13);
        result->table_id = static_cast<std::uint8_t>(m.table_id);
        result->match = FlowMatch::of(m.match.oxm);
      },
      [&](const nicira::FlowRemoved& m) {
        result = removed_of(m, Version::v10);
        if (m.table_id != 0) result->table_id = static_cast<std::uint8_t>(m.table_id - 1);
        result->match = FlowMatch::of_nicira(m.match);
      }));
  return result;
}

}  // namespace oflens
