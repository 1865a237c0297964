package dev.greenlet.sample.suppliers;

import java.net.URI;

/**
 * A supplier of quotes.
 *
 * @param name its name
 * @param address the address of its quotes
 */
public record Supplier(String name, URI address) {}
