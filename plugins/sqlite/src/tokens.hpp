// SPDX-License-Identifier: BSL-1.0
// Tokens of SQL text as SQLite reads them: words, quoted names, strings, numbers, signs.
// Threads: a value.  Ownership: views into the text it was given.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay::sqlite {

struct Token {
    enum class Kind : std::uint8_t {
        end,
        word,    ///< a keyword, a name, a number
        quoted,  ///< "name", `name`, [name]
        string,  ///< 'text', x'00'
        sign,    ///< everything else; two characters where they belong together
    };
    Kind kind{Kind::end};
    std::string_view text;

    /// A word, whatever its case; `lower` is in lower case.
    [[nodiscard]] bool is(std::string_view lower) const noexcept;
    /// The name without quotes.
    [[nodiscard]] std::string name() const;
};

class Tokens {
public:
    explicit Tokens(std::string_view text) noexcept : rest_{text} {}

    /// The next token; Kind::end after the last. Blanks and comments are skipped.
    Token next() noexcept;
    /// What was not read yet.
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

private:
    void skip_blanks() noexcept;
    Token take(Token::Kind kind, std::size_t size) noexcept;

    std::string_view rest_;
};

[[nodiscard]] std::vector<Token> tokenize(std::string_view text);

/// Text that is equal exactly when two spellings mean the same: blanks, comments, quotes round
/// plain names and the case of words are gone.
[[nodiscard]] std::string normalize(const Token* first, const Token* last);
[[nodiscard]] std::string normalize(std::string_view text);

/// Lower case, ASCII only, as SQLite compares names.
[[nodiscard]] std::string lower(std::string_view text);

/// Letters, digits and underscores, no digit first.
[[nodiscard]] bool is_plain_name(std::string_view name) noexcept;

}  // namespace enginebay::sqlite
