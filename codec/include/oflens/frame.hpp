// One OpenFlow message in bytes: its header, its decoding, its encoding.
#pragma once

#include <concepts>
#include <ranges>

#include <oflens/catalog.hpp>

namespace oflens {

// OpenFlow 1.0 §5.1, 1.3.5 §7.1.1 ofp_header.
struct Header {
  static constexpr std::size_t size = 8;

  Version version{};
  std::uint8_t type = 0;
  std::uint16_t length = 0;  // of the whole message
  Xid xid{};
  static constexpr auto wire = describe("header", field<&Header::version>, field<&Header::type>,
                                        field<&Header::length>, field<&Header::xid>.hex());
};

// Exactly one message, complete by its header; borrows the bytes, which must outlive it and all that is
// decoded from it.
class Frame {
 public:
  // Takes the message that begins at bytes. Fails when the header or the message is cut, or the header's
  // length is less than its own size. Bytes after the message are left out.
  static Result<Frame> at(Bytes bytes);
  // The bytes of a temporary would be gone before the frame is used.
  template <class Container>
  requires(!std::ranges::borrowed_range<Container> &&
           !std::is_lvalue_reference_v<Container>) static Result<Frame> at(Container&&) = delete;

  Header header() const {
    Header h;
    wire::read<true>(&h, bytes_.data(), bytes_.data() + Header::size, {});
    return h;
  }
  Version version() const { return static_cast<Version>(bytes_[0]); }
  std::uint8_t type() const { return std::to_integer<std::uint8_t>(bytes_[1]); }
  Xid xid() const { return static_cast<Xid>(load_be<std::uint32_t>(bytes_.data() + 4)); }
  // The whole message, and what follows its header.
  Bytes bytes() const { return bytes_; }
  Bytes body() const { return bytes_.subspan(Header::size); }

  // Is this message an M, by version, type and tags?
  template <Message M>
  bool is() const;

  // The message as an M. Allocates nothing; what it holds borrows the frame's bytes; copies own theirs. Fails
  // when it is not an M or malformed. With a catalogue, experimenters' elements that it describes are
  // checked, too.
  template <Message M>
  Result<M> decode(const Catalog* catalog = nullptr) const {
    Result<M> result(std::in_place);
    const std::byte* end = bytes_.data() + bytes_.size();
    if (!covers<M>() || wire::read<true>(&*result, bytes_.data(), end, {catalog}) != end) [[unlikely]]
      result.fail(explain(wire::message_desc<M>, catalog));
    return result;
  }

 private:
  explicit Frame(Bytes bytes) : bytes_(bytes) {}
  template <Message M>
  bool covers() const {
    return M::id.covers(version()) && M::id.type == type();
  }
  Error explain(const wire::MessageDesc&, const Catalog*) const;

  Bytes bytes_;
};

template <Message M>
bool Frame::is() const {
  if (!covers<M>()) return false;
  return wire::each_item(M::wire.slots, [&]<std::size_t I, class Item>(const Item&) {
    if constexpr (wire::is_tag<Item>) {
      constexpr std::size_t offset = wire::Layout<M>::table.offset[I];
      if (bytes_.size() < offset + wire::item_size<Item>) return false;
      return load_be(bytes_.data() + offset, wire::item_size<Item>) == Item::number;
    }
    return true;
  });
}

// Reads members of a message at their fixed offsets without looking at the rest of it: for filters and for
// counting.
template <Message M>
class View {
 public:
  // Fails unless the frame is an M and long enough for all members of fixed place.
  static std::optional<View> of(const Frame& frame) {
    if (!frame.is<M>() || frame.bytes().size() < wire::Layout<M>::fixed) return std::nullopt;
    return View(frame.bytes().data());
  }
  // The member; cannot fail.
  template <auto Member>
  wire::MemberType<Member> get() const {
    using V = wire::MemberType<Member>;
    if constexpr (Described<V>) {
      static_assert(wire::offset_of<Member>() != wire::floating, "a member of fixed place");
      const std::byte* p = at_ + wire::offset_of<Member>();
      V value;
      wire::read<true>(&value, p, p + wire::wire_size<V>(), {});
      return value;
    } else {
      return wire::peek<Member>(at_);
    }
  }

 private:
  explicit View(const std::byte* at) : at_(at) {}
  const std::byte* at_;
};

// The size of the encoded message in bytes.
template <Message M>
std::size_t encoded_size(const M& message) {
  return wire::size(message);
}

// Writes a message, header included, to the front of out, in a version that the message is of. Returns the
// bytes written. Fails when they do not fit (Errc::too_long; limit: out's size, or 65,535), or the message
// is not of that version (Errc::bad_version). Allocates nothing.
template <Message M>
Result<std::span<std::byte>> encode(const M& message, Xid xid, std::span<std::byte> out, Version version) {
  const std::size_t n = wire::size(message), most = std::min<std::size_t>(out.size(), 0xffff);
  if (n > most || !M::id.covers(version)) [[unlikely]] {
    Error error{.code = Errc::too_long,
                .actual = static_cast<std::uint32_t>(n),
                .limit = static_cast<std::uint32_t>(most)};
    if (!M::id.covers(version)) {
      error.code = Errc::bad_version;
      error.actual = static_cast<std::uint32_t>(version);
      error.limit = static_cast<std::uint32_t>(M::id.last);
    }
    error.path.push({M::wire.name});
    return error;
  }
  wire::write(Header{version, M::id.type, static_cast<std::uint16_t>(n), xid}, out.data());
  wire::write(message, out.data());
  return out.first(n);
}

// The same for a message of one version only.
template <Message M>
requires(M::id.first == M::id.last) Result<std::span<std::byte>> encode(const M& message, Xid xid,
                                                                        std::span<std::byte> out) {
  return encode(message, xid, out, M::id.first);
}

namespace detail {
template <class F>
struct Handled : Handled<decltype(&F::operator())> {};
template <class R, class C, class A>
struct Handled<R (C::*)(A) const> {
  using Type = std::remove_cvref_t<A>;
};
template <class R, class C, class A>
struct Handled<R (C::*)(A)> : Handled<R (C::*)(A) const> {};
template <class R, class C, class A>
struct Handled<R (C::*)(A) const noexcept> : Handled<R (C::*)(A) const> {};
template <class R, class C, class A>
struct Handled<R (C::*)(A) noexcept> : Handled<R (C::*)(A) const> {};
}  // namespace detail

// Decodes the message for the first handler that takes its kind, and calls it:
//
//   dispatch(frame, [](const v13::FlowMod& m) { ... }, [](const v10::FlowMod& m) { ... });
//
// True when one was called, false when none takes this message, an error when it is malformed. Only what the
// handlers name is compiled in.
template <class... Handlers>
Result<bool> dispatch(const Frame& frame, Handlers&&... handlers) {
  Result<bool> result(false);
  [[maybe_unused]] const auto offer = [&](auto& handler) {
    using M = typename detail::Handled<std::remove_cvref_t<decltype(handler)>>::Type;
    if (!frame.is<M>()) return false;
    if (auto message = frame.decode<M>()) {
      handler(*message);
      *result = true;
    } else {
      result.fail(message.error());
    }
    return true;
  };
  static_cast<void>((offer(handlers) || ...));
  return result;
}

}  // namespace oflens
