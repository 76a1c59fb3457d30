// All that the library describes, for whoever needs the types themselves; a program that reads messages needs
// Catalog::standard() only.
#pragma once

#include <oflens/ext/bigswitch.hpp>
#include <oflens/ext/nicira.hpp>
#include <oflens/ext/nicira_actions.hpp>
#include <oflens/ext/nxm.hpp>
#include <oflens/ext/onf.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v11/actions.hpp>
#include <oflens/v13/messages.hpp>

namespace oflens {

// Adds everything to a Catalog, or to what has the same three functions add, add_element and add_oxm.
inline constexpr auto add_standard = [](auto& catalog) {
  return v10::add_messages(catalog) && v11::add_actions(catalog) && v13::add_messages(catalog) &&
         nicira::add_messages(catalog) && onf::add_messages(catalog) && add_later_fields(catalog) &&
         nicira::add_fields(catalog) && nicira::add_actions<v10::Action>(catalog) &&
         nicira::add_actions<v13::Action>(catalog) && big_switch::add_messages(catalog);
};

}  // namespace oflens
