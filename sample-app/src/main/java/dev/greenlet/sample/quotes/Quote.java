package dev.greenlet.sample.quotes;

import java.math.BigDecimal;

/** What a supplier asks for a flight. */
record Quote(String supplier, BigDecimal price) {}
