// Actions that hold lists of things: encap, ct and nat, clone, learn, write_actions.
#include "action_reader.hpp"
#include "action_words.hpp"

namespace oflens::flow {

// ---- TTL, MPLS, NSH
bool ActionReader::encap(const Pair& pair) {
  std::string_view rest = pair.value;
  Pair type;
  if (!take_pair(rest, type)) return fail(pair.whole, "does not say which header");
  nicira::Encap action;
  const auto* known = std::find_if(std::begin(packet_type_words), std::end(packet_type_words),
                                   [&](const PacketTypeWord& w) { return w.word == type.key; });
  if (known == std::end(packet_type_words)) return fail(type.key, "is not a header that can be put on");
  action.new_pkt_type = known->type;
  rest = type.value;
  for (Pair property; take_pair(rest, property);) {
    nicira::EncapProperty p{.prop_class = nicira::EncapClass::nsh};
    std::vector<std::byte> data;
    if (type.key == "nsh" && property.key == "md_type") {
      std::uint8_t md_type = 0;
      if (!number(property.value, md_type)) return false;
      if (md_type != 1 && md_type != 2) return fail(property.value, "is not a type of metadata");
      p.type = 1;
      data = {static_cast<std::byte>(md_type), {}, {}, {}};
      p.len = 5;
    } else if (type.key == "nsh" && property.key == "tlv") {
      std::string_view value = property.value;
      std::uint16_t tlv_class = 0;
      std::uint8_t tlv_type = 0;
      if (!number(trimmed(take_until(value, ',')), tlv_class) ||
          !number(trimmed(take_until(value, ',')), tlv_type))
        return false;
      value = trimmed(value);
      if (value.substr(0, 2) == "0x") value.remove_prefix(2);
      data.resize(4);
      if (!octets(value, data)) return false;
      if (data.size() > 4 + 240) return fail(value, "is too long");
      store_be(data.data(), tlv_class);
      data[2] = static_cast<std::byte>(tlv_type);
      data[3] = static_cast<std::byte>(data.size() - 4);
      p.type = 2;
      p.len = static_cast<std::uint8_t>((4 + data.size() + 7) / 8 * 8);  // this counts its padding
    } else {
      return fail(property.whole, "is not a property of this header");
    }
    p.data = Payload::borrowed(data);
    action.props.push_back(p);
  }
  context_.ethertype = known->type >> 16 == 1 ? static_cast<std::uint16_t>(known->type) : std::uint16_t{0};
  return keep(Forms::v13, pair.whole, "cannot be said in OpenFlow 1.0") && put(action, pair.whole);
}

bool ActionReader::decap(const Pair& pair) {
  nicira::Decap action;
  std::string_view rest = pair.value;
  for (Pair key; take_pair(rest, key);) {
    if (key.key != "packet_type") return fail(key.whole, "is not packet_type(ns=..,type=..)");
    std::string_view inside = key.value;
    std::uint16_t ns = 0, type = 0;
    for (Pair p; take_pair(inside, p);) {
      if (p.key == "ns") {
        if (!number(p.value, ns)) return false;
      } else if (p.key != "type" || !number(p.value, type)) {
        return p.key != "type" ? fail(p.whole, "is neither ns nor type") : false;
      }
    }
    action.new_pkt_type = std::uint32_t{ns} << 16 | type;
  }
  context_.ethertype =
      action.new_pkt_type >> 16 == 1 ? static_cast<std::uint16_t>(action.new_pkt_type) : std::uint16_t{0};
  return put(action, pair.whole);
}

// ---- connections
bool ActionReader::ct(const Pair& pair) {
  using namespace nicira;
  CtFlags flags{};
  std::uint32_t zone_src = 0;
  std::uint16_t zone = 0, alg = 0;
  std::uint8_t table = 0xff;
  std::vector<std::byte> inside, nat_bytes;
  std::string_view rest = pair.value;
  const auto add = [&](CtFlags f) {
    flags = static_cast<CtFlags>(static_cast<unsigned>(flags) | static_cast<unsigned>(f));
  };
  const auto has = [&](CtFlags f) { return (static_cast<unsigned>(flags) & static_cast<unsigned>(f)) != 0; };
  if (!must(ip(), pair.whole)) return false;
  for (Pair key; take_pair(rest, key);) {
    bool ok = true;
    if (key.key == "commit")
      add(CtFlags::commit);
    else if (key.key == "force")
      add(CtFlags::force);
    else if (key.key == "table")
      ok = number(key.value, table);
    else if (key.key == "zone")
      ok = ct_zone(key.value, zone_src, zone);
    else if (key.key == "alg") {
      if (key.value == "ftp")
        alg = 21;
      else if (key.value == "tftp")
        alg = 69;
      else
        return fail(key.value, "is not a helper of connections");
    } else if (key.key == "nat")
      ok = nat(key, nat_bytes);
    else if (key.key == "exec")
      ok = nested(key.value, Where::ct, inside);
    else
      return fail(key.whole, "says nothing about ct");
    if (!ok) return false;
  }
  if (has(CtFlags::force) && !has(CtFlags::commit)) return fail(pair.whole, "has force, which needs commit");
  if (!inside.empty() && !has(CtFlags::commit)) return fail(pair.whole, "has exec, which needs commit");
  if ((alg == 21 && context_.ip_proto != 6) || (alg == 69 && context_.ip_proto != 17))
    return fail(pair.whole, "has a helper for another protocol than the match's");
  inside.insert(inside.begin(), nat_bytes.begin(), nat_bytes.end());
  const auto with = [&](auto action) {
    action.flags = flags;
    action.zone_src = zone_src;
    action.zone = zone;
    action.recirc_table = table;
    action.alg = alg;
    action.actions.borrow(inside);
    return put(action, pair.whole);
  };
  return old_ ? with(Ct<v10::Action>{}) : with(Ct<v13::Action>{});
}

bool ActionReader::ct_zone(std::string_view text, std::uint32_t& src, std::uint16_t& zone) {
  if (const auto n = read_number(text, 0xffff)) {
    zone = static_cast<std::uint16_t>(*n);
    return true;
  }
  Subfield from;
  if (!subfield(text, from)) return false;
  if (from.bits != 16) return fail(text, "has not the 16 bits of a zone");
  const OxmHeader header = header_of(*from.field);
  if (header.size != 4) return fail(text, "cannot be a zone");
  src = load_be<std::uint32_t>(header.bytes.data());
  zone = nicira::OfsNbits::of(from.first, from.bits);
  return readable(*from.field, text);
}

bool ActionReader::nat(const Pair& pair, std::vector<std::byte>& out) {
  using nicira::NatFlags, nicira::NatRange;
  nicira::Nat action;
  const auto add = [&](NatFlags f) {
    action.flags = static_cast<NatFlags>(static_cast<unsigned>(action.flags) | static_cast<unsigned>(f));
  };
  const auto has = [&](NatFlags f) {
    return (static_cast<unsigned>(action.flags) & static_cast<unsigned>(f)) != 0;
  };
  std::string_view rest = pair.value;
  for (Pair key; take_pair(rest, key);) {
    if (key.key == "src" || key.key == "dst") {
      if (has(NatFlags::src) || has(NatFlags::dst)) return fail(key.whole, "is a second of src and dst");
      add(key.key == "src" ? NatFlags::src : NatFlags::dst);
      if (!key.value.empty() && !nat_range(key.value, action)) return false;
    } else if (key.key == "persistent") {
      add(NatFlags::persistent);
    } else if (key.key == "hash") {
      add(NatFlags::proto_hash);
    } else if (key.key == "random") {
      add(NatFlags::proto_random);
    } else {
      return fail(key.whole, "says nothing about nat");
    }
  }
  const bool flagged = action.flags != NatFlags::none;
  if (flagged && !has(NatFlags::src) && !has(NatFlags::dst))
    return fail(pair.whole, "has flags without src or dst");
  if (has(NatFlags::proto_hash) && has(NatFlags::proto_random))
    return fail(pair.whole, "has both hash and random");
  std::vector<std::byte>* const outer = std::exchange(target_, &out);
  const bool ok = put(action, pair.whole);
  target_ = outer;
  return ok;
}

bool ActionReader::nat_range(std::string_view text, nicira::Nat& a) {
  using nicira::NatRange;
  const auto add = [&](NatRange r) {
    a.range_present =
        static_cast<NatRange>(static_cast<unsigned>(a.range_present) | static_cast<unsigned>(r));
  };
  const std::size_t colons = static_cast<std::size_t>(std::count(text.begin(), text.end(), ':'));
  const bool brackets = text.substr(0, 1) == "[", v6 = brackets || colons > 1;
  std::string_view ports;
  std::string_view addresses = text;
  const std::size_t at = brackets ? text.rfind("]:") : v6 ? text.npos : text.find(':');
  if (at != text.npos) {
    addresses = text.substr(0, at + (brackets ? 1u : 0u));
    ports = text.substr(addresses.size() + 1);
  }
  if (addresses.empty()) return true;  // ports of no address are not sent
  const std::string_view low = addresses.substr(0, addresses.find('-'));
  const std::string_view high =
      low.size() == addresses.size() ? std::string_view{} : addresses.substr(low.size() + 1);
  const auto bare = [](std::string_view s) {
    return s.size() > 1 && s.front() == '[' && s.back() == ']' ? s.substr(1, s.size() - 2) : s;
  };
  if (v6) {
    const auto min = read_ipv6(bare(low)),
               max = high.empty() ? std::optional<Ipv6Address>(Ipv6Address{}) : read_ipv6(bare(high));
    if (!min || !max) return fail(text, "is not a range of addresses and ports");
    if (!high.empty() && *max < *min) return fail(text, "ends before it begins");
    if (!must(context_.ethertype == 0x86dd, text)) return false;
    a.ipv6_min = *min;
    add(NatRange::ipv6_min);
    a.ipv6_max = *max;
    if (!high.empty()) add(NatRange::ipv6_max);
  } else {
    const auto min = read_ipv4(low),
               max = high.empty() ? std::optional<Ipv4Address>(Ipv4Address{}) : read_ipv4(high);
    if (!min || !max) return fail(text, "is not a range of addresses and ports");
    if (!high.empty() && *max < *min) return fail(text, "ends before it begins");
    if (!must(context_.ethertype == 0x0800, text)) return false;
    a.ipv4_min = *min;
    add(NatRange::ipv4_min);
    a.ipv4_max = *max;
    if (!high.empty()) add(NatRange::ipv4_max);
  }
  if (ports.empty()) return true;
  const std::string_view first = take_until(ports, '-');
  if (!number(first, a.proto_min) || (!ports.empty() && !number(ports, a.proto_max))) return false;
  add(NatRange::proto_min);
  if (ports.empty()) return true;
  add(NatRange::proto_max);
  return a.proto_max >= a.proto_min || fail(text, "ends before it begins");
}

bool ActionReader::clone(const Pair& pair) {
  std::vector<std::byte> inside;
  const FlowContext before = context_;
  if (!nested(pair.value, Where::clone, inside)) return false;
  context_ = before;
  const auto with = [&](auto action) {
    action.actions.borrow(inside);
    return put(action, pair.whole);
  };
  return old_ ? with(nicira::Clone<v10::Action>{}) : with(nicira::Clone<v13::Action>{});
}

// ---- learn
bool ActionReader::learn(const Pair& pair) {
  using namespace nicira;
  Learn2 a;
  a.table_id = 1;
  FlowContext learned;
  std::string_view rest = pair.value;
  const auto flag = [&](LearnFlags f) {
    a.flags = static_cast<LearnFlags>(static_cast<unsigned>(a.flags) | static_cast<unsigned>(f));
    return true;
  };
  for (Pair key; take_pair(rest, key);) {
    bool ok = true;
    const std::string_view k = key.key;
    if (k == "table")
      ok = number(key.value, a.table_id, 254);
    else if (k == "priority")
      ok = number(key.value, a.priority);
    else if (k == "idle_timeout")
      ok = number(key.value, a.idle_timeout);
    else if (k == "hard_timeout")
      ok = number(key.value, a.hard_timeout);
    else if (k == "fin_idle_timeout")
      ok = number(key.value, a.fin_idle_timeout);
    else if (k == "fin_hard_timeout")
      ok = number(key.value, a.fin_hard_timeout);
    else if (k == "cookie")
      ok = number(key.value, a.cookie);
    else if (k == "limit")
      ok = number(key.value, a.limit);
    else if (k == "send_flow_rem")
      ok = flag(LearnFlags::send_flow_rem);
    else if (k == "delete_learned")
      ok = flag(LearnFlags::delete_learned);
    else if (k == "result_dst") {
      Subfield dst;
      if (!subfield(key.value, dst)) return false;
      if (dst.bits != 1) return fail(key.value, "is more than one bit");
      ok = writable(*dst.field, key.value) && flag(LearnFlags::write_result);
      a.result_dst_ofs = static_cast<std::uint16_t>(dst.first);
      a.result_dst = header_of(*dst.field);
    } else
      ok = learn_spec(key, a.specs, learned);
    if (!ok) return false;
  }
  if (a.limit != 0 || (static_cast<unsigned>(a.flags) & static_cast<unsigned>(LearnFlags::write_result)) != 0)
    return put(a, pair.whole);
  return put(Learn{.idle_timeout = a.idle_timeout,
                   .hard_timeout = a.hard_timeout,
                   .priority = a.priority,
                   .cookie = a.cookie,
                   .flags = a.flags,
                   .table_id = a.table_id,
                   .fin_idle_timeout = a.fin_idle_timeout,
                   .fin_hard_timeout = a.fin_hard_timeout,
                   .specs = a.specs},
             pair.whole);
}

bool ActionReader::learn_spec(const Pair& key, Seq<nicira::LearnSpec>& specs, FlowContext& learned) {
  using Spec = nicira::LearnSpec;
  LearnPart part;
  if (key.key == "output") {
    Subfield src;
    if (!subfield(key.value, src)) return false;
    part.src = src;
    part.kind = Spec::dst_output;
    part.bits = src.bits;
  } else if (key.key == "load") {
    std::string_view left, right;
    if (!arrow(key.value, left, right) || !subfield(right, part.dst)) return false;
    part.kind = Spec::dst_load;
    if (!learn_source(left, key.whole, part)) return false;
    if (!part.dst.field->writable) return fail(right, "cannot be written");
  } else if (key.key.find('[') != key.key.npos) {
    if (!subfield(key.key, part.dst)) return false;
    if (key.value.empty()) {
      part.src = part.dst;
      part.bits = part.dst.bits;
    } else if (!learn_source(key.value, key.whole, part)) {
      return false;
    }
  } else {
    const OvsField* field = find_field(key.key);
    if (field == nullptr || field->id_count == 0) return fail(key.whole, "says nothing about learn");
    part.dst = {field, 0, field->bits};
    part.bits = field->bits;
    if (!read_field_value(key.value, *field, part.value, error_) || !part.value.exact()) {
      Subfield src;
      SyntaxError ignored;
      if (!read_subfield(key.value, src, ignored))
        return fail(key.value, std::string("is neither a value of ") + field->name + " nor a field");
      if (src.bits != field->bits)
        return fail(key.whole,
                    "copies " + std::to_string(src.bits) + " bits to " + std::to_string(field->bits));
      part.src = src;
    }
  }
  if (part.src && !readable(*part.src->field, key.whole)) return false;
  if (part.kind == Spec::dst_match && !allows(learned, part.dst.field->prerequisite))
    return fail(key.whole, "needs more in the match that is learned");
  if (part.kind == Spec::dst_match) remember(part, learned);
  return append_spec(part, specs);
}

bool ActionReader::learn_source(std::string_view text, std::string_view whole, LearnPart& part) {
  part.bits = part.dst.bits;
  const std::string_view name = text.substr(0, text.find('['));
  if (find_field(name) == nullptr) {
    const Subfield low{part.dst.field, 0, part.dst.bits};
    return immediate(text, low, part.value);
  }
  Subfield src;
  if (!subfield(text, src)) return false;
  if (src.bits != part.dst.bits)
    return fail(whole, "copies " + std::to_string(src.bits) + " bits to " + std::to_string(part.dst.bits));
  part.src = src;
  return true;
}

void ActionReader::remember(const LearnPart& part, FlowContext& learned) {
  if (part.src || !part.dst.whole()) return;
  const std::byte* p = part.value.value.data();
  if (is_basic(*part.dst.field, 5)) learned.ethertype = load_be<std::uint16_t>(p);
  if (is_basic(*part.dst.field, 10)) learned.ip_proto = std::to_integer<std::uint8_t>(*p);
  if (is_basic(*part.dst.field, 29)) learned.icmp_type = std::to_integer<std::uint8_t>(*p);
  if (is_basic(*part.dst.field, 6) || has_id(*part.dst.field, OxmClass::nxm_0, 4))
    learned.tagged = (load_be<std::uint16_t>(p) & 0x1000) != 0;
}

bool ActionReader::append_spec(const LearnPart& part, Seq<nicira::LearnSpec>& specs) {
  using Spec = nicira::LearnSpec;
  Spec spec;
  std::array<std::byte, 126> value{};
  spec.header = static_cast<std::uint16_t>((part.bits & Spec::n_bits_mask) | part.kind);
  if (part.src) {
    spec.src = header_of(*part.src->field);
    spec.src_ofs = static_cast<std::uint16_t>(part.src->first);
  } else {
    spec.header |= Spec::src_immediate;
    const std::size_t size = (part.bits + 15) / 16 * 2, width = std::min(size, part.value.width);
    std::copy_n(part.value.value.begin() + static_cast<std::ptrdiff_t>(part.value.width - width), width,
                value.begin() + static_cast<std::ptrdiff_t>(size - width));
    spec.value = Payload::borrowed(Bytes(value).first(size));
  }
  if (part.kind != Spec::dst_output) {
    spec.dst = header_of(*part.dst.field);
    spec.dst_ofs = static_cast<std::uint16_t>(part.dst.first);
  }
  specs.push_back(spec);
  return true;
}

// ---- instructions
bool ActionReader::write_actions(const Pair& pair) {
  std::vector<std::byte> inside;
  const FlowContext before = context_;
  if (!nested(pair.value, Where::write_actions, inside)) return false;
  context_ = before;
  if (old_ || inside.empty()) return true;
  v13::WriteActions instruction;
  instruction.actions.borrow(inside);
  return put_in(after_, instruction, pair);
}

}  // namespace oflens::flow
