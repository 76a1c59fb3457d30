#include "verify.hpp"

#include <oflens/message/json.hpp>

namespace oflens::cli {
namespace {

const char* what_of(const Difference<FlowEntry>*) { return "flow"; }
const char* what_of(const Difference<GroupEntry>*) { return "group"; }
const char* what_of(const Difference<MeterEntry>*) { return "meter"; }

void put_text(TextBuffer& out, const FlowEntry& e, Version dialect) { put_flow(out, e.flow, dialect); }
void put_text(TextBuffer& out, const GroupEntry& e, Version dialect) { put_group(out, e.group, dialect); }
void put_text(TextBuffer& out, const MeterEntry& e, Version) {
  TextBuffer lines;
  put_meter(lines, e.meter);
  out.put(' ');
  for (const char c : lines.view().substr(0, lines.size() - 1)) out.put(c == '\n' ? ' ' : c);
}

void put_members(TextBuffer& out, const Clock& clock, const FlowEntry& e, Version dialect) {
  TextBuffer line;
  put_flow(line, e.flow, dialect);
  put_flow_members(out, clock, {&e, {}, line.view()}, dialect);
}
void put_members(TextBuffer& out, const Clock& clock, const GroupEntry& e, Version dialect) {
  put_group_members(out, clock, e, dialect);
}
void put_members(TextBuffer& out, const Clock& clock, const MeterEntry& e, Version) {
  put_meter_members(out, clock, e);
}

}  // namespace

bool VerifyWriter::chosen(const Disagreement& d) const {
  const auto* flow = std::get_if<Difference<FlowEntry>>(&d.what);
  return flow == nullptr || (flow->told && choice_(flow->told->flow)) ||
         (flow->held && choice_(flow->held->flow));
}

void VerifyWriter::datapath(const TableTracker::Tables& tables) {
  const DatapathState& state = tables.state;
  const DatapathState::Verified& all = state.verified();
  const auto& kept = state.disagreements();
  version_ = dialect_for(dialect_, *tables.datapath);
  listings_ += all.listings;
  std::uint64_t count = 0;
  for (const Disagreement& d : kept) count += chosen(d) ? 1u : 0u;
  // Those that are not kept may be any.
  const std::uint64_t more = all.disagreed - kept.size();
  disagreed_ += count + more;
  if (as_text_) {
    TextBuffer& out = output_.text();
    out.put("# ");
    put_datapath(out, *tables.datapath);
    out.put(", ");
    put_count(out, count + more, "disagreement");
    out.put("; ");
    out.put_decimal(all.agreed);
    out.put(all.agreed == 1 ? " entry agreed" : " entries agreed");
    out.put('\n');
  }
  for (const Disagreement& d : kept)
    if (chosen(d)) write(d, *tables.datapath);
  if (more != 0) {
    TextBuffer text;
    put_count(text, more, "disagreement");
    text.put(" more are not shown");
    note(text.view());
  }
}

void VerifyWriter::write(const Disagreement& d, const Datapath& datapath) {
  TextBuffer& out = output_.text();
  std::visit(
      [&](const auto& difference) {
        const char* what = what_of(&difference);
        const auto &told = difference.told, &held = difference.held;
        const char* kind = !told ? "missing" : !held ? "extra" : "different";
        if (!as_text_) {
          records_.begin(out);
          put_datapath_member(out, datapath);
          out.put(",\"disagreement\":\"");
          out.put(kind);
          out.put("\",\"frame\":");
          out.put_decimal(d.origin.frame);
          out.put(",\"time\":");
          put_json_time(out, clock_, d.origin.time);
          for (const auto& [name, entry] : {std::pair(",\"told\":", &told), std::pair(",\"held\":", &held)}) {
            out.put(name);
            out.put(*entry ? "{" : "null");
            if (!*entry) continue;
            put_members(out, clock_, **entry, version_);
            out.put('}');
          }
          return records_.end(out);
        }
        clock_.put(out, d.origin.time);
        out.put(" frame ");
        out.put_decimal(d.origin.frame);
        out.put(": ");
        out.put(kind);
        out.put(' ');
        out.put(what);
        if (told) {
          out.put(", from frame ");
          out.put_decimal(told->origin.frame);
        }
        out.put('\n');
        for (const auto& [name, entry] : {std::pair("  told:", &told), std::pair("  held:", &held)}) {
          if (!*entry) continue;
          out.put(name);
          put_text(out, **entry, version_);
          out.put('\n');
        }
      },
      d.what);
  output_.piece_done();
}

int VerifyWriter::finish() {
  if (!as_text_) records_.finish(output_.text());
  output_.flush();
  if (listings_ == 0)
    note("--verify: the capture has no replies that list flows, groups or meters to compare with");
  return disagreed_ == 0 ? done : answer_is_no;
}

}  // namespace oflens::cli
