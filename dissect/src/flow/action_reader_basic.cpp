// Actions with arguments of their own: output, what sets a part of the packet, choices, instructions.
#include "action_reader.hpp"
#include "action_words.hpp"

namespace oflens::flow {

// ---- output
bool ActionReader::output_to(PortNo p, const Pair& pair, std::uint16_t max_len) {
  if (!is_destination(p)) return fail(pair.whole, "goes to a port that packets cannot go to");
  if (p != PortNo::controller) max_len = 0;
  return put_either(v10::Output{.port = old_port(p), .max_len = max_len},
                    v13::Output{.port = p, .max_len = static_cast<v13::MaxLen>(max_len)}, pair.whole);
}

bool ActionReader::output(const Pair& pair) {
  if (pair.value.find("port") != pair.value.npos && pair.value.find("max_len") != pair.value.npos)
    return output_trunc(pair);
  if (const auto p = read_port(pair.value)) return output_to(*p, pair);  // in_port is a field, too
  const std::string_view name = pair.value.substr(0, pair.value.find('['));
  return find_field(name) != nullptr ? output_reg(pair) : fail(pair.value, "is not a port");
}

bool ActionReader::output_reg(const Pair& pair) {
  Subfield src;
  if (!subfield(pair.value, src) || !readable(*src.field, pair.value)) return false;
  const std::uint16_t range = nicira::OfsNbits::of(src.first, src.bits);
  if (short_header(*src.field))
    return put(nicira::OutputReg{.ofs_nbits = range, .src = header_of(*src.field), .max_len = 0xffff},
               pair.whole);
  return put(nicira::OutputReg2{.ofs_nbits = range, .max_len = 0xffff, .src = header_of(*src.field)},
             pair.whole);
}

bool ActionReader::output_trunc(const Pair& pair) {
  std::string_view rest = pair.value;
  PortNo p = PortNo::any;
  nicira::OutputTrunc action;
  for (Pair key; take_pair(rest, key);) {
    if (key.key == "port") {
      if (!port(key.value, p)) return false;
    } else if (key.key == "max_len") {
      if (!number(key.value, action.max_len)) return false;
    } else {
      return fail(key.whole, "is neither port nor max_len");
    }
  }
  if (action.max_len < 14) return fail(pair.value, "has a max_len of less than 14");
  if (!is_destination(p) ||
      (static_cast<std::uint32_t>(p) >= 0xff00 && p != PortNo::in_port && p != PortNo::local))
    return fail(pair.value, "goes to a port for which packets cannot be cut");
  action.port = old_port(p);
  return put(action, pair.whole);
}

bool ActionReader::enqueue(const Pair& pair) {
  const std::size_t at = pair.value.find_first_of(":q,");
  if (at == pair.value.npos) return fail(pair.whole, "is not enqueue:PORT:QUEUE");
  PortNo p{};
  std::uint32_t queue = 0;
  if (!port(trimmed(pair.value.substr(0, at)), p) || !number(trimmed(pair.value.substr(at + 1)), queue))
    return false;
  if (static_cast<std::uint32_t>(p) >= 0xff00 && p != PortNo::in_port && p != PortNo::local)
    return fail(pair.whole, "goes to a port that has no queues");
  if (old_) return put(v10::Enqueue{.port = old_port(p), .queue_id = queue}, pair.whole);
  return put(v13::SetQueue{queue}, pair.whole) &&
         put(v13::Output{.port = p, .max_len = static_cast<v13::MaxLen>(0xffff)}, pair.whole) &&
         put(nicira::PopQueue{}, pair.whole);
}

bool ActionReader::group(const Pair& pair) {
  std::uint32_t id = 0;
  return number(pair.value, id) &&
         put_either(nicira::Group{id}, v13::Group{static_cast<v13::GroupId>(id)}, pair.whole);
}

bool ActionReader::set_queue(const Pair& pair) {
  std::uint32_t id = 0;
  return number(pair.value, id) && put_either(nicira::SetQueue{id}, v13::SetQueue{id}, pair.whole);
}

bool ActionReader::controller(const Pair& pair) {
  using namespace nicira;
  std::uint16_t max_len = 0xffff, id = 0, reason = 1;
  std::vector<std::byte> userdata;
  bool pause = false, has_meter = false;
  std::uint32_t meter = 0;
  if (!pair.value.empty() && pair.value.find_first_not_of("0123456789") == pair.value.npos) {
    if (!number(pair.value, max_len)) return false;
  } else {
    std::string_view rest = pair.value;
    for (Pair key; take_pair(rest, key);) {
      bool ok = true;
      if (key.key == "reason")
        ok = word(key.value, reason_words, reason, "a reason");
      else if (key.key == "max_len")
        ok = number(key.value, max_len);
      else if (key.key == "id")
        ok = number(key.value, id);
      else if (key.key == "userdata")
        ok = octets(key.value, userdata);
      else if (key.key == "pause")
        pause = true;
      else if (key.key == "meter_id")
        ok = has_meter = number(key.value, meter);
      else
        return fail(key.whole, "says nothing about controller");
      if (!ok) return false;
    }
  }
  const auto why = static_cast<ControllerReason>(reason);
  if (!userdata.empty() || pause || has_meter) {
    Controller2 action;
    if (max_len != 0xffff) action.properties.push_back(Controller2MaxLen{max_len});
    if (id != 0) action.properties.push_back(Controller2Id{id});
    if (why != ControllerReason::action) action.properties.push_back(Controller2Reason{why});
    if (!userdata.empty()) action.properties.push_back(Controller2Userdata{Payload::borrowed(userdata)});
    if (pause) action.properties.push_back(Controller2Pause{});
    if (has_meter) action.properties.push_back(Controller2MeterId{meter});
    return put(action, pair.whole);
  }
  if (why == ControllerReason::action && id == 0) return output_to(PortNo::controller, pair, max_len);
  return put(Controller{.max_len = max_len, .controller_id = id, .reason = why}, pair.whole);
}

bool ActionReader::resubmit(const Pair& pair) {
  std::string_view rest = pair.value;
  const std::string_view in_port = trimmed(take_until(rest, ','));
  const std::string_view table = trimmed(take_until(rest, ',')), ct = trimmed(rest);
  PortNo p = PortNo::in_port;
  std::uint8_t table_id = 0xff;
  if (!in_port.empty() && !port(in_port, p)) return false;
  if (!table.empty() && !number(table, table_id)) return false;
  if (!ct.empty() && ct != "ct") return fail(ct, "is not \"ct\"");
  if (p == PortNo::in_port && table_id == 0xff) return fail(pair.whole, "names neither port nor table");
  if (!ct.empty()) {
    return must(context_.tracked, pair.whole) &&
           put(nicira::ResubmitTableCt{old_port(p), table_id}, pair.whole);
  }
  return put(nicira::ResubmitTable{old_port(p), table_id}, pair.whole);
}

// ---- set
bool ActionReader::tag_first(const Pair& pair, bool push) {
  if (context_.tagged) return true;
  if (!push) return needs(false, pair.whole);
  context_.tagged = true;
  return old_ || put(v13::PushVlan{0x8100}, pair.whole);
}

bool ActionReader::vlan_vid(const Pair& pair, bool push) {
  std::uint16_t vid = 0;
  return number(pair.value, vid, 0xfff) && tag_first(pair, push) &&
         (old_ ? put(v10::SetVlanVid{vid}, pair.whole)
               : put_set_field(oxm::vlan_vid, static_cast<std::uint16_t>(vid | 0x1000), pair.whole));
}

bool ActionReader::vlan_pcp(const Pair& pair, bool push) {
  std::uint8_t pcp = 0;
  return number(pair.value, pcp, 7) && tag_first(pair, push) &&
         (old_ ? put(v10::SetVlanPcp{pcp}, pair.whole) : put_set_field(oxm::vlan_pcp, pcp, pair.whole));
}

bool ActionReader::pop_vlan(const Pair& pair) {
  if (!needs(context_.tagged, pair.whole)) return false;
  context_.tagged = false;
  return put_either(v10::StripVlan{}, v13::PopVlan{}, pair.whole);
}

bool ActionReader::push_vlan(const Pair& pair) {
  std::uint16_t type = 0;
  if (!number(pair.value, type)) return false;
  if (type != 0x8100 && type != 0x88a8) return fail(pair.value, "is not the ethertype of a VLAN tag");
  context_.tagged = true;
  return keep(Forms::v13, pair.whole, "cannot be said in OpenFlow 1.0") &&
         put(v13::PushVlan{type}, pair.whole);
}

bool ActionReader::mac(const Pair& pair, bool source) {
  const auto a = read_mac(pair.value);
  if (!a) return fail(pair.value, "is not an Ethernet address");
  if (old_) return source ? put(v10::SetDlSrc{*a}, pair.whole) : put(v10::SetDlDst{*a}, pair.whole);
  return put_set_field(source ? oxm::eth_src : oxm::eth_dst, *a, pair.whole);
}

bool ActionReader::ipv4(const Pair& pair, bool source) {
  const auto a = read_ipv4(pair.value);
  if (!a) return fail(pair.value, "is not an IPv4 address");
  if (!needs(context_.ethertype == 0x0800, pair.whole)) return false;
  if (old_) return source ? put(v10::SetNwSrc{*a}, pair.whole) : put(v10::SetNwDst{*a}, pair.whole);
  return put_set_field(source ? oxm::ipv4_src : oxm::ipv4_dst, *a, pair.whole);
}

bool ActionReader::mod_nw_tos(const Pair& pair) {
  std::uint8_t tos = 0;
  if (!number(pair.value, tos)) return false;
  if ((tos & 3) != 0) return fail(pair.value, "sets bits that are not of DSCP");
  if (!needs(ip(), pair.whole)) return false;
  return old_ ? put(v10::SetNwTos{tos}, pair.whole)
              : put_set_field(oxm::ip_dscp, static_cast<std::uint8_t>(tos >> 2), pair.whole);
}

bool ActionReader::mod_nw_ecn(const Pair& pair) {
  std::uint8_t ecn = 0;
  return number(pair.value, ecn, 3) && needs(ip(), pair.whole) &&
         (old_ ? put_load("nw_ecn", ecn, pair.whole) : put_set_field(oxm::ip_ecn, ecn, pair.whole));
}

bool ActionReader::mod_nw_ttl(const Pair& pair) {
  std::uint8_t ttl = 0;
  return number(pair.value, ttl) && needs(ip(), pair.whole) &&
         (old_ ? put_load("nw_ttl", ttl, pair.whole) : put(v13::SetNwTtl{ttl}, pair.whole));
}

bool ActionReader::transport_port(const Pair& pair, bool source) {
  std::uint16_t p = 0;
  const bool known = transport(6) || transport(17) || transport(132);
  if (!number(pair.value, p) || !needs(known, pair.whole)) return false;
  if (!old_ && !must(known, pair.whole)) return false;
  if (old_) return source ? put(v10::SetTpSrc{p}, pair.whole) : put(v10::SetTpDst{p}, pair.whole);
  switch (context_.ip_proto) {
    case 6: return put_set_field(source ? oxm::tcp_src : oxm::tcp_dst, p, pair.whole);
    case 17: return put_set_field(source ? oxm::udp_src : oxm::udp_dst, p, pair.whole);
    default: return put_set_field(source ? oxm::sctp_src : oxm::sctp_dst, p, pair.whole);
  }
}

// ---- TTL, MPLS, NSH
bool ActionReader::dec_ttl(const Pair& pair) {
  if (!needs(ip(), pair.whole)) return false;
  std::string_view rest = pair.value;
  nicira::DecTtlCntIds ids;
  while (!(rest = rest.substr(std::min(rest.find_first_not_of(", "), rest.size()))).empty()) {
    const std::string_view id = rest.substr(0, rest.find_first_of(", "));
    ids.cnt_ids.push_back(static_cast<std::uint16_t>(leading_number(id)));
    rest.remove_prefix(id.size());
  }
  if (!ids.cnt_ids.empty()) return put(ids, pair.whole);
  return put_either(nicira::DecTtl{}, v13::DecNwTtl{}, pair.whole);
}

bool ActionReader::set_mpls_label(const Pair& pair) {
  std::uint32_t label = 0;
  return number(pair.value, label, 0xfffff) && needs(mpls(), pair.whole) &&
         (old_ ? put(nicira::SetMplsLabel{label}, pair.whole)
               : put_set_field(oxm::mpls_label, label, pair.whole));
}

bool ActionReader::set_mpls_tc(const Pair& pair) {
  std::uint8_t tc = 0;
  return number(pair.value, tc, 7) && needs(mpls(), pair.whole) &&
         (old_ ? put(nicira::SetMplsTc{tc}, pair.whole) : put_set_field(oxm::mpls_tc, tc, pair.whole));
}

bool ActionReader::set_mpls_ttl(const Pair& pair) {
  std::uint8_t ttl = 0;
  return number(pair.value, ttl) && needs(mpls(), pair.whole) &&
         put_either(nicira::SetMplsTtl{ttl}, v13::SetMplsTtl{ttl}, pair.whole);
}

bool ActionReader::dec_mpls_ttl(const Pair& pair) {
  return needs(mpls(), pair.whole) && put_either(nicira::DecMplsTtl{}, v13::DecMplsTtl{}, pair.whole);
}

bool ActionReader::push_mpls(const Pair& pair) {
  std::uint16_t type = 0;
  if (!number(pair.value, type)) return false;
  if (type != 0x8847 && type != 0x8848) return fail(pair.value, "is not the ethertype of MPLS");
  context_.ethertype = type;
  return put_either(nicira::PushMpls{type}, v13::PushMpls{type}, pair.whole);
}

bool ActionReader::pop_mpls(const Pair& pair) {
  std::uint16_t type = 0;
  if (!number(pair.value, type) || !needs(mpls(), pair.whole)) return false;
  context_.ethertype = type;
  return put_either(nicira::PopMpls{type}, v13::PopMpls{type}, pair.whole);
}

bool ActionReader::dec_nsh_ttl(const Pair& pair) {
  return needs(context_.ethertype == 0x894f, pair.whole) && put(nicira::DecNshTtl{}, pair.whole);
}

bool ActionReader::check_pkt_larger(const Pair& pair) {
  nicira::CheckPktLarger action;
  Subfield dst;
  if (pair.after.empty()) return fail(pair.whole, "lacks \"->\"");
  const std::string_view name = pair.after.substr(2);
  if (!number(pair.value, action.pkt_len) || !subfield(name, dst)) return false;
  if (dst.bits != 1) return fail(name, "is more than one bit");
  if (!writable(*dst.field, name)) return false;
  action.offset = static_cast<std::uint16_t>(dst.first);
  action.dst = header_of(*dst.field);
  return put(action, pair.whole);
}

// ---- learn
bool ActionReader::fin_timeout(const Pair& pair) {
  nicira::FinTimeout a;
  std::string_view rest = pair.value;
  for (Pair key; take_pair(rest, key);) {
    if (key.key != "idle_timeout" && key.key != "hard_timeout")
      return fail(key.whole, "says nothing about fin_timeout");
    if (!number(key.value, key.key == "idle_timeout" ? a.fin_idle_timeout : a.fin_hard_timeout)) return false;
  }
  return needs(ip() && context_.ip_proto == 6, pair.whole) && put(a, pair.whole);
}

// ---- choices
bool ActionReader::multipath(const Pair& pair) {
  nicira::Multipath a;
  std::string_view rest = pair.value;
  std::string_view cells[5];
  for (std::string_view& cell : cells) cell = trimmed(take_until(rest, ','));
  rest = trimmed(rest);
  if (rest.empty()) return fail(pair.value, "is not FIELDS,BASIS,ALGORITHM,LINKS,ARG,DESTINATION");
  std::uint16_t fields = 0, algorithm = 0;
  Subfield dst;
  if (!word(cells[0], hash_words, fields, "a choice of fields") ||
      !word(cells[2], multipath_words, algorithm, "an algorithm") || !subfield(rest, dst))
    return false;
  const std::uint64_t links = leading_number(cells[3]);
  if (links < 1 || links > 65536) return fail(cells[3], "is not between 1 and 65536");
  if (dst.bits < 16 && links > std::uint64_t{1} << dst.bits)
    return fail(cells[3], "is too much for the destination");
  a.fields = static_cast<nicira::HashFields>(fields);
  a.basis = static_cast<std::uint16_t>(leading_number(cells[1]));
  a.algorithm = static_cast<nicira::MultipathAlgorithm>(algorithm);
  a.max_link = static_cast<std::uint16_t>(links - 1);
  a.arg = static_cast<std::uint32_t>(leading_number(cells[4]));
  a.ofs_nbits = nicira::OfsNbits::of(dst.first, dst.bits);
  a.dst = header_of(*dst.field);
  return writable(*dst.field, rest) && put(a, pair.whole);
}

bool ActionReader::any_bundle(const Pair& pair, bool to_field) {
  nicira::BundleLoad a;
  std::string_view rest = pair.value;
  std::string_view cells[5];
  const std::size_t count = to_field ? 5 : 4;
  for (std::size_t i = 0; i < count; ++i) cells[i] = trimmed(take_until(rest, ','));
  rest = trimmed(rest);
  if (rest.empty())
    return fail(pair.value, "is not FIELDS,BASIS,ALGORITHM,ofport,[DESTINATION,]members:PORTS");
  std::uint16_t fields = 0, algorithm = 0;
  if (!word(cells[0], hash_words, fields, "a choice of fields") ||
      !word(cells[2], bundle_words, algorithm, "an algorithm"))
    return false;
  if (cells[3] != "ofport") return fail(cells[3], "is not \"ofport\"");
  const std::string_view members = take_until(rest, ':');
  if (trimmed(members) != "members" && trimmed(members) != "slaves")
    return fail(members, "is not \"members\"");
  constexpr std::string_view between = " ,[]";
  while (!(rest = rest.substr(std::min(rest.find_first_not_of(between), rest.size()))).empty()) {
    const std::string_view name = rest.substr(0, rest.find_first_of(between));
    PortNo p{};
    if (!port(name, p)) return false;
    a.members.push_back(old_port(p));
    rest.remove_prefix(name.size());
  }
  a.fields = static_cast<nicira::HashFields>(fields);
  a.basis = static_cast<std::uint16_t>(leading_number(cells[1]));
  a.algorithm = static_cast<nicira::BundleAlgorithm>(algorithm);
  if (!to_field)
    return put(
        nicira::Bundle{.algorithm = a.algorithm, .fields = a.fields, .basis = a.basis, .members = a.members},
        pair.whole);
  Subfield dst;
  if (!subfield(cells[4], dst)) return false;
  if (dst.bits < 16) return fail(cells[4], "is too narrow for a port");
  if (!short_header(*dst.field)) return fail(cells[4], "cannot be where a port goes");
  a.ofs_nbits = nicira::OfsNbits::of(dst.first, dst.bits);
  a.dst = header_of(*dst.field);
  return writable(*dst.field, cells[4]) && put(a, pair.whole);
}

bool ActionReader::conjunction(const Pair& pair) {
  nicira::Conjunction a;
  std::string_view rest = pair.value;
  unsigned k = 0, n = 0;
  if (!number(trimmed(take_until(rest, ',')), a.conj_id) || !number(trimmed(take_until(rest, '/')), k) ||
      !number(trimmed(rest), n))
    return false;
  if (n < 2 || n > 64) return fail(pair.value, "has not between 2 and 64 clauses");
  if (k < 1 || k > n) return fail(pair.value, "is none of its clauses");
  a.clause = static_cast<std::uint8_t>(k - 1);
  a.n_clauses = static_cast<std::uint8_t>(n);
  return put(a, pair.whole);
}

bool ActionReader::sample(const Pair& pair) {
  using namespace nicira;
  Sample3 a;
  std::string_view rest = pair.value;
  for (Pair key; take_pair(rest, key);) {
    bool ok = true;
    if (key.key == "probability") {
      if (!number(key.value, a.probability)) return false;
      ok = a.probability != 0 || fail(key.value, "is not a probability");
    } else if (key.key == "collector_set_id")
      ok = number(key.value, a.collector_set_id);
    else if (key.key == "obs_domain_id")
      ok = number(key.value, a.obs_domain_id);
    else if (key.key == "obs_point_id")
      ok = number(key.value, a.obs_point_id);
    else if (key.key == "sampling_port") {
      PortNo p{};
      ok = port(key.value, p);
      a.sampling_port = old_port(p);
    } else if (key.key == "ingress")
      a.direction = SampleDirection::ingress;
    else if (key.key == "egress")
      a.direction = SampleDirection::egress;
    else
      return fail(key.whole, "says nothing about sample");
    if (!ok) return false;
  }
  if (a.probability == 0) return fail(pair.whole, "has no probability");
  if (a.direction != SampleDirection::default_) return put(a, pair.whole);
  if (a.sampling_port != v10::PortNo::none)
    return put(
        Sample2{a.probability, a.collector_set_id, a.obs_domain_id, a.obs_point_id, a.sampling_port, {}},
        pair.whole);
  return put(Sample{a.probability, a.collector_set_id, a.obs_domain_id, a.obs_point_id}, pair.whole);
}

// ---- others
bool ActionReader::note(const Pair& pair) {
  std::vector<std::byte> bytes;
  if (!octets(pair.value, bytes)) return false;
  bytes.resize(std::max<std::size_t>(bytes.size(), 1));
  return put(nicira::Note{Payload::borrowed(bytes)}, pair.whole);
}

// ---- instructions
bool ActionReader::meter(const Pair& pair) {
  std::uint32_t id = 0;
  if (!number(pair.value, id)) return false;
  if (id == 0 || (id > 0xffff0000 && id < 0xfffffffd) || id == 0xffffffff)
    return fail(pair.value, "is not a meter");
  return keep(Forms::v13, pair.whole, "cannot be said in OpenFlow 1.0") &&
         put_in(before_, v13::Meter{static_cast<v13::MeterId>(id)}, pair);
}

bool ActionReader::write_metadata(const Pair& pair) {
  std::string_view rest = pair.value;
  const std::string_view value = take_until(rest, '/');
  std::uint64_t metadata = 0, mask = ~std::uint64_t{0};
  if (!number(value, metadata) || (value.size() != pair.value.size() && !number(rest, mask))) return false;
  if (!keep(Forms::nicira | Forms::v13, pair.whole, "cannot be said here")) return false;
  if (old_) return put(nicira::WriteMetadata{metadata, mask}, pair.whole);
  return put_in(after_, v13::WriteMetadata{metadata, mask}, pair);
}

bool ActionReader::goto_table(const Pair& pair) {
  std::uint8_t table = 0;
  if (!number(pair.value, table)) return false;
  if (context_.table_known && table <= context_.table_id)
    return fail(pair.value, "is not behind the flow's table");
  if (old_) return put(nicira::ResubmitTable{v10::PortNo::in_port, table}, pair.whole);
  return put_in(after_, v13::GotoTable{static_cast<v13::TableId>(table)}, pair);
}

}  // namespace oflens::flow
