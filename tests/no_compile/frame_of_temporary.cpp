// The bytes would be gone before the frame is used.
// error: deleted function
#include <vector>

#include <oflens/frame.hpp>

std::vector<std::byte> received();

oflens::Version version() { return oflens::Frame::at(received())->version(); }
