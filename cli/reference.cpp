// oflens reference: what is covered, out of the tables that everything else reads.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include <oflens/message.hpp>
#include <oflens/message/json.hpp>
#include <oflens/nearest.hpp>
#include <oflens/wire/interpret.hpp>

#include "commands.hpp"

namespace oflens::cli {
namespace {

using wire::FamilyDesc;
using wire::FieldDesc;
using wire::Kind;
using wire::Labels;
using wire::StructDesc;

struct Options {
  std::string name, form = "text", version, whose;
  std::vector<std::string> kinds;
};

// ---- what there is

// One thing that is described.
struct Entry {
  enum Kind : std::uint8_t { message, element, structure, match_field, error };
  Kind kind;
  std::string name;
  const StructDesc* body = nullptr;
  std::string family{};  // of an element
  const wire::PackedDesc* packed = nullptr;
  std::uint64_t type = 0;             // of a message, an element or an error
  const FieldDesc* tag = nullptr;     // what an element's first tag is called
  std::set<std::uint8_t> versions{};  // in which it can stand
  std::uint32_t vendor = 0;           // whose extension it is; 0: it is the specification's
  std::string_view type_name{};       // of an error
  std::uint64_t code = 0;             // of an error
};
constexpr const char* kind_names[] = {"message", "element", "struct", "match_field", "error"};

// The tables of constants of a field by the number before it on which they depend; one table when they
// depend on none.
template <class F>
void each_labels(const FieldDesc& f, const FieldDesc* before, F&& use) {
  if (!f.labels.entries.empty()) use(std::uint64_t{0}, f.labels);
  if (f.labels_by == nullptr || before == nullptr) return;
  const auto one = [&](std::uint64_t selector) {
    if (const Labels labels = f.labels_by(selector); !labels.entries.empty()) use(selector, labels);
  };
  for (const wire::Label& selector : before->labels.entries) one(selector.value);
  if (before->labels.entries.empty())
    for (std::uint64_t selector = 0; selector < 256; ++selector) one(selector);
}

bool is_experimenter(const FieldDesc& f) {
  return f.labels.entries.data() == wire::labels<ExperimenterId>().entries.data();
}
bool says_whose(const FieldDesc& f) { return f.kind == Kind::tag && is_experimenter(f); }
std::string vendor_name(std::uint32_t vendor) {
  const std::string_view label = wire::labels<ExperimenterId>().find(vendor);
  return !label.empty() ? std::string(label) : fmt::format("{:#010x}", vendor);
}

// Walks from the messages to all that can stand in them.
class Collector {
 public:
  explicit Collector(const Catalog& catalog) : catalog_(catalog) {
    for (std::size_t i = 0; i < catalog.size(); ++i) {
      const Catalog::Listed m = catalog[i];
      const auto version = static_cast<std::uint8_t>(m.version);
      vendor_ = vendor_of(*m.body, 0);
      add({.kind = Entry::message, .name = m.body->name, .body = m.body, .type = m.type}, version);
      if (m.type == error_type) errors(*m.body, version);
      fields(*m.body, version);
    }
    const auto field = [&](const wire::PackedDesc& d) {
      constexpr auto nicira = static_cast<std::uint32_t>(ExperimenterId::nicira);
      entries_.push_back({.kind = Entry::match_field,
                          .name = d.name,
                          .packed = &d,
                          .vendor = d.id_class <= 1 ? nicira : d.experimenter});
    };
    for (const wire::OxmRow& row : oxm_basic) field(row.packed);
    for (std::size_t i = 0; i < catalog.oxm_count(); ++i) field(catalog.oxm(i).packed);
  }
  std::vector<Entry> take() { return std::move(entries_); }

 private:
  static constexpr std::uint8_t error_type = 1;

