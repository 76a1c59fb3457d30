// oflens: the command line.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <memory>

#include <oflens/nearest.hpp>

#include "commands.hpp"

namespace oflens::cli {
namespace {

// The candidate that was probably meant, or nothing.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates) {
  Nearest nearest(word);
  for (const std::string& c : candidates) nearest.consider(c);
  return nearest.best();
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

// The first argument that looks like an option of `app` and is none; empty when there is none.
std::string unknown_option(const CLI::App& app, const std::vector<std::string>& arguments) {
  const std::vector<std::string> known = option_names(app);
  for (const std::string& a : arguments) {
    const std::string name = a.substr(0, a.find('='));
    if (name.size() >= 2 && name.front() == '-' && std::find(known.begin(), known.end(), name) == known.end())
      return name;
  }
  return {};
}

// What is wrong with the command line, with the nearest right word.
int complain(const CLI::App& app, const std::vector<std::string>& arguments, const CLI::ParseError& error) {
  const auto chosen = app.get_subcommands();
  const CLI::App& where = chosen.empty() ? app : *chosen.front();
  std::vector<std::string> commands;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    commands.push_back(sub->get_name());

  std::string text = error.what();
  std::string suggestion;
  // What is missing may be so because of a word that is wrong.
  const std::string unknown = unknown_option(where, arguments);
  const bool missing = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  if (chosen.empty() && !arguments.empty() && arguments.front().substr(0, 1) != "-") {
    text = "there is no subcommand '" + arguments.front() + "'";
    suggestion = nearest(arguments.front(), commands);
  } else if (!unknown.empty() && (missing || dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr)) {
    text = "there is no option '" + unknown + "'";
    suggestion = nearest(unknown, option_names(where));
  } else if (chosen.empty()) {
    text = "a subcommand is needed:";
    for (const std::string& c : commands) text += " " + c;
  } else if (missing) {
    text = "a FILE is needed, or - for standard input";  // nothing else is required
  }
  if (!suggestion.empty()) text += "; did you mean '" + suggestion + "'?";
  note(text);
  note("see 'oflens " + (chosen.empty() ? std::string() : where.get_name() + " ") + "--help'");
  return wrong_usage;
}

}  // namespace
}  // namespace oflens::cli

int main(int argc, char** argv) {
  using namespace oflens::cli;
  std::signal(SIGPIPE, SIG_IGN);  // Output ends the program quietly

  int status = done;
  CLI::App app("oflens reads what OpenFlow controllers and switches say to each other.", "oflens");
  app.set_version_flag("--version", "oflens " OFLENS_VERSION);
  app.require_subcommand(1);
  app.set_help_flag("-h,--help", "this help");
  app.footer(
      "Examples:\n"
      "  oflens blame trace.pcap        who made the flows that are there, and because of which packet\n"
      "  oflens decode trace.pcap       every message on a line\n"
      "  oflens diff --from 60 trace.pcap  what changed in the flow tables since then\n"
      "  oflens encode records.ndjson   messages from such records as decode -T ndjson writes\n"
      "  oflens exchanges trace.pcap    which packet-in led to which flow-mod, which request to which reply\n"
      "  oflens flows trace.pcap        what the flow tables held at the end\n"
      "  oflens lint trace.pcap         what is wrong in it\n"
      "  oflens reference flow_mod      how a message looks\n"
      "  oflens stats trace.pcap        counts, problems, losses\n"
      "  oflens trace --frame 12 t.pcap why this packet came to the controller\n"
      "'oflens SUBCOMMAND --help' says more.\n\n"
      "Exit status: 0 done; 1 input not read, or not to its end; 2 wrong usage; 3 the answer is \"no\".");
  add_blame(app, status);
  add_decode(app, status);
  add_diff(app, status);
  add_encode(app, status);
  add_exchanges(app, status);
  add_flows(app, status);
  add_lint(app, status);
  add_reference(app, status);
  add_stats(app, status);
  add_trace(app, status);
  add_manual(app, status);

  const std::vector<std::string> arguments(argv + 1, argv + argc);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return app.exit(e);  // --help, --version
    return complain(app, arguments, e);
  } catch (const std::exception& e) {
    note(e.what());
    return unreadable;
  }
  return status;
}
