/** Spring's task executor and task scheduler on greenlets. */
@NullMarked
package dev.greenlet.spring.task;

import org.jspecify.annotations.NullMarked;
