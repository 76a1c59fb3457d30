#include <oflens/message/from_json.hpp>

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include <oflens/frame.hpp>
#include <oflens/nearest.hpp>
#include <oflens/text_buffer.hpp>
#include <oflens/wire/interpret.hpp>

#include "json_tree.hpp"

namespace oflens {

using wire::FamilyDesc;
using wire::FieldDesc;
using wire::Kind;
using wire::PackedDesc;
using wire::StructDesc;
using JsonKind = JsonValue::Kind;

namespace {

constexpr std::uint32_t absent = ~std::uint32_t{0};

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// "0x1f" or "31".
std::optional<std::uint64_t> number_in(std::string_view text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  std::uint64_t v = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), v, hex ? 16 : 10);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return v;
}

std::optional<std::uint64_t> value_of(const wire::Labels& labels, std::string_view text) {
  for (const wire::Label& l : labels.entries)
    if (text == l.text) return l.value;
  return std::nullopt;
}

bool fits(std::uint64_t v, std::size_t width) { return width >= 8 || v >> (8 * width) == 0; }

// 6 octets with colons between.
bool read_mac(std::string_view text, std::byte* to) {
  if (text.size() != 17) return false;
  for (std::size_t i = 0; i < 6; ++i) {
    const int high = digit(text[3 * i]), low = digit(text[3 * i + 1]);
    if (high < 0 || low < 0 || (i != 5 && text[3 * i + 2] != ':')) return false;
    to[i] = static_cast<std::byte>(high << 4 | low);
  }
  return true;
}

bool read_ip(int family, std::string_view text, std::byte* to) {
  char terminated[INET6_ADDRSTRLEN + 1];
  if (text.size() >= sizeof terminated) return false;
  terminated[text.copy(terminated, sizeof terminated)] = '\0';
  return inet_pton(family, terminated, to) == 1;
}

// What was written may hold anything; what is shown of it may not.
std::string printable(std::string text) {
  const bool plain = !is_utf8(text);  // cut in the middle of a letter
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f || (plain && static_cast<unsigned char>(c) >= 0x80))
      c = '?';
  return text;
}

constexpr FieldDesc version_field{.name = "version", .kind = Kind::number, .width = 1};
constexpr FieldDesc type_field{.name = "type", .kind = Kind::number, .width = 1};
constexpr FieldDesc xid_field{.name = "xid", .kind = Kind::number, .width = 4};
constexpr FieldDesc class_field{
    .name = "class", .kind = Kind::number, .width = 2, .labels = wire::labels<OxmClass>()};
constexpr FieldDesc number_field{.name = "field", .kind = Kind::number, .width = 1, .bits = 7};
constexpr FieldDesc has_mask_field{.name = "has_mask", .kind = Kind::number, .width = 1, .bits = 1};
constexpr FieldDesc length_field{.name = "length", .kind = Kind::number, .width = 1};
constexpr FieldDesc experimenter_field{
    .name = "experimenter", .kind = Kind::number, .width = 4, .labels = wire::labels<ExperimenterId>()};

// Keys that say where a message was, or follow from the rest.
constexpr std::string_view ignored_keys[] = {"frame",       "time",    "connection", "src",     "dst",
                                             "datapath_id", "comment", "length",     "problems"};

}  // namespace

class RecordReader::Impl {
 public:
  explicit Impl(const Catalog& catalog) : catalog_(catalog) {
    for (std::size_t i = 0; i < catalog.size(); ++i) {
      const Catalog::Listed m = catalog[i];
      messages_[key_of(static_cast<std::uint8_t>(m.version), m.type)].push_back(described(*m.body, nullptr));
    }
    for (std::size_t i = 0; i < catalog.element_count(); ++i) {
      const Catalog::ListedElement e = catalog.element(i);
      elements_[e.family].push_back(described(*e.body, &e.family->tag));
    }
    for (const wire::OxmRow& row : oxm_basic) match_fields_.emplace(row.packed.name, &row.packed);
    for (std::size_t i = 0; i < catalog.oxm_count(); ++i)
      match_fields_.emplace(catalog.oxm(i).packed.name, &catalog.oxm(i).packed);
  }

  std::optional<RecordError> read(std::string_view json, std::vector<std::byte>& out) {
    out.clear();
    path_.clear();
    out_ = &out;
    if (!tree_.parse(json)) return RecordError{{}, printable(tree_.why())};
    if (record(0)) return std::nullopt;
    out.clear();
    return std::move(error_);
  }

