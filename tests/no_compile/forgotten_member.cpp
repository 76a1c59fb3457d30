// A member that the description leaves out would be lost in silence.
// error: a member of this struct is missing from its wire description
#include <oflens/wire/engine.hpp>

using namespace oflens;

struct Forgetful {
  std::uint16_t a = 0;
  std::uint16_t forgotten = 0;
  static constexpr auto wire = describe("forgetful", field<&Forgetful::a>);
};

std::size_t size(const Forgetful& f) { return wire::size(f); }
