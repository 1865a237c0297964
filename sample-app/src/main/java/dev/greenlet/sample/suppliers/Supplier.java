package dev.greenlet.sample.suppliers;

import java.net.URI;

/**
 * Somebody who may be asked for a quote.
 *
 * @param name what it is called
 * @param address where it is asked
 */
public record Supplier(String name, URI address) {}