  const JsonValue* found(std::string_view key) const {
    if (tree_.size() == 0 || tree_[0].kind != JsonKind::object) return nullptr;
    for (std::uint32_t i = 1; i < tree_.size(); i += tree_[i].subtree)
      if (tree_[i].key == key) return &tree_[i];
    return nullptr;
  }

 private:
  // ---- which description

  // A description, and what must be so for it to be chosen.
  struct Candidate {
    struct Tag {
      std::string_view name;
      std::uint64_t number;
      std::string_view label;  // may be empty
    };
    const StructDesc* body;
    std::vector<Tag> tags;
  };

  static std::uint32_t key_of(std::uint8_t version, std::uint8_t type) {
    return static_cast<std::uint32_t>(version) << 8 | type;
  }

  // first_tag: what the first tag is called, if not as the description says.
  static Candidate described(const StructDesc& body, const FieldDesc* first_tag) {
    Candidate c{&body, {}};
    for (const FieldDesc& f : body.fields) {
      if (f.kind != Kind::tag || f.offset == wire::floating) continue;
      const FieldDesc& shown = first_tag != nullptr ? *first_tag : f;
      c.tags.push_back({shown.name, f.constant, shown.labels.find(f.constant)});
      first_tag = nullptr;
    }
    return c;
  }

  bool says(const JsonValue& v, const Candidate::Tag& tag) const {
    if (v.kind == JsonKind::number) return v.number == tag.number;
    if (v.kind != JsonKind::text) return false;
    return (!tag.label.empty() && v.text == tag.label) || number_in(v.text) == tag.number;
  }

  // The candidate whose tags are all in the object and are the most, of equals the last, as the catalogue
  // chooses; one that has none fits everything.
  const StructDesc* choose(const std::vector<Candidate>& candidates, std::uint32_t object) {
    const StructDesc* best = nullptr;
    std::size_t most = 0;
    for (const Candidate& c : candidates) {
      if (c.tags.size() < most) continue;
      Members members(tree_, object);
      const bool all = std::all_of(c.tags.begin(), c.tags.end(), [&](const Candidate::Tag& tag) {
        const std::uint32_t at = members.find(tag.name);
        return at != absent && says(tree_[at], tag);
      });
      if (!all) continue;
      best = c.body;
      most = c.tags.size();
    }
    return best;
  }

  // ---- objects

  // Finds members by name; fast when they are asked for in the order in which they stand.
  class Members {
   public:
    Members(const JsonTree& tree, std::uint32_t object) : tree_(tree) {
      if (object == absent) return;
      first_ = next_ = object + 1;
      end_ = object + tree[object].subtree;
    }
    std::uint32_t find(std::string_view name) {
      const std::uint32_t from = next_;
      for (std::uint32_t i = from; i < end_; i += tree_[i].subtree)
        if (tree_[i].key == name) return next_ = i + tree_[i].subtree, i;
      for (std::uint32_t i = first_; i < from; i += tree_[i].subtree)
        if (tree_[i].key == name) return next_ = i + tree_[i].subtree, i;
      return absent;
    }

   private:
    const JsonTree& tree_;
    std::uint32_t first_ = 0, next_ = 0, end_ = 0;
  };

  // The same, and remembers that it was used.
  std::uint32_t take(Members& members, std::string_view name) {
    const std::uint32_t at = members.find(name);
    if (at != absent) tree_[at].used = true;
    return at;
  }

  // Is there a member that nobody took? `known` calls a function with each name that could be there.
  template <class F>
  bool nothing_left(std::uint32_t object, F&& known) {
    if (object == absent) return true;
    for (std::uint32_t i = object + 1; i < object + tree_[object].subtree; i += tree_[i].subtree) {
      if (tree_[i].used) continue;
      const std::string_view key = tree_[i].key;
      for (std::uint32_t j = object + 1; j < i; j += tree_[j].subtree)
        if (tree_[j].key == key) return fail("\"{}\" is there twice", key);
      bool could_be = false;
      Nearest nearest(key);
      known([&](std::string_view name) {
        could_be = could_be || name == key;
        nearest.consider(name);
      });
      if (could_be) return fail("\"{}\" cannot be there together with the rest", key);
      return fail("there is no \"{}\" here{}", key, nearest.question());
    }
    return true;
  }

  bool is_object(std::uint32_t at) {
    return tree_[at].kind == JsonKind::object || fail("{} where an object is needed", name_of(tree_[at]));
  }
  bool is_array(std::uint32_t at) {
    return tree_[at].kind == JsonKind::array || fail("{} where a list is needed", name_of(tree_[at]));
  }

