// What an expert writes by hand for four messages: parse, checked as the library checks it, and write. Ratios
// are against this. Plain structs, plain loops; nothing here uses a description.
//
// Parsing keeps lists as the bytes that they were checked in. Writing takes lists as vectors of structs,
// which is what hand-written code has where it makes messages.
#pragma once

#include <array>
#include <vector>

#include <oflens/bytes.hpp>

namespace reference {

using oflens::Bytes;
using oflens::load_be;
using oflens::store_be;
using std::uint16_t;
using std::uint32_t;
using std::uint64_t;
using std::uint8_t;

inline uint8_t get8(const std::byte* p) { return std::to_integer<uint8_t>(*p); }
inline uint16_t get16(const std::byte* p) { return load_be<uint16_t>(p); }
inline uint32_t get32(const std::byte* p) { return load_be<uint32_t>(p); }
inline uint64_t get64(const std::byte* p) { return load_be<uint64_t>(p); }
inline void put8(std::byte* p, uint8_t v) { *p = static_cast<std::byte>(v); }
inline void put16(std::byte* p, std::size_t v) { store_be(p, static_cast<uint16_t>(v)); }
inline void put32(std::byte* p, uint32_t v) { store_be(p, v); }
inline void put64(std::byte* p, uint64_t v) { store_be(p, v); }

// The message at the front of bytes, by its header; empty when it is cut.
inline Bytes message_at(Bytes bytes) {
  if (bytes.size() < 8) return {};
  const std::size_t length = get16(bytes.data() + 2);
  if (length < 8 || length > bytes.size()) return {};
  return bytes.first(length);
}

inline void put_header(std::byte* p, uint8_t version, uint8_t type, std::size_t length, uint32_t xid) {
  put8(p, version);
  put8(p + 1, type);
  put16(p + 2, length);
  put32(p + 4, xid);
}

namespace v13 {

// ---- match fields

// Bytes of a value of the class OPENFLOW_BASIC.
inline constexpr uint8_t oxm_widths[40] = {4, 4, 8, 6, 6, 2, 2,  1,  1, 1, 1, 4,  4, 2, 2, 2, 2, 2, 2, 1,
                                           1, 2, 4, 4, 6, 6, 16, 16, 4, 1, 1, 16, 6, 6, 4, 1, 1, 3, 8, 2};

// The end of the field at p, or null.
inline const std::byte* check_oxm(const std::byte* p, const std::byte* end) {
  if (end - p < 4) return nullptr;
  const uint32_t header = get32(p);
  const uint32_t length = header & 0xff;
  if (end - p - 4 < static_cast<std::ptrdiff_t>(length)) return nullptr;
  if (header >> 16 == 0x8000) {
    const uint32_t field = header >> 9 & 0x7f;
    if (field < 40 && length != static_cast<uint32_t>(oxm_widths[field]) << (header >> 8 & 1)) return nullptr;
  } else if (header >> 16 == 0xffff && length < 4) {
    return nullptr;
  }
  return p + 4 + length;
}

// The match at p: its fields, and in *next what follows its padding. False when it is malformed.
inline bool parse_match(const std::byte* p, const std::byte* end, Bytes* fields, const std::byte** next) {
  if (end - p < 4 || get16(p) != 1) return false;
  const std::size_t length = get16(p + 2);
  const std::size_t padded = (length + 7) & ~std::size_t{7};
  if (length < 4 || padded > static_cast<std::size_t>(end - p)) return false;
  const std::byte* stop = p + length;
  for (const std::byte* at = p + 4; at != stop;)
    if ((at = check_oxm(at, stop)) == nullptr) return false;
  *fields = {p + 4, stop};
  *next = p + padded;
  return true;
}

struct OxmField {
  uint16_t oxm_class = 0x8000;
  uint8_t field = 0;
  bool has_mask = false;
  uint8_t width = 0;
  std::array<std::byte, 16> value{}, mask{};

