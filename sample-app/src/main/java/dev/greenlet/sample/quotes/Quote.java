package dev.greenlet.sample.quotes;

import java.math.BigDecimal;

/** The price of a supplier for a flight. */
record Quote(String supplier, BigDecimal price) {}
