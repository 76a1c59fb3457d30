// The kinds of what oflens finds wrong: one table, from which help and documentation come.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace oflens {

enum class Severity : std::uint8_t { info, warning, error };
const char* name_of(Severity);
std::optional<Severity> severity_of(std::string_view name);

enum class FindingKind : std::uint8_t {
  // In tables (flow/table_check.hpp).
  shadowed_flow,
  overlapping_flows,
  no_table_miss,
  goto_backwards,
  goto_empty_table,
  group_loop,
  unknown_group,
  unknown_meter,
  unknown_port,
  // In what was said (session/lint.hpp).
  refused_command,
  refused_request,
  unanswered_request,
  echo_timeout,
  refused_buffer,
  misused_buffer,
  missing_prerequisite,
  futile_flow_mod,
  packet_in_storm,
  role_flap,
  hello_failed,
  wrong_version,
  malformed_message,
  stray_bytes,
  cut_off_message,
  incomplete_capture,
};

struct FindingInfo {
  const char* name;
  Severity severity;
  const char* what;     // is wrong
  const char* section;  // of the specification
  const char* advice;   // what to do, a sentence
};
// By FindingKind.
std::span<const FindingInfo> finding_kinds();
const FindingInfo& info_of(FindingKind);
inline const char* name_of(FindingKind kind) { return info_of(kind).name; }

}  // namespace oflens
