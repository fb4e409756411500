// SPDX-License-Identifier: BSL-1.0
// Tells the causes of a failed dlopen apart by its text, the only thing it gives.
#include "host/load.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <regex>
#include <string>

namespace enginebay::host {
namespace {

std::string demangled(const std::string& symbol) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> text{
        abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status), &std::free};
    return status == 0 && text ? text.get() : symbol;
}

/// Boost puts its own words before dlerror's.
std::string own_words(const std::string& text) {
    constexpr std::string_view lead = "dlerror system message: ";
    const std::size_t at = text.find(lead);
    std::string words = at == std::string::npos ? text : text.substr(at + lead.size());
    const std::size_t tail = words.rfind(": Bad file descriptor");
    return tail == std::string::npos ? words : words.substr(0, tail);
}

std::string old_library(const std::string& library, const std::string& version) {
    const std::string need = " (it needs " + version + ", " + library + " has not got it)";
    if (version.starts_with("GLIBCXX_") || version.starts_with("CXXABI_")) {
        return "needs a newer C++ library than this machine's" + need +
               ": build it with this machine's compiler";
    }
    if (version.starts_with("GLIBC_")) {
        return "needs a newer C library than this machine's" + need + ": build it on this machine";
    }
    return "needs a newer version of a library" + need + ": install it";
}

}  // namespace

std::string explain_dlerror(const std::string& text, const std::string& file) {
    const std::string words = own_words(text);
    std::smatch part;
    static const std::regex version{R"((\S+): version [`']([^']+)' not found)"};
    if (std::regex_search(words, part, version)) {
        return old_library(part[1], part[2]);
    }
    static const std::regex symbol{R"(undefined symbol: ([^\s,()]+))"};
    if (std::regex_search(words, part, symbol)) {
        return "uses a symbol that nobody defines: " + demangled(part[1]) +
               "; link the library that has it (" + words + ")";
    }
    static const std::regex missing{R"((\S+): cannot open shared object file: (.+))"};
    if (std::regex_search(words, part, missing) && part[1] != file) {
        return "needs the library " + part[1].str() + ", which cannot be opened (" + part[2].str() +
               "): install it, or say where it is when linking";
    }
    static const std::regex shape{
        R"((\S+): (wrong ELF class|invalid ELF header|file too short).*)"};
    if (std::regex_search(words, part, shape) && part[1] != file) {
        return "needs the library " + part[1].str() + ", which is not one of this machine (" +
               part[2].str() + ")";
    }
    if (words.find("failed to map segment") != std::string::npos) {
        return "cannot be mapped; is its file system mounted noexec? (" + words + ")";
    }
    return "cannot be loaded: " + words;
}

}  // namespace enginebay::host
