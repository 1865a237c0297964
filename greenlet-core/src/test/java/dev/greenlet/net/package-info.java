@NullMarked
package dev.greenlet.net;

import org.jspecify.annotations.NullMarked;
