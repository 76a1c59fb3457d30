// What objects have of the past, written to bytes and read back: the vocabulary in which a saved state is
// described.
//
// Saved<T>::members(archive, x) hands all members of x to the archive, in one function for both ways:
//
//   template <>
//   struct Saved<Origin> {
//     template <class A>
//     static void members(A& a, auto& x) {
//       auto& [connection, xid, frame, time] = x;
//       a(connection, xid, frame, time);
//     }
//   };
//
// The binding names all members, so that nobody can add one without deciding here whether it is saved; what
// is not (it can be found from the rest, or belongs to the reader) is handed to not_saved(). Reading is
// reading hostile input: what other members rely upon is checked with check(), which ends the reading.
// Whoever changes what is written counts archive_format up.
#pragma once

#include <algorithm>
#include <any>
#include <array>
#include <bitset>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include <oflens/bytes.hpp>
#include <oflens/timestamp.hpp>

namespace oflens {

inline constexpr std::uint32_t archive_format = 3;
inline constexpr std::string_view archive_magic = "OFLSTATE", archive_end = "OFLSTEND";

template <class T>
struct Saved;

// Why a state cannot be read. Thrown inside the library only.
struct ArchiveError {
  std::string text;
};

// For members that are not saved.
template <class... T>
void not_saved(const T&...) {}

// A checksum that is added to in pieces, of which all but the last are of multiples of 8 bytes.
class Checksum {
 public:
  void add(Bytes);
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0x6f666c656e737374;
};

// File: "OFLSTATE", archive_format, the version of oflens (a string), what was written, the size of all that,
// its checksum, "OFLSTEND". Numbers are big-endian, counts 32 bits wide.
class ArchiveWriter {
 public:
  static constexpr bool reading = false;
  // Takes the next bytes of the file; false when they could not be written.
  using Sink = std::function<bool(Bytes)>;

  explicit ArchiveWriter(Sink sink);
  // False when something could not be written.
  [[nodiscard]] bool finish();

  template <class... T>
  void operator()(const T&... x) {
    (put(x), ...);
  }
  template <class T>
  void part(const char*, const T& x) {
    put(x);
  }
  template <class E>
  void up_to(E, const E& e) {
    put(static_cast<std::uint8_t>(e));
  }
  void size(std::size_t n) { put(std::uint64_t{n}); }
  template <class T>
  void unless(const T& none, const T& x) {
    put(x != none);
    if (x != none) put(x);
  }
  std::uint32_t count(std::size_t n) {
    put(static_cast<std::uint32_t>(n));
    return static_cast<std::uint32_t>(n);
  }
  // The elements of a sequence, each as f(element) says.
  template <class Sequence, class F>
  void each(const Sequence& sequence, F&& f) {
    count(sequence.size());
    for (const auto& element : sequence) f(element);
  }
  void check(bool, const char*) {}
  void bytes(Bytes);

  // For what several hold: whether `identity` was not met before. If it was not, its contents must follow.
  bool first_of(const void* identity);

 private:
  template <class T>
  void put(const T& x) {
    if constexpr (std::is_same_v<T, bool>) {
      put(static_cast<std::uint8_t>(x));
    } else if constexpr (std::is_enum_v<T>) {
      static_assert(sizeof(T) > 1, "which values are there? See up_to()");
      put(static_cast<std::underlying_type_t<T>>(x));
    } else if constexpr (std::is_integral_v<T>) {
      if (used_ + sizeof x > buffer_.size()) flush();
      store_be(buffer_.data() + used_, static_cast<std::make_unsigned_t<T>>(x));
      used_ += sizeof x;
    } else {
      Saved<T>::members(*this, x);
    }
  }
  void flush();

  Sink sink_;
  std::vector<std::byte> buffer_;
  std::size_t used_ = 0;
  std::uint64_t written_ = 0;
  Checksum checksum_;
  bool good_ = true;
  std::unordered_map<const void*, std::uint32_t> shared_;
};

class ArchiveReader {
 public:
  static constexpr bool reading = true;

  // `file` must outlive the reader. Throws an ArchiveError when it is not a whole, undamaged file of this
  // format; so does everything below.
  explicit ArchiveReader(Bytes file);
  // All was read.
  void finish();

