// Where a member of variable size stands is not known without reading what is before it.
// error: (constraints not satisfied|no matching|a member of fixed place|not satisfied)
#include <oflens/frame.hpp>
#include <oflens/v13/messages.hpp>

using namespace oflens;

auto match(const View<v13::FlowMod>& view) { return view.get<&v13::FlowMod::match>(); }