  static std::uint32_t vendor_of(const StructDesc& d, std::uint32_t otherwise) {
    const auto tag = std::find_if(d.fields.begin(), d.fields.end(), says_whose);
    return tag == d.fields.end() ? otherwise : static_cast<std::uint32_t>(tag->constant);
  }
  // True when it was not known in this version. An element is known by its family's name: actions of all
  // versions are one family here.
  bool add(Entry entry, std::uint8_t version) {
    const FieldDesc* tag = entry.tag;
    entry.vendor = vendor_;
    const auto [found, fresh] = index_.try_emplace({entry.body, entry.family}, entries_.size());
    if (fresh) entries_.push_back(std::move(entry));
    Entry& known = entries_[found->second];
    known.tag = tag;
    return known.versions.insert(version).second;
  }

  // The types and codes of an error message.
  void errors(const StructDesc& d, std::uint8_t version) {
    for (const FieldDesc& f : d.fields) {
      const FieldDesc* before = &f == d.fields.data() ? nullptr : &f - 1;
      const bool selects = &f != &d.fields.back() && (&f + 1)->labels_by != nullptr;
      if (f.kind != Kind::number || selects || is_experimenter(f)) continue;
      each_labels(f, before, [&](std::uint64_t type, const Labels& labels) {
        const bool depends = f.labels_by != nullptr;
        const FieldDesc& type_field = depends ? *before : d.fields.front();
        if (!depends) type = d.fields.front().constant;
        for (const wire::Label& l : labels.entries) {
          const auto [found, fresh] = errors_.try_emplace({&d, type, l.value}, entries_.size());
          if (fresh)
            entries_.push_back({.kind = Entry::error,
                                .name = std::string(l.text),
                                .type = type,
                                .vendor = vendor_,
                                .type_name = type_field.labels.find(type),
                                .code = l.value});
          entries_[found->second].versions.insert(version);
        }
      });
    }
  }

  void fields(const StructDesc& d, std::uint8_t version) {
    for (const FieldDesc& f : d.fields) {
      if (f.structure != nullptr) structure(*f.structure, version);
      if (f.family != nullptr) family(*f.family, version);
    }
  }
  void structure(const StructDesc& d, std::uint8_t version) {
    if (add({.kind = Entry::structure, .name = d.name, .body = &d}, version)) fields(d, version);
  }
  void family(const FamilyDesc& family, std::uint8_t version) {
    if (family.unknown.structure != nullptr) structure(*family.unknown.structure, version);
    const auto one = [&](const StructDesc& d, std::uint64_t type) {
      const std::uint32_t outer = vendor_;
      vendor_ = vendor_of(d, outer);
      if (add({.kind = Entry::element,
               .name = d.name,
               .body = &d,
               .family = family.name,
               .type = type,
               .tag = &family.tag},
              version))
        fields(d, version);
      vendor_ = outer;
    };
    for (const FieldDesc& a : family.alternatives) one(*a.structure, a.constant);
    for (std::size_t i = 0; i < catalog_.element_count(); ++i) {
      const Catalog::ListedElement e = catalog_.element(i);
      if (e.family != &family) continue;
      const auto tag = std::find_if(e.body->fields.begin(), e.body->fields.end(),
                                    [](const FieldDesc& f) { return f.kind == Kind::tag; });
      one(*e.body, tag == e.body->fields.end() ? 0 : tag->constant);
    }
  }

