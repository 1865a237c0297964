/** Real databases for tests: embedded ones, and those in containers where there is Docker. */
@NullMarked
package dev.greenlet.spring.database;

import org.jspecify.annotations.NullMarked;