  template <class... T>
  void operator()(T&... x) {
    (get(x), ...);
  }
  // The name says in which part something was wrong.
  template <class T>
  void part(const char* name, T& x) {
    within(name, [&] { get(x); });
  }
  template <class F>
  void within(const char* name, F&& read) {
    parts_.push_back(name);
    read();
    parts_.pop_back();
  }
  // An enumeration of one byte: `last` is the highest that there is, from 0 on.
  template <class E>
  void up_to(E last, E& e) {
    std::uint8_t value = 0;
    get(value);
    check(value <= static_cast<std::uint8_t>(last), "a value that there is not");
    e = static_cast<E>(value);
  }
  // As wide everywhere.
  void size(std::size_t& n) {
    std::uint64_t value = 0;
    get(value);
    check(value <= std::size_t(-1), "a size that cannot be");
    n = static_cast<std::size_t>(value);
  }
  // A value, unless it is one that stands for none.
  template <class T>
  void unless(const T& none, T& x) {
    bool there = false;
    get(there);
    x = none;
    if (there) get(x);
  }
  // How many elements follow. Each takes a byte at least: so there are not more than bytes.
  std::uint32_t count(std::size_t) {
    std::uint32_t n = 0;
    get(n);
    check(n <= left_.size(), "more elements than bytes");
    return n;
  }
  // Memory comes as the elements do, not as the file says how many there are.
  template <class Sequence, class F>
  void each(Sequence& sequence, F&& f) {
    for (std::uint32_t left = count(0); left > 0; --left) f(sequence.emplace_back());
  }
  void check(bool good, const char* what) {
    if (!good) fail(what);
  }
  [[noreturn]] void fail(const std::string& what) const;
  // Borrows the file.
  Bytes bytes(std::size_t n) {
    check(n <= left_.size(), "it ends too early");
    const Bytes result = left_.first(n);
    left_ = left_.subspan(n);
    return result;
  }

  // For what several hold, a T: what was read before, or else null and a place; then the contents follow, and
  // it is to be kept at that place.
  template <class T>
  const T* known(std::uint32_t& place) {
    get(place);
    check(place <= shared_.size(), "something that does not come before it");
    if (place == shared_.size()) {
      shared_.emplace_back();
      return nullptr;
    }
    const T* found = std::any_cast<T>(&shared_[place]);
    check(found != nullptr, "something of another kind");
    return found;
  }
  template <class T>
  void keep(std::uint32_t place, const T& x) {
    shared_[place] = x;
  }

 private:
  template <class T>
  void get(T& x) {
    if constexpr (std::is_same_v<T, bool>) {
      std::uint8_t value = 0;
      get(value);
      check(value <= 1, "a value that there is not");
      x = value != 0;
    } else if constexpr (std::is_enum_v<T>) {
      static_assert(sizeof(T) > 1, "which values are there? See up_to()");
      std::underlying_type_t<T> value{};
      get(value);
      x = static_cast<T>(value);
    } else if constexpr (std::is_integral_v<T>) {
      x = static_cast<T>(load_be<std::make_unsigned_t<T>>(bytes(sizeof x).data()));
    } else {
      Saved<T>::members(*this, x);
    }
  }

