// SPDX-License-Identifier: GPL-2.0-only
// All files that a BootPlan asks for, as texts. Pure.
#pragma once

#include "pxe/lib/boot_plan.hpp"

#include <map>
#include <optional>
#include <string>

namespace dolmen::pxe {

using Files = std::map<std::string, std::string>;  // absolute path -> content

// Checks the plan first: EINVAL. Nothing with DhcpMode::kOff.
Result<Files> render(const BootPlan& plan);

// The file that says which build machines boot: who has it switched has switched
// them all. Written last, and atomically.
std::string pointer_path(const BootPlan& plan);
// The same for nodes that run, as /boot/current by HTTP; written just before it.
std::string current_path(const BootPlan& plan);

// The products, one file each. The plan has been checked.
std::string current_file(const BootPlan& plan);
std::string dnsmasq_config(const BootPlan& plan);
std::string nginx_config(const BootPlan& plan);
std::string pxelinux_config(const BootPlan& plan);

// The build that a file made by pxelinux_config boots; nullopt: it is none such.
std::optional<std::string> build_of_pxelinux_config(const std::string& text);

}  // namespace dolmen::pxe
