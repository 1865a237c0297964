/** What the starter promises, with real parts: Tomcat, PostgreSQL, HTTP servers. */
@NullMarked
package dev.greenlet.spring;

import org.jspecify.annotations.NullMarked;
