#include "tls.hpp"

#include <algorithm>

namespace oflens::network {
namespace {

constexpr std::size_t record_header = 5, longest_record = 16'384;
constexpr std::byte handshake{22}, client_hello{1}, server_hello{2};

// Takes fields off the front. What is not there is zero or empty, and then all after it is.
class Fields {
 public:
  explicit Fields(Bytes left) : left_(left) {}
  std::size_t number(std::size_t width) {
    const Bytes bytes = take(width);
    std::size_t v = 0;
    for (const std::byte b : bytes) v = v << 8 | std::to_integer<std::size_t>(b);
    return v;
  }
  Bytes take(std::size_t n) {
    if (n > left_.size()) return left_ = {};
    const Bytes taken = left_.first(n);
    left_ = left_.subspan(n);
    return taken;
  }
  // A vector with its length in so many bytes before it; cut short where the bytes end.
  Fields vector(std::size_t width) {
    const std::size_t n = number(width);
    return Fields(take(std::min(n, left_.size())));
  }
  bool empty() const { return left_.empty(); }

 private:
  Bytes left_;
};

// The first host name of the extension (RFC 6066 §3).
std::string read_server_name(Fields extension) {
  Fields names = extension.vector(2);
  while (!names.empty()) {
    const std::size_t type = names.number(1), length = names.number(2);
    const Bytes name = names.take(length);
    if (type != 0) continue;
    std::string text;
    for (const std::byte b : name.first(std::min<std::size_t>(name.size(), 255))) {
      const char c = static_cast<char>(b);
      text += c > ' ' && c < 0x7f ? c : '?';
    }
    return text;
  }
  return {};
}

// A version that is one: reserved values (RFC 8701) and drafts are not.
bool is_version(std::size_t v) { return v >= 0x0300 && v <= 0x0304; }

}  // namespace

bool begins_tls(Bytes b) {
  if (b.size() < record_header + 1) return false;
  const std::size_t length = load_be<std::uint16_t>(b.data() + 3);
  return b[0] == handshake && b[1] == std::byte{3} && b[2] <= std::byte{4} && length >= 4 &&
         length <= longest_record && (b[5] == client_hello || b[5] == server_hello);
}

bool read_tls_hello(Bytes stream, TlsHello& out) {
  const std::size_t record = record_header + load_be<std::uint16_t>(stream.data() + 3);
  if (stream.size() < record) return false;
  const bool client = stream[record_header] == client_hello;
  Fields hello = Fields(stream.subspan(record_header + 1, record - record_header - 1)).vector(3);
  out.version = static_cast<std::uint16_t>(hello.number(2));
  hello.take(32);   // random
  hello.vector(1);  // session id
  if (client) {
    hello.vector(2);  // cipher suites
    hello.vector(1);  // compression methods
  } else {
    hello.take(3);  // those chosen
  }
  constexpr std::size_t server_name = 0, supported_versions = 43;
  for (Fields extensions = hello.vector(2); !extensions.empty();) {
    const std::size_t type = extensions.number(2);
    Fields extension = extensions.vector(2);
    if (type == server_name && client) out.server_name = read_server_name(extension);
    if (type != supported_versions) continue;
    Fields versions = client ? extension.vector(1) : extension;
    while (!versions.empty())
      if (const std::size_t v = versions.number(2); is_version(v))
        out.version = std::max(out.version, static_cast<std::uint16_t>(v));
  }
  return true;
}

}  // namespace oflens::network
