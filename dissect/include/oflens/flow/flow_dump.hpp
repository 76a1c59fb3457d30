// The output of ovs-ofctl's dump-flows, to the tables that it tells of.
#pragma once

#include <oflens/flow/datapath_state.hpp>
#include <oflens/flow/syntax_error.hpp>

namespace oflens {

struct FlowDump {
  DatapathState state;             // the flows that are told
  std::optional<Version> dialect;  // 1.0 or 1.3, where a heading says in which version it was asked
};
struct FlowDumpError {
  std::uint64_t number = 0;  // of the line, from 1
  std::string_view line;     // borrows the text
  SyntaxError error;         // points into the line
};

// Reads a dump: with statistics, which are skipped, or --no-stats; with or without the headings of its
// replies; or what `oflens flows` prints. Blank lines and what stands behind # are skipped. Flows are read as
// that version has them, or, what it does not have, as the other. Nothing is known of their times: they were
// created `at` that moment.
//
// False, with an error, when a line is no flow. Linear in the text.
bool read_flow_dump(std::string_view text, Version, Timestamp at, FlowDump&, FlowDumpError&);

}  // namespace oflens
