// oflens reference fields, oflens reference filter: what filters can ask for.
#include <fmt/format.h>

#include <algorithm>
#include <bitset>
#include <map>
#include <set>

#include <oflens/message/field_index.hpp>
#include <oflens/wire/interpret.hpp>

#include "commands.hpp"

namespace oflens::cli {
namespace {

using wire::FieldDesc;
using wire::Kind;

// Of bodies of messages, by their place in the scope of messages.
using Messages = std::bitset<1024>;

struct Row {
  std::set<std::string> types{};
  std::map<std::string, std::uint64_t> constants{};
  Messages in{};
};

std::string type_of(const FieldDesc& f) {
  switch (f.kind) {
    case Kind::number:
    case Kind::tag:
    case Kind::length:
    case Kind::extent:
    case Kind::id: {
      const unsigned bits = f.bits != 0 ? f.bits : f.width != 0 ? 8u * f.width : 32;
      return fmt::format("{} {}", bits, f.labels.flags ? "flags" : bits == 1 ? "bit" : "bits");
    }
    case Kind::mac: return "MAC address";
    case Kind::ipv4: return "IPv4 address";
    case Kind::ipv6: return "IPv6 address";
    case Kind::text:
    case Kind::domain_name: return "text";
    case Kind::list: return fmt::format("list of {}", f.family->name);
    case Kind::structure:
    case Kind::one:
    case Kind::element:
    case Kind::packed: return "fields";
    default: return "bytes";
  }
}

// All fields by the shortest path that says where they are: what holds them, and their name.
class Listing {
 public:
  explicit Listing(const FieldIndex& index) : index_(index), reached_(index.size()) {
    const auto& messages = index_[0].entries;
    for (std::size_t i = 0; i < messages.size(); ++i) {
      if (messages[i].body == nullptr) continue;
      message_ = i;
      below(messages[i]);
    }
  }
  const std::map<std::string, Row>& rows() const { return rows_; }
  std::vector<std::string> names(const Messages& in) const {
    std::vector<std::string> names;
    const auto& messages = index_[0].entries;
    for (std::size_t i = 0; i < messages.size(); ++i)
      if (in[i] && std::find(names.begin(), names.end(), messages[i].desc->name) == names.end())
        names.emplace_back(messages[i].desc->name);
    return names;
  }

 private:
  void below(const FieldIndex::Entry& holder) {
    // Messages in messages have rows of their own.
    if (holder.scope == FieldIndex::no_scope || holder.scope == 0) return;
    const FieldIndex::Scope& scope = index_[holder.scope];
    using ScopeKind = FieldIndex::Scope::Kind;
    const bool by_itself = scope.kind != ScopeKind::structure && scope.kind != ScopeKind::parts;
    const bool fresh = !reached_[holder.scope][message_];
    reached_[holder.scope].set(message_);
    for (const FieldIndex::Entry& e : scope.entries) {
      const bool said_by_holder = holder.packed != nullptr && e.desc == &holder.packed->value;
      const bool no_part = e.desc->kind == Kind::id || e.desc->kind == Kind::pad ||
                           e.desc->kind == Kind::align || e.desc == holder.desc ||
                           e.desc == &wire::broken_field || e.desc == &wire::excess_field;
      // Layers in layers, and layers by themselves, are one.
      const bool alone = by_itself || (scope.kind == ScopeKind::parts && e.desc->kind == Kind::structure);
      if (!no_part && !said_by_holder)
        add(alone ? std::string(e.desc->name) : fmt::format("{}.{}", holder.desc->name, e.desc->name), e);
      if (fresh) below(e);
    }
  }
  void add(const std::string& path, const FieldIndex::Entry& e) {
    Row& row = rows_[path];
    row.in.set(message_);
    const FieldDesc& f = e.packed != nullptr ? e.packed->value : *e.desc;
    row.types.insert(type_of(f));
    for (const wire::Label& l : f.labels.entries) row.constants.emplace(l.text, l.value);
  }

