// SPDX-License-Identifier: Apache-2.0
#include "edge/base/shared_library.hpp"

#include <string_view>

#include <gtest/gtest.h>
#include <libudev.h>

extern "C" int clockguard_has_none();

namespace clockguard {
namespace {

struct Libudev : SharedLibrary {
    Libudev() : SharedLibrary{"libudev.so.1"} {}

    CLOCKGUARD_FUNCTION(make, udev_new);
    CLOCKGUARD_FUNCTION(unref, udev_unref);
};

struct Lacking : SharedLibrary {
    Lacking() : SharedLibrary{"libudev.so.1"} {}

    CLOCKGUARD_FUNCTION(make, udev_new);
    CLOCKGUARD_FUNCTION(missing, clockguard_has_none);
    CLOCKGUARD_FUNCTION(unref, udev_unref);
};

struct Absent : SharedLibrary {
    Absent() : SharedLibrary{"libclockguard.so.0"} {}

    CLOCKGUARD_FUNCTION(make, udev_new);
};

TEST(SharedLibrary, IsLoadedOnceWithItsFunctions)
{
    const auto library = load<Libudev>();

    ASSERT_TRUE(library) << to_text(library.error());
    EXPECT_EQ(&loaded<Libudev>(), *library);
    udev* const made = loaded<Libudev>().make();
    EXPECT_NE(made, nullptr);
    EXPECT_EQ((*library)->unref(made), nullptr);
}

TEST(SharedLibrary, ThatIsNotThereIsAnError)
{
    const auto library = load<Absent>();

    ASSERT_FALSE(library);
    EXPECT_EQ(to_text(library.error()),
              "cannot load 'libclockguard.so.0': libclockguard.so.0: cannot open shared object "
              "file: No such file or directory");
    EXPECT_THROW(loaded<Absent>(), std::logic_error);
}

/// Nobody gets to call what was not found.
TEST(SharedLibrary, ThatLacksAFunctionIsAnError)
{
    const auto library = load<Lacking>();

    ASSERT_FALSE(library);
    const std::string told = to_text(library.error());
    EXPECT_TRUE(told.starts_with("cannot load 'libudev.so.1': ")) << told;
    EXPECT_TRUE(told.ends_with("undefined symbol: clockguard_has_none")) << told;
    EXPECT_THROW(loaded<Lacking>(), std::logic_error);
}

/// ELF dlopen metadata: sizes and type of a note, "FDO", and the text to its end.
TEST(LoadNote, IsANoteOfElf)
{
    constexpr auto note = load_note(R"([{"soname":["libudev.so.1"]}])");

    const std::string_view json{note.json.data()};
    EXPECT_EQ(json, R"([{"soname":["libudev.so.1"]}])");
    EXPECT_EQ(note.size_of_vendor, 4U);
    EXPECT_EQ(note.size_of_json, json.size() + 1);
    EXPECT_EQ(note.type, 0x407c0c0aU);
    EXPECT_EQ(std::string_view{note.vendor.data()}, "FDO");
    EXPECT_EQ(offsetof(decltype(note), vendor), 12U);
    EXPECT_EQ(offsetof(decltype(note), json), 16U);
}

}  // namespace
}  // namespace clockguard
