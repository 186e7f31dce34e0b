// SPDX-License-Identifier: GPL-2.0-only
// A node that can not do what it is asked for: the program does not suffer more than it must.
#include <list>

#include "scenarios/families.hpp"

namespace dolmen::qa {
namespace {

// While it lives, the machine promises 100 MB more of memory than it has promised so far.
class LittleMemory {
  public:
    LittleMemory(Stage& stage, std::string machine) : stage_(stage), machine_(std::move(machine)) {
        const Ran ran =
            at("cd /proc/sys/vm; echo $(($(awk /Committed_AS/{print\\$2} /proc/meminfo)"
               " + 100000)) >overcommit_kbytes && echo 2 >overcommit_memory");
        holds_ = ran.status == 0;
    }
    ~LittleMemory() { at("cd /proc/sys/vm; echo 0 >overcommit_memory; echo 50 >overcommit_ratio"); }
    LittleMemory(const LittleMemory&) = delete;
    LittleMemory& operator=(const LittleMemory&) = delete;

    [[nodiscard]] bool holds() const { return holds_; }

  private:
    Ran at(const std::string& script) { return stage_.look_at(machine_, {"sh", "-c", script}); }

    Stage& stage_;
    std::string machine_;
    bool holds_ = false;
};

// Its working directory is on a mount that the node does not have.
void refused_program(Stage& stage, Findings& findings) {
    const std::string node = stage.first_node();
    if (!findings.expect(!node.empty(), "no node is up")) {
        return;
    }
    const NodeCounts before = stage.counts();
    const Ran ran = stage.look("cd /dev/shm; dolmen run --on " + node +
                               " sh -c '/bin/pwd; exit 3' | cat; dolmen counters");
    findings.expect(ran.output.rfind("/dev/shm\n", 0) == 0, "output: {}{}", ran.output, ran.error);
    findings.expect(ran.output.find("node refused") != std::string::npos, "no reason is told: {}",
                    ran.output);
    findings.expect(stage.counts().placed == before.placed, "the node has taken it");
}

// Only there: at home the memory of a child is not copied.
void refused_fork(Stage& stage, Findings& findings) {
    const std::string script =
        "python3 -c '\n"
        "import mmap,os\n"
        "m=mmap.mmap(-1,64<<20,mmap.MAP_PRIVATE|mmap.MAP_ANONYMOUS)\n"
        "for i in range(3):\n"
        "  try:\n"
        "    if os.fork()==0: os._exit(0)\n"
        "    print(os.wait()[1])\n"
        "  except OSError as e: print(e.errno)\n"
        "try: print(os.waitpid(-1,os.WNOHANG))\n"
        "except ChildProcessError: print(\"none\")'";
    const Ran alone = stage.shell(Way::kNode, script);
    findings.expect(alone.output == "0\n0\n0\nnone\n", "alone: {}{}", alone.output, alone.error);
    const Result<std::vector<MachineStatus>> machines = stage.cluster().machines();
    std::list<LittleMemory> limits;
    for (const MachineStatus& machine : machines.value_or(std::vector<MachineStatus>{})) {
        if (machine.name != "head") {
            limits.emplace_back(stage, machine.name);
            findings.expect(limits.back().holds(), "the limit of {} was not set", machine.name);
        }
    }
    const Ran ran = stage.shell(Way::kNode, script);
    findings.expect(ran.output == "12\n12\n12\nnone\n", "with little memory: {}{}", ran.output,
                    ran.error);
}

}  // namespace

std::vector<Scenario> refusal_scenarios() {
    return {
        {"a program that its node can not take runs at home", 1, refused_program},
        {"a fork that its node can not make fails, and leaves no child", 1, refused_fork},
    };
}

}  // namespace dolmen::qa
