// SPDX-License-Identifier: BSL-1.0
// Cases of instance_lock.hpp: one holder, whatever happens to it.
#include "cases.hpp"
#include "scene.hpp"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <mutex>
#include <thread>

namespace enginebay::conformance {
namespace {

const std::string lock_name = std::string{product} + "-daemon";
const std::string other_name = std::string{product} + "-other";

std::unique_ptr<InstanceLock> make_lock(Engine& engine, const std::string& name = lock_name) {
    LockOptions options;
    options.name = name;
    return engine.instance_lock(std::move(options));
}

// A worker that holds the lock, or says why not.
ChildProcess holder(Scene& scene, const std::string& verb = "lock-hold") {
    ChildProcess worker = scene.worker({verb, lock_name});
    EXPECT_TRUE(worker.wait_for_line("held", 10s)) << worker.out() << worker.err();
    return worker;
}

void a_lock_is_taken_held_and_given_back(const Backend& backend) {
    Scene scene{backend};
    const auto lock = make_lock(scene.engine());
    EXPECT_EQ(lock->holder().pid, 0);
    EXPECT_EQ(lock->holder().what, "");
    {
        const LockAttempt attempt = lock->try_acquire();
        ASSERT_NE(attempt.guard, nullptr);
        EXPECT_TRUE(attempt.guard->held());
        EXPECT_FALSE(attempt.guard->describe().empty());
        EXPECT_FALSE(lock->holder().what.empty());
    }
    EXPECT_EQ(lock->holder().what, "");
    EXPECT_NE(lock->try_acquire().guard, nullptr);
}

void a_second_process_is_refused_and_told_the_holder(const Backend& backend) {
    Scene scene{backend};
    const ChildProcess worker = holder(scene);
    const auto lock = make_lock(scene.engine());
    const auto begin = std::chrono::steady_clock::now();
    const LockAttempt attempt = lock->try_acquire();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s) << "it never waits";
    EXPECT_EQ(attempt.guard, nullptr);
    EXPECT_EQ(attempt.holder.pid, worker.pid());
    EXPECT_FALSE(attempt.holder.what.empty());
    EXPECT_EQ(lock->holder().pid, worker.pid());
}

void this_process_is_told_that_it_holds_it_itself(const Backend& backend) {
    Scene scene{backend};
    const auto lock = make_lock(scene.engine());
    const LockAttempt first = lock->try_acquire();
    ASSERT_NE(first.guard, nullptr);
    const LockAttempt again = lock->try_acquire();
    EXPECT_EQ(again.guard, nullptr);
    EXPECT_EQ(again.holder.pid, ::getpid());
    const auto engine = scene.open(scene.config());
    const LockAttempt elsewhere = make_lock(*engine)->try_acquire();
    EXPECT_EQ(elsewhere.guard, nullptr) << "through another engine";
    EXPECT_EQ(elsewhere.holder.pid, ::getpid());
    EXPECT_TRUE(first.guard->held());
}

void a_refused_attempt_releases_nothing(const Backend& backend) {
    Scene scene{backend};
    const auto lock = make_lock(scene.engine());
    const LockAttempt first = lock->try_acquire();
    ASSERT_NE(first.guard, nullptr);
    for (int attempt = 0; attempt < 3; ++attempt) {
        EXPECT_EQ(make_lock(scene.engine())->try_acquire().guard, nullptr);
    }
    ChildProcess other = scene.worker({"lock-hold", lock_name});
    EXPECT_TRUE(other.wait_for_line("refused " + std::to_string(::getpid()), 10s))
        << other.out() << other.err();
}

// Waits until a racer has said how it went; whether it won.
bool won(ChildProcess& racer) {
    std::string said;
    EXPECT_TRUE(wait_until(
        [&] {
            said = racer.out();
            return said.find("held\n") != std::string::npos ||
                   said.find("refused ") != std::string::npos || !racer.running();
        },
        10s))
        << said << racer.err();
    EXPECT_EQ(said.find("error"), std::string::npos) << said;
    return said.find("held\n") != std::string::npos;
}

// Both are ready before either is told to go.
void of_two_processes_exactly_one_wins(const Backend& backend) {
    Scene scene{backend};
    for (int round = 0; round < 50; ++round) {
        std::array<ChildProcess, 2> racers{scene.worker({"lock-race", lock_name}),
                                           scene.worker({"lock-race", lock_name})};
        for (ChildProcess& racer : racers) {
            ASSERT_TRUE(racer.wait_for_line("ready", 10s)) << racer.out() << racer.err();
        }
        for (ChildProcess& racer : racers) {
            racer.write("go\n");
        }
        const bool first = won(racers[0]);
        const bool second = won(racers[1]);
        ASSERT_NE(first, second) << "round " << round;
        for (ChildProcess& racer : racers) {
            racer.close_input();
            ASSERT_EQ(racer.wait(5s), 0) << racer.out() << racer.err();
        }
    }
}

void the_lock_of_a_killed_process_is_free(const Backend& backend) {
    Scene scene{backend};
    ChildProcess worker = holder(scene);
    const auto lock = make_lock(scene.engine());
    EXPECT_EQ(lock->try_acquire().guard, nullptr);
    worker.kill(SIGKILL);
    ASSERT_TRUE(worker.wait(5s));
    LockAttempt attempt;
    EXPECT_TRUE(wait_until(
        [&] {
            attempt = lock->try_acquire();
            return attempt.guard != nullptr;
        },
        2s));
}

void a_stopped_process_still_holds_it(const Backend& backend) {
    Scene scene{backend};
    const ChildProcess worker = holder(scene);
    worker.kill(SIGSTOP);
    const auto lock = make_lock(scene.engine());
    EXPECT_FALSE(wait_until([&] { return lock->try_acquire().guard != nullptr; }, 300ms));
    worker.kill(SIGCONT);
}

// A child that lives on must not keep its dead parent's lock.
void a_child_of_the_holder_does_not_inherit_it(const Backend& backend) {
    Scene scene{backend};
    ChildProcess worker = holder(scene, "lock-spawn");
    const std::string line = worker.wait_for_line("child ", 5s).value_or("child 0");
    const auto child = static_cast<pid_t>(std::stol(line.substr(6)));
    ASSERT_GT(child, 0);
    worker.kill(SIGKILL);
    ASSERT_TRUE(worker.wait(5s));
    EXPECT_EQ(::kill(child, 0), 0) << "the child lives";
    const auto lock = make_lock(scene.engine());
    EXPECT_TRUE(wait_until([&] { return lock->try_acquire().guard != nullptr; }, 2s));
    ::kill(child, SIGKILL);
}

void it_may_be_taken_again_and_again(const Backend& backend) {
    Scene scene{backend};
    const auto lock = make_lock(scene.engine());
    for (int round = 0; round < 100; ++round) {
        const LockAttempt attempt = lock->try_acquire();
        ASSERT_NE(attempt.guard, nullptr) << "round " << round;
        ASSERT_TRUE(attempt.guard->held());
    }
}

void two_databases_do_not_collide(const Backend& backend) {
    Scene one{backend};
    Scene two{backend};
    const LockAttempt first = make_lock(one.engine())->try_acquire();
    const LockAttempt second = make_lock(two.engine())->try_acquire();
    EXPECT_NE(first.guard, nullptr);
    EXPECT_NE(second.guard, nullptr);
}

void two_names_do_not_collide(const Backend& backend) {
    Scene scene{backend};
    const LockAttempt first = make_lock(scene.engine())->try_acquire();
    const LockAttempt second = make_lock(scene.engine(), other_name)->try_acquire();
    EXPECT_NE(first.guard, nullptr);
    EXPECT_NE(second.guard, nullptr);
}

void two_products_do_not_collide(const Backend& backend) {
    Scene scene{backend};
    DatabaseConfig config = scene.config();
    config.product = "another";
    const auto engine = scene.open(config);
    const LockAttempt first = make_lock(scene.engine(), other_name)->try_acquire();
    const LockAttempt second = make_lock(*engine, other_name)->try_acquire();
    EXPECT_NE(first.guard, nullptr);
    EXPECT_NE(second.guard, nullptr);
}

// The lock belongs to the database, not to a name for it.
void two_spellings_of_one_database_meet(const Backend& backend) {
    ENGINEBAY_NEEDS_HOOK(backend.respelt);
    Scene scene{backend};
    scene.connect();
    const auto engine = scene.open(backend.respelt(scene.config()));
    const LockAttempt first = make_lock(scene.engine())->try_acquire();
    ASSERT_NE(first.guard, nullptr);
    const LockAttempt second = make_lock(*engine)->try_acquire();
    EXPECT_EQ(second.guard, nullptr);
    EXPECT_EQ(second.holder.pid, ::getpid());
}

void connections_coming_and_going_do_not_release_it(const Backend& backend) {
    Scene scene{backend};
    const LockAttempt attempt = make_lock(scene.engine())->try_acquire();
    ASSERT_NE(attempt.guard, nullptr);
    for (int round = 0; round < 3; ++round) {
        const auto connection = scene.connect();
        connection->begin(TransactionMode::write);
        connection->commit();
        connection->reset();
    }
    scene.open(scene.config())->connect(Access::read_only);
    EXPECT_TRUE(attempt.guard->held());
    ChildProcess other = scene.worker({"lock-hold", lock_name});
    EXPECT_TRUE(other.wait_for_line("refused", 10s)) << other.out() << other.err();
}

void a_guard_outlives_its_lock(const Backend& backend) {
    Scene scene{backend};
    LockAttempt attempt = make_lock(scene.engine())->try_acquire();
    ASSERT_NE(attempt.guard, nullptr);
    EXPECT_TRUE(attempt.guard->held());
    EXPECT_EQ(make_lock(scene.engine())->try_acquire().guard, nullptr);
    attempt.guard.reset();
    EXPECT_NE(make_lock(scene.engine())->try_acquire().guard, nullptr);
}

// What was called, from whichever thread.
struct Losses {
    void add(const std::string& why) {
        const std::lock_guard lock{guard};
        reasons.push_back(why);
    }
    std::vector<std::string> all() {
        const std::lock_guard lock{guard};
        return reasons;
    }
    std::mutex guard;
    std::vector<std::string> reasons;
};

void a_loss_is_noticed_once_and_in_time(const Backend& backend) {
    ENGINEBAY_NEEDS_HOOK(backend.break_lock);
    Scene scene{backend};
    Losses losses;
    LockOptions options;
    options.name = lock_name;
    options.loss_bound = 500ms;
    options.on_loss = [&losses](const std::string& why) { losses.add(why); };
    const auto lock = scene.engine().instance_lock(options);
    LockAttempt attempt = lock->try_acquire();
    ASSERT_NE(attempt.guard, nullptr);
    backend.break_lock(scene.config());
    EXPECT_TRUE(wait_until([&] { return !losses.all().empty(); }, 1500ms));
    EXPECT_FALSE(attempt.guard->held());
    std::this_thread::sleep_for(700ms);
    ASSERT_EQ(losses.all().size(), 1U) << "called once";
    EXPECT_FALSE(losses.all().front().empty()) << "and says why";
    EXPECT_FALSE(attempt.guard->held()) << "never true again";
    attempt.guard.reset();
    EXPECT_EQ(losses.all().size(), 1U);
    EXPECT_NE(lock->try_acquire().guard, nullptr) << "it can be taken again";
}

void a_release_is_no_loss(const Backend& backend) {
    Scene scene{backend};
    Losses losses;
    LockOptions options;
    options.name = lock_name;
    options.loss_bound = 200ms;
    options.on_loss = [&losses](const std::string& why) { losses.add(why); };
    {
        const LockAttempt attempt = scene.engine().instance_lock(options)->try_acquire();
        ASSERT_NE(attempt.guard, nullptr);
        std::this_thread::sleep_for(500ms);
        EXPECT_TRUE(attempt.guard->held());
    }
    EXPECT_TRUE(losses.all().empty());
}

// Nobody who lost the lock may release it for the one who has it now.
void a_lost_guard_does_not_release_anothers_lock(const Backend& backend) {
    ENGINEBAY_NEEDS_HOOK(backend.break_lock);
    Scene scene{backend};
    LockOptions options;
    options.name = lock_name;
    options.loss_bound = 500ms;
    LockAttempt attempt = scene.engine().instance_lock(options)->try_acquire();
    ASSERT_NE(attempt.guard, nullptr);
    backend.break_lock(scene.config());
    ASSERT_TRUE(wait_until([&] { return !attempt.guard->held(); }, 1500ms));
    ChildProcess worker = scene.worker({"lock-hold", lock_name});
    const bool taken = won(worker);  // or still kept off: then there is nothing to spoil
    attempt.guard.reset();
    const LockAttempt again = make_lock(scene.engine())->try_acquire();
    EXPECT_EQ(again.guard == nullptr, taken);
    EXPECT_EQ(again.holder.pid, taken ? worker.pid() : ::getpid());
}

constexpr std::array<Case, 18> cases{{
    {"a_lock_is_taken_held_and_given_back", a_lock_is_taken_held_and_given_back},
    {"a_second_process_is_refused_and_told_the_holder",
     a_second_process_is_refused_and_told_the_holder},
    {"this_process_is_told_that_it_holds_it_itself", this_process_is_told_that_it_holds_it_itself},
    {"a_refused_attempt_releases_nothing", a_refused_attempt_releases_nothing},
    {"of_two_processes_exactly_one_wins", of_two_processes_exactly_one_wins},
    {"the_lock_of_a_killed_process_is_free", the_lock_of_a_killed_process_is_free},
    {"a_stopped_process_still_holds_it", a_stopped_process_still_holds_it},
    {"a_child_of_the_holder_does_not_inherit_it", a_child_of_the_holder_does_not_inherit_it},
    {"it_may_be_taken_again_and_again", it_may_be_taken_again_and_again},
    {"two_databases_do_not_collide", two_databases_do_not_collide},
    {"two_names_do_not_collide", two_names_do_not_collide},
    {"two_products_do_not_collide", two_products_do_not_collide},
    {"two_spellings_of_one_database_meet", two_spellings_of_one_database_meet},
    {"connections_coming_and_going_do_not_release_it",
     connections_coming_and_going_do_not_release_it},
    {"a_guard_outlives_its_lock", a_guard_outlives_its_lock},
    {"a_loss_is_noticed_once_and_in_time", a_loss_is_noticed_once_and_in_time},
    {"a_release_is_no_loss", a_release_is_no_loss},
    {"a_lost_guard_does_not_release_anothers_lock", a_lost_guard_does_not_release_anothers_lock},
}};

}  // namespace

std::span<const Case> lock_cases() { return cases; }

}  // namespace enginebay::conformance
