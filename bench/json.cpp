// SPDX-License-Identifier: BSL-1.0
#include "json.hpp"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <cmath>
#include <fstream>
#include <stdexcept>

namespace enginebay::bench {
namespace {

using Poco::JSON::Object;

double rounded(double value) { return std::round(value * 1e4) / 1e4; }

Object::Ptr object_of(const Row& row) {
    Object::Ptr object{new Object{Poco::JSON_PRESERVE_KEY_ORDER}};
    object->set("name", row.name);
    object->set("backend", row.backend);
    object->set("unit", row.target.unit);
    const bool comparable = row.figures.contains("raw");
    const Poco::Dynamic::Var none;
    object->set("raw", comparable ? Poco::Dynamic::Var{rounded(row.median("raw"))} : none);
    object->set("ours", rounded(row.median("ours")));
    object->set("ratio", comparable ? Poco::Dynamic::Var{rounded(row.ratio())} : none);
    const bool relative = row.target.ratio != 0;
    object->set("target", relative ? row.target.ratio : row.target.absolute);
    object->set("target_is", relative ? "ratio" : row.target.unit);
    Object::Ptr spread{new Object{Poco::JSON_PRESERVE_KEY_ORDER}};
    for (const auto& [side, figure] : row.figures) {
        object->set(side, rounded(figure.median));
        spread->set(side, rounded(figure.spread));
    }
    object->set("spread", spread);
    return object;
}

Row row_of(const Object& object) {
    Row row;
    row.name = object.getValue<std::string>("name");
    row.backend = object.getValue<std::string>("backend");
    row.target.unit = object.getValue<std::string>("unit");
    const bool relative = object.optValue<std::string>("target_is", "ratio") == "ratio";
    (relative ? row.target.ratio : row.target.absolute) = object.getValue<double>("target");
    const Object::Ptr spread = object.getObject("spread");
    for (const auto& [side, name] : sides()) {
        if (object.has(side) && !object.isNull(side)) {
            row.figures[side] = {object.getValue<double>(side),
                                 spread.isNull() ? 0.0 : spread->optValue(side, 0.0)};
        }
    }
    return row;
}

}  // namespace

void print_json(std::ostream& out, const Report& report) {
    Object root{Poco::JSON_PRESERVE_KEY_ORDER};
    Object::Ptr machine{new Object{Poco::JSON_PRESERVE_KEY_ORDER}};
    for (const auto& [name, value] : report.facts) {
        machine->set(name, value);
    }
    root.set("machine", machine);
    Poco::JSON::Array rows;
    for (const Row& row : report.rows) {
        rows.add(object_of(row));
    }
    root.set("rows", rows);
    root.stringify(out, 1);
    out << '\n';
}

Report read_json(const std::string& file) {
    try {
        std::ifstream in{file};
        if (!in) {
            throw std::runtime_error{"it cannot be opened"};
        }
        const auto root = Poco::JSON::Parser{}.parse(in).extract<Object::Ptr>();
        Report report;
        if (const Object::Ptr machine = root->getObject("machine"); !machine.isNull()) {
            for (const std::string& name : machine->getNames()) {
                report.facts.emplace_back(name, machine->getValue<std::string>(name));
            }
        }
        const Poco::JSON::Array::Ptr rows = root->getArray("rows");
        if (rows.isNull()) {
            throw std::runtime_error{"it has no list `rows`"};
        }
        for (unsigned int i = 0; i < rows->size(); ++i) {
            report.rows.push_back(row_of(*rows->getObject(i)));
        }
        return report;
    } catch (const Poco::Exception& failure) {
        throw std::runtime_error{file +
                                 " is no report of this benchmark: " + failure.displayText()};
    } catch (const std::exception& failure) {
        throw std::runtime_error{file + " is no report of this benchmark: " + failure.what()};
    }
}

}  // namespace enginebay::bench
