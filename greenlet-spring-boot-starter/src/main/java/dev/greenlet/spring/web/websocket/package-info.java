/**
 * The messages of WebSocket sessions, each handled by a greenlet that is named after its session.
 */
@NullMarked
package dev.greenlet.spring.web.websocket;

import org.jspecify.annotations.NullMarked;