  std::size_t size() const { return 4u + (has_mask ? 2u * width : width); }
};

inline std::byte* write_oxm(const OxmField& f, std::byte* p) {
  put16(p, f.oxm_class);
  put8(p + 2, static_cast<uint8_t>(f.field << 1 | (f.has_mask ? 1 : 0)));
  put8(p + 3, static_cast<uint8_t>(f.size() - 4));
  std::memcpy(p + 4, f.value.data(), f.width);
  if (f.has_mask) std::memcpy(p + 4 + f.width, f.mask.data(), f.width);
  return p + f.size();
}

inline std::byte* write_match(const std::vector<OxmField>& fields, std::byte* p, const std::byte* end) {
  if (end - p < 4) return nullptr;
  std::byte* at = p + 4;
  for (const OxmField& f : fields) {
    if (static_cast<std::size_t>(end - at) < f.size()) return nullptr;
    at = write_oxm(f, at);
  }
  const auto length = static_cast<std::size_t>(at - p);
  const std::size_t padded = (length + 7) & ~std::size_t{7};
  if (static_cast<std::size_t>(end - p) < padded) return nullptr;
  put16(p, 1);
  put16(p + 2, length);
  std::memset(at, 0, padded - length);
  return p + padded;
}

// ---- actions

enum ActionType : uint16_t { output = 0, dec_nw_ttl = 24, set_field = 25 };

inline bool check_actions(const std::byte* p, const std::byte* end) {
  while (p != end) {
    if (end - p < 8) return false;
    const std::size_t length = get16(p + 2);
    if (length < 8 || length % 8 != 0 || length > static_cast<std::size_t>(end - p)) return false;
    switch (get16(p)) {
      case 0:  // output
        if (length != 16) return false;
        break;
      case 11:  // copy_ttl_out
      case 12:  // copy_ttl_in
      case 15:  // set_mpls_ttl
      case 16:  // dec_mpls_ttl
      case 17:  // push_vlan
      case 18:  // pop_vlan
      case 19:  // push_mpls
      case 20:  // pop_mpls
      case 21:  // set_queue
      case 22:  // group
      case 23:  // set_nw_ttl
      case 24:  // dec_nw_ttl
      case 26:  // push_pbb
      case 27:  // pop_pbb
        if (length != 8) return false;
        break;
      case 25: {  // set_field
        const std::byte* next = check_oxm(p + 4, p + length);
        if (next == nullptr || ((static_cast<std::size_t>(next - p) + 7) & ~std::size_t{7}) != length)
          return false;
        break;
      }
    }
    p += length;
  }
  return true;
}

struct Action {
  uint16_t type = output;
  uint16_t max_len = 0;
  uint32_t port = 0;
  OxmField field;  // of set_field

