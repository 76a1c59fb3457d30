#include <oflens/frame.hpp>

#include <oflens/wire/interpret.hpp>

namespace oflens {
namespace {

// Keeps the way to the field being read, and the first problem.
struct FirstProblem {
  Path path;
  Error error;
  bool found = false;

  std::uint32_t open(const wire::FieldDesc& d, std::uint32_t, std::uint32_t, std::uint32_t index) {
    if (!found)
      path.push({index == wire::no_index ? d.name.data() : nullptr, static_cast<std::int32_t>(index)});
    return 0;
  }
  void close(std::uint32_t, std::uint32_t) {
    if (!found) path.pop();
  }
  void leaf(const wire::FieldDesc&, std::uint32_t, std::uint32_t, std::uint64_t) {}
  void problem(const wire::FieldDesc& d, Errc code, Domain domain, std::uint32_t offset, std::uint32_t actual,
               std::uint32_t limit) {
    if (found) return;
    found = true;
    path.push({d.name.data()});
    error = {code, domain, offset, actual, limit, path};
  }
};

Error header_error(Errc code, const char* field, std::uint32_t offset, std::uint32_t actual,
                   std::uint32_t limit) {
  Error error{.code = code, .offset = offset, .actual = actual, .limit = limit};
  error.path.push({"header"});
  error.path.push({field});
  return error;
}

// The first problem of bytes that the typed reading refuses.
Error first_problem(const wire::StructDesc& d, Bytes bytes, const Catalog* catalog) {
  FirstProblem sink;
  sink.path.push({d.name});
  wire::Interpreter interpreter(catalog, bytes, sink);
  interpreter.structure(d, 0, static_cast<std::uint32_t>(bytes.size()), Domain::request);
  return sink.error;
}

}  // namespace

Result<Frame> Frame::at(Bytes bytes) {
  if (bytes.size() < Header::size) return first_problem(wire::struct_desc<Header>, bytes, nullptr);
  const std::size_t length = load_be<std::uint16_t>(bytes.data() + 2);
  if (length < Header::size || length > bytes.size())
    return header_error(length < Header::size ? Errc::bad_length : Errc::too_long, "length", 2,
                        static_cast<std::uint32_t>(length),
                        static_cast<std::uint32_t>(length < Header::size ? Header::size : bytes.size()));
  return Frame(bytes.first(length));
}

Error Frame::explain(const wire::MessageDesc& message, const Catalog* catalog) const {
  if (!message.id.covers(version()))
    return header_error(Errc::bad_version, "version", 0, static_cast<std::uint32_t>(version()),
                        static_cast<std::uint32_t>(message.id.last));
  if (message.id.type != type()) return header_error(Errc::bad_type, "type", 1, type(), message.id.type);
  return first_problem(*message.body, bytes_, catalog);
}

}  // namespace oflens
