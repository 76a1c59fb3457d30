#include <oflens/flow/flow_dump.hpp>

#include <oflens/flow/flow_syntax.hpp>

namespace oflens {
namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

// "NXST_FLOW reply (xid=0x4):", "OFPST_FLOW reply (OF1.3) (xid=0x2):"
bool is_heading(std::string_view line) {
  return line.starts_with("NXST_FLOW reply") || line.starts_with("OFPST_FLOW reply");
}
Version version_in(std::string_view heading) {
  return heading.find("(OF1.") == heading.npos ? Version::v10 : Version::v13;
}

bool read_line(std::string_view line, Version version, FlowMod& mod, SyntaxError& error) {
  std::vector<std::byte> message;
  if (!read_flow(line, {.version = version}, Xid{}, message, error)) return false;
  const auto frame = Frame::at(message);
  auto read = frame ? read_flow_mod(*frame, true) : std::nullopt;
  if (!read) {
    error = {line, "cannot be said in a message"};
    return false;
  }
  mod = *std::move(read);
  // What every add of 1.0 implies, a dump would tell.
  if (version == Version::v10)
    mod.flow.flags = static_cast<v13::FlowModFlags>(static_cast<unsigned>(mod.flow.flags) &
                                                    ~static_cast<unsigned>(v13::FlowModFlags::reset_counts));
  return true;
}

}  // namespace

bool read_flow_dump(std::string_view text, Version version, Timestamp at, FlowDump& dump,
                    FlowDumpError& error) {
  const Origin origin{.time = at};
  for (std::uint64_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view whole = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view line = trimmed(whole.substr(0, whole.find('#')));
    if (line.empty()) continue;
    if (is_heading(line)) {
      version = version_in(line);
      dump.dialect = version;
      continue;
    }
    FlowMod mod;
    SyntaxError wrong, also_wrong;
    if (!read_line(line, version, mod, wrong) &&
        !read_line(line, version == Version::v10 ? Version::v13 : Version::v10, mod, also_wrong)) {
      error = {number, line, std::move(wrong)};
      return false;
    }
    dump.state.apply(std::move(mod), origin);
  }
  return true;
}

}  // namespace oflens