  std::size_t size() const {
    return type == output ? 16 : type == set_field ? (4 + field.size() + 7) & ~std::size_t{7} : 8;
  }
};

inline std::byte* write_actions(const std::vector<Action>& actions, std::byte* p, const std::byte* end) {
  for (const Action& a : actions) {
    const std::size_t size = a.size();
    if (static_cast<std::size_t>(end - p) < size) return nullptr;
    put16(p, a.type);
    put16(p + 2, size);
    switch (a.type) {
      case output:
        put32(p + 4, a.port);
        put16(p + 8, a.max_len);
        std::memset(p + 10, 0, 6);
        break;
      case set_field: {
        std::byte* at = write_oxm(a.field, p + 4);
        std::memset(at, 0, static_cast<std::size_t>(p + size - at));
        break;
      }
      default: std::memset(p + 4, 0, 4); break;
    }
    p += size;
  }
  return p;
}

// ---- instructions

enum InstructionType : uint16_t { goto_table = 1, apply_actions = 4 };

inline bool check_instructions(const std::byte* p, const std::byte* end) {
  while (p != end) {
    if (end - p < 8) return false;
    const std::size_t length = get16(p + 2);
    if (length < 8 || length % 8 != 0 || length > static_cast<std::size_t>(end - p)) return false;
    switch (get16(p)) {
      case 1:  // goto_table
      case 5:  // clear_actions
      case 6:  // meter
        if (length != 8) return false;
        break;
      case 2:  // write_metadata
        if (length != 24) return false;
        break;
      case 3:  // write_actions
      case 4:  // apply_actions
        if (!check_actions(p + 8, p + length)) return false;
        break;
    }
    p += length;
  }
  return true;
}

struct Instruction {
  uint16_t type = apply_actions;
  uint8_t table_id = 0;         // of goto_table
  std::vector<Action> actions;  // of apply_actions
};

inline std::byte* write_instructions(const std::vector<Instruction>& instructions, std::byte* p,
                                     const std::byte* end) {
  for (const Instruction& i : instructions) {
    if (end - p < 8) return nullptr;
    std::byte* start = p;
    put16(p, i.type);
    put32(p + 4, 0);
    p += 8;
    if (i.type == goto_table) {
      put8(start + 4, i.table_id);
    } else {
      p = write_actions(i.actions, p, end);
      if (p == nullptr) return nullptr;
    }
    put16(start + 2, static_cast<std::size_t>(p - start));
  }
  return p;
}

// ---- flow_mod

struct FlowModFields {
  uint64_t cookie = 0, cookie_mask = 0;
  uint8_t table_id = 0, command = 0;
  uint16_t idle_timeout = 0, hard_timeout = 0, priority = 0;
  uint32_t buffer_id = 0, out_port = 0, out_group = 0;
  uint16_t flags = 0;
};

// As read.
struct FlowMod : FlowModFields {
  Bytes match, instructions;
};

inline bool parse(Bytes message, FlowMod* m) {
  const std::byte* p = message.data();
  const std::byte* end = p + message.size();
  if (message.size() < 48 || get8(p) != 4 || get8(p + 1) != 14) return false;
  m->cookie = get64(p + 8);
  m->cookie_mask = get64(p + 16);
  m->table_id = get8(p + 24);
  m->command = get8(p + 25);
  m->idle_timeout = get16(p + 26);
  m->hard_timeout = get16(p + 28);
  m->priority = get16(p + 30);
  m->buffer_id = get32(p + 32);
  m->out_port = get32(p + 36);
  m->out_group = get32(p + 40);
  m->flags = get16(p + 44);
  if (!parse_match(p + 48, end, &m->match, &p)) return false;
  if (!check_instructions(p, end)) return false;
  m->instructions = {p, end};
  return true;
}

// To be written.
struct FlowModValue : FlowModFields {
  uint32_t xid = 0;
  std::vector<OxmField> match;
  std::vector<Instruction> instructions;
};

// The bytes written; none when they do not fit.
inline std::size_t write(const FlowModValue& m, std::span<std::byte> out) {
  std::byte* p = out.data();
  const std::byte* end = p + out.size();
  if (out.size() < 48) return 0;
  put64(p + 8, m.cookie);
  put64(p + 16, m.cookie_mask);
  put8(p + 24, m.table_id);
  put8(p + 25, m.command);
  put16(p + 26, m.idle_timeout);
  put16(p + 28, m.hard_timeout);
  put16(p + 30, m.priority);
  put32(p + 32, m.buffer_id);
  put32(p + 36, m.out_port);
  put32(p + 40, m.out_group);
  put16(p + 44, m.flags);
  put16(p + 46, 0);
  p = write_match(m.match, p + 48, end);
  if (p == nullptr) return 0;
  p = write_instructions(m.instructions, p, end);
  if (p == nullptr) return 0;
  const auto n = static_cast<std::size_t>(p - out.data());
  if (n > 0xffff) return 0;
  put_header(out.data(), 4, 14, n, m.xid);
  return n;
}

// ---- packet_in

struct PacketInFields {
  uint32_t buffer_id = 0;
  uint16_t total_len = 0;
  uint8_t reason = 0, table_id = 0;
  uint64_t cookie = 0;
};

struct PacketIn : PacketInFields {
  Bytes match, data;
};

inline bool parse(Bytes message, PacketIn* m) {
  const std::byte* p = message.data();
  const std::byte* end = p + message.size();
  if (message.size() < 26 || get8(p) != 4 || get8(p + 1) != 10) return false;
  m->buffer_id = get32(p + 8);
  m->total_len = get16(p + 12);
  m->reason = get8(p + 14);
  m->table_id = get8(p + 15);
  m->cookie = get64(p + 16);
  if (!parse_match(p + 24, end, &m->match, &p) || end - p < 2) return false;
  m->data = {p + 2, end};
  return true;
}

struct PacketInValue : PacketInFields {
  uint32_t xid = 0;
  std::vector<OxmField> match;
  std::vector<std::byte> data;
};

inline std::size_t write(const PacketInValue& m, std::span<std::byte> out) {
  std::byte* p = out.data();
  const std::byte* end = p + out.size();
  if (out.size() < 24) return 0;
  put32(p + 8, m.buffer_id);
  put16(p + 12, m.total_len);
  put8(p + 14, m.reason);
  put8(p + 15, m.table_id);
  put64(p + 16, m.cookie);
  p = write_match(m.match, p + 24, end);
  if (p == nullptr || static_cast<std::size_t>(end - p) < 2 + m.data.size()) return 0;
  put16(p, 0);
  std::memcpy(p + 2, m.data.data(), m.data.size());
  const std::size_t n = static_cast<std::size_t>(p - out.data()) + 2 + m.data.size();
  if (n > 0xffff) return 0;
  put_header(out.data(), 4, 10, n, m.xid);
  return n;
}

}  // namespace v13

namespace v10 {

// ---- actions

enum ActionType : uint16_t { output = 0, strip_vlan = 3, set_dl_src = 4, set_dl_dst = 5, set_nw_dst = 7 };

inline bool check_actions(const std::byte* p, const std::byte* end) {
  while (p != end) {
    if (end - p < 8) return false;
    const std::size_t length = get16(p + 2);
    if (length < 8 || length % 8 != 0 || length > static_cast<std::size_t>(end - p)) return false;
    switch (get16(p)) {
      case 0:   // output
      case 1:   // set_vlan_vid
      case 2:   // set_vlan_pcp
      case 3:   // strip_vlan
      case 6:   // set_nw_src
      case 7:   // set_nw_dst
      case 8:   // set_nw_tos
      case 9:   // set_tp_src
      case 10:  // set_tp_dst
        if (length != 8) return false;
        break;
      case 4:   // set_dl_src
      case 5:   // set_dl_dst
      case 11:  // enqueue
        if (length != 16) return false;
        break;
    }
    p += length;
  }
  return true;
}

struct Action {
  uint16_t type = output;
  uint16_t port = 0, max_len = 0;
  uint32_t address = 0;
  std::array<uint8_t, 6> mac{};