  // ---- errors

  struct Step {
    std::string_view name;
    std::uint32_t index;
  };
  // One step further on the way into the record, while it lives.
  class Inside {
   public:
    Inside(Impl& reader, std::string_view name, std::uint32_t index = 0) : path_(reader.path_) {
      path_.push_back({name, index});
    }
    ~Inside() { path_.pop_back(); }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    std::vector<Step>& path_;
  };

  template <class... Args>
  [[gnu::cold, gnu::noinline]] bool fail(fmt::format_string<Args...> format, Args&&... args) {
    error_ = {{}, printable(fmt::format(format, std::forward<Args>(args)...))};
    for (const Step& s : path_)
      if (s.name.empty())
        error_.path += fmt::format("[{}]", s.index);
      else
        error_.path += fmt::format("{}{}", error_.path.empty() ? "" : ".", s.name);
    return false;
  }
  static std::string name_of(const JsonValue& v) {
    switch (v.kind) {
      case JsonKind::null: return "null";
      case JsonKind::boolean: return v.number != 0 ? "true" : "false";
      case JsonKind::number: return fmt::format("{}", v.number);
      case JsonKind::other_number: return fmt::format("{}", v.text.substr(0, 60));
      case JsonKind::text: return fmt::format("\"{}\"", v.text.substr(0, 60));
      case JsonKind::array: return "a list";
      case JsonKind::object: return "an object";
    }
    return {};
  }

  // ---- values

  void put(std::uint64_t v, std::size_t width) {
    out_->resize(out_->size() + width);
    store_be(out_->data() + out_->size() - width, v, width);
  }

  // A number, by itself, as text, or by its constant; flags as a list of those.
  bool read_number(const JsonValue& v, const wire::Labels& labels, std::uint64_t& number) {
    if (v.kind == JsonKind::number || v.kind == JsonKind::boolean) {
      number = v.number;
      return true;
    }
    if (v.kind != JsonKind::text) return fail("{} where a number is needed", name_of(v));
    if (const auto constant = value_of(labels, v.text)) {
      number = *constant;
    } else if (const auto n = number_in(v.text)) {
      number = *n;
    } else {
      Nearest nearest(v.text);
      for (const wire::Label& l : labels.entries) nearest.consider(l.text);
      return fail("{} is neither a number nor a constant of this field{}", name_of(v), nearest.question());
    }
    return true;
  }
  bool read_number(std::uint32_t at, const FieldDesc& f, const wire::Labels& labels, std::uint64_t& number) {
    if (tree_[at].kind == JsonKind::array && labels.flags) {
      number = 0;
      std::uint32_t index = 0;
      for (std::uint32_t i = at + 1; i < at + tree_[at].subtree; i += tree_[i].subtree) {
        const Inside inside(*this, {}, index++);
        std::uint64_t bits = 0;
        if (!read_number(tree_[i], labels, bits)) return false;
        number |= bits;
      }
    } else if (!read_number(tree_[at], labels, number)) {
      return false;
    }
    // Sub-byte fields may have all bits of their bytes: switches send such, and they are shown.
    return fits(number, f.width) || fail("{} does not fit {} bits", number, 8 * f.width);
  }
  // A member that is a number; what is left out is `number` as it is.
  bool member(Members& members, const FieldDesc& f, std::uint64_t& number) {
    const std::uint32_t at = take(members, f.name);
    if (at == absent) return true;
    const Inside inside(*this, f.name);
    if (!read_number(at, f, f.labels, number)) return false;
    return f.bits == 0 || number >> f.bits == 0 || fail("{} does not fit {} bits", number, f.bits);
  }

  // Appends bytes in hexadecimal.
  bool read_bytes(const JsonValue& v) {
    if (v.kind != JsonKind::text) return fail("{} where bytes in hexadecimal are needed", name_of(v));
    if (v.text.size() % 2 != 0) return fail("an odd number of hexadecimal digits");
    const std::size_t start = out_->size();
    if (!has_room(v.text.size() / 2)) return false;
    out_->resize(start + v.text.size() / 2);
    std::byte* to = out_->data() + start;
    for (std::size_t i = 0; i < v.text.size(); i += 2) {
      const int high = digit(v.text[i]), low = digit(v.text[i + 1]);
      if (high < 0 || low < 0) return fail("\"{}\" is no hexadecimal", v.text.substr(i, 2));
      *to++ = static_cast<std::byte>(high << 4 | low);
    }
    return true;
  }
  // Appends exactly so many.
  bool read_bytes(const JsonValue& v, std::size_t size) {
    const std::size_t start = out_->size();
    if (!read_bytes(v)) return false;
    const std::size_t n = out_->size() - start;
    return n == size || fail("{} bytes where there are {}", n, size);
  }

