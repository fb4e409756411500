// SPDX-License-Identifier: BSL-1.0
// ask FOLDER TEXT: loads the plugin `echo` from FOLDER, asks it for TEXT and prints the answer.
#include <enginebay/error.hpp>
#include <enginebay/plugin_host.hpp>

#include <array>
#include <filesystem>
#include <iostream>

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: ask FOLDER TEXT\n";
        return 64;
    }
    try {
        enginebay::PluginHost host{{std::filesystem::absolute(argv[1])}};
        enginebay::DatabaseConfig config;
        config.engine = "echo";
        const auto engine = host.open(config);
        const auto connection = engine->connect(enginebay::Access::create);
        const std::array parameters{enginebay::ValueView::text(argv[2])};
        const enginebay::ValueView* row = connection->query("SELECT ?", parameters).next();
        std::cout << row->as_text() << '\n';
        return 0;
    } catch (const enginebay::Error& error) {
        std::cerr << error.what() << '\n';
        return enginebay::exit_status(error.code());
    }
}