  std::size_t size() const { return type == set_dl_src || type == set_dl_dst ? 16 : 8; }
};

inline std::byte* write_actions(const std::vector<Action>& actions, std::byte* p, const std::byte* end) {
  for (const Action& a : actions) {
    const std::size_t size = a.size();
    if (static_cast<std::size_t>(end - p) < size) return nullptr;
    put16(p, a.type);
    put16(p + 2, size);
    switch (a.type) {
      case output:
        put16(p + 4, a.port);
        put16(p + 6, a.max_len);
        break;
      case set_dl_src:
      case set_dl_dst:
        std::memcpy(p + 4, a.mac.data(), 6);
        std::memset(p + 10, 0, 6);
        break;
      case set_nw_dst: put32(p + 4, a.address); break;
      default: put32(p + 4, 0); break;
    }
    p += size;
  }
  return p;
}

// ---- flow_mod

struct Match {
  uint32_t wildcards = 0;
  uint16_t in_port = 0;
  std::array<uint8_t, 6> dl_src{}, dl_dst{};
  uint16_t dl_vlan = 0;
  uint8_t dl_vlan_pcp = 0;
  uint16_t dl_type = 0;
  uint8_t nw_tos = 0, nw_proto = 0;
  std::array<uint8_t, 4> nw_src{}, nw_dst{};
  uint16_t tp_src = 0, tp_dst = 0;
};

inline void parse_match(const std::byte* p, Match* m) {
  m->wildcards = get32(p);
  m->in_port = get16(p + 4);
  std::memcpy(m->dl_src.data(), p + 6, 6);
  std::memcpy(m->dl_dst.data(), p + 12, 6);
  m->dl_vlan = get16(p + 18);
  m->dl_vlan_pcp = get8(p + 20);
  m->dl_type = get16(p + 22);
  m->nw_tos = get8(p + 24);
  m->nw_proto = get8(p + 25);
  std::memcpy(m->nw_src.data(), p + 28, 4);
  std::memcpy(m->nw_dst.data(), p + 32, 4);
  m->tp_src = get16(p + 36);
  m->tp_dst = get16(p + 38);
}

inline void write_match(const Match& m, std::byte* p) {
  put32(p, m.wildcards);
  put16(p + 4, m.in_port);
  std::memcpy(p + 6, m.dl_src.data(), 6);
  std::memcpy(p + 12, m.dl_dst.data(), 6);
  put16(p + 18, m.dl_vlan);
  put8(p + 20, m.dl_vlan_pcp);
  put8(p + 21, 0);
  put16(p + 22, m.dl_type);
  put8(p + 24, m.nw_tos);
  put8(p + 25, m.nw_proto);
  put16(p + 26, 0);
  std::memcpy(p + 28, m.nw_src.data(), 4);
  std::memcpy(p + 32, m.nw_dst.data(), 4);
  put16(p + 36, m.tp_src);
  put16(p + 38, m.tp_dst);
}

struct FlowModFields {
  Match match;
  uint64_t cookie = 0;
  uint16_t command = 0, idle_timeout = 0, hard_timeout = 0, priority = 0;
  uint32_t buffer_id = 0;
  uint16_t out_port = 0, flags = 0;
};

struct FlowMod : FlowModFields {
  Bytes actions;
};

inline bool parse(Bytes message, FlowMod* m) {
  const std::byte* p = message.data();
  const std::byte* end = p + message.size();
  if (message.size() < 72 || get8(p) != 1 || get8(p + 1) != 14) return false;
  parse_match(p + 8, &m->match);
  m->cookie = get64(p + 48);
  m->command = get16(p + 56);
  m->idle_timeout = get16(p + 58);
  m->hard_timeout = get16(p + 60);
  m->priority = get16(p + 62);
  m->buffer_id = get32(p + 64);
  m->out_port = get16(p + 68);
  m->flags = get16(p + 70);
  if (!check_actions(p + 72, end)) return false;
  m->actions = {p + 72, end};
  return true;
}

struct FlowModValue : FlowModFields {
  uint32_t xid = 0;
  std::vector<Action> actions;
};

inline std::size_t write(const FlowModValue& m, std::span<std::byte> out) {
  std::byte* p = out.data();
  if (out.size() < 72) return 0;
  write_match(m.match, p + 8);
  put64(p + 48, m.cookie);
  put16(p + 56, m.command);
  put16(p + 58, m.idle_timeout);
  put16(p + 60, m.hard_timeout);
  put16(p + 62, m.priority);
  put32(p + 64, m.buffer_id);
  put16(p + 68, m.out_port);
  put16(p + 70, m.flags);
  p = write_actions(m.actions, p + 72, p + out.size());
  if (p == nullptr) return 0;
  const auto n = static_cast<std::size_t>(p - out.data());
  if (n > 0xffff) return 0;
  put_header(out.data(), 1, 14, n, m.xid);
  return n;
}

// ---- packet_in

struct PacketInFields {
  uint32_t buffer_id = 0;
  uint16_t total_len = 0, in_port = 0;
  uint8_t reason = 0;
};

struct PacketIn : PacketInFields {
  Bytes data;
};

inline bool parse(Bytes message, PacketIn* m) {
  const std::byte* p = message.data();
  if (message.size() < 18 || get8(p) != 1 || get8(p + 1) != 10) return false;
  m->buffer_id = get32(p + 8);
  m->total_len = get16(p + 12);
  m->in_port = get16(p + 14);
  m->reason = get8(p + 16);
  m->data = {p + 18, p + message.size()};
  return true;
}

struct PacketInValue : PacketInFields {
  uint32_t xid = 0;
  std::vector<std::byte> data;
};

inline std::size_t write(const PacketInValue& m, std::span<std::byte> out) {
  std::byte* p = out.data();
  const std::size_t n = 18 + m.data.size();
  if (out.size() < n || n > 0xffff) return 0;
  put_header(p, 1, 10, n, m.xid);
  put32(p + 8, m.buffer_id);
  put16(p + 12, m.total_len);
  put16(p + 14, m.in_port);
  put8(p + 16, m.reason);
  put8(p + 17, 0);
  std::memcpy(p + 18, m.data.data(), m.data.size());
  return n;
}

}  // namespace v10

}  // namespace reference
