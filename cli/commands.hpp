// The subcommands: each adds itself to the command line and, when chosen, runs and sets the exit status.
#pragma once

#include "input.hpp"

namespace oflens::cli {

void add_blame(CLI::App&, int& status);
void add_decode(CLI::App&, int& status);
void add_diff(CLI::App&, int& status);
void add_encode(CLI::App&, int& status);
void add_exchanges(CLI::App&, int& status);
void add_flows(CLI::App&, int& status);
// Of the subcommand reference.
void add_field_reference(CLI::App& reference, int& status);
void add_lint(CLI::App&, int& status);
// After all others, which it tells about.
void add_manual(CLI::App&, int& status);
void add_reference(CLI::App&, int& status);
void add_stats(CLI::App&, int& status);
void add_trace(CLI::App&, int& status);

}  // namespace oflens::cli
