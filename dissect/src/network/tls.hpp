// The first message of a TLS connection (RFC 8446 §4.1.2), for what it tells to a bystander.
#pragma once

#include <cstdint>
#include <string>

#include <oflens/bytes.hpp>

namespace oflens::network {

struct TlsHello {
  std::uint16_t version = 0;
  std::string server_name;  // printable, of at most 255 characters
};

// Whether a stream begins with a TLS handshake record that holds a hello, as far as its first bytes tell: it
// takes six.
bool begins_tls(Bytes);

// Reads what the hello at the front of a stream says, as far as it is well-formed. False when bytes of it are
// still to come; it is never longer than 16 KiB, and needs none beyond that.
bool read_tls_hello(Bytes, TlsHello& out);

}  // namespace oflens::network
