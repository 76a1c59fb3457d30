// Without a length nobody knows where the next element begins.
// error: an element of a list must tell where it ends
#include <oflens/wire/seq.hpp>
#include <oflens/wire/table.hpp>

using namespace oflens;

struct Endless {
  std::uint16_t a = 0;
  Payload data{};
  static constexpr auto wire = describe("endless", field<&Endless::a>, rest<&Endless::data>);
};

std::size_t count(const Seq<Endless>& list) { return list.count(); }