  // Nothing needs more than a few messages' room: an error about a bundled message holds two.
  bool has_room(std::size_t more) {
    constexpr std::size_t most = 4 * 65536;
    return out_->size() + more <= most || fail("no message has room for that");
  }

  // Appends a field of fixed size; at may be absent.
  bool fixed(const FieldDesc& f, std::uint32_t at) {
    if (!has_room(f.width)) return false;
    if (at == absent) {
      if (f.kind == Kind::tag)
        put(f.constant, f.width);
      else
        out_->resize(out_->size() + f.width);
      return true;
    }
    const Inside inside(*this, f.name);
    return value(f, at);
  }
  bool value(const FieldDesc& f, std::uint32_t at) {
    const JsonValue& v = tree_[at];
    const std::size_t start = out_->size();
    switch (f.kind) {
      case Kind::tag:
      case Kind::number:
      case Kind::id: {
        std::uint64_t n = 0;
        const wire::Labels labels = f.labels_by == nullptr || start < 2
                                        ? f.labels
                                        : f.labels_by(load_be<std::uint16_t>(out_->data() + start - 2));
        if (!read_number(at, f, labels, n)) return false;
        if (f.kind == Kind::tag && n != f.constant)
          return fail("{} where it must be {}", name_of(v), f.constant);
        put(n, f.width);
        return true;
      }
      case Kind::mac:
      case Kind::ipv4:
      case Kind::ipv6: {
        out_->resize(start + f.width);
        std::byte* to = out_->data() + start;
        const bool good =
            v.kind == JsonKind::text &&
            (f.kind == Kind::mac ? read_mac(v.text, to)
                                 : read_ip(f.kind == Kind::ipv4 ? AF_INET : AF_INET6, v.text, to));
        return good || fail("{} where {} is needed", name_of(v),
                            f.kind == Kind::mac    ? "a MAC address"
                            : f.kind == Kind::ipv4 ? "an IPv4 address"
                                                   : "an IPv6 address");
      }
      case Kind::text: {
        if (v.kind == JsonKind::object) return wrapped_bytes(at, f.width);
        if (v.kind != JsonKind::text) return fail("{} where text is needed", name_of(v));
        if (v.text.size() > f.width)
          return fail("{} bytes of text where there is room for {}", v.text.size(), f.width);
        out_->resize(start + f.width);
        v.text.copy(reinterpret_cast<char*>(out_->data() + start), v.text.size());
        return true;
      }
      default: return read_bytes(v, f.width);
    }
  }
  // {"bytes": "..."}
  bool wrapped_bytes(std::uint32_t object, std::size_t size) {
    Members members(tree_, object);
    const std::uint32_t at = take(members, "bytes");
    if (at == absent) return fail("\"bytes\" is needed");
    {
      const Inside inside(*this, "bytes");
      if (!read_bytes(tree_[at], size)) return false;
    }
    return nothing_left(object, [](auto&& name) { name("bytes"); });
  }

  // ---- structs

