// A list of nothings has no end.
// error: an element of a list must have bytes
#include <oflens/wire/seq.hpp>
#include <oflens/wire/table.hpp>

using namespace oflens;

struct Empty {
  static constexpr auto wire = describe("empty");
};

std::size_t count(const Seq<Empty>& list) { return list.count(); }
