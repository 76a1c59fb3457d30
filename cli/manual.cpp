// oflens help: the help of a subcommand; the man page and shell completion, made from the same definitions.
#include <algorithm>

#include "commands.hpp"

namespace oflens::cli {
namespace {

// An option as the manual and completion need it.
struct OptionText {
  std::vector<std::string> names;    // "-T", "--port"
  std::string value;                 // "FORM"; empty: it takes none
  std::vector<std::string> choices;  // of the value, when only these are taken
  std::string description;
};

OptionText text_of(const CLI::Option& option) {
  OptionText t;
  for (const std::string& name : option.get_snames()) t.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) t.names.push_back("--" + name);
  t.description = option.get_description();
  if (option.get_items_expected_max() == 0) return t;
  const std::string type = option.get_type_name();  // "FORM:{text,json}", "TIME|frame:N"
  t.value = type.substr(0, type.find(":{"));
  const std::size_t open = type.find('{'), close = type.find('}', open);
  if (open == std::string::npos || close == std::string::npos) return t;
  for (std::size_t at = open + 1; at < close;) {
    const std::size_t end = std::min(type.find(',', at), close);
    t.choices.push_back(type.substr(at, end - at));
    at = end + 1;
  }
  return t;
}

std::vector<const CLI::Option*> options_of(const CLI::App& app) {
  std::vector<const CLI::Option*> all = app.get_options();
  std::erase_if(all, [](const CLI::Option* o) { return o->get_group().empty(); });  // hidden
  return all;
}
std::vector<const CLI::App*> subcommands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* sub) { return !sub->get_group().empty(); });
}

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
  std::string all;
  for (const std::string& w : words) {
    if (!all.empty()) all += separator;
    all += w;
  }
  return all;
}

// ---- the man page

// Text for troff: nothing in it is a request or an escape.
std::string troff(std::string_view text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    line_begins = c == '\n';
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out;
}

// As it stands: examples, tables.
void put_literal(TextBuffer& out, const std::string& text) {
  if (text.empty()) return;
  out.put(".PP\n.nf\n");
  out.put(troff(text));
  out.put("\n.fi\n");
}

void put_options(TextBuffer& out, const CLI::App& app) {
  for (const CLI::Option* option : options_of(app)) {
    const OptionText t = text_of(*option);
    out.put(".TP\n");
    std::string head;
    if (option->get_positional()) head = "\\fI" + troff(option->get_name(true)) + "\\fR";
    for (const std::string& name : t.names) {
      if (!head.empty()) head += ", ";
      head += "\\fB" + troff(name) + "\\fR";
    }
    if (!t.names.empty() && !t.value.empty()) head += " \\fI" + troff(t.value) + "\\fR";
    out.put(head);
    out.put('\n');
    out.put(troff(t.description));
    if (!t.choices.empty()) out.put(troff(" (" + joined(t.choices, ", ") + ")"));
    out.put('\n');
  }
}

void put_man_page(TextBuffer& out, const CLI::App& app) {
  out.put(".TH OFLENS 1 \"\" \"oflens " OFLENS_VERSION "\" \"User Commands\"\n");
  out.put(".SH NAME\noflens \\- reads what OpenFlow controllers and switches say to each other\n");
  out.put(".SH SYNOPSIS\n");
  for (const CLI::App* sub : subcommands_of(app)) {
    out.put("\\fBoflens ");
    out.put(sub->get_name());
    out.put("\\fR [\\fIOPTION\\fR]...");
    for (const CLI::Option* option : options_of(*sub))
      if (option->get_positional()) out.put(" [\\fI" + troff(option->get_name(true)) + "\\fR]...");
    out.put("\n.br\n");
  }
  out.put(".SH OPTIONS\n");
  put_options(out, app);
  out.put(".SH SUBCOMMANDS\n");
  for (const CLI::App* sub : subcommands_of(app)) {
    out.put(".SS oflens ");
    out.put(sub->get_name());
    out.put('\n');
    out.put(troff(sub->get_description()));
    out.put(".\n");
    put_options(out, *sub);
    put_literal(out, sub->get_footer());
  }
  out.put(".SH MORE\n");
  put_literal(out, app.get_footer());
}

// ---- completion

