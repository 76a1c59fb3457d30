// The input is a record, or a message (when its first byte is a version). A record never crashes the reader;
// what it makes is a message that is written as JSON and read back as itself.
#include <cstddef>
#include <cstdint>

#include <oflens/message/dissect.hpp>
#include <oflens/message/from_json.hpp>
#include <oflens/message/json.hpp>

#include "require.hpp"

using namespace oflens;
using fuzz::require;

namespace {

// The message as a record; true when it has no problem.
bool write(Bytes message, TextBuffer& json) {
  static Tape tape;
  dissect(Catalog::standard(), message, tape);
  json.clear();
  json.put('{');
  put_json_members(json, tape, message);
  json.put('}');
  return tape.problems() == 0;
}

// What a record makes is a message, which is read back from its own record, if it has no problem.
void check(RecordReader& reader, std::string_view text) {
  static TextBuffer json;
  static std::vector<std::byte> message, back;
  if (const auto error = reader.read(text, message)) {
    require(!error->text().empty() && message.empty(), "an error has a text", text);
    return;
  }
  require(message.size() >= Header::size, "a record makes at least a header", text);
  if (!write(message, json)) return;
  require(!reader.read(json.view(), back) && back == message, "what a record makes is read back",
          json.view());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static RecordReader reader(Catalog::standard());
  if (size < Header::size || size > 0xffff || data[0] > 8) {
    check(reader, {reinterpret_cast<const char*>(data), size});
    return 0;
  }
  const Bytes message = std::as_bytes(std::span(data, size));
  static TextBuffer json;
  static std::vector<std::byte> back;
  if (write(message, json))
    require(!reader.read(json.view(), back) &&
                std::equal(message.begin(), message.end(), back.begin(), back.end()),
            "a message is read back from its record", json.view());
  check(reader, json.view());
  // The same with a letter that is wrong.
  std::string damaged(json.view());
  const std::size_t where =
      load_be<std::uint32_t>(message.data() + 4) ^ std::to_integer<std::size_t>(message.back());
  damaged[where % damaged.size()] = "0a9f\"{}[]:,-.\\x \n"[where % 17];
  check(reader, damaged);
  return 0;
}
