#include <oflens/session/finding.hpp>

#include <algorithm>

namespace oflens {

void FindingList::on_finding(Finding f) {
  ++counts_[static_cast<std::size_t>(info_of(f.kind).severity)];
  const bool of_table = f.table.has_value();
  const Place place{f.kind, f.datapath == nullptr ? 0xffffffff : f.datapath->index,
                    of_table ? 0 : f.connection, of_table ? *f.table : -1};
  auto at = places_.find(place);
  if (at == places_.end()) {
    if (places_.size() >= limits_.places) {
      ++left_out_;
      return;
    }
    at = places_.try_emplace(place).first;
  }
  std::vector<Finding>& here = at->second;
  const auto same = std::ranges::find_if(
      here, [&](const Finding& known) { return known.reason == f.reason && known.entry == f.entry; });
  if (same != here.end()) {
    ++same->count;
    same->last_frame = f.frame;
    same->last = f.time;
  } else if (here.size() < std::max<std::size_t>(limits_.each, 1)) {
    f.last_frame = f.frame;
    f.last = f.time;
    here.push_back(std::move(f));
  } else {
    ++here.back().more;
  }
}

std::vector<const Finding*> FindingList::sorted() const {
  std::vector<const Finding*> all;
  for (const auto& [place, findings] : places_)
    for (const Finding& f : findings) all.push_back(&f);
  const auto severity = [](const Finding* f) { return info_of(f->kind).severity; };
  std::ranges::stable_sort(all, [&](const Finding* a, const Finding* b) {
    if (severity(a) != severity(b)) return severity(a) > severity(b);
    return a->time != b->time ? a->time < b->time : a->frame < b->frame;
  });
  return all;
}

std::uint64_t FindingList::count(Severity severity) const {
  return counts_[static_cast<std::size_t>(severity)];
}

}  // namespace oflens
