// SPDX-License-Identifier: GPL-2.0-only
#include "pxe/lib/render.hpp"

namespace dolmen::pxe {

std::string pointer_path(const BootPlan& plan) {
    return plan.boot_directory + "/pxelinux.cfg/default";
}

std::string current_path(const BootPlan& plan) {
    return plan.boot_directory + build_path(kCurrent);
}

Result<Files> render(const BootPlan& plan) {
    DOLMEN_TRY(check(plan));
    if (plan.mode == DhcpMode::kOff)
        return Files{};
    return Files{
        {plan.run_directory + "/dnsmasq.conf", dnsmasq_config(plan)},
        {plan.run_directory + "/nginx.conf", nginx_config(plan)},
        {current_path(plan), current_file(plan)},
        {pointer_path(plan), pxelinux_config(plan)},
    };
}

}  // namespace dolmen::pxe
