#include "lint_packets.hpp"

#include <fmt/format.h>

#include <oflens/ext/nicira.hpp>
#include <oflens/v13/messages.hpp>

namespace oflens::session {

// ---- buffers

void Buffers::on_packet_in(const SessionMessage& m, BufferId id) {
  if (id == BufferId::no_buffer) return;
  if (given_.size() >= limits_.buffers) {
    given_.clear();
    given_by_.clear();
    forgotten_ = true;
  }
  given_by_.insert(key(m.datapath.index, id));
  given_[key(m.message.channel.id, id)] = {m.message.number, 0, m.message.time};
}

void Buffers::on_use(const SessionMessage& m, BufferId id, bool complete, std::string entry) {
  if (id == BufferId::no_buffer) return;
  const auto given = given_.find(key(m.message.channel.id, id));
  std::string why;
  if (given != given_.end()) {
    if (given->second.used != 0)
      why = fmt::format("buffer {:#x} was used already, in frame {}", static_cast<std::uint32_t>(id),
                        given->second.used);
    else
      given->second.used = m.message.number;
  } else if (complete && !forgotten_ && !given_by_.contains(key(m.datapath.index, id))) {
    why = fmt::format("no packet_in gave buffer {:#x}", static_cast<std::uint32_t>(id));
  }
  if (why.empty()) return;
  if (misuses_.size() >= most_misuses) {
    sink_.on_finding(std::move(misuses_.begin()->second.finding));
    misuses_.erase(misuses_.begin());
  }
  Finding finding = finding_at(FindingKind::misused_buffer, m, why);
  finding.entry = std::move(entry);
  misuses_.insert_or_assign({m.message.channel.id, m.message.number}, Misuse{std::move(finding), why});
}

std::string Buffers::refused(std::uint32_t channel, std::uint64_t frame, BufferId id) {
  const auto misuse = misuses_.find({channel, frame});
  if (misuse != misuses_.end()) {
    std::string why = std::move(misuse->second.why);
    misuses_.erase(misuse);
    return why;
  }
  const auto given = given_.find(key(channel, id));
  if (given == given_.end() || given->second.used != frame)
    return fmt::format("buffer {:#x} is not known", static_cast<std::uint32_t>(id));
  return fmt::format("buffer {:#x}, which the packet_in of frame {} gave, is no more",
                     static_cast<std::uint32_t>(id), given->second.frame);
}

void Buffers::finish() {
  for (auto& [at, misuse] : misuses_) sink_.on_finding(std::move(misuse.finding));
  misuses_.clear();
}

// ---- storms

void Storms::on_packet_in(const SessionMessage& m, const PacketPart& part) {
  if (part.data.empty() || is_discovery(part.data)) return;
  const Packet p = parse_packet(part.data);
  std::array<std::byte, 96> bytes{};
  std::byte* at = bytes.data();
  const auto put = [&](const auto& value) {
    wire::store(at, value);
    at += sizeof value;
  };
  put(m.datapath.index);
  put(part.in_port);
  put(p.eth_dst);
  put(p.eth_src);
  put(p.eth_type);
  put(p.vlan_tci);
  put(p.ip_proto);
  put(p.arp_op);
  put(p.ipv4_src);
  put(p.ipv4_dst);
  put(p.ipv6_src);
  put(p.ipv6_dst);
  put(p.src_port);
  put(p.dst_port);
  put(p.icmp_type);
  put(p.icmp_code);
  const std::string key(reinterpret_cast<const char*>(bytes.data()),
                        static_cast<std::size_t>(at - bytes.data()));

  const Timestamp now = m.message.time;
  auto count = counts_.find(key);
  if (count == counts_.end()) {
    if (counts_.size() >= limits_.packets)
      std::erase_if(counts_, [&](const auto& c) { return now - c.second.since > limits_.storm_window; });
    if (counts_.size() >= limits_.packets) counts_.clear();
    count = counts_.try_emplace(key).first;
  }
  Count& c = count->second;
  if (c.packets == 0 || now - c.since > limits_.storm_window) c = {now, 0};
  if (++c.packets != limits_.storm_packets) return;
  for (const Added& added : added_[m.datapath.index])
    if (added.time >= c.since && added.match.covers(p, part.in_port)) return;
  sink_.on_finding(finding_at(
      FindingKind::packet_in_storm, m,
      fmt::format(
          "{} packet_ins within {:g} s of the same packets, and no flow was added for them: port {}, {}",
          limits_.storm_packets, std::chrono::duration<double>(limits_.storm_window).count(),
          static_cast<std::uint32_t>(part.in_port), summary_of_packet(part.data))));
}

void Storms::on_flow_mod(const SessionMessage& m, const FlowMod& mod) {
  if (mod.command >= v13::FlowModCommand::delete_ || mod.flow.match.empty()) return;
  std::deque<Added>& added = added_[m.datapath.index];
  if (added.size() == most_added) added.pop_front();
  added.push_back({mod.flow.match, m.message.time});
}

// ---- roles

void Roles::on_message(const SessionMessage& m) {
  if (!m.from_switch) return;
  bool primary = false;
  if (const auto reply = View<v13::RoleReply>::of(m.frame()))
    primary = reply->get<&v13::RoleReply::role>() == v13::ControllerRole::master;
  else if (const auto other = View<nicira::RoleReply>::of(m.frame()))
    primary = other->get<&nicira::RoleReply::role>() == nicira::Role::master;
  if (!primary) return;
  Primary& p = primaries_[m.datapath.index];
  const std::uint32_t before = std::exchange(p.channel, m.message.channel.id);
  if (before == 0 || before == p.channel) return;
  const Timestamp now = m.message.time;
  p.changes.push_back(now);
  while (now - p.changes.front() > limits_.role_window) p.changes.pop_front();
  if (p.changes.size() < limits_.role_changes) return;
  Finding f = finding_at(FindingKind::role_flap, m,
                         fmt::format("the primary changed {} times within {:g} s", limits_.role_changes,
                                     std::chrono::duration<double>(limits_.role_window).count()));
  f.connection = 0;  // it is about several
  sink_.on_finding(std::move(f));
  p.changes.clear();
}

}  // namespace oflens::session
