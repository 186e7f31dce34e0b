// SPDX-License-Identifier: GPL-2.0-only
// nginx.conf: kernel and initrds by HTTP. Static files, and each one told of.
#include "pxe/lib/render.hpp"

#include <fmt/core.h>

namespace dolmen::pxe {
namespace {

constexpr const char* kServer = R"(# SPDX-License-Identifier: GPL-2.0-only
# Written by Dolmen (pxe/lib/nginx.cpp) from its boot plan: changes here are lost.

# systemd keeps the process and what it says.
daemon off;
error_log stderr warn;
pid {run}/nginx.pid;
user www-data;
# The network is slower than one process that sends files.
worker_processes 1;
events {{
    worker_connections 512;
}}

http {{
    sendfile on;
    tcp_nopush on;
    server_tokens off;
    log_not_found off;
    default_type application/octet-stream;
    # Made at the start even if never used.
    client_body_temp_path {run}/nginx-body;
    proxy_temp_path {run}/nginx-proxy;
    fastcgi_temp_path {run}/nginx-fastcgi;
    uwsgi_temp_path {run}/nginx-uwsgi;
    scgi_temp_path {run}/nginx-scgi;

    # Who has loaded what, and whether all of it. Read by pxe/lib/access_event.cpp;
    # what a client chooses freely stands last.
    map $request_completion $extent {{
        OK whole;
        default part;
    }}
    log_format boot '$remote_addr $status $extent $request_method $uri';
    access_log syslog:server=unix:{socket},nohostname,tag=dolmen_boot boot;

    server {{
        listen {head}:{port};
        root {root};
        location / {{
            return 404;
        }}
        location = {current} {{
            limit_except GET {{
                deny all;
            }}
        }}
        location ~ ^/boot/[^/]+/(?<file>[^/]+)$ {{
            # GET stands for HEAD, too.
            limit_except GET {{
                deny all;
            }}
            # A boot menu asks for ever for the build it was loaded with. When that is
            # gone, it gets the one of today.
            try_files $uri {build}/$file =404;
        }}
    }}
}}
)";

}  // namespace

std::string nginx_config(const BootPlan& plan) {
    return fmt::format(
        kServer, fmt::arg("run", plan.run_directory), fmt::arg("socket", plan.access_socket),
        fmt::arg("head", plan.head.to_string()), fmt::arg("port", plan.http_port),
        fmt::arg("root", plan.boot_directory), fmt::arg("build", build_path(plan.build)),
        fmt::arg("current", build_path(kCurrent)));
}

}  // namespace dolmen::pxe
