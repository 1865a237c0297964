/** Spring's task executors and schedulers as greenlets. */
@NullMarked
package dev.greenlet.spring.task;

import org.jspecify.annotations.NullMarked;
