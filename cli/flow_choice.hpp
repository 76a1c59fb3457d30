// Which flows of which datapath a subcommand is asked for, and how it is to print them.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include <oflens/flow/flow_text.hpp>
#include <oflens/session/session.hpp>

namespace oflens::cli {

// --table N, --cookie VALUE[/MASK], --match FLOW: what is asked for in several ways has to be true of all.
class FlowChoice {
 public:
  // Returns the options.
  std::vector<CLI::Option*> add_options(CLI::App&);
  // Understands what they say: done, or wrong_usage, of which it has told. Call once, before the rest.
  int read();

  // Is nothing left out?
  bool all() const { return !table_ && cookie_text_.empty() && match_text_.empty(); }
  // Is it asked for? One of which the table is not known (OFPTT_ALL), as if it were of any.
  bool operator()(const Flow&) const;
  bool of_table(std::uint8_t id) const;

 private:
  std::optional<std::uint8_t> table_;
  std::string cookie_text_, match_text_;
  FlowMod cookie_, flow_;  // what a deletion of these would say
};

// --sort FIELD,..., --rsort FIELD,...: in which order flows are printed.
class FlowOrder {
 public:
  // Returns the options.
  std::vector<CLI::Option*> add_options(CLI::App&);
  // Is it another than that of listings?
  bool asked() const { return !up_.empty() || !down_.empty(); }
  // What these fields do not tell apart stays in its order.
  void sort(std::vector<FlowLine>&) const;

 private:
  std::vector<std::string> up_, down_;
};

// -O 1.0|1.3
void add_dialect_option(CLI::App&, std::string& dialect);
// What that asks for; the connection's version when it is empty.
Version dialect_for(const std::string& dialect, const Datapath&);

}  // namespace oflens::cli
