// Reading that stops and goes on later: all that it has of the past, in a file. For captures that are
// rotated, of which each begins in the middle of connections and messages.
#pragma once

#include <functional>
#include <span>
#include <string>

#include <oflens/network/capture.hpp>
#include <oflens/session/tables.hpp>

namespace oflens {

// What a file with a saved state begins with.
inline constexpr std::string_view saved_state_magic = "OFLSTATE";

// How far reading has come, as who reads knows it.
struct ReadingPoint {
  std::uint64_t frames = 0, bytes = 0;  // captured, so far
  Timestamp first{}, last{};            // the times of the first frame, and the latest of all
  Timestamp latest{};                   // of the frame that came last
  TimeResolution resolution = TimeResolution::microseconds;
};

// Writes the state between two frames, in pieces; not after ChannelReader::finish(), which ends what would go
// on. The tables must be a sink of the sessions, not frozen, and have caught up; what other sinks have is not
// saved. `write` says whether a piece could be written; false when one could not. O(what is kept).
bool save_state(const ReadingPoint&, const ChannelReader&, const Sessions&, const TableTracker&,
                const std::function<bool(Bytes)>& write);

// Puts it into fresh ones, each of the tables the same. Limits are their own; the ports that the reader heeds
// are those of the one that was saved. Empty when all is well; otherwise what is wrong with the file, and
// where: then nothing may be done with them but to destroy them. The file may hold anything, nothing in it is
// trusted. Time and memory O(its size).
std::string load_state(Bytes file, ReadingPoint&, ChannelReader&, Sessions&, std::span<TableTracker* const>);

}  // namespace oflens
