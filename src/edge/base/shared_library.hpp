// SPDX-License-Identifier: Apache-2.0
// Libraries that are loaded when they are first needed. Most commands need none of them, and each
// costs every start that links it time and memory: libsystemd, with what it needs, a megabyte.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>

#include "clockguard/core/base/result.hpp"

namespace clockguard {

/// A library, and in what derives from it the functions that are used of it:
///     struct Libudev : SharedLibrary {
///         Libudev() : SharedLibrary{"libudev.so.1"} {}
///         CLOCKGUARD_FUNCTION(make, udev_new);
///     };
/// It is not linked: what calls udev_new() past this is an undefined reference.
class SharedLibrary {
public:
    SharedLibrary(const SharedLibrary&) = delete;
    SharedLibrary& operator=(const SharedLibrary&) = delete;

    /// Why it cannot be used, or nothing: then every function was found.
    const std::optional<Error>& trouble() const { return trouble_; }

protected:
    explicit SharedLibrary(const char* soname);
    ~SharedLibrary() = default;

    void* find(const char* function);

private:
    void* keep(void* found);

    const char* soname_;
    std::optional<Error> trouble_{};
    void* library_;
};

/// A member of the type that the library's own header gives the function.
#define CLOCKGUARD_FUNCTION(member, function)                                                      \
    decltype(&::function) const member = reinterpret_cast<decltype(&::function)>(find(#function))

/// Loads a library, at its first call, and for good. What cannot be loaded is not tried again.
template <class Library>
[[nodiscard]] Result<const Library*> load()
{
    static const Library library;
    if (library.trouble())
        return fail(*library.trouble());
    return &library;
}

/// The same for those who hold an object of that library, and so know that it is loaded.
template <class Library>
const Library& loaded()
{
    const auto library = load<Library>();
    if (!library)
        throw std::logic_error{to_text(library.error())};
    return **library;
}

template <class Library, class Function>
Library library_of(Function Library::*);

/// A library's own way to free an object, for Handle<udev, freed_by<&Libudev::unref>>.
template <auto function>
inline constexpr auto freed_by =
    [](auto* object) { (loaded<decltype(library_of(function))>().*function)(object); };

/// What packagers' tools read in a program that loads a library so (systemd.io, ELF dlopen
/// metadata): a note of ELF. It belongs in the section ".note.dlopen", aligned to 4 octets.
template <std::size_t length>
struct LoadNote {
    std::uint32_t size_of_vendor;
    std::uint32_t size_of_json;
    std::uint32_t type;
    std::array<char, 4> vendor;
    std::array<char, length> json;
};

template <std::size_t length>
constexpr LoadNote<length> load_note(const char (&json)[length])
{
    return {.size_of_vendor = 4,
            .size_of_json = length,
            .type = 0x407c0c0a,
            .vendor = std::to_array("FDO"),
            .json = std::to_array(json)};
}

}  // namespace clockguard