  // Appends the struct, of which `object` (or nothing) tells. Its description begins at `start`, where a
  // message's header already is.
  bool structure(const StructDesc& d, std::uint32_t object, std::size_t start,
                 const FieldDesc* first_tag = nullptr) {
    Members members(tree_, object);
    const std::uint32_t undecoded = take(members, wire::broken_field.name);
    const std::uint32_t excess = take(members, wire::excess_field.name);
    const FieldDesc* length = nullptr;
    std::size_t length_at = 0, end = 0;
    bool cut = false;  // what follows is among the undecoded bytes
    for (const FieldDesc& f : d.fields) {
      std::uint64_t number = 0;
      if (f.number != 0) {
        const FieldDesc& of = d.fields[f.number - 1u];
        number = load_be(out_->data() + start + of.offset, of.width);
        if ((number & f.mask) != f.bits_there) continue;
      }
      const bool shared = f.kind == Kind::tag && first_tag != nullptr;
      const FieldDesc& shown = shared ? *first_tag : f;
      if (shared) first_tag = nullptr;
      const bool computed = f.kind == Kind::length || f.kind == Kind::extent;
      const std::uint32_t at = computed ? absent : take(members, shown.name);
      if (at == absent && undecoded != absent && !computed && f.kind != Kind::pad && f.kind != Kind::align) {
        cut = true;
        break;
      }
      switch (f.kind) {
        case Kind::length:
          length = &f;
          length_at = out_->size();
          put(0, f.width);
          break;
        case Kind::extent: put(0, f.width); break;
        case Kind::align:
          if (!kept(wire::excess_field, length != nullptr && !length->counts_padding ? excess : absent))
            return false;
          end = out_->size();
          if (!padding(f, at, start)) return false;
          break;
        case Kind::rest:
          if (!rest(f, at, number)) return false;
          break;
        case Kind::structure: {
          const Inside inside(*this, f.name);
          if (at != absent && !is_object(at)) return false;
          if (!structure(*f.structure, at, out_->size())) return false;
          break;
        }
        case Kind::list: {
          const Inside inside(*this, f.name);
          const std::size_t begin = out_->size();
          if (at != absent && !list(*f.family, at, f.zero_ended)) return false;
          if (f.target == 0) break;
          const FieldDesc& extent = d.fields[f.target - 1u];
          const std::size_t n = (out_->size() - begin) / extent.unit;
          if (!fits(n, extent.width)) return fail("{} bytes are more than \"{}\" can say", n, extent.name);
          store_be(out_->data() + start + extent.offset, n, extent.width);
          break;
        }
        case Kind::one: {
          const Inside inside(*this, f.name);
          if (at == absent) return fail("is needed");
          if (!element(*f.family, at)) return false;
          break;
        }
        default:
          if (!fixed(shared ? tag_called(shown, f) : f, at)) return false;
      }
    }
    if (cut && !kept(wire::broken_field, undecoded)) return false;
    const bool beyond = length != nullptr && !length->counts_padding;
    if (!beyond && !kept(wire::excess_field, excess)) return false;
    if (length != nullptr) {
      const std::size_t n = (beyond && end != 0 ? end : out_->size()) - start;
      if (!fits(n, length->width)) return fail("{} bytes are more than its length can say", n);
      store_be(out_->data() + length_at, n, length->width);
    }
    return nothing_left(object, [&](auto&& name) {
      for (const FieldDesc& f : d.fields)
        if (f.kind != Kind::length && f.kind != Kind::extent) name(f.name);
    });
  }

  // The tag f as a family calls it.
  static FieldDesc tag_called(const FieldDesc& shown, const FieldDesc& f) {
    FieldDesc tag = shown;
    tag.constant = f.constant;
    return tag;
  }

  // Bytes that were kept because they belong nowhere.
  bool kept(const FieldDesc& f, std::uint32_t at) {
    if (at == absent) return true;
    const Inside inside(*this, f.name);
    return read_bytes(tree_[at]);
  }

  bool padding(const FieldDesc& f, std::uint32_t at, std::size_t start) {
    const std::size_t n = (f.width - (out_->size() - start) % f.width) % f.width;
    if (at == absent) {
      out_->resize(out_->size() + n);
      return true;
    }
    const Inside inside(*this, f.name);
    return read_bytes(tree_[at], n);
  }

  bool rest(const FieldDesc& f, std::uint32_t at, std::uint64_t number) {
    const Inside inside(*this, f.name);
    const std::size_t start = out_->size();
    if (at != absent && !payload(f, at)) return false;
    const std::size_t size = out_->size() - start;
    if (f.size_of != nullptr) {
      const std::size_t needed = f.size_of(number);
      if (at == absent) {
        if (!has_room(needed)) return false;
        out_->resize(start + needed);
      } else if (size != needed) {
        return fail("{} bytes where there are {}", size, needed);
      }
    }
    if (f.whole_message) {
      if (size < Header::size) return fail("{} bytes are no message", size);
      const std::size_t length = load_be<std::uint16_t>(out_->data() + start + 2);
      if (length != size) return fail("{} bytes of a message whose header says {}", size, length);
    }
    return true;
  }
  // "0102", {"bytes": "0102", ...}, {"message": {...}} or {"text": "..."}. What stands beside bytes is there
  // for people.
  bool payload(const FieldDesc& f, std::uint32_t at) {
    if (f.content == wire::Content::bytes || tree_[at].kind == JsonKind::text) return read_bytes(tree_[at]);
    if (!is_object(at)) return false;
    Members members(tree_, at);
    const bool inner = f.content == wire::Content::message;
    const std::uint32_t bytes = take(members, "bytes"), message = inner ? take(members, "message") : absent,
                        text = inner ? take(members, "text") : absent;
    if (bytes != absent) {
      const Inside inside(*this, "bytes");
      return read_bytes(tree_[bytes]);
    }
    if (message != absent) {
      const Inside inside(*this, "message");
      if (!record(message)) return false;
    } else if (text != absent) {
      const Inside inside(*this, "text");
      const JsonValue& v = tree_[text];
      if (v.kind != JsonKind::text) return fail("{} where text is needed", name_of(v));
      if (!has_room(v.text.size())) return false;
      const std::size_t start = out_->size();
      out_->resize(start + v.text.size());
      v.text.copy(reinterpret_cast<char*>(out_->data() + start), v.text.size());
    }
    return nothing_left(at, [&](auto&& name) {
      name("bytes");
      if (inner) name("message"), name("text");
    });
  }