  const Catalog& catalog_;
  std::vector<Entry> entries_;
  std::uint32_t vendor_ = 0;  // of what is being walked
  std::map<std::pair<const StructDesc*, std::string>, std::size_t> index_;
  std::map<std::tuple<const StructDesc*, std::uint64_t, std::uint64_t>, std::size_t> errors_;
};

// What tells messages of one type from each other.
std::uint64_t last_tag(const Entry& e) {
  std::uint64_t last = 0;
  if (e.body != nullptr)
    for (const FieldDesc& f : e.body->fields)
      if (f.kind == Kind::tag) last = f.constant;
  return last;
}

// By kind, whose they are, family and number; what was there first comes first when versions are mixed.
// Match fields stay as they were added.
void sort(std::vector<Entry>& entries, bool mixed) {
  const auto key = [&](const Entry& e) {
    const bool field = e.kind == Entry::match_field;
    return std::tuple(e.kind, field ? 0 : e.vendor, e.family, mixed && !field ? *e.versions.begin() : 0,
                      e.type, e.kind == Entry::error ? 0 : last_tag(e));
  };
  std::stable_sort(entries.begin(), entries.end(),
                   [&](const Entry& a, const Entry& b) { return key(a) < key(b); });
}

// ---- words for it

std::string version_name(std::uint8_t version) {
  TextBuffer text;
  put_version(text, version);
  return std::string(text.view());
}
// "1.0", "1.1-1.5"
std::string versions_of(const Entry& e) {
  if (e.versions.empty()) return {};
  const std::string first = version_name(*e.versions.begin());
  return e.versions.size() == 1 ? first : first + "-" + version_name(*e.versions.rbegin());
}

// What the constants have in common: "OFPFC_*", "*_VENDOR_ID"; the constant itself when there is one.
std::string common_name(const Labels& labels) {
  std::string_view prefix = labels.entries.front().text, suffix = prefix;
  if (labels.entries.size() == 1) return std::string(prefix);
  for (const wire::Label& l : labels.entries) {
    const std::string_view text = l.text;
    const auto same = std::mismatch(prefix.begin(), prefix.end(), text.begin(), text.end()).first;
    prefix = prefix.substr(0, static_cast<std::size_t>(same - prefix.begin()));
    const auto tail = std::mismatch(suffix.rbegin(), suffix.rend(), text.rbegin(), text.rend()).first;
    suffix = suffix.substr(static_cast<std::size_t>(suffix.rend() - tail));
  }
  suffix.remove_prefix(std::min(suffix.find('_'), suffix.size()));
  prefix = prefix.substr(0, prefix.rfind('_') + 1);
  return prefix.empty() ? "*" + std::string(suffix) : std::string(prefix) + "*";
}

std::vector<Labels> labels_of(const FieldDesc& f, const FieldDesc* before) {
  std::vector<Labels> all;
  each_labels(f, before, [&](std::uint64_t, const Labels& labels) { all.push_back(labels); });
  return all;
}

std::string number(std::uint64_t value, bool hex = false) {
  return hex || value > 0xffff ? fmt::format("{:#x}", value) : fmt::format("{}", value);
}
std::string constant(const wire::Label& l, bool flags = false) {
  return fmt::format("{}={}", l.text, number(l.value, flags));
}

std::string label_or_number(const FieldDesc& tag, std::uint64_t constant) {
  const std::string_view label = tag.labels.find(constant);
  return !label.empty() ? std::string(label) : fmt::format("{}", constant);
}

// What kind of thing a field is, without its constants.
std::string words_for(const FieldDesc& f, const StructDesc& d) {
  switch (f.kind) {
    case Kind::number:
    case Kind::tag:
    case Kind::id: return fmt::format("{} bits", f.bits != 0 ? f.bits : 8 * f.width);
    case Kind::length: return "16 bits, length";
    case Kind::extent:
      return fmt::format("16 bits, {} of {}", f.unit == 1 ? "bytes" : "elements", d.fields[f.target].name);
    case Kind::mac: return "MAC address";
    case Kind::ipv4: return "IPv4 address";
    case Kind::ipv6: return "IPv6 address";
    case Kind::text: return fmt::format("text, {} bytes", f.width);
    case Kind::octets: return fmt::format("{} bytes", f.width);
    case Kind::pad:
      return fmt::format("padding, {}", f.width == 1 ? "1 byte" : fmt::format("{} bytes", f.width));
    case Kind::align: return fmt::format("padding to {} bytes", f.width);
    case Kind::rest:
      return f.whole_message                       ? "a message"
             : f.content == wire::Content::packet  ? "packet"
             : f.content == wire::Content::message ? "message, perhaps cut"
             : f.size_of != nullptr
                 ? "bytes, as many as " + std::string(d.fields[f.number - 1u].name) + " says"
                 : "bytes";
    case Kind::structure: return f.structure->name;
    case Kind::list: return fmt::format("list of {}", f.family->name);
    case Kind::one: return f.family->name;
    default: return "bytes";
  }
}
std::string condition_of(const FieldDesc& f, const StructDesc& d) {
  if (f.number == 0 || f.mask == 0) return {};
  const std::string_view number = d.fields[f.number - 1u].name;
  if (f.mask == f.bits_there) return fmt::format("if {} has {:#x}", number, f.mask);
  return fmt::format("if {} & {:#x} is {:#x}", number, f.mask, f.bits_there);
}

bool is_padding(const FieldDesc& f) { return f.kind == Kind::pad || f.kind == Kind::align; }

// Calls f with each field of an entry, what it is called there, and the field before.
template <class F>
void each_field(const Entry& e, F&& f) {
  const FieldDesc* first_tag = e.kind == Entry::element ? e.tag : nullptr;
  const FieldDesc* before = nullptr;
  for (const FieldDesc& field : e.body->fields) {
    FieldDesc shown = field;
    if (field.kind == Kind::tag && first_tag != nullptr) {
      shown.name = first_tag->name;
      if (!first_tag->labels.find(field.constant).empty()) shown.labels = first_tag->labels;
      first_tag = nullptr;
    }
    f(shown, before);
    before = &field;
  }
}

bool has_constant(const Entry& e, std::string_view name) {
  bool found = false;
  const auto look = [&](const Labels& labels) {
    for (const wire::Label& l : labels.entries) found = found || name == l.text;
  };
  if (e.packed != nullptr) {
    look(e.packed->value.labels);
  } else if (e.body != nullptr) {
    each_field(e, [&](const FieldDesc& f, const FieldDesc* before) {
      found = found || (f.kind != Kind::pad && name == f.name);
      for (const Labels& labels : labels_of(f, before)) look(labels);
    });
  }
  return found;
}

std::string class_of(const wire::PackedDesc& d) {
  const std::string_view label = wire::labels<OxmClass>().find(d.id_class);
  std::string text = !label.empty() ? std::string(label) : fmt::format("{:#06x}", d.id_class);
  if (d.id_class == static_cast<std::uint16_t>(OxmClass::experimenter))
    text += " of " + vendor_name(d.experimenter);
  return text;
}
std::string bits_of(const wire::PackedDesc& d) {
  return d.width == 0 ? fmt::format("up to {}", d.bits) : fmt::format("{}", d.bits);
}

// ---- forms

void put(TextBuffer& out, std::string_view s) { out.put(s); }

void put_constants(TextBuffer& out, const Labels& labels, std::string_view between) {
  std::string_view separator;
  for (const wire::Label& l : labels.entries) {
    put(out, separator);
    separator = between;
    put(out, constant(l, labels.flags));
  }
}

void put_text(TextBuffer& out, const std::vector<Entry>& entries) {
  for (const Entry& e : entries) {
    if (e.packed != nullptr) {
      const wire::PackedDesc& d = *e.packed;
      put(out, fmt::format("match field {}: {}, number {}, {} bits{}\n", e.name, class_of(d), d.id_field,
                           bits_of(d), d.maskable ? ", maskable" : ""));
      continue;
    }
    switch (e.kind) {
      case Entry::error:
        put(out, fmt::format("error {}: OpenFlow {}, {}type {}{}, code {}\n", e.name, versions_of(e),
                             e.vendor != 0 ? vendor_name(e.vendor) + " " : "", e.type,
                             !e.type_name.empty() ? fmt::format(" ({})", e.type_name) : "", e.code));
        continue;
      case Entry::message: {
        const char* type =
            message_name(static_cast<Version>(*e.versions.rbegin()), static_cast<std::uint8_t>(e.type));
        put(out, fmt::format("message {}: OpenFlow {}, type {}{}\n", e.name, versions_of(e), e.type,
                             type != nullptr && type != e.name ? fmt::format(" ({})", type) : ""));
        break;
      }
      case Entry::element:
        put(out, fmt::format("{} {}: OpenFlow {}, type {}\n", e.family, e.name, versions_of(e), e.type));
        break;
      default: put(out, fmt::format("struct {}: OpenFlow {}\n", e.name, versions_of(e)));
    }
    each_field(e, [&](const FieldDesc& f, const FieldDesc* before) {
      put(out, fmt::format("  {:<18} {}", f.name, words_for(f, *e.body)));
      if (const std::string condition = condition_of(f, *e.body); !condition.empty())
        put(out, ", " + condition);
      if (f.kind == Kind::tag) {
        put(out, fmt::format(", {}", label_or_number(f, f.constant)));
      } else {
        for (const Labels& labels : labels_of(f, before)) {
          put(out, labels.flags ? ", flags: " : ": ");
          put_constants(out, labels, " ");
        }
      }
      out.put('\n');
    });
    out.put('\n');
  }
}

void put_json(TextBuffer& out, const std::vector<Entry>& entries) {
  const auto key = [&](const char* name, std::string_view value) {
    put(out, fmt::format("\"{}\":", name));
    out.put_json(value);
  };
  const auto constants = [&](const Labels& labels) {
    put(out, labels.flags ? ",\"flags\":{" : ",\"constants\":{");
    std::string_view separator;
    for (const wire::Label& l : labels.entries) {
      put(out, separator);
      separator = ",";
      put(out, fmt::format("\"{}\":{}", l.text, l.value));
    }
    out.put('}');
  };
  put(out, "[\n");
  bool first = true;
  for (const Entry& e : entries) {
    if (!first) put(out, ",\n");
    first = false;
    out.put('{');
    key("kind", kind_names[e.kind]);
    out.put(',');
    key("name", e.name);
    if (e.packed != nullptr) {
      const wire::PackedDesc& d = *e.packed;
      put(out, fmt::format(",\"class\":{},\"number\":{},\"experimenter\":{},\"bits\":{},\"maskable\":{}",
                           d.id_class, d.id_field, d.experimenter, d.bits, d.maskable));
      if (!d.value.labels.entries.empty()) constants(d.value.labels);
      out.put('}');
      continue;
    }
    if (e.kind == Entry::element) out.put(','), key("family", e.family);
    if (e.kind != Entry::structure) put(out, fmt::format(",\"type\":{}", e.type));
    put(out, ",\"versions\":[");
    for (const std::uint8_t v : e.versions)
      put(out, fmt::format("{}\"{}\"", v == *e.versions.begin() ? "" : ",", version_name(v)));
    out.put(']');
    if (e.vendor != 0) out.put(','), key("vendor", vendor_name(e.vendor));
    if (e.kind == Entry::error) {
      if (!e.type_name.empty()) out.put(','), key("type_name", e.type_name);
      put(out, fmt::format(",\"code\":{}}}", e.code));
      continue;
    }
    put(out, ",\"fields\":[");
    std::string_view separator;
    each_field(e, [&](const FieldDesc& f, const FieldDesc* before) {
      put(out, separator);
      separator = ",";
      out.put('{');
      key("name", f.name);
      out.put(',');
      key("what", words_for(f, *e.body));
      if (f.kind < Kind::align) put(out, fmt::format(",\"bits\":{}", f.bits != 0 ? f.bits : 8 * f.width));
      if (f.kind == Kind::tag) {
        put(out, fmt::format(",\"value\":{}", f.constant));
        if (const std::string_view label = f.labels.find(f.constant); !label.empty())
          out.put(','), key("constant", label);
      }
      if (const std::string condition = condition_of(f, *e.body); !condition.empty())
        out.put(','), key("condition", condition);
      if (f.labels_by == nullptr && f.kind != Kind::tag)
        for (const Labels& labels : labels_of(f, before)) constants(labels);
      out.put('}');
    });
    put(out, "]}");
  }
  put(out, "\n]\n");
}

// Tables for a page: a row a struct, and each enumeration once.
class Markdown {
 public:
  Markdown(TextBuffer& out, const std::vector<Entry>& entries) : out_(out) {
    std::string heading, open;  // the row of errors to which codes are still added
    const auto close = [&] {
      if (!open.empty()) put(out_, " |\n");
      open.clear();
    };
    for (const Entry& e : entries) {
      if (const std::string h = heading_of(e); h != heading) {
        close();
        heading = h;
        put(out_, fmt::format("\n## {}\n\n{}", heading, columns(e)));
      }
      if (e.kind != Entry::error) {
        row(e);
        continue;
      }
      const std::string type =
          e.type_name.empty() ? number(e.type) : fmt::format("{}={}", e.type_name, e.type);
      const std::string start = fmt::format("| {} | {} |", type, versions_of(e));
      if (start == open) {
        out_.put(',');
      } else {
        close();
        open = start;
        put(out_, open);
      }
      put(out_, fmt::format(" {}={}", e.name, e.code));
    }
    close();
    if (constants_.empty()) return;
    put(out_, "\n## Constants\n\n| name | constants |\n|---|---|\n");
    for (const auto& [name, labels] : constants_) {
      put(out_, fmt::format("| `{}`{} | ", name, labels.flags ? ", flags" : ""));
      put_constants(out_, labels, ", ");
      put(out_, " |\n");
    }
  }

