// Threads that share out work.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace oflens {

class Team {
 public:
  // So many threads, of which the caller's is one.
  explicit Team(unsigned threads) {
    for (unsigned i = 1; i < threads; ++i) helpers_.emplace_back([this] { help(); });
  }
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;
  ~Team() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    begins_.notify_all();
    for (std::thread& t : helpers_) t.join();
  }

  // Begins to call work(i) once for each i below n; end() ends it. `work` throws nothing. Nothing else may be
  // under way.
  void begin(std::size_t n, std::function<void(std::size_t)> work) {
    {
      const std::lock_guard lock(mutex_);
      work_ = std::move(work);
      size_ = n;
      next_ = 0;
      ++round_;
      busy_ = helpers_.size();
    }
    begins_.notify_all();
  }
  // Helps, and returns when all is done.
  void end() {
    do_some();
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return busy_ == 0; });
  }

 private:
  void do_some() {
    for (std::size_t i; (i = next_.fetch_add(1, std::memory_order_relaxed)) < size_;) work_(i);
  }
  void help() {
    std::unique_lock lock(mutex_);
    for (std::uint64_t seen = 0;;) {
      begins_.wait(lock, [&] { return stopping_ || round_ != seen; });
      if (stopping_) return;
      seen = round_;
      lock.unlock();
      do_some();
      lock.lock();
      if (--busy_ == 0) ended_.notify_one();
    }
  }

  std::mutex mutex_;
  std::condition_variable begins_, ended_;
  std::uint64_t round_ = 0;
  std::size_t busy_ = 0, size_ = 0;  // helpers at work; things to do
  std::atomic<std::size_t> next_{0};
  std::function<void(std::size_t)> work_;
  bool stopping_ = false;
  std::vector<std::thread> helpers_;
};

}  // namespace oflens
