#include "columns.hpp"

#include <algorithm>
#include <array>

#include <oflens/message/json.hpp>

namespace oflens::cli {
namespace {

// About the message as a whole; the same names as in filters.
constexpr std::array facts = {"frame",    "time",   "connection", "datapath_id",   "src",
                              "src.port", "dst",    "dst.port",   "version",       "type",
                              "xid",      "length", "problems",   "problems.code", "comment"};

// "/t", "/s", or the text itself.
std::string separator(const std::string& text) {
  if (text == "/t") return "\t";
  if (text == "/s") return " ";
  return text;
}

}  // namespace

void Columns::add_options(CLI::App& app) {
  app.add_option("-e", names_,
                 "with -T fields: a column (may be repeated); 'oflens reference fields' lists them")
      ->type_name("FIELD")
      ->allow_extra_args(false);
  app.add_option("-E", settings_,
                 "with -T fields: header=y, separator=/t|/s|TEXT, aggregator=TEXT, occurrence=a|f|l (of "
                 "several: all, "
                 "the first, the last), quote=d|n (may be repeated)")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
}

bool Columns::set(const std::string& setting) {
  const std::size_t equals = setting.find('=');
  if (equals == std::string::npos) return false;
  const std::string name = setting.substr(0, equals), value = setting.substr(equals + 1);
  if (name == "header" && (value == "y" || value == "n"))
    header_ = value == "y";
  else if (name == "separator" && !value.empty())
    separator_ = separator(value);
  else if (name == "aggregator" && !value.empty())
    aggregator_ = separator(value);
  else if (name == "quote" && (value == "d" || value == "n"))
    quotes_ = value == "d";
  else if (name == "occurrence" && (value == "a" || value == "f" || value == "l"))
    occurrence_ = value == "a" ? Occurrence::all : value == "f" ? Occurrence::first : Occurrence::last;
  else
    return false;
  return true;
}

int Columns::compile(bool asked) {
  if (!asked && (!names_.empty() || !settings_.empty())) {
    note("-e and -E belong to -T fields");
    return wrong_usage;
  }
  if (asked && names_.empty()) {
    note("-T fields needs -e FIELD: which fields?");
    return wrong_usage;
  }
  for (const std::string& setting : settings_)
    if (!set(setting)) {
      note("-E " + setting + ": there is no such setting; see 'oflens decode --help'");
      return wrong_usage;
    }
  for (const std::string& name : names_) {
    columns_.push_back({name, std::nullopt});
    if (std::find(facts.begin(), facts.end(), name) != facts.end()) continue;
    FilterError error;
    if (!index_) index_.emplace(Catalog::standard());
    columns_.back().path = FieldPath::compile(*index_, name, error);
    if (columns_.back().path) continue;
    note("-e " + name + ": " + error.text);
    return wrong_usage;
  }
  return done;
}

void Columns::put_header(TextBuffer& out) const {
  if (!header_) return;
  for (const Column& c : columns_) {
    if (&c != columns_.data()) out.put(separator_);
    out.put(c.name);
  }
  out.put('\n');
}

bool Columns::put_fact(TextBuffer& out, std::string_view name, const Clock& clock, const Place* place,
                       const Tape& tape, Bytes message) const {
  if (name == "problems") {
    out.put_decimal(tape.problems());
    return true;
  }
  if (name == "problems.code") {
    bool any = false;
    for (std::uint32_t i = 0; i < tape.size(); i += tape[i].holds_another() ? tape[i].subtree : 1)
      if (tape[i].is_problem()) {
        if (any) out.put('\0');
        any = true;
        out.put(name_of(tape[i].code()));
      }
    return any;
  }
  if (name == "version" || name == "type" || name == "xid" || name == "length") {
    if (message.size() < Header::size) return false;
    const auto version = std::to_integer<std::uint8_t>(message[0]),
               type = std::to_integer<std::uint8_t>(message[1]);
    if (name == "version") {
      put_version(out, version);
    } else if (name == "xid") {
      out.put_decimal(load_be<std::uint32_t>(message.data() + 4));
    } else if (name == "length") {
      out.put_decimal(load_be<std::uint16_t>(message.data() + 2));
    } else if (const char* known = message_name(static_cast<Version>(version), type)) {
      out.put(known);
    } else {
      out.put_decimal(type);
    }
    return true;
  }
  if (place == nullptr) return false;
  if (name == "frame") {
    out.put_decimal(place->number);
  } else if (name == "time") {
    clock.put(out, place->time);
  } else if (name == "connection") {
    out.put_decimal(place->channel);
  } else if (name == "src") {
    put_address(out, place->source);
  } else if (name == "src.port") {
    out.put_decimal(place->source.port);
  } else if (name == "dst") {
    put_address(out, place->destination);
  } else if (name == "dst.port") {
    out.put_decimal(place->destination.port);
  } else if (name == "comment") {
    out.put(place->comment);
  } else if (place->datapath_id) {
    put_datapath_id(out, *place->datapath_id);
  }
  return true;
}

void Columns::put(TextBuffer& out, const Clock& clock, const Place* place, const Tape& tape, Bytes message,
                  TextBuffer& scratch) const {
  constexpr char between = '\0';  // no value has it
  for (const Column& c : columns_) {
    if (&c != columns_.data()) out.put(separator_);
    scratch.clear();
    if (c.path)
      c.path->put(scratch, tape, message, {&between, 1});
    else
      put_fact(scratch, c.name, clock, place, tape, message);
    std::string_view values = scratch.view();
    if (occurrence_ == Occurrence::first) values = values.substr(0, values.find(between));
    if (occurrence_ == Occurrence::last) values = values.substr(values.rfind(between) + 1);
    if (quotes_) out.put('"');
    for (std::size_t end = 0; end != std::string_view::npos;) {
      end = values.find(between);
      out.put(values.substr(0, end));
      if (end == std::string_view::npos) break;
      out.put(aggregator_);
      values.remove_prefix(end + 1);
    }
    if (quotes_) out.put('"');
  }
}

}  // namespace oflens::cli
