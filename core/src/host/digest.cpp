// SPDX-License-Identifier: BSL-1.0
// Compares a plugin with the hash that stands beside it.
#include "host/digest.hpp"

#include "host/refusal.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace enginebay::host {
namespace {
namespace fs = std::filesystem;

constexpr std::size_t hex_digits = 64;

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

std::string sha256_of(const PluginFile& file) {
    const std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
    bool good = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
    std::array<std::byte, 64UL * 1024> block{};
    for (std::uint64_t at = 0; good && at < file.size();) {
        const std::size_t size = std::min<std::uint64_t>(block.size(), file.size() - at);
        file.read(at, std::span{block}.first(size));
        good = EVP_DigestUpdate(context.get(), block.data(), size) == 1;
        at += size;
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned size = 0;
    if (!good || EVP_DigestFinal_ex(context.get(), hash.data(), &size) != 1) {
        throw Refusal{"cannot be checked: OpenSSL has no SHA-256 here"};
    }
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
        text += "0123456789abcdef"[hash.at(i) >> 4U];
        text += "0123456789abcdef"[hash.at(i) & 15U];
    }
    return text;
}

/// The hash of one line `<hash>[ [ *]<file>]` if it speaks of `file`.
std::optional<std::string> hash_in(std::string_view line, std::string_view file) {
    std::string hash{line.substr(0, hex_digits)};
    const bool hex = hash.size() == hex_digits && std::all_of(hash.begin(), hash.end(), [](char c) {
                         return std::isxdigit(static_cast<unsigned char>(c)) != 0;
                     });
    std::string_view rest = line.substr(std::min(line.size(), hex_digits));
    while (!rest.empty() && std::isspace(static_cast<unsigned char>(rest.back())) != 0) {
        rest.remove_suffix(1);
    }
    if (rest.size() > 2 && rest[0] == ' ' && (rest[1] == ' ' || rest[1] == '*')) {
        rest = rest.substr(std::max<std::size_t>(2, rest.rfind('/') + 1));
        if (rest != file) {
            return std::nullopt;
        }
    } else if (!rest.empty()) {
        return std::nullopt;
    }
    if (!hex) {
        return std::nullopt;
    }
    std::transform(hash.begin(), hash.end(), hash.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return hash;
}

std::string expected_hash(const fs::path& beside, const std::string& file) {
    constexpr int most_lines = 1000;
    std::ifstream in{beside};
    std::string line;
    for (int i = 0; i < most_lines && std::getline(in, line); ++i) {
        if (auto hash = hash_in(line, file)) {
            return *hash;
        }
    }
    throw Refusal{"cannot be checked: " + beside.string() + " has no line '<64 hex digits>  " +
                  file + "'; make it again with sha256sum"};
}

}  // namespace

void check_digest(const PluginFile& file) {
    fs::path beside = file.path();
    beside += ".sha256";
    std::error_code error;
    const fs::file_status status = fs::status(beside, error);
    if (status.type() == fs::file_type::not_found && !fs::is_symlink(beside, error)) {
        return;
    }
    if (!fs::is_regular_file(status)) {
        throw Refusal{"cannot be checked: " + beside.string() + " is no file that can be read"};
    }
    const std::string expected = expected_hash(beside, file.path().filename().string());
    const std::string found = sha256_of(file);
    if (found != expected) {
        throw Refusal{"is not the file it should be: its sha256 is " + found + ", " +
                      beside.string() + " says " + expected + "; copy both again"};
    }
}

}  // namespace enginebay::host
