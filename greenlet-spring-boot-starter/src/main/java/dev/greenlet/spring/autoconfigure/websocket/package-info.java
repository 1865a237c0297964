/** Auto-configuration of WebSocket messages. */
@NullMarked
package dev.greenlet.spring.autoconfigure.websocket;

import org.jspecify.annotations.NullMarked;
