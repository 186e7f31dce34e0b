// SPDX-License-Identifier: GPL-2.0-only
#include "kapi/events.hpp"

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <sys/socket.h>
#include <array>

namespace dolmen::kapi {
namespace {

struct Family {
    std::uint16_t id = 0;
    std::uint32_t group = 0;
};

int collect_event(const nlattr* attribute, void* data) {
    Event& event = *static_cast<Event*>(data);
    switch (mnl_attr_get_type(attribute)) {
        case DOLMEN_A_EVENT:
            if (mnl_attr_validate(attribute, MNL_TYPE_U32) < 0)
                return MNL_CB_ERROR;
            event.kind = mnl_attr_get_u32(attribute);
            break;
        case DOLMEN_A_NODE:
            if (mnl_attr_validate(attribute, MNL_TYPE_U32) < 0)
                return MNL_CB_ERROR;
            event.node = mnl_attr_get_u32(attribute);
            break;
        case DOLMEN_A_PID:
            if (mnl_attr_validate(attribute, MNL_TYPE_U32) < 0)
                return MNL_CB_ERROR;
            event.pid = mnl_attr_get_u32(attribute);
            break;
        case DOLMEN_A_TEXT:
            if (mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) < 0)
                return MNL_CB_ERROR;
            event.text = mnl_attr_get_str(attribute);
            break;
        case DOLMEN_A_TIME:
            if (mnl_attr_validate(attribute, MNL_TYPE_U64) < 0)
                return MNL_CB_ERROR;
            event.time_ns = mnl_attr_get_u64(attribute);
            break;
        default:
            break;
    }
    return MNL_CB_OK;
}

struct Group {
    std::string name;
    std::uint32_t id = 0;
};

int collect_group_attribute(const nlattr* attribute, void* data) {
    Group& group = *static_cast<Group*>(data);
    if (mnl_attr_get_type(attribute) == CTRL_ATTR_MCAST_GRP_NAME)
        group.name = mnl_attr_get_str(attribute);
    if (mnl_attr_get_type(attribute) == CTRL_ATTR_MCAST_GRP_ID)
        group.id = mnl_attr_get_u32(attribute);
    return MNL_CB_OK;
}

int collect_group(const nlattr* attribute, void* data) {
    Group group;
    const int verdict = mnl_attr_parse_nested(attribute, collect_group_attribute, &group);
    if (group.name == DOLMEN_GENL_GROUP)
        static_cast<Family*>(data)->group = group.id;
    return verdict;
}

int collect_family(const nlattr* attribute, void* data) {
    if (mnl_attr_get_type(attribute) == CTRL_ATTR_FAMILY_ID)
        static_cast<Family*>(data)->id = mnl_attr_get_u16(attribute);
    if (mnl_attr_get_type(attribute) == CTRL_ATTR_MCAST_GROUPS)
        return mnl_attr_parse_nested(attribute, collect_group, data);
    return MNL_CB_OK;
}

int on_family(const nlmsghdr* message, void* data) {
    return mnl_attr_parse(message, sizeof(genlmsghdr), collect_family, data);
}

Result<Family> find_family(int fd) {
    alignas(nlmsghdr) std::array<char, 16384> buffer{};
    nlmsghdr* request = mnl_nlmsg_put_header(buffer.data());
    request->nlmsg_type = GENL_ID_CTRL;
    request->nlmsg_flags = NLM_F_REQUEST;
    auto* generic =
        static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(request, sizeof(genlmsghdr)));
    generic->cmd = CTRL_CMD_GETFAMILY;
    generic->version = 1;
    mnl_attr_put_strz(request, CTRL_ATTR_FAMILY_NAME, DOLMEN_GENL_NAME);
    if (::send(fd, request, request->nlmsg_len, 0) < 0)
        return fail_errno("ask for the events of the module");
    const ssize_t length = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (length < 0)
        return fail_errno("ask for the events of the module");
    Family family;
    if (mnl_cb_run(buffer.data(), static_cast<std::size_t>(length), 0, 0, on_family, &family) < 0)
        return fail_errno("find the events of the module");
    if (family.id == 0 || family.group == 0)
        return fail_errno("find the events of the module", ENOENT);
    return family;
}

}  // namespace

const char* event_text(std::uint32_t kind) {
    switch (kind) {
        case DOLMEN_EVENT_NODE_UP:
            return "node-up";
        case DOLMEN_EVENT_NODE_DEAD:
            return "node-dead";
        case DOLMEN_EVENT_HEAD_LOST:
            return "head-lost";
        case DOLMEN_EVENT_PROCESS_LOST:
            return "process-lost";
        case DOLMEN_EVENT_PROCESS_KILLED:
            return "process-killed";
        case DOLMEN_EVENT_REFUSED:
            return "refused";
    }
    return "unknown";
}

std::vector<Event> parse_events(std::span<const char> datagram, std::uint16_t family) {
    std::vector<Event> events;
    int left = static_cast<int>(datagram.size());
    const auto* message = reinterpret_cast<const nlmsghdr*>(datagram.data());
    for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
        if (message->nlmsg_type != family ||
            mnl_nlmsg_get_payload_len(message) < sizeof(genlmsghdr))
            continue;
        const auto* generic = static_cast<const genlmsghdr*>(mnl_nlmsg_get_payload(message));
        Event event;
        if (generic->cmd == DOLMEN_CMD_EVENT &&
            mnl_attr_parse(message, sizeof(genlmsghdr), collect_event, &event) > MNL_CB_ERROR)
            events.push_back(std::move(event));
    }
    return events;
}

Result<EventSocket> EventSocket::create() {
    Fd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC));
    if (!fd)
        return fail_errno("make a netlink socket");
    const Family family = DOLMEN_TRY(find_family(fd.get()));
    if (::setsockopt(fd.get(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &family.group,
                     sizeof(family.group)) < 0)
        return fail_errno("listen to the events of the module");
    return EventSocket(std::move(fd), family.id);
}

Result<std::vector<Event>> EventSocket::read() {
    alignas(nlmsghdr) std::array<char, 16384> buffer{};
    const ssize_t length = ::recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return std::vector<Event>{};
    if (length < 0)
        return fail_errno("read the events of the module");
    return parse_events(std::span(buffer.data(), static_cast<std::size_t>(length)), family_);
}

}  // namespace dolmen::kapi
