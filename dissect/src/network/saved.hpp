// What reading packets has of the past: fragments, TCP connections, messages that are not whole.
#pragma once

#include <oflens/network/channel.hpp>

#include "../archive.hpp"

namespace oflens {

template <>
struct Saved<Endpoint> {
  template <class A>
  static void members(A& a, auto& x) {
    auto& [address, port] = x;
    a(address, port);
  }
};

// The ports that are asked for are those of who wrote it; other options are the reader's.
template <>
struct Saved<ChannelReader> {
  static void members(ArchiveWriter&, const ChannelReader&);
  static void members(ArchiveReader&, ChannelReader&);
  // The channels that are open.
  static std::vector<const Channel*> channels(const ChannelReader&);

 private:
  template <class A>
  static void all(A&, auto&);
  template <class A>
  static void state(A&, auto&, const Catalog&);
  template <class A>
  static void half(A&, auto&, const Catalog&);
  template <class A>
  static void loss(A&, auto&);
};

}  // namespace oflens