  const FieldIndex& index_;
  std::vector<Messages> reached_;
  std::size_t message_ = 0;
  std::map<std::string, Row> rows_;
};

struct Options {
  std::string pattern, form = "text";
};

int list_fields(const Options& options) {
  const FieldIndex index(Catalog::standard());
  const Listing listing(index);
  Output output;
  TextBuffer& out = output.text();
  bool any = false;
  for (const auto& [path, row] : listing.rows()) {
    if (path.find(options.pattern) == std::string::npos) continue;
    const std::vector<std::string> messages = listing.names(row.in);
    if (options.form == "json") {
      out.put(any ? ",\n{\"field\":" : "[\n{\"field\":");
      out.put_json(path);
      out.put(",\"types\":[");
      for (const std::string& type : row.types) {
        if (type != *row.types.begin()) out.put(',');
        out.put_json(type);
      }
      out.put("],\"constants\":{");
      for (const auto& [name, value] : row.constants)
        out.put(fmt::format("{}\"{}\":{}", name == row.constants.begin()->first ? "" : ",", name, value));
      out.put("},\"messages\":[");
      for (const std::string& m : messages)
        out.put(fmt::format("{}\"{}\"", m == messages.front() ? "" : ",", m));
      out.put("]}");
    } else {
      out.put(fmt::format("{:<36} {:<20} ", path, fmt::format("{}", fmt::join(row.types, ", "))));
      constexpr std::size_t shown = 3;
      std::size_t n = 0;
      for (const std::string& m : messages)
        if (n++ < shown) out.put(fmt::format("{}{}", n == 1 ? "" : ", ", m));
      if (n > shown) out.put(fmt::format(" and {} more", n - shown));
      out.put('\n');
    }
    any = true;
  }
  if (options.form == "json") out.put(any ? "\n]\n" : "[]\n");
  if (!any && options.form == "text") {
    note("no field has '" + options.pattern + "' in its name");
    return wrong_usage;
  }
  return done;
}

constexpr std::string_view about_filters =
    R"(A filter is a condition on a message; -Y shows the messages for which it holds.

fields            by name, and by what holds them: priority, flow_mod.priority, match.eth_type, output.port,
                  packet_in.data.ip.src. 'oflens reference fields' lists them
messages          by name: flow_mod, multipart_reply, port_desc_reply
match fields      eth_type is the value, eth_type.mask the mask

version           version == 1.3
type              type in {packet_in, packet_out}
xid, length       numbers of the header
frame, time       time > 2026-11-20T09:36:27.5Z; time < 1.5 (seconds since the first packet)
connection        its number
src, dst          src == 10.0.0.0/8; dst == 10.0.0.1:6653; dst.port == 6653
datapath_id       of the switch, once it is known
comment           on the frame, in pcapng: comment contains "retry"
from_switch, from_controller
problems          problems; problems > 1; problems.code == bad_length

==  eq   one of the fields is equal           !=  ne   there is one, and none is equal
<  lt    >  gt    <=  le    >=  ge            numbers and addresses
&        has one of these bits: flags & SEND_FLOW_REM; with a comparison: tcp.flags & 0x12 == 2
in       {1, 5..9}, {10.0.0.0/8, 192.168.0.1}
contains  part of a text or of bytes: name contains eth; data contains 0a:00:01
matches  ~   a regular expression, capitals or not: mfr_desc matches "^nicira"
FIELD by itself   it is there
&&  and    ||  or    !  not    ( )
any(LIST: ...)   all of the conditions hold of one element: any(bucket: weight > 3 && watch_port == 1)
all(LIST: ...)   there are elements, and the conditions hold of each

values   10  0x0a  OFPP_CONTROLLER  controller  A|B  02:00:00:00:00:01  10.0.0.0/8  ::1/128  "text"  0a:0b (bytes)

Examples:
  flow_mod.priority > 100 && eth_type == 0x0806
  packet_in.data.ip.src == 10.0.0.0/8
  type == error || problems
)";

}  // namespace

void add_field_reference(CLI::App& reference, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* fields = reference.add_subcommand("fields", "What filters can ask for");
  fields->add_option("PATTERN", options->pattern, "only fields with this in their path");
  fields->add_option("-T", options->form, "form: text or json")
      ->type_name("FORM")
      ->check(CLI::IsMember({"text", "json"}));
  fields->footer("Example:\n  oflens reference fields ip.");
  fields->callback([options, &status] { status = list_fields(*options); });
  CLI::App* filter = reference.add_subcommand("filter", "The language of filters (-Y)");
  filter->callback([&status] {
    Output().text().put(about_filters);
    status = done;
  });
}

}  // namespace oflens::cli