std::string names_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : options_of(app))
    for (const std::string& name : text_of(*option).names) names.push_back(name);
  return joined(names, " ");
}
std::string names_of_subcommands(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* sub : subcommands_of(app)) names.push_back(sub->get_name());
  return joined(names, " ");
}

// What may follow an option that takes a value: one of the choices, a file, or what nobody can guess.
void put_values_for_bash(TextBuffer& out, const CLI::App& sub) {
  for (const CLI::Option* option : options_of(sub)) {
    const OptionText t = text_of(*option);
    if (t.names.empty() || t.value.empty() || t.value == "FILE") continue;
    std::vector<std::string> patterns;
    for (const std::string& name : t.names) patterns.push_back("'" + sub.get_name() + " " + name + "'");
    out.put("    " + joined(patterns, " | ") + ") ");
    if (t.choices.empty())
      out.put("compopt +o default +o bashdefault 2>/dev/null; return ;;\n");
    else
      out.put("COMPREPLY=($(compgen -W '" + joined(t.choices, " ") + "' -- \"$cur\")); return ;;\n");
  }
}

void put_bash_completion(TextBuffer& out, const CLI::App& app) {
  out.put(
      "# bash completion for oflens, made by 'oflens help --completion bash'\n"
      "_oflens() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} sub= i\n"
      "  COMPREPLY=()\n"
      "  # --option=value is three words here\n"
      "  if [[ $cur == = ]]; then cur=\n"
      "  elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD - 2]}; fi\n"
      "  for ((i = 1; i < COMP_CWORD; ++i)); do\n"
      "    if [[ ${COMP_WORDS[i]} != -* ]]; then sub=${COMP_WORDS[i]}; break; fi\n"
      "  done\n"
      "  case \"$sub $prev\" in\n");
  for (const CLI::App* sub : subcommands_of(app)) put_values_for_bash(out, *sub);
  out.put("  esac\n  case \"$sub:$cur\" in\n");
  out.put("    :-*) COMPREPLY=($(compgen -W '" + names_of(app) + "' -- \"$cur\")) ;;\n");
  out.put("    :*) COMPREPLY=($(compgen -W '" + names_of_subcommands(app) + "' -- \"$cur\")) ;;\n");
  for (const CLI::App* sub : subcommands_of(app))
    out.put("    " + sub->get_name() + ":-*) COMPREPLY=($(compgen -W '" + names_of(*sub) +
            "' -- \"$cur\")) ;;\n");
  out.put("    help:*) COMPREPLY=($(compgen -W '" + names_of_subcommands(app) + "' -- \"$cur\")) ;;\n");
  out.put("  esac\n}\ncomplete -o bashdefault -o default -F _oflens oflens\n");
}

struct Options {
  std::string subcommand, shell;
  bool man = false;
};

int run(const CLI::App& app, const Options& options) {
  Output output;
  if (options.man) {
    put_man_page(output.text(), app);
  } else if (!options.shell.empty()) {
    put_bash_completion(output.text(), app);
  } else {
    // Not help(): it would tell about the subcommand that is running, this one.
    const CLI::App* about = options.subcommand.empty() ? &app : app.get_subcommand(options.subcommand);
    const std::string name = options.subcommand.empty() ? "oflens" : "oflens " + options.subcommand;
    output.text().put(app.get_formatter()->make_help(about, name, CLI::AppFormatMode::Normal));
  }
  return done;
}

}  // namespace

void add_manual(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* sub = app.add_subcommand("help", "Help, the man page, shell completion");
  std::vector<std::string> names;
  for (const CLI::App* other : subcommands_of(app)) names.push_back(other->get_name());
  sub->add_option("SUBCOMMAND", options->subcommand, "the subcommand to tell about")
      ->type_name("SUBCOMMAND")
      ->check(CLI::IsMember(names));
  CLI::Option* man = sub->add_flag("--man", options->man, "the man page, for man -l or troff");
  sub->add_option("--completion", options->shell, "what makes that shell complete oflens's command line")
      ->type_name("SHELL")
      ->check(CLI::IsMember({"bash"}))
      ->excludes(man);
  sub->footer(
      "Examples:\n"
      "  oflens help decode\n"
      "  oflens help --man | man -l -\n"
      "  source <(oflens help --completion bash)");
  sub->callback([&app, options, &status] { status = run(app, *options); });
}

}  // namespace oflens::cli
