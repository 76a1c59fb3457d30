// Messages of the ONF's extensions for 1.3, where more is to be said of them than that they are read as their
// fixtures say.
#include <catch2/catch.hpp>

#include <oflens/ext/onf.hpp>
#include <oflens/message/dissect.hpp>

#include "support.hpp"

namespace oflens::test {

using namespace onf;

TEST_CASE("onf: a message in a bundle") {
  BundleAddMessage m{.bundle_id = 1, .message_ = Payload::copied(hex("04 14 0008 00000001"))};
  CHECK(to_hex(encoded(m)) ==
        "0404002000000001"
        "4f4e4600"
        "000008fd"
        "0000000100000000"
        "0414000800000001");
}

TEST_CASE("onf: an inner message that does not fit is a problem") {
  for (const char* annotated :
       {"04 04 0020 00000002 4f4e4600 000008fd 00000001 0000 0003 04 0e 0040 00000002",
        "04 04 0020 00000002 4f4e4600 000008fd 00000001 0000 0003 04 0e 0000 00000002",
        "04 04 001c 00000002 4f4e4600 000008fd 00000001 0000 0003 04 0e 0008"}) {
    const auto bytes = hex(annotated);
    Tape tape;
    dissect(Catalog::standard(), bytes, tape);
    CHECK(tape.problems() == 1);
    CHECK_FALSE(Frame::at(bytes)->decode<BundleAddMessage>());
  }
}

}  // namespace oflens::test
