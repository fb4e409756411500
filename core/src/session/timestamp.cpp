// SPDX-License-Identifier: BSL-1.0
// Instants to text and back.
#include <enginebay/error.hpp>
#include <enginebay/timestamp.hpp>

#include <cstdint>
#include <string>

namespace enginebay {
namespace {

namespace chrono = std::chrono;

void put(char* at, std::uint64_t value, int digits) noexcept {
    for (int i = digits - 1; i >= 0; --i) {
        at[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
}

/// Reads from the front of a text and remembers whether everything fitted.
class Reader {
public:
    explicit Reader(std::string_view text) noexcept : rest_{text} {}

    bool number(int digits, int& value) noexcept {
        if (rest_.size() < static_cast<std::size_t>(digits)) {
            return false;
        }
        value = 0;
        for (int i = 0; i < digits; ++i) {
            const char c = rest_[static_cast<std::size_t>(i)];
            if (c < '0' || c > '9') {
                return false;
            }
            value = value * 10 + (c - '0');
        }
        rest_.remove_prefix(static_cast<std::size_t>(digits));
        return true;
    }

    bool accept(char c) noexcept {
        if (rest_.empty() || rest_.front() != c) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }

    [[nodiscard]] bool at_digit() const noexcept {
        return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
    }

    [[nodiscard]] bool done() const noexcept { return rest_.empty(); }

    char take() noexcept {
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }

private:
    std::string_view rest_;
};

bool read_fraction(Reader& in, chrono::microseconds& out) noexcept {
    if (!in.at_digit()) {
        return false;
    }
    int micros = 0;
    int scale = 100'000;
    while (in.at_digit()) {
        micros += (in.take() - '0') * scale;
        scale /= 10;
    }
    out = chrono::microseconds{micros};
    return true;
}

bool read_time(Reader& in, chrono::microseconds& out) noexcept {
    int hour = 0;
    int minute = 0;
    int second = 0;
    chrono::microseconds fraction{0};
    if (!in.number(2, hour) || !in.accept(':') || !in.number(2, minute)) {
        return false;
    }
    if (in.accept(':')) {
        if (!in.number(2, second) || (in.accept('.') && !read_fraction(in, fraction))) {
            return false;
        }
    }
    if (hour > 23 || minute > 59 || second > 59) {
        return false;
    }
    out = chrono::hours{hour} + chrono::minutes{minute} + chrono::seconds{second} + fraction;
    return true;
}

/// "Z", "+02", "+0200", "+02:00", or nothing at all.
bool read_offset(Reader& in, chrono::minutes& out) noexcept {
    if (in.done() || in.accept('Z')) {
        return in.done();
    }
    const char sign = in.take();
    int hours = 0;
    int minutes = 0;
    if ((sign != '+' && sign != '-') || !in.number(2, hours)) {
        return false;
    }
    if (!in.done()) {
        in.accept(':');
        if (!in.number(2, minutes)) {
            return false;
        }
    }
    if (!in.done() || hours > 23 || minutes > 59) {
        return false;
    }
    out = chrono::hours{hours} + chrono::minutes{minutes};
    out = sign == '-' ? -out : out;
    return true;
}

}  // namespace

TimestampText to_text(Timestamp instant) {
    const auto day = chrono::floor<chrono::days>(instant);
    const chrono::year_month_day date{day};
    const int year = static_cast<int>(date.year());
    if (year < 0 || year > 9999 || !date.ok()) {
        throw Error(Errc::value, "a time of the year " + std::to_string(year) +
                                     " cannot be written: only the years 0 to 9999 can");
    }
    const chrono::hh_mm_ss<chrono::microseconds> time{instant - day};
    TimestampText text{{"0000-00-00 00:00:00.00000"}};
    char* out = text.characters.data();
    put(out, static_cast<std::uint64_t>(year), 4);
    put(out + 5, static_cast<unsigned>(date.month()), 2);
    put(out + 8, static_cast<unsigned>(date.day()), 2);
    put(out + 11, static_cast<std::uint64_t>(time.hours().count()), 2);
    put(out + 14, static_cast<std::uint64_t>(time.minutes().count()), 2);
    put(out + 17, static_cast<std::uint64_t>(time.seconds().count()), 2);
    put(out + 20, static_cast<std::uint64_t>(time.subseconds().count()), 6);
    return text;
}

std::optional<Timestamp> parse_timestamp(std::string_view text) noexcept {
    Reader in{text};
    int year = 0;
    int month = 0;
    int day = 0;
    if (!in.number(4, year) || !in.accept('-') || !in.number(2, month) || !in.accept('-') ||
        !in.number(2, day)) {
        return std::nullopt;
    }
    const chrono::year_month_day date{chrono::year{year},
                                      chrono::month{static_cast<unsigned>(month)},
                                      chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) {
        return std::nullopt;
    }
    chrono::microseconds time{0};
    chrono::minutes offset{0};
    if (!in.done()) {
        if ((!in.accept(' ') && !in.accept('T')) || !read_time(in, time) ||
            !read_offset(in, offset)) {
            return std::nullopt;
        }
    }
    return Timestamp{chrono::sys_days{date}} + time - offset;
}

}  // namespace enginebay
