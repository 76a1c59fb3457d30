#include <oflens/flow/bundle.hpp>

#include <oflens/ext/onf.hpp>

namespace oflens {

StateMod read_state_mod(const Frame& frame, bool table_in_command) {
  if (auto mod = read_flow_mod(frame, table_in_command)) return *std::move(mod);
  if (auto mod = read_group_mod(frame)) return *std::move(mod);
  if (auto mod = read_meter_mod(frame)) return *std::move(mod);
  return {};
}

std::optional<BundleMessage> read_bundle_message(const Frame& frame, bool table_in_command) {
  using What = BundleMessage::What;
  if (frame.is<onf::BundleControl>()) {
    const auto m = frame.decode<onf::BundleControl>();
    if (!m) return std::nullopt;
    const auto message = [&](What what) { return BundleMessage{what, m->bundle_id, nullptr}; };
    switch (m->type) {
      case onf::BundleControlType::open_request: return message(What::open);
      case onf::BundleControlType::close_request: return message(What::close);
      case onf::BundleControlType::commit_request: return message(What::commit);
      case onf::BundleControlType::discard_request: return message(What::discard);
      default: return std::nullopt;
    }
  }
  if (frame.is<onf::BundleAddMessage>()) {
    const auto m = frame.decode<onf::BundleAddMessage>();
    if (!m) return std::nullopt;
    const auto inner = Frame::at(m->message_.bytes());
    return BundleMessage{
        What::add, m->bundle_id,
        std::make_shared<const StateMod>(inner ? read_state_mod(*inner, table_in_command) : StateMod{})};
  }
  return std::nullopt;
}

}  // namespace oflens
