// The input up to its first zero byte is a filter, the rest a message. What is no filter has an error within
// the text; what is one gives the same answer twice, and turned round the other.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <oflens/message/filter.hpp>

#include "require.hpp"

using namespace oflens;
using fuzz::require;

namespace {

// Filters that are some, for inputs that begin with the number of one.
constexpr const char* known[] = {"priority == 1",
                                 "flow_mod.match.eth_type == 0x800",
                                 "any(bucket: weight > 3 && watch_port == 1)",
                                 "packet_in.data.ip.src == 10.0.0.0/8",
                                 "actions.output.port in {1, 2, CONTROLLER}",
                                 "problems.code == bad_length",
                                 "type == packet_in && data contains 0800",
                                 "all(actions: output || set_field)",
                                 "data.header.xid == 1",
                                 "oxm.mask",
                                 "nx_learn.specs",
                                 "length > 8 && value & 1",
                                 "hw_desc matches \"a.*b\"",
                                 "excess || undecoded"};

const FieldIndex& all_fields() {
  static const FieldIndex index(Catalog::standard());
  return index;
}

// A filter and its opposite.
struct Pair {
  std::string text;
  std::optional<Filter> filter{}, opposite{};

  explicit Pair(std::string_view t) : text(t) {
    FilterError error;
    filter = Filter::compile(all_fields(), text, error);
    if (filter) opposite = Filter::compile(all_fields(), "!(" + text + ")", error);
    require(filter || (!error.text.empty() && error.offset <= text.size() && error.length != 0),
            "an error has a text and a place", text);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static std::vector<Pair> pairs(std::begin(known), std::end(known));
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const bool by_number = size != 0 && data[0] >= 0x80;
  const std::size_t end = by_number ? 1 : std::min(input.find('\0'), size);
  const std::size_t begin = std::min(by_number ? 1 : end + 1, size);
  std::optional<Pair> own;
  if (!by_number) own.emplace(input.substr(0, end));
  // Where there is no filter, one for the message's sake.
  Pair& pair = own && own->filter ? *own : pairs[(by_number ? data[0] : size) % pairs.size()];
  // All of the input is taken for a message, too: what fuzzers start from are some.
  for (const std::size_t from : {std::size_t{0}, begin}) {
    const Bytes message = std::as_bytes(std::span(data + from, size - from));
    const bool shown = pair.filter->matches(message);
    require(pair.filter->matches(message) == shown, "the same answer twice", pair.text);
    require(!pair.opposite || pair.opposite->matches(message) != shown, "the opposite of the opposite",
            pair.text);
  }
  return 0;
}
