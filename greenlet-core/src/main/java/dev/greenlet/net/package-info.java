/**
 * Sockets whose waits are waits of the caller's hub: created by {@link
 * dev.greenlet.net.HubSocketFactory}, and for TLS by {@link dev.greenlet.net.HubSSLSocketFactory}.
 *
 * <p>{@linkplain dev.greenlet.sync Any thread} may create and use them. Arguments and results are
 * not {@code null} unless marked {@code @Nullable}.
 */
@NullMarked
package dev.greenlet.net;

import org.jspecify.annotations.NullMarked;
