// SPDX-License-Identifier: GPL-2.0-only
// BootWatch: hears of machines that boot, from dnsmasq (its script, its log) and nginx,
// and enters it into the MachineBook.
#pragma once

#include "base/loop.hpp"
#include "dolmend/datagram_port.hpp"
#include "dolmend/machine_book.hpp"
#include "dolmend/unit_journal.hpp"

#include <memory>
#include <string>

namespace dolmen::daemon {

class BootWatch {
  public:
    struct Places {
        std::string run_directory = "/run/dolmen-lan";  // of the sockets
        std::string journal_unit = "dolmen-dnsmasq.service";
        std::string neighbours = "/proc/net/arp";
    };

    // What can not be heard is logged: machines boot all the same.
    BootWatch(Loop& loop, MachineBook& book, Places places);

    // What a source has told, if it was anything.
    void take(const std::optional<pxe::BootEvent>& event);

  private:
    MachineBook& book_;
    Places places_;
    std::unique_ptr<DatagramPort> leases_;
    std::unique_ptr<DatagramPort> accesses_;
    std::unique_ptr<UnitJournal> journal_;
};

}  // namespace dolmen::daemon
