#pragma once
#include <sys/types.h>
#include <sys/socket.h>
#include <stdint.h>
#include <stdarg.h>
#include <microhttpd.h>

/* MHD_start_daemon is variadic, which Swift cannot call. Takes `listening` over; NULL if the daemon cannot start. */
static inline struct MHD_Daemon *replicator_http_start(
    int listening, unsigned int connections, unsigned int idle_seconds, MHD_AccessHandlerCallback answer, void *context)
{
    return MHD_start_daemon(
        MHD_USE_AUTO_INTERNAL_THREAD, 0, NULL, NULL, answer, context, MHD_OPTION_LISTEN_SOCKET, listening,
        MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds, MHD_OPTION_END);
}
