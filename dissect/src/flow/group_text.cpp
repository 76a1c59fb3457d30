#include "group_text.hpp"

#include <oflens/flow/flow_text.hpp>

#include "action_text.hpp"
#include "ovs_words.hpp"

namespace oflens {
namespace flow {
namespace {

void number(TextBuffer& out, const char* name, std::uint64_t v) {
  out.put(name);
  out.put_decimal(v);
}

}  // namespace

const char* group_type_name(std::uint8_t type) {
  static constexpr const char* names[] = {"all", "select", "indirect", "ff"};
  return type < std::size(names) ? names[type] : "unknown";
}

void put_bucket(TextBuffer& out, const BucketLine& b, std::uint8_t type) {
  out.put("bucket=");
  if (b.id) {
    number(out, "bucket_id:", *b.id);
    out.put(',');
  }
  if (b.weight != (type == static_cast<std::uint8_t>(v13::GroupType::select) ? 1 : 0)) {
    number(out, "weight:", b.weight);
    out.put(',');
  }
  if (b.watch_port != PortNo::any) {
    out.put("watch_port:");
    put_port(out, b.watch_port);
    out.put(',');
  }
  if (b.watch_group != v13::GroupId::any) {
    number(out, "watch_group:", static_cast<std::uint32_t>(b.watch_group));
    out.put(',');
  }
}

void put_selection(TextBuffer& out, std::string_view method, std::uint64_t param, const FlowMatch& fields,
                   Version dialect) {
  out.put(",selection_method=");
  out.put(method);
  if (param != 0) number(out, ",selection_method_param=", param);
  if (fields.empty()) return;
  out.put(",fields(");
  put_match(out, fields, dialect);
  out.put(')');
}

void put_meter_id(TextBuffer& out, v13::MeterId id) {
  switch (id) {
    case v13::MeterId::slowpath: return out.put("slowpath");
    case v13::MeterId::controller: return out.put("controller");
    case v13::MeterId::all: return out.put("all");
    default: out.put_decimal(static_cast<std::uint32_t>(id));
  }
}

void put_meter_config(TextBuffer& out, v13::MeterId id, v13::MeterFlags flags,
                      const Seq<v13::MeterBand>& bands) {
  out.put("meter=");
  put_meter_id(out, id);
  auto left = static_cast<unsigned>(flags);
  for (unsigned bit = 0; bit < std::size(meter_flag_names); ++bit) {
    if ((left >> bit & 1) == 0) continue;
    out.put(' ');
    out.put(meter_flag_names[bit]);
    left &= ~(1u << bit);
  }
  if (left != 0) {
    out.put(" flags:");
    out.put_hex(left);
  }
  out.put(" bands=\n");
  const bool burst = (static_cast<unsigned>(flags) & static_cast<unsigned>(v13::MeterFlags::burst)) != 0;
  const auto rates = [&](const auto& band) {
    number(out, " rate=", band.rate);
    if (burst) number(out, " burst_size=", band.burst_size);
  };
  for (const v13::MeterBand band : bands) {
    out.put("type=");
    if (const auto drop = band.get<v13::DropBand>()) {
      out.put("drop");
      rates(*drop);
    } else if (const auto remark = band.get<v13::DscpRemarkBand>()) {
      out.put("dscp_remark");
      rates(*remark);
      number(out, " prec_level=", remark->prec_level);
    } else if (const auto other = band.get<v13::ExperimenterBand>()) {
      out.put("experimenter:");
      out.put_hex(static_cast<std::uint32_t>(other->experimenter));
      rates(*other);
    } else {
      out.put_decimal(static_cast<std::uint16_t>(band.type()));
    }
    out.put('\n');
  }
}

}  // namespace flow

void put_group(TextBuffer& out, const Group& group, Version dialect) {
  const auto type = static_cast<std::uint8_t>(group.type);
  out.put(" group_id=");
  out.put_decimal(static_cast<std::uint32_t>(group.id));
  out.put(",type=");
  out.put(flow::group_type_name(type));
  // What 1.3 cannot say is not asked for in it.
  const bool of_15 = dialect == Version::v10;
  if (of_15 && group.selection)
    flow::put_selection(out, group.selection->method, group.selection->param, group.selection->fields,
                        dialect);
  for (const Bucket& b : group.buckets) {
    out.put(',');
    flow::put_bucket(out, {of_15 ? std::optional(b.id) : std::nullopt, b.weight, b.watch_port, b.watch_group},
                     type);
    out.put("actions=");
    put_bucket_actions(out, group, b, dialect);
  }
}

void put_bucket_actions(TextBuffer& out, const Group& group, const Bucket& b, Version dialect) {
  flow::put_action_list(out, b.actions.bytes(), group.version, {.version = dialect, .of_bucket = true});
}

void put_meter(TextBuffer& out, const Meter& meter) {
  Seq<v13::MeterBand> bands;
  bands.borrow(meter.bands.bytes());
  flow::put_meter_config(out, meter.id, meter.flags, bands);
}

}  // namespace oflens
