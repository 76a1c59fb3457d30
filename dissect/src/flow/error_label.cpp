#include <oflens/flow/error_label.hpp>

#include <oflens/ext/nicira.hpp>
#include <oflens/ext/onf.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

namespace oflens {

std::optional<ErrorLabel> read_error(const Frame& frame) {
  std::optional<ErrorLabel> found;
  const auto standard = [&](const auto& m, auto&& codes) {
    const auto type = static_cast<std::uint16_t>(m.type);
    found = {codes(type).find(m.code), type, m.code, m.data.bytes()};
  };
  const auto experimenter = [&](const auto& m) {
    const auto code = static_cast<std::uint16_t>(m.exp_type);
    found = {wire::labels<decltype(m.exp_type)>().find(code),
             static_cast<std::uint16_t>(v13::ErrorType::experimenter), code, m.data.bytes()};
  };
  static_cast<void>(dispatch(
      frame,
      [&](const nicira::VendorError& m) {
        found = {nicira::vendor_error_codes(m.error_type).find(m.error_code), m.error_type, m.error_code,
                 m.data.bytes()};
      },
      [&](const nicira::ErrorMessage& m) { experimenter(m); },
      [&](const onf::ErrorMessage& m) { experimenter(m); },
      [&](const v10::ErrorMessage& m) { standard(m, v10::error_codes); },
      [&](const v13::ErrorMessage& m) { standard(m, v13::error_codes); }));
  return found;
}

}  // namespace oflens
