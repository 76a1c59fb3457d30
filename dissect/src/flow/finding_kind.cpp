#include <oflens/flow/finding_kind.hpp>

namespace oflens {
namespace {

constexpr auto info = Severity::info, warning = Severity::warning, error = Severity::error;
constexpr FindingInfo kinds[] = {
    {"shadowed_flow", warning, "never met: a flow of higher priority in its table matches all that it does",
     "1.0 3.4, 1.3.5 5.3", "Give it a higher priority than the other flow, or delete it."},
    {"overlapping_flows", warning,
     "a packet can match two flows of one table and priority, which do different things",
     "1.0 4.6, 1.3.5 5.3",
     "Give the two different priorities; with OFPFF_CHECK_OVERLAP the switch refuses the second."},
    {"no_table_miss", warning, "a table in use has no flow of priority 0 that matches everything",
     "1.3.5 5.4", "Add one that says what becomes of other packets; without it they are dropped."},
    {"goto_backwards", error, "goto_table to the same table or one before it", "1.3.5 5.9",
     "Send packets on only to tables of higher number."},
    {"goto_empty_table", warning, "goto_table to a table without flows", "1.3.5 5.9",
     "Fill that table, or do not go to it: all packets that do are dropped."},
    {"group_loop", error, "groups that lead back to themselves", "1.3.5 6.7",
     "Break the chain: no group may be reached from its own buckets."},
    {"unknown_group", error, "an action goes to a group that there is not", "1.3.5 6.7",
     "Add the group before the flow or group that goes to it."},
    {"unknown_meter", error, "a flow uses a meter that there is not", "1.3.5 6.8",
     "Add the meter before the flow that uses it."},
    {"unknown_port", warning, "a flow or group names a port that the switch does not have",
     "1.0 5.2.1, 1.3.5 7.2.1", "Use the port numbers of features_reply, port_desc and port_status."},
    {"refused_command", error, "the switch refused a flow_mod, group_mod, packet_out or other command",
     "1.0 5.4.4, 1.3.5 7.4.4", "Mend the message as the error's name says; what it asked for was not done."},
    {"refused_request", warning, "a request was answered by an error", "1.0 5.4.4, 1.3.5 7.4.4",
     "Do not ask this switch for that, or ask in the way that the error's name says."},
    {"unanswered_request", warning, "a request was never answered", "1.0 5.3, 1.3.5 7.3",
     "See what the other side did at that time: 'oflens exchanges --follow' shows the connection."},
    {"echo_timeout", error, "no answer to an echo_request nor anything else, until the connection ended",
     "1.0 5.5.2, 1.3.5 6.3.2", "See why the other side fell silent: load, or the network between the two."},
    {"refused_buffer", error, "the switch does not have the packet that is named by its buffer",
     "1.0 5.4.4, 1.3.5 7.4.4", "Name a buffer once and soon, or send the packet itself."},
    {"misused_buffer", warning, "a buffer is named twice, or was never given by a packet_in",
     "1.0 5.3.6, 1.3.5 7.3.7", "Name a buffer once, as the packet_in gave it, or OFP_NO_BUFFER."},
    {"missing_prerequisite", warning, "a match asks for a field without what that field needs",
     "1.0 3.4, 1.3.5 7.2.3.8",
     "Match the protocol too, before the field: 1.0 ignores the field, later versions refuse the match."},
    {"futile_flow_mod", info, "a flow_mod modifies or deletes flows that there are not", "1.0 4.6, 1.3.5 6.4",
     "See whether table, match, cookie and, of a strict one, priority are those of the flow that is meant."},
    {"packet_in_storm", warning, "many packet_ins of the same packets in a short time, and no flow for them",
     "1.0 5.4.1, 1.3.5 7.4.1", "Install a flow for them, even one that drops, or a meter."},
    {"role_flap", warning, "the role of primary changes hands again and again", "1.3.5 6.3.4",
     "See why the controllers do not agree which of them leads."},
    {"hello_failed", error, "the two sides have no version in common, or one refused the other",
     "1.0 5.5.1, 1.3.5 6.3.1", "Let both sides speak a common version."},
    {"wrong_version", error, "a message in another version than the two sides agreed on", "1.3.5 6.3.1",
     "Send all messages after the hellos in the version that they settle."},
    {"malformed_message", error, "a message that is not as the specification has it", "1.0 5, 1.3.5 7",
     "Mend who sent it; 'oflens decode -V' shows the place."},
    {"stray_bytes", error, "bytes between messages that are part of none", "1.0 5.1, 1.3.5 7.1",
     "Mend the lengths in the headers of who sent it."},
    {"cut_off_message", warning, "a connection ended in the middle of a message", "1.0 5.1, 1.3.5 7.1",
     "See whether who sent it stopped too early, or gave a message a length that is too great."},
    {"incomplete_capture", info, "bytes of a connection are not in the capture", "",
     "Capture again with a larger buffer or snap length: what was lost may matter here."},
};

}  // namespace

std::span<const FindingInfo> finding_kinds() { return kinds; }
const FindingInfo& info_of(FindingKind kind) { return kinds[static_cast<std::size_t>(kind)]; }

static_assert(std::size(kinds) == static_cast<std::size_t>(FindingKind::incomplete_capture) + 1);

constexpr const char* severities[] = {"info", "warning", "error"};
const char* name_of(Severity severity) { return severities[static_cast<std::size_t>(severity)]; }
std::optional<Severity> severity_of(std::string_view name) {
  for (std::size_t i = 0; i < std::size(severities); ++i)
    if (name == severities[i]) return static_cast<Severity>(i);
  return std::nullopt;
}

}  // namespace oflens
