/** A PostgreSQL for applications without a database. */
@NullMarked
package dev.greenlet.sample.database;

import org.jspecify.annotations.NullMarked;
