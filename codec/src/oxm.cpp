#include <oflens/oxm.hpp>

#include <oflens/catalog.hpp>

namespace oflens {
namespace wire {

const PackedDesc* find_oxm(const Catalog* catalog, Bytes element) {
  if (load_be<std::uint16_t>(element.data()) == static_cast<std::uint16_t>(OxmClass::openflow_basic)) {
    const auto field = std::to_integer<std::size_t>(element[2] >> 1);
    if (field < oxm_basic.size()) return &oxm_basic[field].packed;
  }
  return catalog == nullptr ? nullptr : catalog->find_oxm(element);
}

bool Element<Oxm>::check_foreign(const std::byte* p, std::size_t length, const Context& context) {
  const bool experimenter = load_be<std::uint16_t>(p) == static_cast<std::uint16_t>(OxmClass::experimenter);
  const std::size_t id = experimenter ? 4 : 0;
  if (length < id) return false;
  const PackedDesc* known = find_oxm(context.catalog, {p, 4 + length});
  const bool masked = (p[2] & std::byte{1}) != std::byte{0};
  return known == nullptr || known->width == 0 ||
         length == id + (std::size_t{known->width} << (masked ? 1 : 0));
}

}  // namespace wire

const wire::PackedDesc* unmet_prerequisite(const Seq<Oxm>& match) {
  const auto basic = [](const Oxm& f) {
    return f.oxm_class() == OxmClass::openflow_basic && f.number() < oxm_basic.size();
  };
  for (auto it = match.begin(); it != match.end(); ++it) {
    const Oxm field = *it;
    if (!basic(field)) continue;
    const wire::OxmRow& row = oxm_basic[field.number()];
    if (row.prerequisite.field == 0xff) continue;
    bool met = false;
    for (auto before = match.begin(); before != it && !met; ++before) {
      const Oxm other = *before;
      if (!basic(other) || other.number() != row.prerequisite.field) continue;
      const std::uint64_t value = load_be(other.value().data(), other.value().size());
      if (row.prerequisite.any_value)
        met = other.number() != oxm::vlan_vid.number || (value & 0x1000) != 0;
      else
        met =
            !other.has_mask() && (value == row.prerequisite.values[0] || value == row.prerequisite.values[1]);
    }
    if (!met) return &row.packed;
  }
  return nullptr;
}

}  // namespace oflens
