// An experimenter's own message, action and match field, described outside the library.
#include <oflens/frame.hpp>
#include <oflens/message/dissect.hpp>
#include <oflens/message/from_json.hpp>
#include <oflens/message/generate.hpp>
#include <oflens/message/json.hpp>
#include <oflens/message/text.hpp>
#include <oflens/v13/messages.hpp>

#include <cstdio>

using namespace oflens;

// Who we are: a number from the IEEE or the ONF.
constexpr auto acme = static_cast<ExperimenterId>(0x00acce55);

// A message: its type is the experimenter's, two tags tell it from others.
enum class Colour : std::uint8_t { red = 1, green = 2 };
constexpr auto labels_of(Colour) {
  return enumeration({{Colour::red, "ACME_RED"}, {Colour::green, "ACME_GREEN"}});
}
struct SetLamp {
  static constexpr MessageId id{Version::v13, Version::v13, 4};
  PortNo port{};
  Colour colour{};
  static constexpr auto wire =
      describe("acme_set_lamp", tag<acme>.named("experimenter"), tag<std::uint32_t{1}>.named("exp_type"),
               field<&SetLamp::port>, field<&SetLamp::colour>, pad<3>);
};

// An action, for the action lists of all versions.
struct Delay {
  std::uint32_t microseconds = 0;
  static constexpr auto wire = element<ActionOf::experimenter>("acme_delay", tag<acme>.named("experimenter"),
                                                               tag<std::uint16_t{7}>.named("subtype"), pad<2>,
                                                               field<&Delay::microseconds>);
};

// A match field of 16 bits, which can be masked.
constexpr OxmField<std::uint16_t> acme_zone{OxmClass::experimenter, 3,  16,  true,
                                            wire::Format::decimal,  {}, acme};

int main() {
  Catalog catalog = Catalog::standard();
  if (!catalog.add<SetLamp>() || !catalog.add_element<v13::Action, Delay>() || !catalog.add_oxm<acme_zone>())
    return 1;

  // Written and read like any other.
  std::vector<std::byte> buffer(256), back;
  const v13::FlowMod mod{.match = {acme_zone(5)},
                         .instructions = {v13::ApplyActions{.actions = {Delay{.microseconds = 250}}}}};
  const auto bytes = encode(mod, Xid{1}, buffer);
  if (!bytes) return 1;
  const auto frame = Frame::at(*bytes);
  const auto decoded = frame->decode<v13::FlowMod>(&catalog);
  if (!decoded) return 1;
  for (const Oxm field : decoded->match.oxm)
    if (const auto zone = field.get(acme_zone)) std::printf("zone %u\n", *zone);
  for (const auto instruction : decoded->instructions)
    if (const auto apply = instruction.get<v13::ApplyActions>())
      for (const auto action : apply->actions)
        if (const auto delay = action.get<Delay>()) std::printf("delay %u\n", delay->microseconds);

  // Shown, from JSON, and made up.
  Tape tape;
  TextBuffer text;
  RecordReader reader(catalog);
  if (const auto error = reader.read(R"({"version": "1.3", "type": "experimenter", "body":
                                         {"experimenter": 11325013, "exp_type": 1, "port": 2, "colour": "ACME_RED"}})",
                                     back)) {
    std::printf("%s\n", error->text().c_str());
    return 1;
  }
  dissect(catalog, back, tape);
  put_tree(text, tape, back);
  put_json_members(text, tape, back);
  std::printf("%.*s\n", static_cast<int>(text.view().size()), text.view().data());
  Generator generate(1);
  generate.message(catalog, catalog.size() - 1, back);
  dissect(catalog, back, tape);
  std::printf("%u problems in a random %s\n", tape.problems(), tape[body_of(tape)].desc->name.data());
}
