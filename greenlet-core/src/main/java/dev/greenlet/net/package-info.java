/**
 * Sockets whose waits are waits of the hub they happen on: made by {@link
 * dev.greenlet.net.HubSocketFactory}, and {@link dev.greenlet.net.HubSSLSocketFactory} for TLS.
 */
@NullMarked
package dev.greenlet.net;

import org.jspecify.annotations.NullMarked;