  // ---- elements

  bool list(const FamilyDesc& family, std::uint32_t array, bool zero_ended) {
    if (!is_array(array)) return false;
    std::uint32_t index = 0;
    for (std::uint32_t i = array + 1; i < array + tree_[array].subtree; i += tree_[i].subtree) {
      const Inside inside(*this, {}, index++);
      const std::size_t start = out_->size();
      if (!element(family, i)) return false;
      if (zero_ended && load_be<std::uint16_t>(out_->data() + start) == 0)
        return fail("begins with zeros, which end the list");
    }
    return true;
  }

  bool element(const FamilyDesc& family, std::uint32_t at) {
    if (family.shape == FamilyDesc::Shape::plain && family.unknown.kind == Kind::number)
      return has_room(family.unknown.width) && value(family.unknown, at);
    if (!is_object(at)) return false;
    switch (family.shape) {
      case FamilyDesc::Shape::tagged: return tagged(family, at);
      case FamilyDesc::Shape::packed:
      case FamilyDesc::Shape::packed_id: return packed(family, at);
      case FamilyDesc::Shape::plain: break;
    }
    return structure(*family.unknown.structure, at, out_->size());
  }

  bool tagged(const FamilyDesc& family, std::uint32_t object) {
    Members members(tree_, object);
    const std::uint32_t type_at = members.find(family.type.name);
    if (type_at == absent) return fail("\"{}\" is needed", family.type.name);
    std::uint64_t type = 0;
    {
      const Inside inside(*this, family.type.name);
      wire::Labels labels = family.type.labels;
      if (!read_number(type_at, family.type, labels, type)) return false;
    }
    const std::size_t start = out_->size();
    for (const FieldDesc& a : family.alternatives)
      if (a.constant == type) return structure(*a.structure, object, start) && well_measured(family, start);
    if (const auto found = elements_.find(&family); found != elements_.end())
      if (const StructDesc* d = choose(found->second, object))
        return structure(*d, object, start, &family.tag) && well_measured(family, start);
    return opaque(family, object, type);
  }

  // An element that nobody describes: type and bytes.
  bool opaque(const FamilyDesc& family, std::uint32_t object, std::uint64_t type) {
    Members members(tree_, object);
    const std::size_t start = out_->size();
    take(members, family.type.name);
    const std::uint32_t body = take(members, wire::opaque_field.name),
                        undecoded = take(members, wire::broken_field.name), pad = take(members, "pad");
    put(0, 4);
    store_be(out_->data() + start + family.type.offset, type, 2);
    if (!kept(wire::opaque_field, body) || !kept(wire::broken_field, undecoded)) return false;
    const std::size_t length = out_->size() - start;
    if (!fits(length, 2)) return fail("{} bytes are more than its length can say", length);
    store_be(out_->data() + start + family.length.offset, length, 2);
    if (family.padded) {
      static constexpr FieldDesc to_eight{.name = "pad", .kind = Kind::align, .width = 8};
      if (!padding(to_eight, pad, start)) return false;
    } else if (pad != absent) {
      tree_[pad].used = false;
    }
    return nothing_left(object,
                        [&](auto&& name) {
                          name(family.type.name);
                          name(wire::opaque_field.name);
                        }) &&
           (undecoded != absent || well_measured(family, start));
  }

  // Is the element that begins at start as long as its family asks?
  bool well_measured(const FamilyDesc& family, std::size_t start) {
    const std::size_t length = load_be<std::uint16_t>(out_->data() + start + family.length.offset);
    if (length < family.minimum) return fail("{} bytes, needs {}", length, family.minimum);
    return length % family.multiple == 0 ||
           fail("{} bytes, which is not a multiple of {}", length, family.multiple);
  }