 private:
  static std::string heading_of(const Entry& e) {
    constexpr const char* headings[] = {"Messages", "", "Structs", "Match fields", "Errors"};
    std::string text = e.kind == Entry::element ? e.family : headings[e.kind];
    if (e.kind != Entry::match_field && e.vendor != 0) text += " of " + vendor_name(e.vendor);
    return text;
  }
  static const char* columns(const Entry& e) {
    switch (e.kind) {
      case Entry::message: return "| type | message | versions | fields |\n|---|---|---|---|\n";
      case Entry::element: return "| type | element | versions | fields |\n|---|---|---|---|\n";
      case Entry::structure: return "| struct | versions | fields |\n|---|---|---|\n";
      case Entry::match_field: return "| field | class | number | bits | maskable |\n|---|---|---|---|---|\n";
      case Entry::error: return "| type | versions | codes |\n|---|---|---|\n";
    }
    return "";
  }

  void row(const Entry& e) {
    if (e.packed != nullptr) {
      const wire::PackedDesc& d = *e.packed;
      put(out_, fmt::format("| `{}` | {} | {} | {} | {} |\n", e.name, class_of(d), d.id_field, bits_of(d),
                            d.maskable ? "yes" : ""));
      return;
    }
    std::string type = e.kind == Entry::message ? number(e.type) : "", fields;
    each_field(e, [&](const FieldDesc& f, const FieldDesc* before) {
      if (is_padding(f) || f.kind == Kind::length || f.kind == Kind::extent || says_whose(f)) return;
      if (f.kind == Kind::tag) {
        const std::string_view label = f.labels.find(f.constant);
        if (!type.empty()) type += ", ";
        type += !label.empty() ? fmt::format("{}={}", label, number(f.constant)) : number(f.constant);
        return;
      }
      if (!fields.empty()) fields += "; ";
      fields += fmt::format("`{}` {}", f.name, short_words(f, *e.body, before));
      if (const std::string condition = condition_of(f, *e.body); !condition.empty())
        fields += fmt::format(" ({})", condition);
    });
    put(out_, "| ");
    if (e.kind != Entry::structure) put(out_, type + " | ");
    put(out_, fmt::format("`{}` | {} | {} |\n", e.name, versions_of(e), fields));
  }

