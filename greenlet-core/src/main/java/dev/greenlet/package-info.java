/**
 * Greenlets, the lanes they run on, and the points at which they give up those lanes.
 *
 * <p>Start at {@link dev.greenlet.GreenletRuntime}, which creates hubs, and {@link
 * dev.greenlet.Greenlets}, which holds what code inside a greenlet calls.
 *
 * <p><b>Conventions.</b>
 *
 * <ul>
 *   <li><i>Any thread</i> means: any greenlet of any runtime and any other thread, without further
 *       synchronization.
 *   <li><i>The caller</i> is the greenlet that makes the call, or the thread if it is not a
 *       greenlet.
 *   <li>A value that is <i>outdated at once</i> or <i>may lag</i> was true at a moment during or
 *       shortly before the call, and may have changed when the call returns.
 *   <li>A parameter or a result is never {@code null} unless it is annotated {@code @Nullable}.
 *   <li>A type described as <i>an SPI</i> is for libraries that build primitives, integrations or
 *       tools on this one. Applications need none of them.
 * </ul>
 */
@NullMarked
package dev.greenlet;

import org.jspecify.annotations.NullMarked;
