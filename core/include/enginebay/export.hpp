// SPDX-License-Identifier: BSL-1.0
// Marks what leaves the core library; everything else in it is hidden.
// The same on both sides of the border: a plugin is built with hidden visibility, and a class of
// the contract must keep one identity (type_info, vtable) across it.
#pragma once

#define ENGINEBAY_API [[gnu::visibility("default")]]
