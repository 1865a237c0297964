/** A real PostgreSQL for those who bring none. */
@NullMarked
package dev.greenlet.sample.database;

import org.jspecify.annotations.NullMarked;
