// Making text on all cores.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include <oflens/text_buffer.hpp>

namespace oflens::cli {

// How many threads to work on: one a core, few enough to be fed by one that reads.
inline unsigned threads_to_use() {
  constexpr unsigned most = 8;
  return std::clamp(std::thread::hardware_concurrency(), 1u, most);
}

// Turns batches of work into text, which comes out in the order of the batches. The caller's thread works,
// too, when it would have to wait; without helpers it does all, at once. Holds three batches and their texts
// a helper, and one.
template <class Batch>
class Workers {
 public:
  // Appends the text of a batch, and empties it; `worker` is 0 for the caller's thread, and counts up to
  // `helpers`.
  using Work = std::function<void(unsigned worker, Batch&, TextBuffer&)>;
  // On the caller's thread.
  using Out = std::function<void(std::string_view)>;

  Workers(unsigned helpers, Work work, Out out)
      : work_(std::move(work)), out_(std::move(out)), slots_(1 + 3 * helpers) {
    for (unsigned i = 1; i <= helpers; ++i) threads_.emplace_back([this, i] { help(i); });
  }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    submitted_.notify_all();
    for (std::thread& t : threads_) t.join();
  }

  // To be filled.
  Batch& batch() { return slot(filled_).batch; }
  // Hands it over.
  void submit() {
    std::unique_lock lock(mutex_);
    ++filled_;
    submitted_.notify_one();
    while (slot(written_).done) write(lock);
    while (filled_ - written_ == slots_.size()) advance(lock);
  }
  // Returns when all text is out.
  void finish() {
    std::unique_lock lock(mutex_);
    while (written_ != filled_) advance(lock);
  }

 private:
  struct Slot {
    Batch batch;
    TextBuffer text;
    bool done = false;
  };
  using Lock = std::unique_lock<std::mutex>;

  Slot& slot(std::uint64_t number) { return slots_[number % slots_.size()]; }
  // The next batch that nobody has taken; there must be one.
  void work(unsigned worker, Lock& lock) {
    Slot& s = slot(taken_++);
    lock.unlock();
    work_(worker, s.batch, s.text);
    lock.lock();
    s.done = true;
  }
  void write(Lock& lock) {
    Slot& s = slot(written_);
    lock.unlock();
    out_(s.text.view());
    s.text.clear();
    lock.lock();
    s.done = false;
    ++written_;
  }
  void advance(Lock& lock) {
    if (slot(written_).done)
      write(lock);
    else if (taken_ != filled_)
      work(0, lock);
    else
      finished_.wait(lock);
  }
  void help(unsigned worker) {
    Lock lock(mutex_);
    for (;;) {
      submitted_.wait(lock, [this] { return stopping_ || taken_ != filled_; });
      if (stopping_) return;
      work(worker, lock);
      finished_.notify_one();
    }
  }

  Work work_;
  Out out_;
  std::mutex mutex_;
  std::condition_variable submitted_, finished_;
  std::vector<Slot> slots_;
  std::uint64_t filled_ = 0, taken_ = 0, written_ = 0;  // batches
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace oflens::cli
