// The size of a list is looked for at a place known in advance; after another list there is none.
// error: a length or an extent must stand before everything of variable size
#include <oflens/wire/seq.hpp>
#include <oflens/wire/table.hpp>

using namespace oflens;

struct Floating {
  Seq<std::uint16_t> a{}, b{};
  static constexpr auto wire = describe("floating", extent<&Floating::a>, field<&Floating::a>,
                                        extent<&Floating::b>, field<&Floating::b>);
};

std::size_t size(const Floating& f) { return wire::size(f); }
