/** Auto-configuration of task executors whose tasks are greenlets. */
@NullMarked
package dev.greenlet.spring.autoconfigure.task;

import org.jspecify.annotations.NullMarked;
