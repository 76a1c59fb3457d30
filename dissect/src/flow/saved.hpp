// What a datapath has been told to hold, and what may still undo it.
#pragma once

#include <oflens/flow/datapath_state.hpp>

#include "../archive.hpp"

namespace oflens {

// The limits are the reader's.
template <>
struct Saved<DatapathState> {
  static void members(ArchiveWriter&, const DatapathState&);
  static void members(ArchiveReader&, DatapathState&);

 private:
  template <class A>
  static void all(A&, auto&);
};

}  // namespace oflens