  Bytes file_, left_;
  std::vector<const char*> parts_;
  std::vector<std::any> shared_;
};

// ---- what the standard library has

template <>
struct Saved<Duration> {
  template <class A>
  static void members(A& a, auto& x) {
    std::int64_t count = x.count();
    a(count);
    if constexpr (A::reading) x = Duration{count};
  }
};
// A capture's times are from 1970 on, and a switch says what is up to 2^32 seconds ago; a timeout can be
// added.
template <>
struct Saved<Timestamp> {
  template <class A>
  static void members(A& a, auto& x) {
    Duration since = x.time_since_epoch();
    a(since);
    a.check(since >= -std::chrono::seconds((std::int64_t{1} << 32) + 4) &&
                since <= Duration::max() - std::chrono::seconds(1 << 17),
            "a time that cannot be");
    if constexpr (A::reading) x = Timestamp{since};
  }
};

template <class T, class U>
struct Saved<std::pair<T, U>> {
  template <class A>
  static void members(A& a, auto& x) {
    a(x.first, x.second);
  }
};
template <class T, std::size_t N>
struct Saved<std::array<T, N>> {
  template <class A>
  static void members(A& a, auto& x) {
    for (auto& element : x) a(element);
  }
};
template <class T>
struct Saved<std::optional<T>> {
  template <class A>
  static void members(A& a, auto& x) {
    bool there = x.has_value();
    a(there);
    if constexpr (A::reading) there ? void(x.emplace()) : x.reset();
    if (there) a(*x);
  }
};
template <>
struct Saved<std::monostate> {
  template <class A>
  static void members(A&, auto&) {}
};
template <class... T>
struct Saved<std::variant<T...>> {
  template <class A>
  static void members(A& a, auto& x) {
    auto index = static_cast<std::uint8_t>(x.index());
    a(index);
    a.check(index < sizeof...(T), "a value that there is not");
    if constexpr (A::reading) {
      std::uint8_t i = 0;
      (void)((i++ == index ? (void(x.template emplace<T>()), true) : false) || ...);
    }
    std::visit([&](auto& value) { a(value); }, x);
  }
};

template <>
struct Saved<std::vector<std::byte>> {
  template <class A>
  static void members(A& a, auto& x) {
    const std::uint32_t n = a.count(x.size());
    if constexpr (A::reading) {
      const Bytes bytes = a.bytes(n);
      x.assign(bytes.begin(), bytes.end());
    } else {
      a.bytes(x);
    }
  }
};
template <>
struct Saved<std::string> {
  template <class A>
  static void members(A& a, auto& x) {
    const std::uint32_t n = a.count(x.size());
    if constexpr (A::reading) {
      const Bytes bytes = a.bytes(n);
      x.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    } else {
      a.bytes(std::as_bytes(std::span(x)));
    }
  }
};
template <>
struct Saved<std::vector<bool>> {
  template <class A>
  static void members(A& a, auto& x) {
    const std::uint32_t n = a.count(x.size());
    if constexpr (A::reading) x.resize(n);
    for (std::uint32_t i = 0; i < n; ++i) {
      bool bit = x[i];
      a(bit);
      if constexpr (A::reading) x[i] = bit;
    }
  }
};
template <std::size_t N>
struct Saved<std::bitset<N>> {
  static_assert(N % 8 == 0);
  template <class A>
  static void members(A& a, auto& x) {
    for (std::size_t i = 0; i < N; i += 8) {
      std::uint8_t octet = 0;
      for (std::size_t bit = 0; bit < 8; ++bit) octet = static_cast<std::uint8_t>(octet | x[i + bit] << bit);
      a(octet);
      if constexpr (A::reading)
        for (std::size_t bit = 0; bit < 8; ++bit) x[i + bit] = (octet >> bit & 1) != 0;
    }
  }
};

// The elements of an empty sequence, when it is read.
template <class Sequence>
struct SavedSequence {
  template <class A>
  static void members(A& a, auto& x) {
    a.each(x, [&](auto& element) { a(element); });
  }
};
template <class T>
struct Saved<std::vector<T>> : SavedSequence<std::vector<T>> {};
template <class T>
struct Saved<std::deque<T>> : SavedSequence<std::deque<T>> {};

// In the order of the keys.
template <class K, class T>
struct Saved<std::map<K, T>> {
  template <class A>
  static void members(A& a, auto& x) {
    const std::uint32_t n = a.count(x.size());
    if constexpr (A::reading) {
      x.clear();
      for (std::uint32_t i = 0; i < n; ++i) {
        K key{};
        a(key);
        a.check(x.empty() || std::prev(x.end())->first < key, "keys that do not ascend");
        a(x.try_emplace(x.end(), std::move(key))->second);
      }
    } else {
      for (auto& [key, value] : x) a(key, value);
    }
  }
};
// The same, so that equal states are equal files.
template <class K, class T>
struct Saved<std::unordered_map<K, T>> {
  template <class A>
  static void members(A& a, auto& x) {
    const std::uint32_t n = a.count(x.size());
    if constexpr (A::reading) {
      x.clear();
      for (std::uint32_t i = 0; i < n; ++i) {
        K key{};
        a(key);
        const auto [place, fresh] = x.try_emplace(key);
        a.check(fresh, "a key that is there already");
        a(place->second);
      }
    } else {
      std::vector<K> keys;
      keys.reserve(x.size());
      for (auto& entry : x) keys.push_back(entry.first);
      std::sort(keys.begin(), keys.end());
      for (const K& key : keys) a(key, x.find(key)->second);
    }
  }
};

// What is shared stays shared.
template <class T>
struct Saved<std::shared_ptr<const T>> {
  template <class A>
  static void members(A& a, auto& x) {
    bool there = x != nullptr;
    a(there);
    if (!there) {
      if constexpr (A::reading) x = nullptr;
    } else if constexpr (A::reading) {
      std::uint32_t place = 0;
      if (const auto* known = a.template known<std::shared_ptr<const T>>(place)) {
        x = *known;
        return;
      }
      const auto fresh = std::make_shared<T>();
      a(*fresh);
      x = fresh;
      a.keep(place, x);
    } else if (a.first_of(x.get())) {
      a(*x);
    }
  }
};

}  // namespace oflens
