#include <oflens/message/dissect.hpp>

#include <algorithm>

namespace oflens {
namespace {

// The root of a body that the catalogue does not describe.
constexpr wire::FieldDesc unknown_root{.name = "message", .kind = wire::Kind::structure};

}  // namespace

std::uint32_t body_of(const Tape& tape) { return tape.size() == 0 ? 0 : tape[0].subtree; }

void dissect(const Catalog& catalog, Bytes message, Tape& tape) {
  tape.clear(&catalog);
  constexpr auto header_size = static_cast<std::uint32_t>(Header::size);
  const auto size = static_cast<std::uint32_t>(message.size());
  wire::Interpreter interpreter(&catalog, message, tape);
  const wire::StructDesc& header = wire::struct_desc<Header>;

  const std::uint32_t head = tape.open(header.root, 0, header_size, wire::no_index);
  const bool cut = interpreter.structure(header, 0, size, Domain::request) == interpreter.broken;
  if (cut) {
    tape.close(head, size);
    return;
  }
  const auto version = static_cast<Version>(message[0]);
  const auto type = std::to_integer<std::uint8_t>(message[1]);
  const std::uint32_t length = load_be<std::uint16_t>(message.data() + 2);
  const bool known_version = version >= Version::v10 && version <= Version::v15;
  if (!known_version)
    tape.problem(header.fields[0], Errc::bad_version, type == 0 ? Domain::hello : Domain::request, 0,
                 static_cast<std::uint32_t>(version), static_cast<std::uint32_t>(Version::v15));
  else if (message_name(version, type) == nullptr)
    tape.problem(header.fields[1], Errc::bad_type, Domain::request, 1, type, unknown_type);
  if (length < header_size || length > size)
    tape.problem(header.fields[2], length < header_size ? Errc::bad_length : Errc::too_long, Domain::request,
                 2, length, length < header_size ? header_size : size);
  tape.close(head, header_size);

  const std::uint32_t end = length < header_size ? size : std::min(length, size);
  const wire::StructDesc* body = catalog.find(message);
  const std::uint32_t root =
      tape.open(body != nullptr ? body->root : unknown_root, header_size, end - header_size, wire::no_index);
  if (body != nullptr)
    interpreter.structure(*body, 0, end, Domain::request);
  else if (end > header_size)
    tape.leaf(wire::opaque_field, header_size, end - header_size, 0);
  tape.close(root, end - header_size);

  if (end < size) {
    tape.problem(wire::excess_field, Errc::excess, Domain::request, end, size - end, 0);
    tape.leaf(wire::excess_field, end, size - end, 0);
  }
}

}  // namespace oflens
