// -Y FILTER: which messages a subcommand is about.
#pragma once

#include <oflens/message/filter.hpp>

#include "input.hpp"
#include "summary.hpp"

namespace oflens::cli {

// Lets messages through: those that match, or all without a filter.
class MessageFilter {
 public:
  // -Y, --filter.
  CLI::Option* add_option(CLI::App&, const std::string& what);
  // Says on standard error what is wrong with the filter, and where. Wrong usage then, else done.
  int compile();

  bool passes(Bytes message) { return !filter_ || filter_->matches(message); }
  bool passes(const SessionMessage&, const Clock&);
  bool passes(const Place&, bool from_switch, const Clock&, Bytes message);

 private:
  std::string text_;
  std::optional<FieldIndex> index_;
  std::optional<Filter> filter_;
};

}  // namespace oflens::cli