  // {"field": "eth_dst", "value": ..., "mask": ...}, or with "class" and the number of a field, whose value
  // and mask are bytes. Without value, in a list of headers.
  bool packed(const FamilyDesc& family, std::uint32_t object) {
    const bool alone = family.shape == FamilyDesc::Shape::packed_id;
    Members members(tree_, object);
    const std::uint32_t class_at = members.find("class"), field_at = take(members, "field"),
                        value_at = alone ? absent : take(members, "value"),
                        mask_at = alone ? absent : take(members, "mask");
    if (field_at == absent) return fail("\"field\" is needed");
    const PackedDesc* known = nullptr;
    std::uint64_t id_class = 0, field = 0, experimenter = 0, masked = mask_at != absent ? 1 : 0, length = 0;
    if (class_at == absent) {
      const Inside inside(*this, "field");
      const JsonValue& v = tree_[field_at];
      if (v.kind != JsonKind::text) return fail("{} where the name of a field is needed", name_of(v));
      const auto found = match_fields_.find(v.text);
      if (found == match_fields_.end()) {
        Nearest nearest(v.text);
        for (const auto& [name, desc] : match_fields_) nearest.consider(name);
        return fail("there is no field {}{}", name_of(v), nearest.question());
      }
      known = found->second;
      id_class = known->id_class;
      field = known->id_field;
      experimenter = known->experimenter;
    } else if (!member(members, class_field, id_class) || !member(members, number_field, field) ||
               !member(members, experimenter_field, experimenter)) {
      return false;
    }
    if (!member(members, has_mask_field, masked)) return false;
    if (mask_at != absent && masked == 0) return fail("a mask, but \"has_mask\" says that there is none");

    const std::size_t start = out_->size();
    put(id_class, 2);
    put(field << 1 | masked, 1);
    put(0, 1);
    const bool is_experimenter = id_class == static_cast<std::uint64_t>(OxmClass::experimenter);
    if (is_experimenter) put(experimenter, 4);
    if (alone) {
      if (known != nullptr) length = (is_experimenter ? 4u : 0u) + (std::size_t{known->width} << masked);
      if (!member(members, length_field, length)) return false;
    } else {
      if (known != nullptr && known->width != 0) {
        if (!fixed(known->value, value_at)) return false;
        if (masked != 0 && !fixed(known->mask, mask_at)) return false;
      } else {
        static constexpr FieldDesc value_field{.name = "value"}, mask_field{.name = "mask"};
        const std::size_t before = out_->size();
        if (!kept(value_field, value_at)) return false;
        const std::size_t width = out_->size() - before;
        if (!kept(mask_field, mask_at)) return false;
        if (mask_at != absent && out_->size() - before != 2 * width)
          return fail("value and mask are not of one size");
      }
      length = out_->size() - start - 4;
    }
    if (!fits(length, 1)) return fail("{} bytes are more than its length can say", length);
    (*out_)[start + 3] = static_cast<std::byte>(length);
    if (known == nullptr && !alone && !right_size(family, start, masked != 0)) return false;
    return nothing_left(object, [&](auto&& name) {
      for (const char* n : {"class", "field", "experimenter", "has_mask"}) name(n);
      if (alone) name("length");
      if (!alone) name("value"), name("mask");
    });
  }
  // A field given by its number may be one that is known, and then it has that one's size.
  bool right_size(const FamilyDesc& family, std::size_t start, bool masked) {
    const Bytes element = Bytes(*out_).subspan(start);
    const PackedDesc* known = family.find_packed(&catalog_, element);
    if (known == nullptr || known->width == 0) return true;
    const std::size_t id = load_be<std::uint16_t>(element.data()) == 0xffff ? 4 : 0,
                      needed = id + (std::size_t{known->width} << (masked ? 1 : 0));
    return element.size() - 4 == needed || fail("this is {}, whose value{} {} bytes", known->name,
                                                masked ? " and mask have together" : " has", needed - id);
  }

  // ---- messages

