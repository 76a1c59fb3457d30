// Result<T>: a T, or the Error that says why there is none.
#pragma once

#include <memory>
#include <new>
#include <utility>

#include <oflens/error.hpp>

namespace oflens {

// No exceptions: test it, then use it. Taking the value of a failure is undefined, as with a pointer.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : ok_(true) { std::construct_at(&value_, std::move(value)); }
  Result(const Error& error) : ok_(false) { std::construct_at(&error_, error); }
  // A default T to be filled in place; fail() makes it an error.
  explicit Result(std::in_place_t) : ok_(true) { std::construct_at(&value_); }
  Result(const Result& o) : ok_(o.ok_) {
    if (ok_)
      std::construct_at(&value_, o.value_);
    else
      std::construct_at(&error_, o.error_);
  }
  Result(Result&& o) noexcept : ok_(o.ok_) {
    if (ok_)
      std::construct_at(&value_, std::move(o.value_));
    else
      std::construct_at(&error_, o.error_);
  }
  Result& operator=(Result o) noexcept {
    std::destroy_at(this);
    return *std::construct_at(this, std::move(o));
  }
  ~Result() {
    if (ok_) std::destroy_at(&value_);
  }

  explicit operator bool() const noexcept { return ok_; }
  T& operator*() & noexcept { return value_; }
  const T& operator*() const& noexcept { return value_; }
  T&& operator*() && noexcept { return std::move(value_); }
  T* operator->() noexcept { return &value_; }
  const T* operator->() const noexcept { return &value_; }
  const Error& error() const noexcept { return error_; }

  void fail(const Error& error) {
    if (ok_) std::destroy_at(&value_);
    ok_ = false;
    std::construct_at(&error_, error);
  }

 private:
  union {
    T value_;
    Error error_;
  };
  bool ok_;
};

}  // namespace oflens
