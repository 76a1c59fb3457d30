#include <oflens/message/dissect.hpp>

#include <algorithm>

#include <oflens/message/packet_layers.hpp>
#include <oflens/message/value.hpp>

namespace oflens {
namespace {

// The root of a body that the catalogue does not describe.
constexpr wire::FieldDesc unknown_root{.name = "message", .kind = wire::Kind::structure};

// Puts a message onto a tape, and what it holds.
class Dissector {
 public:
  Dissector(const Catalog& catalog, Bytes outermost, Tape& tape, Inside inside)
      : catalog_(catalog), bytes_(outermost), tape_(tape), inside_(inside) {}

  // The message that begins at `start` and may use bytes up to `end`.
  void message(std::uint32_t start, std::uint32_t end);

  // ---- what wire::Interpreter reports
  std::uint32_t open(const wire::FieldDesc& d, std::uint32_t offset, std::uint32_t length,
                     std::uint32_t index) {
    return tape_.open(d, offset, length, index);
  }
  void close(std::uint32_t node, std::uint32_t length) { tape_.close(node, length); }
  void leaf(const wire::FieldDesc& d, std::uint32_t offset, std::uint32_t length, std::uint64_t value) {
    if (d.content == wire::Content::bytes || inside_ == Inside::bytes)
      tape_.leaf(d, offset, length, value);
    else
      another(d, offset, length);
  }
  void problem(const wire::FieldDesc& d, Errc code, Domain domain, std::uint32_t offset, std::uint32_t actual,
               std::uint32_t limit) {
    tape_.problem(d, code, domain, offset, actual, limit);
  }

 private:
  void another(const wire::FieldDesc& d, std::uint32_t offset, std::uint32_t length) {
    const std::uint32_t problems = tape_.problems();
    const std::uint32_t node = tape_.open_inside(d, offset, length);
    if (d.content == wire::Content::packet) {
      dissect_packet(bytes_, offset, offset + length, tape_);
    } else if (depth_ < max_message_depth && is_message(bytes_.subspan(offset, length))) {
      ++depth_;
      message(offset, offset + length);
      --depth_;
    }
    tape_.close_inside(node, problems);
  }

  const Catalog& catalog_;
  Bytes bytes_;
  Tape& tape_;
  Inside inside_;
  int depth_ = 0;  // messages around the one that is being read
};

void Dissector::message(std::uint32_t start, std::uint32_t end) {
  constexpr auto header_size = static_cast<std::uint32_t>(Header::size);
  wire::Interpreter interpreter(&catalog_, bytes_, *this);
  const wire::StructDesc& header = wire::struct_desc<Header>;

  const std::uint32_t head = tape_.open(header.root, start, header_size, wire::no_index);
  const bool cut = interpreter.structure(header, start, end, Domain::request) == interpreter.broken;
  if (cut) return tape_.close(head, end - start);
  const std::byte* p = bytes_.data() + start;
  const auto version = static_cast<Version>(p[0]);
  const auto type = std::to_integer<std::uint8_t>(p[1]);
  const std::uint32_t length = load_be<std::uint16_t>(p + 2), size = end - start;
  const bool known_version = version >= Version::v10 && version <= Version::v15;
  if (!known_version)
    tape_.problem(header.fields[0], Errc::bad_version, type == 0 ? Domain::hello : Domain::request, start,
                  static_cast<std::uint32_t>(version), static_cast<std::uint32_t>(Version::v15));
  else if (message_name(version, type) == nullptr)
    tape_.problem(header.fields[1], Errc::bad_type, Domain::request, start + 1, type, unknown_type);
  if (length < header_size || length > size)
    tape_.problem(header.fields[2], length < header_size ? Errc::bad_length : Errc::too_long, Domain::request,
                  start + 2, length, length < header_size ? header_size : size);
  tape_.close(head, header_size);

  const std::uint32_t stop = length < header_size ? end : start + std::min(length, size);
  const wire::StructDesc* body = catalog_.find(bytes_.subspan(start, size));
  const std::uint32_t root = tape_.open(body != nullptr ? body->root : unknown_root, start + header_size,
                                        stop - start - header_size, wire::no_index);
  if (body != nullptr)
    interpreter.structure(*body, start, stop, Domain::request);
  else if (stop > start + header_size)
    tape_.leaf(wire::opaque_field, start + header_size, stop - start - header_size, 0);
  tape_.close(root, stop - start - header_size);

  if (stop < end) {
    tape_.problem(wire::excess_field, Errc::excess, Domain::request, stop, end - stop, 0);
    tape_.leaf(wire::excess_field, stop, end - stop, 0);
  }
}

}  // namespace

std::uint32_t body_of(const Tape& tape, std::uint32_t header) {
  return header >= tape.size() ? tape.size() : header + tape[header].subtree;
}

void dissect(const Catalog& catalog, Bytes message, Tape& tape, Inside inside) {
  tape.clear(&catalog);
  Dissector(catalog, message, tape, inside).message(0, static_cast<std::uint32_t>(message.size()));
}

}  // namespace oflens
