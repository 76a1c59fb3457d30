#include "flow_choice.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <oflens/flow/flow_syntax.hpp>
#include <oflens/nearest.hpp>

#include "input.hpp"

namespace oflens::cli {
namespace {

constexpr auto all_tables = static_cast<std::uint8_t>(v13::TableId::all);

// The deletion of what the text names.
bool read_wanted(const std::string& text, FlowMod& mod, SyntaxError& error) {
  std::vector<std::byte> message;
  const FlowSyntax deletion{.version = Version::v13, .command = v13::FlowModCommand::delete_};
  if (!read_flow(text, deletion, Xid{}, message, error)) return false;
  const auto frame = Frame::at(message);
  auto read = frame ? read_flow_mod(*frame) : std::nullopt;
  if (!read) return false;
  mod = *std::move(read);
  return true;
}

// "0x1", "0x10/0xf0", "1/-1".
bool read_cookie(const std::string& text, FlowMod& mod) {
  SyntaxError error;
  const bool exact = text.find('/') == std::string::npos;
  return text.find_first_not_of("0123456789abcdefABCDEFxX/-") == std::string::npos &&
         read_wanted("cookie=" + text + (exact ? "/-1" : ""), mod, error);
}

std::string check_cookie(const std::string& text) {
  FlowMod mod;
  return read_cookie(text, mod) ? "" : "'" + text + "' is no cookie: VALUE or VALUE/MASK, 64 bits each";
}

bool of_cookie(const FlowMod& mod, const Flow& f) {
  return ((f.cookie ^ mod.cookie_wanted) & mod.cookie_mask) == 0;
}

// What flows can be sorted by.
struct SortField {
  const char* name;
  std::uint64_t (*value)(const FlowEntry&);
};
constexpr SortField sort_fields[] = {
    {"table", [](const FlowEntry& e) -> std::uint64_t { return e.flow.table_id; }},
    {"priority", [](const FlowEntry& e) -> std::uint64_t { return e.flow.priority; }},
    {"cookie", [](const FlowEntry& e) { return e.flow.cookie; }},
    {"idle_timeout", [](const FlowEntry& e) -> std::uint64_t { return e.flow.idle_timeout; }},
    {"hard_timeout", [](const FlowEntry& e) -> std::uint64_t { return e.flow.hard_timeout; }},
    // Since it was added: the later that was, the less.
    {"duration",
     [](const FlowEntry& e) { return ~static_cast<std::uint64_t>(e.created.time_since_epoch().count()); }},
};

// "table,priority,cookie".
std::string sort_field_names() {
  std::string names;
  for (const SortField& f : sort_fields) names += (names.empty() ? "" : ",") + std::string(f.name);
  return names;
}

std::string check_sort_field(const std::string& name) {
  Nearest nearest(name);
  for (const SortField& f : sort_fields) {
    if (name == f.name) return {};
    nearest.consider(f.name);
  }
  return fmt::format("'{}' is no field to sort by{}", name,
                     nearest.best().empty() ? ": " + sort_field_names() : nearest.question());
}

}  // namespace

std::vector<CLI::Option*> FlowChoice::add_options(CLI::App& app) {
  return {app.add_option("--table", table_, "only flows of this table")
              ->type_name("N")
              ->check(CLI::Range(0, 254).description("")),
          app.add_option("--cookie", cookie_text_, "only flows with this cookie")
              ->type_name("VALUE[/MASK]")
              ->check(check_cookie),
          app.add_option(
                 "--match", match_text_,
                 "only flows that a packet of this match can meet; in ovs-ofctl's syntax, without actions")
              ->type_name("FLOW")};
}

int FlowChoice::read() {
  SyntaxError error;
  if (!read_wanted(match_text_, flow_, error)) {
    complain_of("--match", match_text_, error);
    return wrong_usage;
  }
  if (!cookie_text_.empty()) read_cookie(cookie_text_, cookie_);
  return done;
}

bool FlowChoice::operator()(const Flow& f) const {
  return of_table(f.table_id) && of_cookie(cookie_, f) && of_cookie(flow_, f) &&
         (flow_.out_port == PortNo::any || f.actions.outputs_to(flow_.out_port)) &&
         (flow_.out_group == v13::GroupId::any || f.actions.uses(flow_.out_group)) &&
         flow_.flow.match.overlaps(f.match);
}

bool FlowChoice::of_table(std::uint8_t id) const {
  if (id == all_tables) return true;  // not told
  const std::uint8_t named = flow_.flow.table_id;
  return table_.value_or(id) == id && (named == all_tables || named == id);
}

std::vector<CLI::Option*> FlowOrder::add_options(CLI::App& app) {
  const auto add = [&](const char* option, std::vector<std::string>& fields, const char* what) {
    return app.add_option(option, fields, what)
        ->type_name("FIELD,...")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check(CLI::Validator(check_sort_field, "{" + sort_field_names() + "}"));
  };
  CLI::Option* up = add("--sort", up_, "flows in ascending order of this field, then of the next");
  CLI::Option* down = add("--rsort", down_, "the same in descending order");
  up->excludes(down);
  return {up, down};
}

void FlowOrder::sort(std::vector<FlowLine>& lines) const {
  // The last field first: the sort is stable.
  for (const auto& [names, descending] : {std::pair(&up_, false), std::pair(&down_, true)})
    for (auto name = names->rbegin(); name != names->rend(); ++name) {
      const auto value =
          std::ranges::find_if(sort_fields, [&](const SortField& f) { return *name == f.name; })->value;
      std::ranges::stable_sort(lines, [&, descending = descending](const FlowLine& a, const FlowLine& b) {
        return descending ? value(*b.entry) < value(*a.entry) : value(*a.entry) < value(*b.entry);
      });
    }
}

void add_dialect_option(CLI::App& app, std::string& dialect) {
  app.add_option("-O", dialect, "print as ovs-ofctl does in this version (default: the connection's)")
      ->type_name("1.0|1.3")
      ->check(CLI::IsMember({"1.0", "1.3"}));
}

Version dialect_for(const std::string& dialect, const Datapath& datapath) {
  if (dialect.empty()) return datapath.version.value_or(Version::v13);
  return dialect == "1.0" ? Version::v10 : Version::v13;
}

}  // namespace oflens::cli
