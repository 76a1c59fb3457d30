// Actions on any field: set_field, load, move, the stack.
#include "action_reader.hpp"

namespace oflens::flow {

// ---- set
bool ActionReader::set_field(const Pair& pair) {
  std::string_view text, name;
  if (!arrow(pair.value, text, name)) return false;
  if (name.empty()) return fail(pair.value, "names no field behind \"->\"");
  const OvsField* field = find_field(name);
  // The names of constants are for load.
  if (field == nullptr ||
      (!same_word(name, field->name) && (field->extra == nullptr || !same_word(name, field->extra))))
    return fail(name, "is not a field");
  FieldValue v;
  if (!field->writable) return fail(name, "cannot be written");
  if (!read_field_value(text, *field, v, error_) || !writable(*field, pair.whole)) return false;
  const bool in_all = has_id(*field, OxmClass::nxm_0, -1) || is_basic(*field, 6) || is_basic(*field, 7) ||
                      is_basic(*field, 8);
  if (!in_all && !keep(Forms::nicira | Forms::v13, pair.whole, "cannot be said here")) return false;
  if (has_id(*field, OxmClass::nxm_0, 4))
    context_.tagged = (std::to_integer<unsigned>(v.value[0]) & 0x10) != 0;
  if (old_) return set_field_old(*field, v, pair);
  if (!v.exact()) return load_runs(*field, v, pair.whole);
  if (field->any_width) trim(v, false);
  v13::SetField action;
  std::vector<std::byte> encoded;
  append_field(field->id_for(Version::v13), v.value_bytes(), {}, encoded);
  action.field_.borrow(encoded);
  return put(action, pair.whole);
}

bool ActionReader::set_field_old(const OvsField& field, const FieldValue& v, const Pair& pair) {
  const auto u16 = [&] { return load_be<std::uint16_t>(v.value.data()); };
  const auto u8 = [&] { return std::to_integer<std::uint8_t>(v.value[0]); };
  const auto address = [&]<class A>(A a) {
    wire::load(a, v.value.data());
    return a;
  };
  if (has_id(field, OxmClass::nxm_0, 4)) {  // the whole tag
    if ((u16() & 0x1000) == 0) return put(v10::StripVlan{}, pair.whole);
    return put(v10::SetVlanVid{static_cast<std::uint16_t>(u16() & 0xfff)}, pair.whole) &&
           put(v10::SetVlanPcp{static_cast<std::uint8_t>(u16() >> 13)}, pair.whole);
  }
  if (is_basic(field, 3)) return put(v10::SetDlDst{address(MacAddress{})}, pair.whole);
  if (is_basic(field, 4)) return put(v10::SetDlSrc{address(MacAddress{})}, pair.whole);
  if (is_basic(field, 6)) return put(v10::SetVlanVid{static_cast<std::uint16_t>(u16() & 0xfff)}, pair.whole);
  if (is_basic(field, 7)) return put(v10::SetVlanPcp{u8()}, pair.whole);
  if (is_basic(field, 8)) return put(v10::SetNwTos{static_cast<std::uint8_t>(u8() << 2)}, pair.whole);
  if (has_id(field, OxmClass::nxm_0, 5)) return put(v10::SetNwTos{u8()}, pair.whole);
  if (is_basic(field, 11)) return put(v10::SetNwSrc{address(Ipv4Address{})}, pair.whole);
  if (is_basic(field, 12)) return put(v10::SetNwDst{address(Ipv4Address{})}, pair.whole);
  if (is_basic(field, 13) || is_basic(field, 15)) return put(v10::SetTpSrc{u16()}, pair.whole);
  if (is_basic(field, 14) || is_basic(field, 16)) return put(v10::SetTpDst{u16()}, pair.whole);
  return load_runs(field, v, pair.whole);
}

void ActionReader::trim(FieldValue& v, bool masked) {
  std::size_t lead = 0;
  while (lead < v.width && v.value[lead] == std::byte{0} && (!masked || v.mask[lead] == std::byte{0})) ++lead;
  std::copy(v.value.begin() + static_cast<std::ptrdiff_t>(lead), v.value.end(), v.value.begin());
  std::copy(v.mask.begin() + static_cast<std::ptrdiff_t>(lead), v.mask.end(), v.mask.begin());
  v.width -= lead;
}

bool ActionReader::load_runs(const OvsField& field, FieldValue v, std::string_view part) {
  if (field.any_width || !short_header(field)) {
    const bool masked = !v.exact();
    if (field.any_width) trim(v, masked);
    std::vector<std::byte> encoded;
    if (masked) {  // even if the mask is all ones by now
      const std::array<std::byte, 124> zeros{};
      append_field(field.constant(), v.value_bytes(), Bytes(zeros).first(v.width), encoded);
      std::copy_n(v.mask.begin(), v.width, encoded.end() - static_cast<std::ptrdiff_t>(v.width));
    } else {
      append_field(field.constant(), v.value_bytes(), {}, encoded);
    }
    nicira::RegLoad2 action;
    action.dst.borrow(encoded);
    return put(action, part);
  }
  const auto bit = [](Bytes bytes, std::size_t i) {
    return (std::to_integer<unsigned>(bytes[bytes.size() - 1 - i / 8]) >> (i % 8) & 1) != 0;
  };
  for (unsigned first = 0; first < field.bits;) {
    unsigned end = first;
    std::uint64_t value = 0;
    for (; end < field.bits && end - first < 64 && bit(v.mask_bytes(), end); ++end)
      value |= static_cast<std::uint64_t>(bit(v.value_bytes(), end)) << (end - first);
    if (end != first && !put(nicira::RegLoad{.ofs_nbits = nicira::OfsNbits::of(first, end - first),
                                             .dst = header_of(field),
                                             .value = value},
                             part))
      return false;
    first = std::max(end, first + 1);
  }
  return true;
}

bool ActionReader::immediate(std::string_view text, const Subfield& to, FieldValue& v) {
  std::array<std::byte, 124> digits{};
  std::string_view rest = text;
  const std::size_t width = to.field->bytes;
  const NumberError e = take_number(rest, std::span(digits).first(width));
  if (e == NumberError::syntax || !rest.empty()) return fail(text, "is not a number");
  const std::string limit = "does not fit into " + std::to_string(to.bits) + " bits";
  if (e == NumberError::too_large) return fail(text, limit);
  v.width = width;
  v.value.fill(std::byte{0});
  v.mask.fill(std::byte{0});
  for (std::size_t i = 0; i < 8 * width; ++i) {
    const auto at = [&](auto& bytes, std::size_t n) -> auto& { return bytes[width - 1 - n / 8]; };
    const bool one = (std::to_integer<unsigned>(at(digits, i)) >> (i % 8) & 1) != 0;
    if (one && i >= to.bits) return fail(text, limit);
    if (i >= to.bits) continue;
    const std::size_t n = i + to.first;
    const auto mark = static_cast<std::byte>(1u << (n % 8));
    if (one) at(v.value, n) |= mark;
    at(v.mask, n) |= mark;
  }
  return true;
}

bool ActionReader::load(const Pair& pair) {
  std::string_view text, name;
  Subfield to;
  FieldValue v;
  if (!arrow(pair.value, text, name) || !subfield(name, to) || !immediate(text, to, v) ||
      !writable(*to.field, pair.whole))
    return false;
  if (to.whole()) std::fill_n(v.mask.begin(), v.width, std::byte{0xff});
  return load_runs(*to.field, v, pair.whole);
}

bool ActionReader::move(const Pair& pair) {
  std::string_view left, right;
  Subfield src, dst;
  if (!arrow(pair.value, left, right) || !subfield(left, src) || !subfield(right, dst)) return false;
  if (src.bits != dst.bits)
    return fail(pair.value, "copies " + std::to_string(src.bits) + " bits to " + std::to_string(dst.bits));
  return readable(*src.field, left) && writable(*dst.field, right) &&
         put(nicira::RegMove{.n_bits = static_cast<std::uint16_t>(src.bits),
                             .src_ofs = static_cast<std::uint16_t>(src.first),
                             .dst_ofs = static_cast<std::uint16_t>(dst.first),
                             .src = header_of(*src.field),
                             .dst = header_of(*dst.field)},
             pair.whole);
}

bool ActionReader::push(const Pair& pair) {
  Subfield src;
  return subfield(pair.value, src) && readable(*src.field, pair.value) &&
         put_stack<nicira::StackPush>(src, pair);
}

bool ActionReader::pop(const Pair& pair) {
  Subfield dst;
  return subfield(pair.value, dst) && writable(*dst.field, pair.value) &&
         put_stack<nicira::StackPop>(dst, pair);
}

bool ActionReader::delete_field(const Pair& pair) {
  const OvsField* field = find_field(pair.value);
  if (field == nullptr) return fail(pair.value, "is not a field");
  if (!field->any_width) return fail(pair.value, "cannot be deleted: it is no option of a tunnel");
  return put(nicira::DeleteField{header_of(*field)}, pair.whole);
}

bool ActionReader::set_tunnel(const Pair& pair) {
  std::uint64_t id = 0;
  if (!number(pair.value, id)) return false;
  if (!old_) return put_set_field(oxm::tunnel_id, id, pair.whole);
  if (id >> 32 == 0 && !same_word(pair.key, "set_tunnel64"))
    return put(nicira::SetTunnel{static_cast<std::uint32_t>(id)}, pair.whole);
  return put(nicira::SetTunnel64{id}, pair.whole);
}

}  // namespace oflens::flow