  std::string short_words(const FieldDesc& f, const StructDesc& d, const FieldDesc* before) {
    if (f.kind != Kind::number) return words_for(f, d);
    std::string text = fmt::format("{}", f.bits != 0 ? f.bits : 8 * f.width);
    if (f.labels_by != nullptr) return text + fmt::format(", by `{}`", before->name);
    if (!f.labels.entries.empty()) text += fmt::format(" `{}`", name_of(f));
    return text;
  }

  // The name of a field's enumeration on this page; those of one name are numbered.
  std::string name_of(const FieldDesc& f) {
    const Labels& labels = f.labels;
    if (labels.entries.size() == 1 && !labels.flags) return constant(labels.entries[0]);
    std::string common = common_name(labels);
    if (common == "*") common = f.name;  // they have nothing in common
    for (int n = 1;; ++n) {
      const std::string name = n == 1 ? common : fmt::format("{} ({})", common, n);
      const auto found =
          std::find_if(constants_.begin(), constants_.end(), [&](const auto& c) { return c.first == name; });
      if (found == constants_.end())
        constants_.emplace_back(name, labels);
      else if (found->second.entries.data() != labels.entries.data())
        continue;
      return name;
    }
  }

  TextBuffer& out_;
  std::vector<std::pair<std::string, Labels>> constants_;
};

// ---- what was asked for

// Those of that name; else those whose name holds it; else those with a field or a constant of that name.
std::vector<Entry> named(const std::vector<Entry>& entries, const std::string& name) {
  for (const auto fits : {+[](const Entry&e, const std::string&n) { return e.name == n; },
                          +[](const Entry&e, const std::string&n) { return e.name.find(n) != n.npos; },
                          +[](const Entry&e, const std::string&n) { return has_constant(e, n); }}) {
    std::vector<Entry> chosen;
    std::copy_if(entries.begin(), entries.end(), std::back_inserter(chosen),
                 [&](const Entry& e) { return fits(e, name); });
    if (!chosen.empty()) return chosen;
  }
  return {};
}

int run(const Options& options) {
  std::vector<Entry> entries = Collector(Catalog::standard()).take();
  if (!options.kinds.empty())
    std::erase_if(entries, [&](const Entry& e) {
      return std::find(options.kinds.begin(), options.kinds.end(), kind_names[e.kind]) == options.kinds.end();
    });
  if (!options.whose.empty())
    std::erase_if(entries, [&](const Entry& e) { return (e.vendor == 0) != (options.whose == "standard"); });
  if (!options.version.empty()) {
    const auto version = static_cast<std::uint8_t>(options.version[2] - '0' + 1);
    std::erase_if(entries, [&](const Entry& e) {
      return e.kind == Entry::match_field || !e.versions.contains(version);
    });
  }
  sort(entries, options.version.empty());
  if (!options.name.empty()) {
    std::vector<Entry> chosen = named(entries, options.name);
    if (chosen.empty()) {
      Nearest nearest(options.name);
      for (const Entry& e : entries) nearest.consider(e.name);
      note("nothing is called '" + options.name + "'" + nearest.question());
      return wrong_usage;
    }
    entries = std::move(chosen);
  }
  Output output;
  if (options.form == "json")
    put_json(output.text(), entries);
  else if (options.form == "md")
    Markdown(output.text(), entries);
  else
    put_text(output.text(), entries);
  return done;
}

}  // namespace

void add_reference(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* sub =
      app.add_subcommand("reference", "What messages, actions, fields ... are covered, and how they look");
  sub->add_option("NAME", options->name, "only what is called so, or has a field or constant called so");
  sub->add_option("-T", options->form, "form: text, md (tables) or json")
      ->type_name("FORM")
      ->check(CLI::IsMember({"text", "md", "json"}));
  sub->add_option("-O", options->version, "only what can stand in messages of that version")
      ->type_name("VERSION")
      ->check(CLI::IsMember({"1.0", "1.1", "1.2", "1.3", "1.4", "1.5"}));
  sub->add_option("--kind", options->kinds, "only message, element, struct, match_field or error; repeatable")
      ->type_name("KIND")
      ->check(CLI::IsMember(std::vector<std::string>(std::begin(kind_names), std::end(kind_names))));
  sub->add_option("--only", options->whose, "standard (what the specification has) or extensions")
      ->type_name("WHOSE")
      ->check(CLI::IsMember({"standard", "extensions"}));
  sub->footer(
      "Examples:\n"
      "  oflens reference flow_mod           the fields of a flow_mod, in all versions\n"
      "  oflens reference OFPR_ACTION        where a constant belongs\n"
      "  oflens reference fields ip.         what filters can ask for\n"
      "  oflens reference --kind match_field -T json | jq length");
  add_field_reference(*sub, status);
  sub->callback([options, sub, &status] {
    if (sub->get_subcommands().empty()) status = run(*options);
  });
}

}  // namespace oflens::cli
