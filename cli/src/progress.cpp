// SPDX-License-Identifier: BSL-1.0
// Draws on standard error: standard output belongs to the result.
#include "progress.hpp"

#include "output.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <iostream>

namespace enginebay::cli {
namespace {

constexpr std::string_view clear_line = "\r\x1b[K";
constexpr std::chrono::seconds tell_every{5};

std::string seconds(std::chrono::microseconds elapsed) {
    return fmt::format("{:.2f} s", std::chrono::duration<double>{elapsed}.count());
}

}  // namespace

Progress::Progress() : terminal_{error_is_terminal()} {}

Progress::~Progress() {
    if (drawn_) {
        std::cerr << clear_line << std::flush;
    }
}

void Progress::line(const std::string& text) {
    std::cerr << (drawn_ ? clear_line : "") << text << std::endl;
    drawn_ = false;
}

/// Rows of a table that is written to for long; behind the bar, or a line now and then.
void Progress::rows(const MigrationProgress& progress) {
    const std::string how_far = progress.of_rows < 0
                                    ? fmt::format("{} rows", progress.rows)
                                    : fmt::format("{} of {} rows", progress.rows, progress.of_rows);
    if (terminal_) {
        bar(progress);
        std::cerr << fmt::format(" {}: {}", progress.table, how_far) << std::flush;
        return;
    }
    const auto now = std::chrono::steady_clock::now();
    if (now - told_ >= tell_every) {
        told_ = now;
        line(fmt::format("{}/{} {}: {}: {}", progress.number, progress.count, progress.revision,
                         progress.table, how_far));
    }
}

void Progress::bar(const MigrationProgress& progress) {
    constexpr std::size_t width = 24;
    const std::size_t steps = progress.steps == 0 ? 1 : progress.steps;
    const std::size_t filled = progress.step * width / steps;
    std::cerr << clear_line
              << fmt::format("[{}{}] {}/{} {} ({}/{})", std::string(filled, '#'),
                             std::string(width - filled, '.'), progress.number, progress.count,
                             progress.revision, progress.step, progress.steps)
              << std::flush;
    drawn_ = true;
}

void Progress::show(const MigrationProgress& progress) {
    switch (progress.what) {
        case MigrationProgress::What::waiting:
            line(fmt::format("waiting: {}", progress.statement));
            break;
        case MigrationProgress::What::adopted:
            line(fmt::format("adopted {}: the database has its structure", progress.revision));
            break;
        case MigrationProgress::What::copied:
            line(fmt::format("copied the database to {} before its first change",
                             progress.statement));
            break;
        case MigrationProgress::What::note:
            line(fmt::format("note: {}", progress.statement));
            break;
        case MigrationProgress::What::revision:
            if (!terminal_) {
                line(fmt::format("{}/{} {}", progress.number, progress.count, progress.revision));
                told_ = std::chrono::steady_clock::now();
            }
            break;
        case MigrationProgress::What::statement:
            if (terminal_) {
                bar(progress);
            }
            break;
        case MigrationProgress::What::rows:
            rows(progress);
            break;
        case MigrationProgress::What::done:
            line(fmt::format("{}/{} {}: done in {}", progress.number, progress.count,
                             progress.revision, seconds(progress.elapsed)));
            break;
    }
}

}  // namespace enginebay::cli