  bool record(std::uint32_t object) {
    if (!is_object(object)) return false;
    Members members(tree_, object);
    const std::uint32_t version_at = take(members, "version"), type_at = take(members, "type"),
                        body_at = take(members, "body");
    if (version_at == absent) return fail("\"version\" is needed");
    if (type_at == absent) return fail("\"type\" is needed");
    std::uint64_t version = 0, type = 0, xid = 0;
    if (!read_version(version_at, version) || !read_type(type_at, version, type) ||
        !member(members, xid_field, xid))
      return false;
    if (body_at != absent) {
      const Inside inside(*this, "body");
      if (!is_object(body_at)) return false;
    }

    const std::size_t start = out_->size();
    if (!has_room(Header::size)) return false;
    put(version, 1);
    put(type, 1);
    put(0, 2);
    put(xid, 4);
    {
      const Inside inside(*this, "body");
      if (!body(static_cast<std::uint8_t>(version), static_cast<std::uint8_t>(type), body_at, start))
        return false;
    }
    const std::size_t length = out_->size() - start;
    if (!fits(length, 2)) return fail("{} bytes, and no message has more than 65535", length);
    store_be(out_->data() + start + 2, length, 2);

    // Bytes behind the message.
    if (!kept(wire::excess_field, take(members, wire::excess_field.name))) return false;
    for (const std::string_view key : ignored_keys) take(members, key);
    return nothing_left(object, [](auto&& name) {
      for (const char* n : {"version", "type", "xid", "body"}) name(n);
    });
  }

  bool body(std::uint8_t version, std::uint8_t type, std::uint32_t object, std::size_t start) {
    const auto found = messages_.find(key_of(version, type));
    if (found == messages_.end()) return unknown_body(object);
    const std::vector<Candidate>& candidates = found->second;
    const StructDesc* d = choose(candidates, object);
    if (d == nullptr) {
      // What people write may leave the tags out when nothing is left to choose. A body that nobody describes
      // may stand beside others of its type that somebody does.
      const bool told = object != absent && tree_[object].subtree > 1 &&
                        Members(tree_, object).find(wire::opaque_field.name) == absent;
      if (!told) return unknown_body(object);
      if (candidates.size() != 1) return fail("nothing is described that has such tags");
      d = candidates.front().body;
    }
    return structure(*d, object, start);
  }
  bool unknown_body(std::uint32_t object) {
    if (object == absent) return true;
    Members members(tree_, object);
    return kept(wire::opaque_field, take(members, wire::opaque_field.name)) &&
           nothing_left(object, [](auto&& name) { name(wire::opaque_field.name); });
  }

  // "1.3" for 4; other numbers are the byte itself.
  bool read_version(std::uint32_t at, std::uint64_t& version) {
    const Inside inside(*this, "version");
    const std::string_view text = tree_[at].text;
    if (tree_[at].kind == JsonKind::text && text.size() == 3 && text.starts_with("1.") && text[2] >= '0' &&
        text[2] <= '5') {
      version = static_cast<std::uint64_t>(text[2] - '0' + 1);
      return true;
    }
    return read_number(at, version_field, {}, version);
  }
  bool read_type(std::uint32_t at, std::uint64_t version, std::uint64_t& type) {
    const Inside inside(*this, "type");
    const JsonValue& v = tree_[at];
    if (v.kind != JsonKind::text || number_in(v.text)) return read_number(at, type_field, {}, type);
    Nearest nearest(v.text);
    for (type = 0; type < 256; ++type) {
      const char* name = message_name(static_cast<Version>(version), static_cast<std::uint8_t>(type));
      if (name == nullptr) continue;
      if (v.text == name) return true;
      nearest.consider(name);
    }
    return fail("there is no message {} in this version{}", name_of(v), nearest.question());
  }

  const Catalog& catalog_;
  std::unordered_map<std::uint32_t, std::vector<Candidate>> messages_;
  std::unordered_map<const FamilyDesc*, std::vector<Candidate>> elements_;
  std::unordered_map<std::string_view, const PackedDesc*> match_fields_;
  JsonTree tree_;
  std::vector<Step> path_;
  RecordError error_;
  std::vector<std::byte>* out_ = nullptr;
};

RecordReader::RecordReader(const Catalog& catalog) : impl_(std::make_unique<Impl>(catalog)) {}
RecordReader::RecordReader(RecordReader&&) noexcept = default;
RecordReader& RecordReader::operator=(RecordReader&&) noexcept = default;
RecordReader::~RecordReader() = default;

std::optional<RecordError> RecordReader::read(std::string_view json, std::vector<std::byte>& out) {
  return impl_->read(json, out);
}

std::string_view RecordReader::text(std::string_view key) const {
  const JsonValue* v = impl_->found(key);
  return v != nullptr ? v->text : std::string_view();
}

std::uint64_t RecordReader::number(std::string_view key) const {
  const JsonValue* v = impl_->found(key);
  return v != nullptr ? v->number : 0;
}

}  // namespace oflens
