/** The messages of WebSocket sessions, each handled by a greenlet that says so. */
@NullMarked
package dev.greenlet.spring.web.websocket;

import org.jspecify.annotations.NullMarked;
