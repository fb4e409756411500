// SPDX-License-Identifier: BSL-1.0
// Exposition: the text that Prometheus reads, taken apart as strictly as the format and its
// conventions allow.
// Threads: plain value.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace enginebay::testing {

class Exposition {
public:
    using Labels = std::map<std::string, std::string>;
    struct Sample {
        Labels labels;
        double value{0};
    };
    struct Family {
        std::string type;
        std::string help;
        std::map<std::string, std::vector<Sample>> samples;  ///< by the whole name of the sample
    };

    /// What is wrong goes to problems().
    explicit Exposition(const std::string& text);

    [[nodiscard]] const std::vector<std::string>& problems() const noexcept { return problems_; }
    [[nodiscard]] const std::map<std::string, Family>& families() const noexcept {
        return families_;
    }
    /// The value of the sample with exactly these labels; -1 where there is none.
    [[nodiscard]] double value(const std::string& name, const Labels& labels = {}) const;

private:
    void read_line(const std::string& line);
    void read_comment(const std::string& line);
    void read_sample(const std::string& line);
    void check_names();
    void check_histogram(const std::string& name, const Family& family);
    void wrong(const std::string& what) { problems_.push_back(what); }

    std::map<std::string, Family> families_;
    std::string current_;
    std::vector<std::string> problems_;
};

}  // namespace enginebay::testing
