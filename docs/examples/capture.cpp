// The dissector: every packet-in of a capture, with the datapath that sent it.
#include <cstdio>
#include <oflens/network/packet.hpp>
#include <oflens/session/session.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

using namespace oflens;

struct PacketIns final : SessionSink {
  void on_message(const SessionMessage& m) override {
    const auto print = [&](const auto& packet_in) {
      std::printf("frame %llu, datapath %llx: %s\n", static_cast<unsigned long long>(m.message.number),
                  static_cast<unsigned long long>(m.datapath.id.value_or(DatapathId{0})),
                  summary_of_packet(packet_in.data.bytes()).c_str());
    };
    static_cast<void>(dispatch(
        m.frame(), [&](const v10::PacketIn& p) { print(p); }, [&](const v13::PacketIn& p) { print(p); }));
  }
};

int main(int, char** argv) {
  Capture capture = Capture::open(argv[1]);
  PacketIns printer;
  Sessions sessions({&printer});
  ChannelReader reader(Catalog::standard());
  CapturedFrame frame;
  while (capture.next(frame)) reader.push(frame, sessions);
  reader.finish(sessions);
  if (!capture.error().empty()) std::fprintf(stderr, "%s\n", capture.error().c_str());
}
