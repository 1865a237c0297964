/**
 * Auto-configuration of the runtime, its watchdog, endpoint, context, task executor and scheduler,
 * and the properties of them.
 */
@NullMarked
package dev.greenlet.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
