// What makes a described struct a message: its id.
#pragma once

#include <oflens/wire/one_of.hpp>

namespace oflens {

// The message type in the header, and the first and last version in which the struct is the message of that
// type.
//
//   struct EchoRequest {                                   // OpenFlow 1.0 §5.5.2, 1.3.5 §7.5.2
//     static constexpr MessageId id{Version::v10, Version::v15, 2};
//     Payload data;
//     static constexpr auto wire = describe("echo_request", rest<&EchoRequest::data>);
//   };
//
// Messages that share a type (statistics, experimenters) begin with tags that tell them apart.
struct MessageId {
  Version first{}, last{};
  std::uint8_t type = 0;

  constexpr bool covers(Version v) const { return first <= v && v <= last; }
};

template <class T>
concept Message = Described<T> && requires {
  { T::id } -> std::convertible_to<MessageId>;
};

// The name that the specification gives a message type, without its prefix and in small letters: "packet_in".
// Null for a type (or version) that there is not.
const char* message_name(Version, std::uint8_t type);

namespace wire {
struct MessageDesc {
  MessageId id;
  const StructDesc* body = nullptr;
};
template <Message M>
inline constexpr MessageDesc message_desc{M::id, &struct_desc<M>};
}  // namespace wire

}  // namespace oflens
